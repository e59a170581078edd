//! Phones and erasures: which lists a phone holds, what it must drop, and which phones have confirmed.

use crate::store::StoreError;
use aanbel_shared::record::{DeviceNo, RecordId, WorklistId};
use aanbel_shared::sync::Request;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most records told at once; the rest comes with the next exchange.
const TOLD_MAX: usize = 500;
/// As long as this a confirmed record is told to a phone that does not name it: it may be a copy.
pub const AGAIN_MS: i64 = 90 * 86_400_000;

/// Keeps which lists the phone holds after this exchange: those that it is given, those that it says
/// it has read, and those in which it writes. Nothing is written when they are the same as before.
///
/// # Errors
/// Those of the database.
pub fn note_lists(
    tx: &Connection,
    number: DeviceNo,
    request: &Request,
    given: &[WorklistId],
) -> Result<(), StoreError> {
    let read = request.cursors.iter().map(|(list, _)| *list);
    let written = request.ops.iter().map(|op| op.worklist);
    let holds: BTreeSet<Uuid> =
        given.iter().copied().chain(read).chain(written).map(|list| list.0).collect();
    let mut query = tx.prepare_cached("SELECT worklist FROM device_list WHERE device = ?1")?;
    let held = query.query_map([number.0], |row| row.get(0))?;
    let held: BTreeSet<Uuid> = held.collect::<Result<_, _>>()?;
    for list in holds.difference(&held) {
        let mut insert = tx.prepare_cached(
            "INSERT INTO device_list (device, worklist) SELECT ?1, id FROM worklist WHERE id = ?2",
        )?;
        insert.execute(params![number.0, list])?;
    }
    // What waits keeps its list on the phone.
    for list in held.difference(&holds).filter(|_| request.waiting == 0) {
        let mut delete =
            tx.prepare_cached("DELETE FROM device_list WHERE device = ?1 AND worklist = ?2")?;
        delete.execute(params![number.0, list])?;
    }
    Ok(())
}

/// Every phone that holds the list must drop the record.
///
/// # Errors
/// Those of the database.
pub fn tell_all(
    tx: &Connection,
    record: RecordId,
    worklist: WorklistId,
    erasure: Uuid,
) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT device FROM device_list JOIN device ON device.number = device_list.device
         WHERE worklist = ?1 AND wiped_ms IS NULL",
    )?;
    let holders = query.query_map([worklist.0], |row| Ok(DeviceNo(row.get(0)?)))?;
    for holder in holders.collect::<Result<Vec<_>, _>>()? {
        tell(tx, holder, record, erasure)?;
    }
    Ok(())
}

/// This phone must drop the record, also when it said before that it had.
///
/// # Errors
/// Those of the database.
pub fn tell(
    tx: &Connection,
    number: DeviceNo,
    record: RecordId,
    erasure: Uuid,
) -> Result<(), StoreError> {
    let mut put = tx.prepare_cached(
        "INSERT INTO erase_tell (device, record, erasure) VALUES (?1, ?2, ?3)
         ON CONFLICT (device, record) DO UPDATE SET confirmed_ms = NULL",
    )?;
    put.execute(params![number.0, record.0, erasure])?;
    let mut put = tx.prepare_cached(
        "INSERT INTO erase_phone (erasure, device) VALUES (?1, ?2)
         ON CONFLICT (erasure, device) DO UPDATE SET confirmed_ms = NULL",
    )?;
    put.execute(params![erasure, number.0])?;
    Ok(())
}

/// The phone says that it no longer holds these.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    tx: &Connection,
    number: DeviceNo,
    dropped: &[RecordId],
    now_ms: i64,
) -> Result<(), StoreError> {
    let open = "SELECT 1 FROM erase_tell WHERE device = ?1 AND confirmed_ms IS NULL";
    if dropped.is_empty() || !tx.prepare_cached(open)?.exists([number.0])? {
        return Ok(());
    }
    let mut update = tx.prepare_cached(
        "UPDATE erase_tell SET confirmed_ms = ?3
         WHERE device = ?1 AND record = ?2 AND confirmed_ms IS NULL",
    )?;
    for record in dropped {
        update.execute(params![number.0, record.0, now_ms])?;
    }
    sum_up(tx, number, now_ms)
}

/// The phone is empty: it holds nothing that was erased, and no list.
///
/// # Errors
/// Those of the database.
pub fn emptied(tx: &Connection, number: DeviceNo, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE erase_tell SET confirmed_ms = ?2 WHERE device = ?1 AND confirmed_ms IS NULL",
        params![number.0, now_ms],
    )?;
    tx.execute("DELETE FROM device_list WHERE device = ?1", [number.0])?;
    sum_up(tx, number, now_ms)
}

fn sum_up(tx: &Connection, number: DeviceNo, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE erase_phone SET confirmed_ms = ?2
         WHERE device = ?1 AND confirmed_ms IS NULL AND NOT EXISTS (
             SELECT 1 FROM erase_tell WHERE erase_tell.device = erase_phone.device
                AND erase_tell.erasure = erase_phone.erasure AND erase_tell.confirmed_ms IS NULL)",
        params![number.0, now_ms],
    )?;
    Ok(())
}

/// What the phone must drop and did not say that it has: `dropped` is what it said just now.
///
/// # Errors
/// Those of the database.
pub fn to_drop(
    db: &Connection,
    number: DeviceNo,
    dropped: &[RecordId],
) -> Result<Vec<RecordId>, StoreError> {
    let dropped: BTreeSet<RecordId> = dropped.iter().copied().collect();
    let mut query =
        db.prepare_cached("SELECT record FROM erase_tell WHERE device = ?1 ORDER BY record")?;
    let mut rows = query.query([number.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let record = RecordId(row.get(0)?);
        if found.len() < TOLD_MAX && !dropped.contains(&record) {
            found.push(record);
        }
    }
    Ok(found)
}

/// Forgets what was confirmed long ago.
///
/// # Errors
/// Those of the database.
pub fn clear_old(tx: &Connection, now_ms: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM erase_tell WHERE confirmed_ms < ?1", [now_ms - AGAIN_MS])?;
    Ok(())
}
