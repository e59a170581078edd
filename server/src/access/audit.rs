//! The trail of who did what in the office. Ids only: no names, no free text.

use super::PersonId;
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// Adds a line: who, what (`sign_in`, `export`, ...), on which thing (an id, or empty).
///
/// # Errors
/// Those of the database.
pub fn note(
    tx: &Connection,
    at_ms: i64,
    person: Option<PersonId>,
    action: &str,
    object: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO audit (at_ms, person, action, object) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![at_ms, person, action, object])?;
    Ok(())
}
