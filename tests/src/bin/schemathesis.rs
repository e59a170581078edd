//! `cargo xtask schemathesis`: as many made-up requests as told. What is done to which server stands in
//! `tests/src/made_up.rs`.

use aanbel_tests::made_up;
use anyhow::{Context, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let examples = std::env::args().nth(1).context("how many per operation?")?;
    made_up::try_requests(examples.parse()?).await
}
