//! The ledger: one line of JSON per erasure, in a file beside the database, so that a database put
//! back from a backup is brought up to it. Holds numbers of things and nothing of what they said.

use super::{Erasure, apply, part};
use crate::config::Config;
use crate::store::{StoreError, private};
use rusqlite::{Connection, TransactionBehavior};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

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
        if !self.path.exists() {
            private::make(&self.path)?;
        }
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        let mut line =
            serde_json::to_vec(erasure).map_err(|_| StoreError::Damaged("an erasure"))?;
        // A line that was cut off by a power failure stays alone on its line.
        line.insert(0, b'\n');
        file.write_all(&line)?;
        file.sync_all()?;
        Ok(())
    }

    /// All erasures, oldest first. What is half written was never committed, and is left out.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(&self) -> Result<Vec<Erasure>, StoreError> {
        let text = match std::fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }
}

/// Does every erasure of the ledger that this database does not know as done. Gives how many.
///
/// # Errors
/// Those of the database, and when the ledger cannot be read.
pub fn replay(connection: &mut Connection, ledger: &Ledger) -> Result<usize, StoreError> {
    let erasures = ledger.read()?;
    let mut done = 0;
    for erasure in &erasures {
        let known = "SELECT 1 FROM erasure WHERE id = ?1 AND done = 1";
        let is_known = connection.prepare_cached(known)?.exists([erasure.id])?;
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
