//! What comes in after an erasure from a phone that did not know: nothing of it is kept, its number is
//! noted, and the phone is told to drop it.

use super::{find, phones};
use crate::access::PersonId;
use crate::store::{StoreError, log, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{Dot, Op, RecordId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whether the op is about something that was erased. If so it was dealt with: it is under its number
/// among what was set aside, without what it said. A record that stands is never late, whatever a
/// later op of it points at. Who may not write there (`may_write`) takes nothing of others along.
///
/// # Errors
/// Those of the database.
pub fn late(
    tx: &Connection,
    place: Dot,
    author: PersonId,
    op: &Op,
    may_write: bool,
    now_ms: i64,
) -> Result<bool, StoreError> {
    if projection::kind_and_worklist(tx, op.record)?.is_some() {
        return Ok(false);
    }
    let Some(erasure) = erased_by(tx, op)? else { return Ok(false) };
    phones::tell(tx, place.device, op.record, erasure)?;
    set_aside::put_erased(tx, place, author, op.record, now_ms)?;
    if !may_write && set_aside::others_wait(tx, place.device, op.record)? {
        return Ok(true);
    }
    // Its next op may not name what was erased any more.
    if note(tx, op, erasure)? && set_aside::some_name(tx, op.record)? {
        let waiting = set_aside::all(tx)?;
        forget_waiting(tx, &waiting, BTreeSet::from([op.record]), erasure, now_ms)?;
    }
    Ok(true)
}

/// Of these, what is said of records that nobody knew and that went, and of what hangs on those: others may
/// have said it before anyone could know what it is about.
///
/// # Errors
/// Those of the database.
pub(super) fn forget_waiting(
    tx: &Connection,
    waiting: &[(Dot, Op)],
    mut gone: BTreeSet<RecordId>,
    erasure: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    loop {
        let before = gone.len();
        for (_, op) in waiting {
            let hangs = find::references(op).any(|target| gone.contains(&target));
            if hangs && projection::kind_and_worklist(tx, op.record)?.is_none() {
                gone.insert(op.record);
            }
        }
        if gone.len() == before {
            break;
        }
    }
    for (place, op) in waiting.iter().filter(|(_, op)| gone.contains(&op.record)) {
        note(tx, op, erasure)?;
        phones::tell(tx, place.device, op.record, erasure)?;
        set_aside::forget(tx, *place, op.record, now_ms)?;
    }
    Ok(())
}

/// Notes that the record of this op went; whether that is news.
///
/// # Errors
/// Those of the database.
pub(super) fn note(tx: &Connection, op: &Op, erasure: Uuid) -> Result<bool, StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO erased (record, worklist, erasure) VALUES (?1, ?2, ?3)
         ON CONFLICT (record) DO NOTHING",
    )?;
    Ok(insert.execute(params![op.record.0, op.worklist.0, erasure])? > 0)
}

fn erased_by(tx: &Connection, op: &Op) -> Result<Option<Uuid>, StoreError> {
    if let Some(erasure) = of_record(tx, op.record)? {
        return Ok(Some(erasure));
    }
    for target in find::references(op) {
        if let Some(erasure) = of_record(tx, target)? {
            return Ok(Some(erasure));
        }
        // A record of its own about this door, from before everything there was erased.
        if let Some(erasure) = of_door(tx, target, op.at_ms)? {
            return Ok(Some(erasure));
        }
    }
    Ok(None)
}

fn of_record(tx: &Connection, record: RecordId) -> Result<Option<Uuid>, StoreError> {
    if !log::is_erased(tx, record)? {
        return Ok(None);
    }
    let query = "SELECT erasure FROM erased WHERE record = ?1";
    Ok(tx.prepare_cached(query)?.query_row([record.0], |row| row.get(0)).optional()?)
}

fn of_door(tx: &Connection, door: RecordId, at_ms: i64) -> Result<Option<Uuid>, StoreError> {
    let query = "SELECT erasure FROM erased_door WHERE door = ?1 AND until_ms >= ?2";
    let mut query = tx.prepare_cached(query)?;
    Ok(query.query_row(params![door.0, at_ms], |row| row.get(0)).optional()?)
}
