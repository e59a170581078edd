//! The ledger: one line of JSON per erasure, in a file beside the database, so that a database put
//! back from a backup is brought up to it. Holds numbers of things and nothing of what they said.

use super::{Erasure, apply, part};
use crate::config::Config;
use crate::store::{StoreError, private};
use rusqlite::{Connection, TransactionBehavior};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Name of the file in the data folder, unless the settings put it elsewhere.
pub const NAME: &str = "erased.jsonl";

#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
}

impl Ledger {
    pub fn at(path: PathBuf) -> Ledger {
        Ledger { path }
    }

    /// The one of these settings.
    pub fn of(config: &Config) -> Ledger {
        Ledger::at(config.erasures.clone().unwrap_or_else(|| config.data.join(NAME)))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an erasure; it is on the disk when this returns.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append(&self, erasure: &Erasure) -> Result<(), StoreError> {
        self.add(erasure)
    }

    fn add(&self, one: &impl Serialize) -> Result<(), StoreError> {
        self.write(&serde_json::to_vec(one).map_err(|_| StoreError::Damaged("an erasure"))?)
    }

    /// Adds one or more lines.
    fn write(&self, lines: &[u8]) -> Result<(), StoreError> {
        if !self.path.exists() {
            private::make(&self.path)?;
        }
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        // A line that was cut off by a power failure stays alone on its line.
        file.write_all(&[b"\n", lines].concat())?;
        file.sync_all()?;
        Ok(())
    }

    /// Adds what another ledger has and this one has not: none of them ever gets shorter.
    ///
    /// # Errors
    /// When a file cannot be read or written; what was here stays.
    pub fn take_in(&self, other: &Path) -> Result<(), StoreError> {
        let (own, other) = (text_of(&self.path)?, text_of(other)?);
        // One line may stand there twice: an erasure that failed again was taken back again.
        let mut known: HashMap<&str, usize> = HashMap::new();
        own.lines().for_each(|line| *known.entry(line).or_default() += 1);
        let mut missing = Vec::new();
        for line in other.lines() {
            match known.get_mut(line) {
                Some(left @ 1..) => *left -= 1,
                _ => missing.push(line),
            }
        }
        if missing.is_empty() { Ok(()) } else { self.write(missing.join("\n").as_bytes()) }
    }

    /// Notes of every erasure that the database does not know as done that it never was: it failed after it
    /// had been written here, and what was decided since counts, also for a database of before that. A start
    /// does what stands here before anything else, so what is not done by now failed.
    ///
    /// # Errors
    /// Those of the database, and when the file cannot be written.
    pub fn take_back_failed(&self, db: &Connection) -> Result<(), StoreError> {
        for erasure in self.read()? {
            if !is_done(db, &erasure)? {
                self.add(&Failed { failed: erasure.id })?;
            }
        }
        Ok(())
    }

    /// All erasures, oldest first, without those that failed. What is half written was never committed, and is
    /// left out.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(&self) -> Result<Vec<Erasure>, StoreError> {
        let mut found = Vec::new();
        for line in text_of(&self.path)?.lines() {
            if let Ok(erasure) = serde_json::from_str::<Erasure>(line) {
                found.push(erasure);
            } else if let Ok(Failed { failed }) = serde_json::from_str(line) {
                // Somebody may have tried again afterwards, under the same number.
                found.retain(|erasure| erasure.id != failed);
            }
        }
        Ok(found)
    }
}

/// Nothing of a file that is not there.
fn text_of(path: &Path) -> Result<String, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

/// A line that takes back those before it.
#[derive(Serialize, Deserialize)]
struct Failed {
    failed: Uuid,
}

/// Whether the database knows the erasure as done.
fn is_done(db: &Connection, erasure: &Erasure) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM erasure WHERE id = ?1 AND done = 1")?
        .exists([erasure.id])?)
}

/// Whether the database knows the erasure as done, or as withdrawn after it had failed.
fn is_settled(db: &Connection, erasure: &Erasure) -> Result<bool, StoreError> {
    let ended = "SELECT 1 FROM erasure WHERE id = ?1 AND ended_ms IS NOT NULL";
    Ok(db.prepare_cached(ended)?.exists([erasure.id])?)
}

/// Does every erasure of the ledger that this database does not know as done. Gives how many.
///
/// # Errors
/// Those of the database, and when the ledger cannot be read.
pub fn replay(connection: &mut Connection, ledger: &Ledger) -> Result<usize, StoreError> {
    let erasures = ledger.read()?;
    let mut done = 0;
    for erasure in &erasures {
        let is_known = is_settled(connection, erasure)?;
        if is_known && part::is_noted(connection, erasure)? {
            continue;
        }
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if is_known {
            part::note(&tx, erasure)?;
        } else {
            apply(&tx, erasure)?;
            done += 1;
        }
        tx.commit()?;
    }
    Ok(done)
}
