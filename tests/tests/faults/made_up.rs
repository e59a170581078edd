//! Requests that a program made up from our own description of the interface.

use aanbel_tests::made_up;
use aanbel_tests::runs::times;
use anyhow::Result;

#[tokio::test(flavor = "multi_thread")]
async fn no_made_up_request_is_the_servers_fault() -> Result<()> {
    made_up::try_requests(times(3, 300)).await
}
