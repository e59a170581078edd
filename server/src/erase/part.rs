//! Taking fields out of a record that stays, and keeping them out: a phone that was off, or a server that
//! was put back, may bring them once more.

use super::{Erasure, phones, stays};
use crate::access::PersonId;
use crate::store::projection::Fields;
use crate::store::{Lives, StoreError, log, projection, scrub};
use crate::sync::set_aside;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Live, Op, RecordId, Seen, Value};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So far the clock of a phone may be ahead: what it wrote before the erasure is known as that.
pub const CLOCK_AHEAD_MS: i64 = 10 * 60_000;

/// How one field went.
struct Went {
    until_ms: i64,
    after_seq: u64,
    erasure: Uuid,
}

impl Went {
    /// Whether a value is from before. Who had seen what the office said of it afterwards had seen that it
    /// went, whatever her clock says; also in an earlier life of the server, for later ones count on from
    /// there.
    fn took(&self, at_ms: i64, value: &Value, seen: &Seen) -> bool {
        let after = Dot::new(DeviceNo::OFFICE, self.after_seq + 1);
        *value != Value::Nothing && at_ms <= self.until_ms && !seen.covers(after)
    }
}

/// Fields that went out of one record.
struct Gone(BTreeMap<String, Went>);

impl Gone {
    fn of(db: &Connection, record: RecordId) -> Result<Gone, StoreError> {
        let mut query = db.prepare_cached(
            "SELECT field, until_ms, after_seq, erasure FROM erased_field WHERE record = ?1",
        )?;
        let fields = query.query_map([record.0], |row| {
            let after_seq = row.get::<_, i64>(2)?.unsigned_abs();
            Ok((row.get(0)?, Went { until_ms: row.get(1)?, after_seq, erasure: row.get(3)? }))
        })?;
        Ok(Gone(fields.collect::<Result<_, _>>()?))
    }

    /// The erasure that took something of what the op says, if one did.
    fn took(&self, op: &Op) -> Option<Uuid> {
        op.set.iter().find_map(|one| {
            let went = self.0.get(&one.field)?;
            went.took(op.at_ms, &one.value, &one.seen).then_some(went.erasure)
        })
    }

    fn took_live(&self, field: &str, live: &Live) -> bool {
        self.0.get(field).is_some_and(|went| went.took(live.at_ms, &live.value, &live.seen))
    }
}

/// Notes which fields go out of records that stay; nothing of those that are noted already.
///
/// # Errors
/// Those of the database.
pub(super) fn note(tx: &Connection, erasure: &Erasure) -> Result<(), StoreError> {
    let after_seq = match erasure.after_seq {
        Some(seq) => seq,
        None => log::kept(tx, DeviceNo::OFFICE)?,
    };
    for (record, field) in &erasure.fields {
        let mut note = tx.prepare_cached(
            "INSERT INTO erased_field (record, field, until_ms, after_seq, erasure)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (record, field) DO UPDATE SET until_ms = excluded.until_ms,
                 after_seq = excluded.after_seq, erasure = excluded.erasure
             WHERE excluded.until_ms > until_ms",
        )?;
        let until_ms = erasure.at_ms.saturating_add(CLOCK_AHEAD_MS);
        note.execute(params![record.0, field, until_ms, after_seq as i64, erasure.id])?;
    }
    Ok(())
}

/// Whether every field of the erasure is noted. Older releases noted none.
///
/// # Errors
/// Those of the database.
pub(super) fn is_noted(db: &Connection, erasure: &Erasure) -> Result<bool, StoreError> {
    let mut query =
        db.prepare_cached("SELECT 1 FROM erased_field WHERE record = ?1 AND field = ?2")?;
    for (record, field) in &erasure.fields {
        if !query.exists(params![record.0, field])? {
            return Ok(false);
        }
    }
    Ok(true)
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
    let goes = |one: &Assignment| one.value != Value::Nothing && fields.contains(&*one.field);
    let says = |op: &Op| op.set.iter().any(goes);
    for (place, op) in set_aside::all(tx)? {
        if op.record == record && says(&op) {
            note_op(tx, place, &op)?;
            set_aside::forget(tx, place, record, erasure.at_ms)?;
            phones::tell(tx, place.device, record, erasure.id)?;
        }
    }
    let Some((_, worklist)) = projection::kind_and_worklist(tx, record)? else { return Ok(()) };
    let going: Vec<Op> = log::ops_of(tx, record)?.into_iter().filter(says).collect();
    if going.is_empty() {
        return Ok(());
    }
    let goes = |field: &str, live: &Live| live.value != Value::Nothing && fields.contains(field);
    forget(tx, record, goes, &going, erasure.id, erasure.at_ms)?;
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
/// kept but its number, and a phone that has the list, or is given it (`is_given`), is told to drop the record.
///
/// # Errors
/// Those of the database.
pub fn late(
    tx: &Connection,
    place: Dot,
    author: PersonId,
    op: &Op,
    is_given: bool,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let Some(erasure) = Gone::of(tx, op.record)?.took(op) else { return Ok(false) };
    // That a record is there, and lost something, is nobody else's business. A phone that joined just now is
    // not noted as having anything.
    if is_given || phones::has_list(tx, place.device, op.worklist)? {
        phones::tell(tx, place.device, op.record, erasure)?;
    }
    note_op(tx, place, op)?;
    set_aside::put_erased(tx, place, author, op.record, now_ms)?;
    Ok(true)
}

/// Keeps of an op of which a part goes when it was written.
///
/// # Errors
/// Those of the database.
pub fn note_op(tx: &Connection, place: Dot, op: &Op) -> Result<(), StoreError> {
    let mut note = tx.prepare_cached(
        "INSERT OR IGNORE INTO part_op (device, device_seq, at_ms) VALUES (?1, ?2, ?3)",
    )?;
    note.execute(params![place.device.0, place.seq as i64, op.at_ms])?;
    Ok(())
}

/// Whether what had this number, and of which a part went, was written at another moment than this: a copy of
/// the phone wrote this one.
///
/// # Errors
/// Those of the database.
pub fn is_another(db: &Connection, place: Dot, op: &Op) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM part_op WHERE device = ?1 AND device_seq = ?2 AND at_ms <> ?3",
    )?;
    Ok(query.exists(params![place.device.0, place.seq as i64, op.at_ms])?)
}

/// A phone sends once more what is in the log already. When that was erased since and the record stays, it is
/// a copy of the phone that was told, or was put back: it is told as well.
///
/// # Errors
/// Those of the database.
pub fn sent_again(tx: &Connection, place: Dot, record: RecordId) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT erasure FROM log WHERE device = ?1 AND device_seq = ?2 AND payload IS NULL
            AND EXISTS (SELECT 1 FROM record WHERE id = ?3)",
    )?;
    let at = params![place.device.0, place.seq as i64, record.0];
    match query.query_row(at, |row| row.get(0)).optional()? {
        Some(erasure) => phones::tell(tx, place.device, record, erasure),
        None => Ok(()),
    }
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
    let goes = |field: &str, live: &Live| gone.took_live(field, live);
    forget(tx, record, goes, &going, *erasure, now_ms)?;
    scrub::needed(tx)?;
    phones::tell(tx, phone, record, *erasure)
}

/// Takes away what these ops of a record say, after all that stays of what they said was said again. Of
/// their values those go of which `goes` holds.
fn forget(
    tx: &Connection,
    record: RecordId,
    goes: impl Fn(&str, &Live) -> bool,
    going: &[Op],
    erasure: Uuid,
    now_ms: i64,
) -> Result<(), StoreError> {
    // What says it again has seen all that they had, and all that stands without them: what they had replaced
    // is in the log, and on phones, and would come back.
    let mut had: BTreeMap<&str, Seen> = BTreeMap::new();
    for op in going {
        for one in &op.set {
            let seen = had.entry(&one.field).or_default();
            seen.join(&one.seen);
            seen.add(op.dot);
        }
    }
    let mut without = Fields::default();
    let dots: BTreeSet<Dot> = going.iter().map(|op| op.dot).collect();
    for op in log::ops_of(tx, record)?.iter().filter(|op| !dots.contains(&op.dot)) {
        without.apply(op);
    }
    let now = projection::fields(tx, record)?;
    let mut again = Vec::new();
    for (field, mut had) in had {
        let Some(register) = now.get(field) else { continue };
        let mut live = register.live().to_vec();
        if going.iter().any(|op| op.lives().any(|(one, live)| one == field && goes(one, &live))) {
            live.retain(|live| live.value != Value::Nothing && !goes(field, live));
        } else if without.get(field) == Some(register) && register.seen().covers_all(&had) {
            continue;
        }
        if let Some(register) = without.get(field) {
            had.join(&register.seen());
        }
        again.push(Lives { field: field.to_owned(), live, had });
    }
    stays::say_again(tx, record, again, now_ms)?;
    for op in going {
        note_op(tx, op.dot, op)?;
        log::forget_op(tx, op, erasure)?;
    }
    projection::begin_at_the_first(tx, record)
}
