//! A copy of the running database that can be started as a server of its own.

use super::{StoreError, private, schema};
use rusqlite::backup::Backup;
use rusqlite::{Connection, params};
use std::path::Path;

/// Pages per step; between steps the running server goes on.
const PAGES: i32 = 256;
/// Numbers that a restored server leaves free, since its phones may have seen later ones.
const DEVICE_GAP: i64 = 10_000;
const OFFICE_GAP: i64 = 1_000_000;

/// Copies the database of `folder` to `file`, gives the copy a life of its own (another epoch, and
/// no number that phones may already know), and checks it.
///
/// # Errors
/// When the file exists already, the copy cannot be made, or it fails the check.
pub fn backup(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let source = schema::open_for_reading(&folder.join(schema::DATABASE))?;
    private::make(file)?;
    let mut copy = Connection::open(file)?;
    Backup::new(&source, &mut copy)?.run_to_completion(PAGES, std::time::Duration::ZERO, None)?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    let epoch = uuid::Uuid::from_bytes(crate::access::random());
    copy.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", params![epoch])?;
    copy.execute("UPDATE meta SET value = value + ?1 WHERE key = 'next_device'", [DEVICE_GAP])?;
    copy.execute("UPDATE device SET kept = kept + ?1 WHERE number = 0", [OFFICE_GAP])?;
    let verdict: String = copy.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged("the copy")) }
}
