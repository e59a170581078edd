//! What comes in after an erasure from a phone that did not know: nothing of it is kept, its number is
//! noted, and the phone is told to drop it.

use super::waiting::{Went, Writers};
use super::{find, phones};
use crate::access::PersonId;
use crate::store::{StoreError, log, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Whether the op is about something that was erased. If so it was dealt with: it is under its number
/// among what was set aside, without what it said. A record that stands is never late, whatever a
/// later op of it points at.
///
/// Who may not write there (`may_write`) says nothing of the record itself, which somebody else may begin:
/// only of her own words nothing is kept.
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
    // What is not taken in anyhow may be a copy's as well, which has another number.
    let person = if may_write { None } else { Some(author) };
    let Some(erasure) = erased_by(tx, place.device, person, op)? else { return Ok(false) };
    phones::tell(tx, place.device, op.record, erasure)?;
    set_aside::put_erased(tx, place, author, op.record, now_ms)?;
    // Its next op may not name what was erased any more.
    if !may_write {
        if set_aside::phone_names(tx, place.device, op.record)? {
            let mut waiting = set_aside::all(tx)?;
            waiting.retain(|(other, _)| other.device == place.device);
            let writers = Writers::of(tx, &waiting, now_ms)?;
            let went = Went::said(Some(author), op.record);
            for (place, op) in hanging(tx, &writers, &waiting, went)? {
                forget(tx, *place, op, erasure, now_ms)?;
            }
        }
    } else if note(tx, op, erasure)? && set_aside::some_name(tx, op.record)? {
        let waiting = set_aside::all(tx)?;
        let writers = Writers::of(tx, &waiting, now_ms)?;
        forget_waiting(tx, &writers, &waiting, Went::whole(op.record), erasure, now_ms)?;
    }
    Ok(true)
}

/// Of these, what is said of records that nobody knew and that went, and of what hangs on those: others may
/// have said it before anyone could know what it is about. What is said by who may not write there says
/// nothing of the record itself.
///
/// # Errors
/// Those of the database.
pub(super) fn forget_waiting(
    tx: &Connection,
    writers: &Writers,
    waiting: &[(Dot, Op)],
    went: Went,
    erasure: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    for (place, op) in hanging(tx, writers, waiting, went)? {
        if writers.may_write(*place, op) {
            note(tx, op, erasure)?;
        }
        forget(tx, *place, op, erasure, now_ms)?;
    }
    Ok(())
}

/// Of these, what is said of records that went, and of those that nobody knew and that hang on them.
fn hanging<'a>(
    tx: &Connection,
    writers: &Writers,
    waiting: &'a [(Dot, Op)],
    mut went: Went,
) -> Result<Vec<&'a (Dot, Op)>, StoreError> {
    loop {
        let before = went.len();
        for (place, op) in waiting {
            let person = writers.person(*place);
            let hangs = find::references(op).any(|target| went.has(person, target));
            if hangs && projection::kind_and_worklist(tx, op.record)?.is_none() {
                went.add(writers, *place, op);
            }
        }
        if went.len() == before {
            break;
        }
    }
    let is_gone = |(place, op): &&(Dot, Op)| went.has(writers.person(*place), op.record);
    Ok(waiting.iter().filter(is_gone).collect())
}

fn forget(
    tx: &Connection,
    place: Dot,
    op: &Op,
    erasure: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    phones::tell(tx, place.device, op.record, erasure)?;
    set_aside::forget(tx, place, op.record, now_ms)
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

fn erased_by(
    tx: &Connection,
    phone: DeviceNo,
    person: Option<PersonId>,
    op: &Op,
) -> Result<Option<Uuid>, StoreError> {
    for target in std::iter::once(op.record).chain(find::references(op)) {
        if let Some(erasure) = of_record(tx, target)? {
            return Ok(Some(erasure));
        }
        if let Some(erasure) = phones::told_of_unknown(tx, phone, person, target)? {
            return Ok(Some(erasure));
        }
    }
    for target in find::references(op) {
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
