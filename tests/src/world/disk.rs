//! The server's disk: real SQLite files, and what is left of them when the power fails.
//!
//! What it models: a commit is the write-ahead log up to the length it had when SQLite said so, for
//! the product opens with `synchronous=FULL`. Of bytes written after that any part may be lost, and a
//! sector in between too. While a checkpoint runs each page of the database is the old one or the new
//! one. What it does not model: a disk that lies about what it has; that is for the tests with a real
//! process. The simulator itself never waits for a disk (`synchronous=OFF`): it knows what was safe.

use aanbel_server::erase::{self, Ledger};
use aanbel_server::store::{self, DATABASE, StoreError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SECTOR: usize = 512;
const PAGE: usize = 4_096;
/// Bytes of write-ahead log after which it is emptied.
const LOG_MAX: u64 = 2 * 1024 * 1024;

/// The folder of one server through all its lives.
pub struct Disk {
    home: TempDir,
    life: usize,
    /// Length of the write-ahead log that is surely on the disk.
    safe: u64,
}

/// The server's two connections.
pub struct Open {
    pub writer: Connection,
    pub reader: Connection,
}

impl Disk {
    pub fn new() -> std::io::Result<Disk> {
        let disk = Disk { home: tempfile::tempdir_in(room())?, life: 0, safe: 0 };
        std::fs::create_dir(disk.folder())?;
        Ok(disk)
    }

    pub fn folder(&self) -> PathBuf {
        self.home.path().join(format!("life-{}", self.life))
    }

    pub fn backup_file(&self, number: usize) -> PathBuf {
        self.home.path().join(format!("backup-{number}.db"))
    }

    /// The ledger of erasures lies beside the database's folder and outlives it.
    pub fn ledger(&self) -> Ledger {
        Ledger::at(self.home.path().join("erased.jsonl"))
    }

    /// Opens what is there, through the product's own opening and so through SQLite's recovery.
    pub fn open(&mut self, now_ms: i64) -> Result<Open, StoreError> {
        let mut writer = store::open_for_writing(&self.folder(), now_ms)?;
        writer.pragma_update(None, "synchronous", "OFF")?;
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        erase::replay(&mut writer, &self.ledger())?;
        let reader = store::open_for_reading(&self.folder())?;
        self.safe = length(&log_of(&self.folder()));
        Ok(Open { writer, reader })
    }

    /// A commit was answered: what is written is safe. Empties a long log.
    pub fn committed(&mut self, open: &Open) -> Result<(), StoreError> {
        self.safe = length(&log_of(&self.folder()));
        if self.safe > LOG_MAX {
            checkpoint(&open.writer, "TRUNCATE")?;
            self.safe = length(&log_of(&self.folder()));
        }
        Ok(())
    }

    /// The power failed during the last commit. Gives whether all of it reached the disk.
    pub fn power_loss(&mut self, open: Open, part: u16, torn: bool) -> std::io::Result<bool> {
        let old = self.folder();
        let written = std::fs::read(log_of(&old)).unwrap_or_default();
        let mut log = written.clone();
        let (safe, end) = (self.safe as usize, log.len());
        let unsafe_bytes = end.saturating_sub(safe);
        // The last parts stand for "all of it", or a commit would hardly ever survive unanswered.
        let kept = match part {
            0xc000.. => unsafe_bytes,
            part => unsafe_bytes * usize::from(part) / 0xc000,
        };
        log.truncate(safe + kept);
        if torn && kept > SECTOR {
            let sector = safe + (usize::from(part) * 7 % (kept / SECTOR)) * SECTOR;
            log[sector..sector + SECTOR].fill(0);
        }
        let database = std::fs::read(old.join(DATABASE))?;
        drop(open);
        self.begin_again(&database, &log)?;
        // A sector that was empty is lost without harm.
        Ok(log == written)
    }

    /// The power failed while pages moved from the log to the database.
    pub fn torn_checkpoint(&mut self, open: Open, pages: u64) -> Result<(), StoreError> {
        let old = self.folder();
        let mut database = std::fs::read(old.join(DATABASE))?;
        checkpoint(&open.writer, "PASSIVE")?;
        let moved = std::fs::read(old.join(DATABASE))?;
        let log = std::fs::read(log_of(&old)).unwrap_or_default();
        database.resize(moved.len().max(database.len()), 0);
        for (number, page) in moved.chunks(PAGE).enumerate() {
            if pages & (1 << (number % 64)) != 0 {
                database[number * PAGE..number * PAGE + page.len()].copy_from_slice(page);
            }
        }
        drop(open);
        self.begin_again(&database, &log)?;
        Ok(())
    }

    /// Starts over from a backup.
    pub fn restore(&mut self, open: Option<Open>, file: &Path) -> std::io::Result<()> {
        drop(open);
        let database = std::fs::read(file)?;
        self.begin_again(&database, &[])
    }

    fn begin_again(&mut self, database: &[u8], log: &[u8]) -> std::io::Result<()> {
        std::fs::remove_dir_all(self.folder())?;
        self.life += 1;
        std::fs::create_dir(self.folder())?;
        std::fs::write(self.folder().join(DATABASE), database)?;
        if !log.is_empty() {
            std::fs::write(log_of(&self.folder()), log)?;
        }
        Ok(())
    }
}

/// In memory where the machine offers that: the product's own fsyncs then cost nothing.
fn room() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

fn checkpoint(writer: &Connection, mode: &str) -> Result<(), StoreError> {
    writer.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))?;
    Ok(())
}

fn log_of(folder: &Path) -> PathBuf {
    folder.join(format!("{DATABASE}-wal"))
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |meta| meta.len())
}
