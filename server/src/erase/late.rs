//! What comes in after an erasure from a phone that did not know: nothing of it is kept, its number is
//! noted, and the phone is told to drop it.

use super::{find, phones};
use crate::access::PersonId;
use crate::store::{StoreError, log, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{Dot, Op, RecordId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Whether the op is about something that was erased. If so it was dealt with: it is under its number
/// among what was set aside, without what it said.
///
/// # Errors
/// Those of the database.
pub fn late(
    tx: &Connection,
    place: Dot,
    author: PersonId,
    op: &Op,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let is_new = projection::kind_and_worklist(tx, op.record)?.is_none();
    let Some(erasure) = erased_by(tx, op, is_new)? else { return Ok(false) };
    if is_new {
        // Its next op may not name what was erased any more.
        let mut insert = tx.prepare_cached(
            "INSERT INTO erased (record, worklist, erasure) VALUES (?1, ?2, ?3)
             ON CONFLICT (record) DO NOTHING",
        )?;
        insert.execute(params![op.record.0, op.worklist.0, erasure])?;
        phones::tell(tx, place.device, op.record, erasure)?;
    }
    set_aside::put_erased(tx, place, author, op.record, now_ms)?;
    Ok(true)
}

fn erased_by(tx: &Connection, op: &Op, is_new: bool) -> Result<Option<Uuid>, StoreError> {
    if is_new && let Some(erasure) = of_record(tx, op.record)? {
        return Ok(Some(erasure));
    }
    for target in find::references(op) {
        if let Some(erasure) = of_record(tx, target)? {
            return Ok(Some(erasure));
        }
        // A record of its own about this door, from before everything there was erased.
        if is_new && let Some(erasure) = of_door(tx, target, op.at_ms)? {
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
