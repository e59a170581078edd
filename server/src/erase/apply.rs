//! Taking it away: out of the log, out of the tables, out of what was set aside. What must be told to
//! phones is noted first, while it can still be known.

use super::waiting::{Went, Writers};
use super::{Erasure, Ledger, find, late, part, phones};
use crate::cases::joint;
use crate::store::{StoreError, log, projection, scrub};
use crate::sync::set_aside;
use aanbel_shared::record::{DeviceNo, RecordId};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Notes an erasure in the ledger, then erases.
///
/// # Errors
/// Those of the database, and when the ledger cannot be written; nothing is erased then.
pub fn perform(tx: &Connection, ledger: &Ledger, mut erasure: Erasure) -> Result<(), StoreError> {
    erasure.after_seq = Some(log::kept(tx, DeviceNo::OFFICE)?);
    ledger.append(&erasure)?;
    apply(tx, &erasure)
}

/// Erases. Doing it again changes nothing. Afterwards the files still hold remains: `store::scrub`.
///
/// # Errors
/// Those of the database.
pub fn apply(tx: &Connection, erasure: &Erasure) -> Result<(), StoreError> {
    note(tx, erasure)?;
    scrub::needed(tx)?;
    for (record, worklist) in &erasure.records {
        let mut insert = tx.prepare_cached(
            "INSERT INTO erased (record, worklist, erasure) VALUES (?1, ?2, ?3)
             ON CONFLICT (record) DO NOTHING",
        )?;
        insert.execute(params![record.0, worklist.0, erasure.id])?;
        phones::tell_all(tx, *record, *worklist, erasure.id)?;
    }
    for door in &erasure.doors {
        tx.execute(
            "INSERT INTO erased_door (door, until_ms, erasure) VALUES (?1, ?2, ?3)
             ON CONFLICT (door) DO UPDATE SET until_ms = MAX(until_ms, excluded.until_ms)",
            params![door.0, erasure.at_ms, erasure.id],
        )?;
    }
    let records: Vec<RecordId> = erasure.records.iter().map(|(record, _)| *record).collect();
    forget_set_aside(tx, erasure, &records)?;
    let doubled = joint::beside(tx, &records)?;
    // The log first: the tables say which entries are on a record.
    for record in &records {
        log::forget_record(tx, *record, erasure.id)?;
    }
    projection::remove(tx, &records)?;
    for visit in doubled {
        joint::tell_doubles(tx, visit, erasure.at_ms)?;
    }
    part::note(tx, erasure)?;
    let mut fields: BTreeMap<RecordId, BTreeSet<&str>> = BTreeMap::new();
    for (record, field) in &erasure.fields {
        fields.entry(*record).or_default().insert(field);
    }
    for (record, fields) in &fields {
        part::forget_fields(tx, *record, fields, erasure)?;
    }
    Ok(())
}

fn note(tx: &Connection, erasure: &Erasure) -> Result<(), StoreError> {
    let count = (erasure.records.len() + erasure.fields.len()) as i64;
    let (asked, confirmed) = (erasure.by.first().copied(), erasure.by.last().copied());
    // After a restore a person may not be known (yet); the ledger keeps who it was.
    tx.execute(
        "INSERT INTO erasure (id, cause, door, asked_ms, asked_by, ended_ms, ended_by, done, records)
         VALUES (?1, ?2, ?3, ?4, (SELECT id FROM person WHERE id = ?5), ?4,
                 (SELECT id FROM person WHERE id = ?6), 1, ?7)
         ON CONFLICT (id) DO UPDATE SET ended_ms = excluded.ended_ms,
             ended_by = excluded.ended_by, done = 1, records = excluded.records",
        params![
            erasure.id,
            erasure.cause.key(),
            erasure.doors.first().map(|door| door.0),
            erasure.at_ms,
            asked,
            confirmed,
            count
        ],
    )?;
    Ok(())
}

fn forget_set_aside(
    tx: &Connection,
    erasure: &Erasure,
    records: &[RecordId],
) -> Result<(), StoreError> {
    let waiting = set_aside::all(tx)?;
    let writers = Writers::of(tx, &waiting, erasure.at_ms)?;
    let mut went = Went::default();
    for (place, op) in &waiting {
        let hangs = find::references(op).any(|id| {
            // As of what comes in late: of the door itself only what was written until then. Done again
            // at a start, this must not reach who lives there now.
            records.contains(&id) || (erasure.doors.contains(&id) && op.at_ms <= erasure.at_ms)
        });
        // What is said of the door itself stays: it is not about who lives there.
        let hangs = hangs && op.kind != "address" && !find::hangs_elsewhere(tx, op.record)?;
        if !hangs && !records.contains(&op.record) {
            continue;
        }
        if projection::kind_and_worklist(tx, op.record)?.is_some() {
            part::note_op(tx, *place, op)?;
            set_aside::forget(tx, *place, op.record, erasure.at_ms)?;
        } else if records.contains(&op.record) {
            went.add_whole(op.record);
        } else {
            // With all that she says of it, also what does not name what went.
            went.add(&writers, *place, op);
        }
    }
    late::forget_waiting(tx, &writers, &waiting, went, erasure.id, erasure.at_ms)
}

/// A new number for an erasure.
pub(super) fn new_id(now_ms: i64) -> Uuid {
    RecordId::at(now_ms, crate::access::random()).0
}
