//! A clock that is wrong for a moment erases nothing.

use crate::erase::DAY_MS;
use crate::office_world::Office;
use crate::retention::closed;
use aanbel_server::retention;

const HOUR_MS: i64 = 3_600_000;

/// Whether the look of every hour took something away.
async fn looks(office: &Office) -> bool {
    let gone = "SELECT COUNT(*) FROM erased";
    let before = office.count(gone).await;
    retention::run_daily(&office.state).await.expect("a look");
    office.count(gone).await > before
}

#[tokio::test]
async fn clock_that_leaps_is_believed_when_it_says_so_for_a_day() {
    let office = closed().await.office;
    assert!(!looks(&office).await, "nothing is due");
    office.pass(400 * DAY_MS);
    assert!(!looks(&office).await, "all is due, says a clock that leaps");
    office.pass(-400 * DAY_MS + HOUR_MS);
    assert!(!looks(&office).await, "it was put right");
    office.pass(402 * DAY_MS);
    assert!(!looks(&office).await, "what it said once before counts for nothing");
    office.pass(40 * DAY_MS);
    assert!(!looks(&office).await, "nor does it after another leap");
    for _ in 0..23 {
        office.pass(HOUR_MS);
        assert!(!looks(&office).await);
    }
    office.pass(HOUR_MS);
    assert!(looks(&office).await, "it was off for a year");
}

#[tokio::test]
async fn server_that_was_off_for_a_month_goes_on_at_once() {
    let office = closed().await.office;
    for _ in 0..3 {
        assert!(!looks(&office).await);
        office.pass(31 * DAY_MS);
    }
    assert!(looks(&office).await);
}
