//! The records of cases folded from the log, and who has which case.

use crate::access::PersonId;
use crate::error::AppError;
use crate::store::log::{OP, Ops};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Records};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// All records of all cases, or of one.
pub fn records(db: &Connection, one: Option<RecordId>) -> Result<Records, AppError> {
    records_of(db, "case", one)
}

/// All records of the worklists of a kind, or of one of them.
pub fn records_of(db: &Connection, kind: &str, one: Option<RecordId>) -> Result<Records, AppError> {
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

/// Who works on which case.
pub fn advisers_of(
    db: &Connection,
) -> Result<BTreeMap<RecordId, Vec<(PersonId, String)>>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT assignment.worklist, person.id, person.name FROM assignment
         JOIN worklist ON worklist.id = assignment.worklist AND worklist.kind = 'case'
         JOIN person ON person.id = assignment.person ORDER BY person.name COLLATE NOCASE",
    )?;
    let mut rows = query.query([])?;
    let mut found: BTreeMap<RecordId, Vec<(PersonId, String)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let case = RecordId(row.get::<_, Uuid>(0)?);
        found.entry(case).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(found)
}

/// Everybody of a role who works here.
pub fn people_of(db: &Connection, role: Role) -> Result<Vec<(PersonId, String)>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT id, name FROM person WHERE role = ?1 AND active = 1 ORDER BY name COLLATE NOCASE",
    )?;
    let found = query.query_map([role.key()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
