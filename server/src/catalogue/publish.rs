//! Publishing: files that pass every check become the catalogue of everybody, from the next exchange
//! on. Nothing that was published is ever changed; going back is publishing the older files again.

use super::Current;
use crate::access::PersonId;
use crate::store::StoreError;
use aanbel_shared::scheme::load::Problem;
use aanbel_shared::scheme::{Catalogue, Day, files};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// One publication, for the list of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    pub number: i64,
    pub version: String,
    pub at_ms: i64,
    /// Name of who published it.
    pub by: String,
}

/// Name and text of a file.
pub type SourceFile = (String, String);

/// The current files with some replaced or added, by name.
#[must_use]
pub fn merged(current: Vec<SourceFile>, uploaded: Vec<SourceFile>) -> Vec<SourceFile> {
    let mut all: BTreeMap<String, String> = current.into_iter().collect();
    all.extend(uploaded);
    all.into_iter().collect()
}

/// What these files say on their own day, for all municipalities.
///
/// # Errors
/// Every problem of every file.
pub fn check(files: &[SourceFile], today: Day) -> Result<Catalogue, Vec<Problem>> {
    let mut all = files::compile(files)?;
    all.compiled_on = Some(today);
    Ok(all)
}

/// Keeps the files and what they say here as the newest catalogue.
///
/// # Errors
/// Those of the database.
pub fn publish(
    tx: &Connection,
    files: &[SourceFile],
    view: &Current,
    by: PersonId,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO catalogue (version, scope, packed, published_ms, published_by)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![view.version, view.scope, view.bytes, now_ms, by],
    )?;
    let number = tx.last_insert_rowid();
    let mut insert = tx
        .prepare_cached("INSERT INTO catalogue_file (catalogue, name, text) VALUES (?1, ?2, ?3)")?;
    for (name, text) in files {
        insert.execute(params![number, name, text])?;
    }
    Ok(())
}

/// The view of one municipality, to be published.
#[must_use]
pub fn view(checked: Catalogue, scope: &str) -> Current {
    Current::new(0, scope, checked.into_scope(scope))
}

/// What was published, newest first.
///
/// # Errors
/// Those of the database.
pub fn publications(db: &Connection) -> Result<Vec<Publication>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT c.number, c.version, c.published_ms, p.name
         FROM catalogue c JOIN person p ON p.id = c.published_by ORDER BY c.number DESC",
    )?;
    let found = query.query_map([], |row| {
        Ok(Publication {
            number: row.get(0)?,
            version: row.get(1)?,
            at_ms: row.get(2)?,
            by: row.get(3)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
