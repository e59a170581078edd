//! The catalogue of schemes that this server's phones hold: whose, which version, which bytes. What
//! a catalogue says is `shared::scheme`; how it reaches a phone is `api/catalogue.rs`.

use crate::config::Config;
use crate::store::{self, StoreError};
use aanbel_shared::scheme::{Catalogue, catalogue};
use rusqlite::{Connection, OptionalExtension};
use std::sync::{Arc, Mutex, PoisonError};

/// The scope of the national schemes alone.
const NATIONAL: &str = "nl";

/// One municipality's view as phones get it.
#[derive(Debug, PartialEq, Eq)]
pub struct Current {
    /// CBS code as in `GM0034`, or `nl`.
    pub scope: String,
    /// `Catalogue::version_of` the bytes.
    pub version: String,
    /// Packed.
    pub bytes: Vec<u8>,
}

impl Current {
    fn built_in(scope: String) -> Self {
        let bytes = catalogue(&scope).pack();
        Current { version: Catalogue::version_of(&bytes), scope, bytes }
    }
}

/// Remembers what is dear to work out; one per server.
#[derive(Debug, Default)]
pub struct Catalogues {
    current: Mutex<Option<Arc<Current>>>,
    /// The scope that most addresses belong to, found when there were this many streets.
    by_addresses: Mutex<Option<(i64, String)>>,
}

impl Catalogues {
    /// The catalogue that phones should hold now.
    ///
    /// # Errors
    /// Those of the database.
    pub fn current(&self, db: &Connection, config: &Config) -> Result<Arc<Current>, StoreError> {
        let scope = self.scope(db, config)?;
        let mut kept = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = kept.as_ref().filter(|current| current.scope == scope) {
            return Ok(current.clone());
        }
        let current = Arc::new(Current::built_in(scope));
        *kept = Some(current.clone());
        Ok(current)
    }

    /// The municipality that was chosen: at the start, else in the database; else the one that most
    /// addresses belong to.
    ///
    /// # Errors
    /// Those of the database.
    pub fn scope(&self, db: &Connection, config: &Config) -> Result<String, StoreError> {
        if let Some(chosen) = &config.municipality {
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
        "SELECT 'GM' || substr(value, 1, 4) FROM shown
         WHERE field = 'bag_id' AND length(value) = 16
         GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1",
    )?;
    Ok(query.query_row([], |row| row.get(0)).optional()?)
}

/// Reads the CBS code of a municipality, for the command line.
///
/// # Errors
/// A sentence about what was expected.
pub fn municipality(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("GM").unwrap_or_default();
    if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
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
        for wrong in ["", "0034", "gm0034", "GM34", "GM00345", "GMabcd"] {
            assert!(municipality(wrong).is_err(), "{wrong}");
        }
    }
}
