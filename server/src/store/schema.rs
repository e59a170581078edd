//! Opening the database: its settings, and the migrations that bring it to this program's shape.

use super::StoreError;
use super::projection::functions;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;

/// Name of the database in its folder.
pub const DATABASE: &str = "aanbel.db";

/// SQL, and what only this program can do after it.
type Migration = (&'static str, fn(&Connection) -> Result<(), StoreError>);

/// In order; a released one is never changed.
const MIGRATIONS: &[Migration] = &[
    (include_str!("../../migrations/0001_start.sql"), |_| Ok(())),
    (include_str!("../../migrations/0002_audit_sessions.sql"), crate::access::audit::adopt),
    (include_str!("../../migrations/0003_erase.sql"), super::log::salt_old),
    // The records that this makes room for are filled by the seventh.
    (include_str!("../../migrations/0004_records.sql"), |_| Ok(())),
    (include_str!("../../migrations/0005_second_factor.sql"), |_| Ok(())),
    (include_str!("../../migrations/0006_cases.sql"), |_| Ok(())),
    (include_str!("../../migrations/0007_log_by_number.sql"), super::log::pack_old),
    (include_str!("../../migrations/0008_signing.sql"), |_| Ok(())),
    (include_str!("../../migrations/0009_desk.sql"), |_| Ok(())),
    (include_str!("../../migrations/0010_passkeys.sql"), |_| Ok(())),
    (include_str!("../../migrations/0011_erased_fields.sql"), |_| Ok(())),
    (include_str!("../../migrations/0012_case_of_offer.sql"), |_| Ok(())),
    (include_str!("../../migrations/0013_part_of_op.sql"), |_| Ok(())),
    (include_str!("../../migrations/0014_left_case.sql"), |_| Ok(())),
];
/// The last migration that leaves a file much larger than what stands in it.
const REPACKED: usize = 7;

/// How long a writer waits for another process (the command line beside a running server).
const BUSY_MS: u64 = 10_000;

/// Memory for the writer's pages.
const CACHE_KIB: i64 = 64 * 1_024;
/// Pages of 4 KiB in the write-ahead log before they move to the database while others wait; mostly the
/// writer moved them before, in a quiet moment.
const CHECKPOINT_PAGES: i64 = 16_000;

/// Prepared statements that a connection keeps; with fewer, taking in an op prepares them all anew.
const STATEMENTS: usize = 128;

/// The writer's connection, with the newest shape.
pub fn open_for_writing(path: &Path, now_ms: i64) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A reply says "on disk": the commit waits for the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // An import touches pages all over the file; with room for them it is several times faster.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    // Each job can be undone alone; without this what that takes goes through a file of its own.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // What is deleted or replaced is overwritten with zeros, or an erasure would leave it in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    prepare(&connection)?;
    let is_loose = migrate(&mut connection, now_ms)?;
    if is_loose {
        super::scrub::vacuum(&connection)?;
    }
    super::backup::begin_anew(&connection, now_ms)?;
    Ok(connection)
}

/// A connection that may write, to a database that has its shape already.
pub fn open_plain(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "secure_delete", true)?;
    prepare(&connection)?;
    Ok(connection)
}

/// A reader's connection: it cannot write.
pub fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    prepare(&connection)?;
    Ok(connection)
}

/// What every connection needs.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    // Or SQLite plans a query anew for each value of its `LIMIT`.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(functions::add(connection)?)
}

/// An empty database in memory, for comparing a rebuild with what is on disk.
pub fn open_in_memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    prepare(&connection)?;
    migrate(&mut connection, 0)?;
    Ok(connection)
}

/// Gives whether the file is to be written anew: it has room to spare, and what an older program deleted
/// may be left in it.
fn migrate(connection: &mut Connection, now_ms: i64) -> Result<bool, StoreError> {
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let done: usize = tx
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?
        .try_into()
        .map_err(|_| StoreError::Newer)?;
    if done > MIGRATIONS.len() {
        return Err(StoreError::Newer);
    }
    for (sql, after) in &MIGRATIONS[done..] {
        tx.execute_batch(sql)?;
        after(&tx)?;
    }
    let is_loose = (1..REPACKED).contains(&done);
    if done == 0 {
        begin(&tx, now_ms)?;
    }
    tx.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    tx.commit()?;
    Ok(is_loose)
}

/// What a new database holds: its own epoch, and the office as device 0.
fn begin(tx: &Connection, now_ms: i64) -> Result<(), StoreError> {
    let epoch = uuid::Uuid::from_bytes(crate::access::random());
    tx.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?1)", params![epoch])?;
    tx.execute("INSERT INTO meta (key, value) VALUES ('next_device', 1)", [])?;
    tx.execute(
        "INSERT INTO device (number, label, enrolled_ms) VALUES (0, 'Kantoor', ?1)",
        params![now_ms],
    )?;
    Ok(())
}
