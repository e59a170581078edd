//! Everything on disk: one SQLite database. Who may see what is decided elsewhere.
//!
//! *Invariant:* only `log` and `projection` write the tables that hold records.

pub mod backup;
mod ballast;
pub mod batch;
mod intake;
pub mod log;
mod meta;
pub mod private;
pub mod projection;
mod reader;
mod said;
mod said_again;
mod said_late;
mod said_twice;
mod schema;
pub mod scrub;
pub mod sealed;
mod workroom;
mod writer;

pub mod verify;

pub use ballast::Ballast;
pub use intake::{Intake, accept, note_due};
pub use log::{append_office, append_office_over};
pub use meta::{epoch, organisation, set_text, text};
pub use reader::Reader;
pub use said_again::{Lives, say_beside};
pub use said_late::{say_unseen, take_in};
pub use schema::DATABASE;
pub use writer::Writer;

use aanbel_shared::record::Dot;
use rusqlite::Connection;
use std::path::Path;

/// What can go wrong with what is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error("the commit failed: {sentence}")]
    Commit { full: bool, sentence: String },
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    #[error("stored bytes are damaged: {0}")]
    Damaged(&'static str),
    /// An op under a number that is taken by another op.
    #[error("op {0} differs from the one kept under its number")]
    Fork(Dot),
    #[error("there is no such worklist")]
    NoWorklist,
    /// The record was erased; nothing may bring it back.
    #[error("the record was erased")]
    Erased,
    /// A phone adds one more to very many values of a field that nobody has settled.
    #[error("too many values beside each other")]
    Crowded,
    #[error("the database was made by a newer version of this program")]
    Newer,
    /// Only the office may write now.
    #[error("the disk is full, and what is left of it is the office's")]
    Full,
    #[error("the store was stopped")]
    Stopped,
}

impl StoreError {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        match self {
            StoreError::Sql(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            StoreError::Commit { full, .. } => *full,
            StoreError::Full => true,
            StoreError::Folder(error) => error.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

/// Readers and the writer of the database in `folder`, whose writing connection this is.
///
/// # Errors
/// When the machine gives no thread.
pub fn start(folder: &Path, connection: Connection) -> Result<(Reader, Writer), StoreError> {
    Ok((Reader::new(folder.join(DATABASE)), Writer::start(connection, Ballast::of(folder))?))
}

/// The one connection that writes. A server has its `Writer` around it; the simulator of `tests` steps
/// it by hand.
///
/// # Errors
/// As `open`.
pub fn open_for_writing(folder: &Path, now_ms: i64) -> Result<Connection, StoreError> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(DATABASE);
    if !path.exists() {
        private::make(&path)?;
    }
    schema::open_for_writing(&path, now_ms)
}

/// A connection that cannot write, also for a command beside a running server.
///
/// # Errors
/// When there is no database in `folder`, or it cannot be read.
pub fn open_for_reading(folder: &Path) -> Result<Connection, StoreError> {
    schema::open_for_reading(&folder.join(DATABASE))
}

/// Moves what stands in the write-ahead log into the database file, so that a server that stopped
/// leaves one whole file behind.
///
/// # Errors
/// Those of the database.
pub fn settle(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(DATABASE);
    if path.exists() {
        let connection = Connection::open(path)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}
