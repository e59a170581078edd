//! Making sure that what was deleted is nowhere in the files any more: not in the write-ahead log, not
//! in free pages, not in what is left over inside a page.

use super::{StoreError, schema, workroom};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// How often something went so far, and how often it had when the files were last cleaned. Two counts and no
/// mark: one that is taken away after the cleaning would also hide what went meanwhile.
const WENT: &str = "unscrubbed";
const CLEANED: &str = "scrubbed";

/// Notes that something went of which the files still hold remains.
///
/// # Errors
/// Those of the database.
pub fn needed(tx: &Connection) -> Result<(), StoreError> {
    let mut note = tx.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, 1)
         ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
    )?;
    note.execute([WENT])?;
    Ok(())
}

/// Whether the files may still hold remains of what went.
///
/// # Errors
/// Those of the database.
pub fn is_needed(db: &Connection) -> Result<bool, StoreError> {
    Ok(count(db, WENT)? != count(db, CLEANED)?)
}

fn count(db: &Connection, key: &str) -> Result<i64, StoreError> {
    let mut query = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Writes the database of `folder` anew without any remains, and cuts its write-ahead log to nothing; copies
/// that broke off go too.
/// May run beside a server: writers wait for it, about a second for each 200 MB. Of several that wait in
/// line the first does it for all.
///
/// # Errors
/// Those of the database; `Damaged` when somebody read all the while, so that the log could not be cut.
pub fn scrub(folder: &Path) -> Result<(), StoreError> {
    workroom::tidy(folder)?;
    let connection = schema::open_plain(&folder.join(schema::DATABASE))?;
    // Before: what goes from here on, also by another program, is cleaned up the next time.
    let went = count(&connection, WENT)?;
    if went == count(&connection, CLEANED)? {
        return Ok(());
    }
    vacuum(&connection)?;
    let note = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
    connection.execute(note, params![CLEANED, went])?;
    Ok(())
}

/// As `scrub`, on a connection that is not in a transaction.
///
/// # Errors
/// As `scrub`.
pub fn vacuum(connection: &Connection) -> Result<(), StoreError> {
    // The copy that SQLite makes meanwhile must not be left on another disk.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.execute_batch("VACUUM")?;
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Damaged("the write-ahead log is in use")) }
}
