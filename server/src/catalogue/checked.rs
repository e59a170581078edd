//! Who compared a rule with its source, when, and in which version. Lines are only added.

use crate::access::PersonId;
use crate::store::StoreError;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Somebody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub scheme: String,
    pub version: String,
    pub by: String,
    pub at_ms: i64,
}

/// # Errors
/// Those of the database.
pub fn note(
    tx: &Connection,
    scheme: &str,
    version: &str,
    by: PersonId,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO scheme_checked (scheme, catalogue, person, at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![scheme, version, by, now_ms],
    )?;
    Ok(())
}

/// Everybody who looked at this scheme, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_scheme(db: &Connection, scheme: &str) -> Result<Vec<Checked>, StoreError> {
    let mut all = all(db)?;
    all.retain(|one| one.scheme == scheme);
    all.reverse();
    Ok(all)
}

/// The newest look at every scheme, by its id.
///
/// # Errors
/// Those of the database.
pub fn newest(db: &Connection) -> Result<BTreeMap<String, Checked>, StoreError> {
    Ok(all(db)?.into_iter().map(|one| (one.scheme.clone(), one)).collect())
}

fn all(db: &Connection) -> Result<Vec<Checked>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT s.scheme, s.catalogue, p.name, s.at_ms
         FROM scheme_checked s JOIN person p ON p.id = s.person ORDER BY s.at_ms, s.id",
    )?;
    let found = query.query_map([], |row| {
        Ok(Checked {
            scheme: row.get(0)?,
            version: row.get(1)?,
            by: row.get(2)?,
            at_ms: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
