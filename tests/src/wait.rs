//! Waiting for a condition, never for a time. The deadline only ends a test that has failed.

use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Long, because two cores may be building something else meanwhile.
const DEADLINE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until `look` gives something.
///
/// # Errors
/// When the deadline passes; says what was waited for.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> anyhow::Result<T> {
    until_with(what, DEADLINE, look).await
}

/// As `until`, with a deadline of its own.
///
/// # Errors
/// As `until`.
pub async fn until_with<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> anyhow::Result<T> {
    let end = Instant::now() + deadline;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < end {
        ticks.tick().await;
        if let Some(found) = look().await {
            return Ok(found);
        }
    }
    anyhow::bail!("waited {} s in vain for {what}", deadline.as_secs())
}
