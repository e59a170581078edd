//! Whether the clock can be believed when it says that terms are over: what is erased by a clock that is wrong
//! for a moment does not come back, not from a backup either (`docs/adr/0024-a-clock-that-leaps.md`).

use super::{DAY_MS, runs};
use crate::store::{StoreError, set_text, text};
use rusqlite::Connection;

/// A clock that is further ahead of the last run has leapt, or the server was off as long.
const LEAP_MS: i64 = 31 * DAY_MS;
/// The setting that says when a leap was first seen.
const DOUBTED: &str = "clock_doubted";

/// Whether retention may run by itself. After a leap only when the clock went on from there for a day; the
/// moment at which it was first seen is noted. To be asked at every look: a clock that was put right in between
/// begins anew.
///
/// # Errors
/// Those of the database.
pub fn is_believed(tx: &Connection, now_ms: i64) -> Result<bool, StoreError> {
    let doubted = text(tx, DOUBTED)?.and_then(|since| since.parse::<i64>().ok());
    if now_ms - last_known_ms(tx)? <= LEAP_MS {
        if doubted.is_some() {
            set_text(tx, DOUBTED, "")?;
        }
        return Ok(true);
    }
    match doubted.map(|since_ms| now_ms - since_ms) {
        Some(DAY_MS..=LEAP_MS) => Ok(true),
        Some(0..DAY_MS) => Ok(false),
        _ => {
            tracing::warn!("the clock is a month further than the last retention: it waits a day");
            set_text(tx, DOUBTED, &now_ms.to_string())?;
            Ok(false)
        }
    }
}

/// The last run, or else when this database began. Not what came in since: a wrong clock dates that too.
fn last_known_ms(db: &Connection) -> Result<i64, StoreError> {
    if let Some(last) = runs(db, 1)?.first() {
        return Ok(last.at_ms);
    }
    let began = "SELECT enrolled_ms FROM device WHERE number = 0";
    Ok(db.query_row(began, [], |row| row.get(0))?)
}
