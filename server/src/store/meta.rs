//! The few settings that live in the database itself.

use super::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Which life of the database this is. A backup gets another one, so that phones notice.
///
/// # Errors
/// Those of the database.
pub fn epoch(db: &Connection) -> Result<Uuid, StoreError> {
    let mut query = db.prepare_cached("SELECT value FROM meta WHERE key = 'epoch'")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Name of the organisation, as phones and pages show it; `Aanbel` until somebody sets it.
///
/// # Errors
/// Those of the database.
pub fn organisation(db: &Connection) -> Result<String, StoreError> {
    Ok(text(db, "organisation")?.unwrap_or_else(|| "Aanbel".to_owned()))
}

/// A setting in words.
///
/// # Errors
/// Those of the database.
pub fn text(db: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT CAST(value AS TEXT) FROM meta WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

/// Sets a setting in words.
///
/// # Errors
/// Those of the database.
pub fn set_text(tx: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", params![key, value])?;
    Ok(())
}
