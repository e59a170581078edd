//! The catalogue of schemes that counts here: whose, which version, which bytes. The newest that was
//! published, else the one that was built in. What it says is `shared::scheme`'s, how it reaches a
//! phone is `api/catalogue.rs`, how the office sees it `office/schemes/`.

pub mod checked;
pub mod compare;
pub mod households;
mod names;
pub mod publish;

pub use names::{organisation_name, scheme_name};

use crate::store::{self, StoreError};
use aanbel_shared::scheme::{Catalogue, Day, catalogue, files};
use rusqlite::{Connection, OptionalExtension};
use std::sync::{Arc, Mutex, PoisonError};

/// The scope of the national schemes alone.
pub const NATIONAL: &str = "nl";

/// A catalogue in use: one municipality's view.
#[derive(Debug, PartialEq, Eq)]
pub struct Current {
    /// Of the publication; 0 is what was built in.
    pub number: i64,
    /// CBS code as in `GM0034`, or `nl`.
    pub scope: String,
    /// `Catalogue::version_of` the bytes.
    pub version: String,
    pub catalogue: Catalogue,
    /// Packed, as it travels to phones.
    pub bytes: Vec<u8>,
}

impl Current {
    fn new(number: i64, scope: &str, catalogue: Catalogue) -> Current {
        let bytes = catalogue.pack();
        let version = Catalogue::version_of(&bytes);
        Current { number, scope: scope.to_owned(), version, catalogue, bytes }
    }

    /// Name of the municipality; empty when only national schemes count.
    #[must_use]
    pub fn municipality(&self) -> &str {
        self.catalogue.municipality(&self.scope).map_or("", |one| &one.name)
    }
}

/// Knows which catalogue counts, and remembers what is dear to work out; one per server.
#[derive(Debug, Default)]
pub struct Catalogues {
    /// The municipality that was chosen at the start.
    chosen: Option<String>,
    current: Mutex<Option<Arc<Current>>>,
    /// The scope that most addresses belong to, found when there were this many streets.
    by_addresses: Mutex<Option<(i64, String)>>,
}

impl Catalogues {
    #[must_use]
    pub fn new(chosen: Option<String>) -> Self {
        Catalogues { chosen, ..Catalogues::default() }
    }

    /// The catalogue that counts now: for the office, and for phones to hold.
    ///
    /// # Errors
    /// Those of the database; a published catalogue that this program cannot read any more.
    pub fn current(&self, db: &Connection) -> Result<Arc<Current>, StoreError> {
        let scope = self.scope(db)?;
        let newest = newest(db)?;
        let number = newest.map_or(0, |(number, _)| number);
        let mut kept = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |one: &&Arc<Current>| one.scope == scope && one.number == number;
        if let Some(current) = kept.as_ref().filter(same) {
            return Ok(current.clone());
        }
        let current = Arc::new(match newest {
            Some((number, at_ms)) => published(db, number, at_ms, &scope)?,
            None => Current::new(0, &scope, catalogue(&scope)),
        });
        names::learn(&current.catalogue);
        *kept = Some(current.clone());
        Ok(current)
    }

    /// The municipality that was chosen: at the start, else in the database; else the one that most
    /// addresses belong to.
    ///
    /// # Errors
    /// Those of the database.
    pub fn scope(&self, db: &Connection) -> Result<String, StoreError> {
        if let Some(chosen) = &self.chosen {
            return Ok(chosen.clone());
        }
        if let Some(kept) = store::text(db, "municipality")? {
            return Ok(kept);
        }
        let streets = db.query_row("SELECT COUNT(*) FROM worklist", [], |row| row.get(0))?;
        let mut found = self.by_addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, scope)) = found.as_ref().filter(|(then, _)| *then == streets) {
            return Ok(scope.clone());
        }
        let scope = most_addresses(db)?.unwrap_or_else(|| NATIONAL.to_owned());
        *found = Some((streets, scope.clone()));
        Ok(scope)
    }
}

/// A BAG id begins with the four digits of its municipality.
fn most_addresses(db: &Connection) -> Result<Option<String>, StoreError> {
    let mut query = db.prepare(
        "SELECT 'GM' || substr(field(live, 'bag_id'), 1, 4) FROM record
         WHERE length(field(live, 'bag_id')) = 16
         GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1",
    )?;
    Ok(query.query_row([], |row| row.get(0)).optional()?)
}

/// Number and instant of the newest publication.
fn newest(db: &Connection) -> Result<Option<(i64, i64)>, StoreError> {
    let sql = "SELECT number, published_ms FROM catalogue ORDER BY number DESC LIMIT 1";
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn published(db: &Connection, number: i64, at_ms: i64, scope: &str) -> Result<Current, StoreError> {
    let sql = "SELECT scope, packed FROM catalogue WHERE number = ?1";
    let (of, bytes): (String, Vec<u8>) =
        db.query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let (true, Ok((version, catalogue))) = (of == scope, Catalogue::received(&bytes)) {
        return Ok(Current { number, scope: scope.to_owned(), version, catalogue, bytes });
    }
    // Published for another municipality, or packed by an older program: its files are still there.
    Ok(Current::new(number, scope, compiled(db, number, at_ms)?.into_scope(scope)))
}

fn compiled(db: &Connection, number: i64, at_ms: i64) -> Result<Catalogue, StoreError> {
    let all = publish::check(&sources(db, number)?, Day::of_instant(at_ms));
    all.map_err(|_| StoreError::Damaged("the files of a catalogue"))
}

/// Name and text of the TOML files of a publication; those that were built in for 0.
///
/// # Errors
/// Those of the database.
pub fn sources(db: &Connection, number: i64) -> Result<Vec<publish::SourceFile>, StoreError> {
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
/// As [`Catalogues::current`].
pub fn everywhere(db: &Connection) -> Result<Catalogue, StoreError> {
    match newest(db)? {
        Some((number, at_ms)) => compiled(db, number, at_ms),
        None => Ok(Catalogue::load()),
    }
}

/// Reads the CBS code of a municipality, for the command line.
///
/// # Errors
/// A sentence about what was expected.
pub fn municipality(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("GM").unwrap_or_default();
    if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits != "0000" {
        return Ok(text.to_owned());
    }
    Err("expected the CBS code of a municipality, such as GM0034".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_the_cbs_writes_it() {
        assert_eq!(municipality("GM0034").as_deref(), Ok("GM0034"));
        for wrong in ["", "0034", "gm0034", "GM34", "GM00345", "GMabcd", "GM0000"] {
            assert!(municipality(wrong).is_err(), "{wrong}");
        }
    }
}
