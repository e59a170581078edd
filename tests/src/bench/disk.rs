//! Bytes on disk by table, its indexes included: whole pages, as SQLite itself counts them.

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Bytes of pages.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub log: u64,
    pub all: u64,
}

/// Of the database in a server's data folder, also while it runs.
///
/// # Errors
/// Those of the database.
pub fn sizes(folder: &Path) -> Result<Sizes> {
    let path = folder.join(aanbel_server::store::DATABASE);
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut query = db.prepare(
        "SELECT tbl_name, SUM(pgsize) FROM dbstat JOIN sqlite_schema USING (name)
         WHERE aggregate = TRUE GROUP BY tbl_name",
    )?;
    let mut sizes = Sizes { log: 0, all: 0 };
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (table, bytes): (String, i64) = (row.get(0)?, row.get(1)?);
        sizes.all += bytes.unsigned_abs();
        if table == "log" {
            sizes.log += bytes.unsigned_abs();
        }
    }
    Ok(sizes)
}
