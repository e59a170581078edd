//! The catalogue that counts here: the newest that was published, else the one that was built in.
//! What it says is `shared::scheme`'s; pages and phones ask this module for it.

pub mod checked;
pub mod compare;
pub mod households;
pub mod publish;

use crate::store::{self, StoreError};
use aanbel_shared::scheme::{Catalogue, Day, catalogue, files};
use rusqlite::{Connection, OptionalExtension};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A catalogue in use, as this municipality sees it.
#[derive(Debug)]
pub struct Current {
    /// Of the publication; 0 is what was built in.
    pub number: i64,
    pub version: String,
    /// CBS code, or `nl`.
    pub scope: String,
    pub catalogue: Catalogue,
    /// As it travels to phones.
    pub packed: Vec<u8>,
}

impl Current {
    /// Name of the municipality; empty when only national schemes count.
    #[must_use]
    pub fn municipality(&self) -> &str {
        self.catalogue.municipality(&self.scope).map_or("", |one| &one.name)
    }

    fn new(number: i64, scope: String, catalogue: Catalogue) -> Current {
        let packed = catalogue.pack();
        Current { number, version: Catalogue::version_of(&packed), scope, catalogue, packed }
    }
}

/// A life of a database, a publication in it and its municipality: what is read once stays the same.
type Key = (Uuid, i64, String);

/// The last one that was read, because every exchange with a phone asks for its version.
static LAST: Mutex<Option<(Key, Arc<Current>)>> = Mutex::new(None);

/// The catalogue that counts now.
///
/// # Errors
/// Those of the database; files that this version of the program cannot read any more.
pub fn current(db: &Connection) -> Result<Arc<Current>, StoreError> {
    let newest: Option<i64> =
        db.prepare_cached("SELECT max(number) FROM catalogue")?.query_row([], |row| row.get(0))?;
    let key = (store::epoch(db)?, newest.unwrap_or(0), scope(db)?);
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, current)) = last().as_ref().filter(|(known, _)| *known == key) {
        debug_assert_eq!(known.1, current.number);
        return Ok(current.clone());
    }
    let current = Arc::new(match newest {
        Some(number) => published(db, number, &key.2)?,
        None => Current::new(0, key.2.clone(), catalogue(&key.2)),
    });
    *last() = Some((key, current.clone()));
    Ok(current)
}

/// CBS code of the municipality of this installation; `nl` until somebody sets it.
///
/// # Errors
/// Those of the database.
pub fn scope(db: &Connection) -> Result<String, StoreError> {
    Ok(store::text(db, "municipality")?.unwrap_or_else(|| "nl".to_owned()))
}

fn published(db: &Connection, number: i64, scope: &str) -> Result<Current, StoreError> {
    let sql = "SELECT packed, published_ms FROM catalogue WHERE number = ?1";
    let (packed, at_ms): (Vec<u8>, i64) =
        db.query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Ok(catalogue) = Catalogue::unpack(&packed) {
        let version = Catalogue::version_of(&packed);
        return Ok(Current { number, version, scope: scope.to_owned(), catalogue, packed });
    }
    // An older program packed it in another shape: its files are still there.
    let all = files::compile(&sources(db, number)?);
    let mut all = all.map_err(|_| StoreError::Damaged("the files of a catalogue"))?;
    all.compiled_on = Some(Day::of_instant(at_ms));
    Ok(Current::new(number, scope.to_owned(), all.into_scope(scope)))
}

/// Name and text of the TOML files of a publication; those that were built in for 0.
///
/// # Errors
/// Those of the database.
pub fn sources(db: &Connection, number: i64) -> Result<Vec<(String, String)>, StoreError> {
    if number == 0 {
        return Ok(files::BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec());
    }
    let sql = "SELECT name, text FROM catalogue_file WHERE catalogue = ?1 ORDER BY name";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The catalogue of all municipalities that counts now.
///
/// # Errors
/// As [`current`].
pub fn everywhere(db: &Connection) -> Result<Catalogue, StoreError> {
    let sql = "SELECT number, published_ms FROM catalogue ORDER BY number DESC LIMIT 1";
    let newest = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let newest: Option<(i64, i64)> = newest.optional()?;
    let Some((number, at_ms)) = newest else { return Ok(Catalogue::load()) };
    let all = files::compile(&sources(db, number)?);
    let mut all = all.map_err(|_| StoreError::Damaged("the files of a catalogue"))?;
    all.compiled_on = Some(Day::of_instant(at_ms));
    Ok(all)
}
