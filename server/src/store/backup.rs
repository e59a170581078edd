//! A copy of the running database that can be started as a server of its own, each time with a life of
//! its own.

use super::{StoreError, private, schema};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, params};
use std::path::Path;

/// Pages per step; between steps the running server goes on.
const PAGES: i32 = 256;
/// Numbers that a restored server leaves free, since its phones may have seen later ones.
const DEVICE_GAP: i64 = 10_000;
const OFFICE_GAP: i64 = 1_000_000;
/// Of phones it leaves one of so many gaps, each a step wider than the one before: another server of the
/// same copy has given its numbers from another one.
const DEVICE_STEP: i64 = 1_000;
const DEVICE_GAPS: i64 = 1 << 14;
/// The office goes on from the second of the opening, counted from here, so that a later life has higher
/// numbers than every earlier one: who had read up to a number has read all below it.
const FIRST_SECOND: i64 = 1_767_225_600;
const OFFICE_STEP: i64 = OFFICE_GAP;
const OFFICE_GAPS: i64 = 1 << 20;
/// Name of the mark on a copy that was not opened yet.
const COPIED: &str = "copied";

/// Copies the database of `folder` to `file`, marks it as a copy, and checks it.
///
/// # Errors
/// When the file exists already, the copy cannot be made, or it fails the check.
pub fn backup(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let source = schema::open_for_reading(&folder.join(schema::DATABASE))?;
    private::make(file)?;
    let mut copy = Connection::open(file)?;
    copy_whole(&source, &mut copy, || {})?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, 1)", [COPIED])?;
    let verdict: String = copy.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged("the copy")) }
}

/// Copies one moment of `source`, in steps; `between` is called after each but the last.
///
/// # Errors
/// Those of either database.
pub fn copy_whole(
    source: &Connection,
    copy: &mut Connection,
    mut between: impl FnMut(),
) -> Result<(), StoreError> {
    // Without it SQLite begins again when another program commits between two steps: on a busy day for ever.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT COUNT(*) FROM meta", [], |_| Ok(()))?;
    let steps = Backup::new(&moment, copy)?;
    while steps.step(PAGES)? != StepResult::Done {
        between();
    }
    drop(steps);
    Ok(moment.finish()?)
}

/// Gives a copy that is opened a life of its own: another epoch, and no number that phones may already
/// know. Here and not when it was made, for one copy may be put back more than once. Which numbers follows
/// from the moment, so that the simulator can play a season again.
///
/// # Errors
/// Those of the database.
pub fn begin_anew(connection: &Connection, now_ms: i64) -> Result<(), StoreError> {
    let tx = connection.unchecked_transaction()?;
    if tx.execute("DELETE FROM meta WHERE key = ?1", [COPIED])? == 1 {
        let epoch = uuid::Uuid::from_bytes(crate::access::random());
        tx.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", params![epoch])?;
        let second = now_ms.div_euclid(1_000);
        let device = DEVICE_GAP + DEVICE_STEP * second.rem_euclid(DEVICE_GAPS);
        let office = OFFICE_STEP * (second - FIRST_SECOND);
        // Of a clock that is behind: at least not the numbers of another opening.
        let behind = OFFICE_GAP + OFFICE_STEP * second.rem_euclid(OFFICE_GAPS);
        tx.execute("UPDATE meta SET value = value + ?1 WHERE key = 'next_device'", [device])?;
        tx.execute(
            "UPDATE device SET kept = CASE WHEN ?1 >= kept + ?2 THEN ?1 ELSE kept + ?3 END
             WHERE number = 0",
            [office, OFFICE_GAP, behind],
        )?;
    }
    Ok(tx.commit()?)
}
