//! Taking fields out of a record that stays, and keeping them out: a phone that was off, or a server that
//! was put back, may bring them once more.

use super::{Erasure, UNSCRUBBED, phones, stays};
use crate::access::PersonId;
use crate::store::{self, Lives, StoreError, log, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{DeviceNo, Dot, Live, Op, RecordId, Seen, Value};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Fields that went out of one record.
struct Gone {
    /// Until when what was written of each went, ms since 1970, and by which erasure.
    fields: BTreeMap<String, (i64, Uuid)>,
}

impl Gone {
    fn of(db: &Connection, record: RecordId) -> Result<Gone, StoreError> {
        let query = "SELECT field, until_ms, erasure FROM erased_field WHERE record = ?1";
        let mut query = db.prepare_cached(query)?;
        let fields =
            query.query_map([record.0], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(Gone { fields: fields.collect::<Result<_, _>>()? })
    }

    /// The erasure that took what the op says, if one did.
    fn took(&self, op: &Op) -> Option<Uuid> {
        let mut said = op.set.iter().filter(|one| one.value != Value::Nothing);
        said.find_map(|one| {
            let (until_ms, erasure) = self.fields.get(&one.field)?;
            (op.at_ms <= *until_ms).then_some(*erasure)
        })
    }
}

/// Takes these fields out of a record that stays, with all values that they ever had. What else the same
/// ops said and is alive is said again. Phones lose them when they have read that.
///
/// # Errors
/// Those of the database.
pub(super) fn forget_fields(
    tx: &Connection,
    record: RecordId,
    fields: &BTreeSet<&str>,
    erasure: &Erasure,
) -> Result<(), StoreError> {
    for field in fields {
        let mut note = tx.prepare_cached(
            "INSERT INTO erased_field (record, field, until_ms, erasure) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (record, field) DO UPDATE SET until_ms = excluded.until_ms,
                 erasure = excluded.erasure WHERE excluded.until_ms >= until_ms",
        )?;
        note.execute(params![record.0, field, erasure.at_ms, erasure.id])?;
    }
    let says = |op: &Op| {
        let mut said = op.set.iter().filter(|one| one.value != Value::Nothing);
        said.any(|one| fields.contains(&*one.field))
    };
    for (place, op) in set_aside::all(tx)? {
        if op.record == record && says(&op) {
            set_aside::forget(tx, place, record, erasure.at_ms)?;
        }
    }
    let Some((_, worklist)) = projection::kind_and_worklist(tx, record)? else { return Ok(()) };
    let going: Vec<Op> = log::ops_of(tx, record)?.into_iter().filter(says).collect();
    if going.is_empty() {
        return Ok(());
    }
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    forget(tx, record, &fields, &going, erasure.id, erasure.at_ms)?;
    phones::tell_to_read(tx, worklist, erasure.id)?;
    phones::tell_authors(tx, record, erasure.id)
}

/// Whether a field ever went while its record stays.
///
/// # Errors
/// Those of the database.
pub fn some_went(db: &Connection) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("SELECT 1 FROM erased_field")?.exists([])?)
}

/// Whether the op says something that went out of its record, written before it did.
///
/// # Errors
/// Those of the database.
pub fn is_of_gone_part(db: &Connection, op: &Op) -> Result<bool, StoreError> {
    Ok(Gone::of(db, op.record)?.took(op).is_some())
}

/// Whether that holds for an op that cannot be taken in. If so it was dealt with: of what waits, nothing is
/// kept but its number, and the phone is told to drop the record.
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
    let Some(erasure) = Gone::of(tx, op.record)?.took(op) else { return Ok(false) };
    phones::tell(tx, place.device, op.record, erasure)?;
    set_aside::put_erased(tx, place, author, op.record, now_ms)?;
    Ok(true)
}

/// Takes out of a record again what went before and was brought once more by this phone. Newer values of
/// the same fields stay.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn forget_again(
    tx: &Connection,
    phone: DeviceNo,
    record: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let gone = Gone::of(tx, record)?;
    let went = |op: Op| gone.took(&op).map(|erasure| (op, erasure));
    let (going, by): (Vec<Op>, Vec<Uuid>) =
        log::ops_of(tx, record)?.into_iter().filter_map(went).unzip();
    let Some(erasure) = by.last() else { return Ok(()) };
    let fields = gone.fields.keys().cloned().collect();
    forget(tx, record, &fields, &going, *erasure, now_ms)?;
    store::set_text(tx, UNSCRUBBED, "1")?;
    phones::tell(tx, phone, record, *erasure)
}

/// Takes away what these ops of a record say, after all that stays of what they said was said again.
fn forget(
    tx: &Connection,
    record: RecordId,
    fields: &BTreeSet<String>,
    going: &[Op],
    erasure: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    // What says it again has seen all that they had: others that they had replaced stand in the log, and on
    // phones, and would come back.
    let mut had: BTreeMap<&str, Seen> = BTreeMap::new();
    for op in going {
        for one in &op.set {
            let seen = had.entry(&one.field).or_default();
            seen.join(&one.seen);
            seen.add(op.dot);
        }
    }
    let now = projection::fields(tx, record)?;
    let mut again = Vec::new();
    for (field, had) in had {
        let Some(register) = now.get(field) else { continue };
        let goes = |live: &&Live| going.iter().any(|op| op.dot == live.dot);
        let live = register.live();
        if fields.contains(field) {
            // Of a field that went, what is newer stays.
            let stays = |live: &&Live| live.value != Value::Nothing && !goes(live);
            let live = live.iter().filter(stays).cloned().collect();
            again.push(Lives { field: field.to_owned(), live, had });
        } else if live.iter().any(|live| goes(&live)) || !register.seen().covers_all(&had) {
            again.push(Lives { field: field.to_owned(), live: live.to_vec(), had });
        }
    }
    stays::say_again(tx, record, again, now_ms)?;
    for op in going {
        log::forget_op(tx, op, erasure)?;
    }
    projection::begin_at_the_first(tx, record)
}
