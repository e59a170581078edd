//! Records of whole worklists, folded from the log, for pages and looks that need a case with all that
//! belongs to it.

use crate::store::StoreError;
use crate::store::log::{OP, Ops};
use aanbel_shared::record::{RecordId, Records};
use rusqlite::{Connection, params};

/// All records of all cases, or of one.
///
/// # Errors
/// Those of the database; `Damaged` when an op cannot be read.
pub fn of_cases(db: &Connection, one: Option<RecordId>) -> Result<Records, StoreError> {
    of_lists(db, "case", one)
}

/// All records of the worklists of a kind, or of one of them.
///
/// # Errors
/// As `of_cases`.
pub fn of_lists(db: &Connection, kind: &str, one: Option<RecordId>) -> Result<Records, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {OP} FROM entry
         WHERE entry.list IN (SELECT log_list.number FROM log_list
                              JOIN worklist ON worklist.id = log_list.worklist
                              WHERE worklist.kind = ?2 AND (?1 IS NULL OR worklist.id = ?1))
         ORDER BY entry.entry"
    ))?;
    let mut rows = query.query(params![one.map(|id| id.0), kind])?;
    let (reader, mut records) = (Ops::new(db), Records::default());
    while let Some(row) = rows.next()? {
        if let Some(op) = reader.read(row)? {
            records.apply(&op);
        }
    }
    Ok(records)
}
