//! Making sure that what was deleted is nowhere in the files any more: not in the write-ahead log, not
//! in free pages, not in what is left over inside a page.

use super::{StoreError, schema, workroom};
use rusqlite::Connection;
use std::path::Path;

/// Writes the database of `folder` anew without any remains, and cuts its write-ahead log to nothing; copies
/// that broke off go too.
/// May run beside a server: writers wait for it, about a second for each 200 MB.
///
/// # Errors
/// Those of the database; `Damaged` when somebody read all the while, so that the log could not be cut.
pub fn scrub(folder: &Path) -> Result<(), StoreError> {
    workroom::tidy(folder)?;
    let connection = schema::open_plain(&folder.join(schema::DATABASE))?;
    vacuum(&connection)
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
