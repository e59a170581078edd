//! Ops that were set aside: kept whole, released by themselves when what they had seen arrives, or
//! accepted or dismissed by a person.

use super::ledger::Kept;
use crate::access::{PersonId, Phone, people};
use crate::cases;
use crate::store::{self, Intake, StoreError, log, say_unseen};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId};
use aanbel_shared::sync::{Access, Reason, Verdict, awaited, judge};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// Most ops looked at again after one batch.
const RELEASE_MAX: i64 = 200;
/// Most ops of one phone that may wait for a decision, and their bytes. Ours never comes near; a
/// stolen one would fill the disk and the inbox.
const OPEN_MAX: i64 = 1_000;
const OPEN_BYTES_MAX: i64 = 4 * 1024 * 1024;
/// Most ops removed at once.
const PURGE_MAX: i64 = 2_000;

/// Reason and resolution of an op whose record was erased.
pub const ERASED: &str = "erased";

/// What became of a person's decision about an op that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// It was decided before, or never set aside.
    NotOpen,
    /// It cannot be accepted: it does not fit the record, the form or the device.
    CannotAccept,
}

/// Keeps an op aside. `place` is who sent it and under which number, whatever the op itself claims.
///
/// # Errors
/// Those of the database.
pub fn put(
    tx: &Connection,
    place: Dot,
    author: PersonId,
    reason: Reason,
    op: &Op,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO quarantine (device, device_seq, author, reason, received_ms, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let (device, seq) = (place.device.0, place.seq as i64);
    insert.execute(params![device, seq, author, reason.key(), now_ms, log::encode(op)])?;
    if reason == Reason::SeenAhead { await_next(tx, place, op) } else { Ok(()) }
}

/// Whether so much of this phone waits for a decision that no more is set aside.
///
/// # Errors
/// Those of the database.
pub fn is_full(tx: &Connection, device: DeviceNo) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT COUNT(*) >= ?2 OR COALESCE(SUM(LENGTH(payload)), 0) >= ?3 FROM quarantine
         WHERE device = ?1 AND resolved_ms IS NULL",
    )?;
    Ok(query.query_row(params![device.0, OPEN_MAX, OPEN_BYTES_MAX], |row| row.get(0))?)
}

/// Whether an op was set aside under this number, and the very same one. As with the log, of an erased
/// op only the record is known.
///
/// # Errors
/// Those of the database.
pub fn holds(db: &Connection, place: Dot, op: &Op) -> Result<Option<bool>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT payload, erased_record FROM quarantine WHERE device = ?1 AND device_seq = ?2",
    )?;
    let found = query.query_row(params![place.device.0, place.seq as i64], |row| {
        Ok((row.get::<_, Option<Vec<u8>>>(0)?, row.get::<_, Option<uuid::Uuid>>(1)?))
    });
    Ok(found.optional()?.map(|(payload, erased)| match payload {
        Some(payload) => payload == log::encode(op),
        None => erased == Some(op.record.0),
    }))
}

/// Every op that is held aside, whatever was decided about it.
///
/// # Errors
/// `Damaged` when one cannot be read.
pub fn all(db: &Connection) -> Result<Vec<(Dot, Op)>, StoreError> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE payload IS NOT NULL"))?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let row = read(row)?;
        found.push((row.place, row.op));
    }
    Ok(found)
}

/// Whether something that is held aside speaks of this record.
///
/// # Errors
/// Those of the database.
pub fn some_name(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let query = "SELECT 1 FROM quarantine WHERE instr(payload, ?1) > 0";
    Ok(db.prepare_cached(query)?.exists([&record.0.as_bytes()[..]])?)
}

/// The same of what this phone said.
///
/// # Errors
/// Those of the database.
pub fn phone_names(
    db: &Connection,
    device: DeviceNo,
    record: RecordId,
) -> Result<bool, StoreError> {
    let query = "SELECT 1 FROM quarantine WHERE device = ?1 AND instr(payload, ?2) > 0";
    Ok(db.prepare_cached(query)?.exists(params![device.0, &record.0.as_bytes()[..]])?)
}

/// Takes away what an op says that was set aside. An open one is decided by that.
///
/// # Errors
/// Those of the database.
pub fn forget(
    tx: &Connection,
    place: Dot,
    record: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE quarantine SET payload = NULL, erased_record = ?3,
                resolved_ms = COALESCE(resolved_ms, ?4), resolution = COALESCE(resolution, ?5)
         WHERE device = ?1 AND device_seq = ?2",
    )?;
    update.execute(params![place.device.0, place.seq as i64, record.0, now_ms, ERASED])?;
    store::scrub::needed(tx)
}

/// Notes under its number that an op came too late: its record was erased. Nothing of it is kept.
///
/// # Errors
/// Those of the database.
pub fn put_erased(
    tx: &Connection,
    place: Dot,
    author: PersonId,
    record: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO quarantine (device, device_seq, author, reason, received_ms, resolved_ms,
                                 resolution, erased_record)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?4, ?6)",
    )?;
    insert.execute(params![place.device.0, place.seq as i64, author, ERASED, now_ms, record.0])?;
    Ok(())
}

/// Judges again what waited for ops of this device up to this sequence, and takes in what is right by
/// now. Only those: what others made up to wait for does not hold these up. Gives how many.
///
/// # Errors
/// Those of the database.
pub fn release(tx: &Connection, forms: &Forms, upto: Dot, now_ms: i64) -> Result<u32, StoreError> {
    let waiting = waiting_for(tx, upto)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut intake = Intake::new(tx)?;
    // Together: what else was said of a record is read once, however many wait of it.
    let mut taken: BTreeMap<(DeviceNo, RecordId), Vec<log::Entry<'_>>> = BTreeMap::new();
    let mut released = 0;
    for row in &waiting {
        if release_one(tx, forms, &mut intake, row, now_ms)? {
            taken.entry((row.place.device, row.op.record)).or_default().push(row.entry());
            released += 1;
        }
    }
    intake.finish()?;
    taken.iter().try_for_each(|((_, record), entries)| say_unseen(tx, *record, entries))?;
    Ok(released)
}

/// Takes an op in that was set aside, because a person says that it is right after all. It must fit these
/// forms.
///
/// # Errors
/// Those of the database.
pub fn accept(
    tx: &Connection,
    forms: &Forms,
    place: Dot,
    by: PersonId,
    now_ms: i64,
) -> Result<Decided, StoreError> {
    let Some(row) = open_row(tx, place)? else { return Ok(Decided::NotOpen) };
    let author = match row.author {
        Some(author) => people::find(tx, author)?.map(|(_, role)| (author, role)),
        None => None,
    };
    // The person lends her own rights and reach, and what only somebody like the writer fills in stays hers to
    // say; what does not fit stays unfit.
    let roles = author.map(|(_, role)| role).into_iter().chain([Role::Coordinator]);
    if !fits_as_one_of(tx, forms, &row, roles)? {
        return Ok(Decided::CannotAccept);
    }
    if let Some((author, role)) = author {
        // After a restore somebody else may have her number, and with it this week.
        if !cases::lists::may_be_of(tx, row.op.worklist, author)? {
            return Ok(Decided::CannotAccept);
        }
        cases::lists::begin_lost(tx, row.op.worklist, author, role, now_ms)?;
    }
    match store::take_in(tx, &row.entry()) {
        Ok(_) => {}
        Err(StoreError::NoWorklist) => return Ok(Decided::CannotAccept),
        Err(StoreError::Erased) => {
            forget(tx, place, row.op.record, now_ms)?;
            return Ok(Decided::CannotAccept);
        }
        // Once somebody has settled what stands there it can be.
        Err(StoreError::Crowded) => return Ok(Decided::CannotAccept),
        Err(error) => return Err(error),
    }
    resolve(tx, place, "accepted", Some(by), now_ms)?;
    cases::settle(tx, now_ms)?;
    Ok(Decided::Done)
}

/// Whether an op fits when somebody with one of these roles writes it, in whatever list it is.
fn fits_as_one_of(
    tx: &Connection,
    forms: &Forms,
    row: &Row,
    roles: impl Iterator<Item = Role>,
) -> Result<bool, StoreError> {
    for role in roles {
        let worklists = vec![row.op.worklist];
        let access = Access { device: row.place.device, role, worklists };
        match judge(&row.op, &access, forms, &Kept(tx))? {
            Verdict::Accept => return Ok(true),
            Verdict::SetAside(Reason::SeenAhead) if waits_for_the_lost_alone(tx, &row.op)? => {
                return Ok(true);
            }
            Verdict::SetAside(_) => {}
        }
    }
    Ok(false)
}

/// Leaves an op out for good. It stays readable in the quarantine.
///
/// # Errors
/// Those of the database.
pub fn dismiss(
    tx: &Connection,
    place: Dot,
    by: PersonId,
    now_ms: i64,
) -> Result<Decided, StoreError> {
    if open_row(tx, place)?.is_none() {
        return Ok(Decided::NotOpen);
    }
    resolve(tx, place, "dismissed", Some(by), now_ms)?;
    Ok(Decided::Done)
}

/// How many ops were left out for good and are still kept, and their bytes.
///
/// # Errors
/// Those of the database.
pub fn left_out(db: &Connection) -> Result<(i64, i64), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*), COALESCE(SUM(LENGTH(payload)), 0) FROM quarantine
         WHERE resolution = 'dismissed'",
    )?;
    Ok(query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Removes for ever what was left out; a hole stays, so that the check knows that it is no loss. Gives
/// how many. Not more at once than a full disk has room for.
///
/// # Errors
/// Those of the database.
pub fn purge(tx: &Connection, now_ms: i64) -> Result<usize, StoreError> {
    let which = "(SELECT device, device_seq FROM quarantine WHERE resolution = 'dismissed'
                  ORDER BY device, device_seq LIMIT ?1)";
    tx.execute(
        &format!(
            "INSERT OR REPLACE INTO hole (device, from_seq, to_seq, noted_ms)
             SELECT device, device_seq, device_seq, ?2 FROM {which}"
        ),
        params![PURGE_MAX, now_ms],
    )?;
    let delete = format!("DELETE FROM quarantine WHERE (device, device_seq) IN {which}");
    Ok(tx.execute(&delete, [PURGE_MAX])?)
}

struct Row {
    place: Dot,
    author: Option<PersonId>,
    received_ms: i64,
    op: Op,
}

impl Row {
    fn entry(&self) -> log::Entry<'_> {
        let Row { author, received_ms, .. } = *self;
        log::Entry { op: &self.op, author, received_ms }
    }
}

const COLUMNS: &str = "SELECT device, device_seq, author, received_ms, payload FROM quarantine";

fn waiting_for(tx: &Connection, upto: Dot) -> Result<Vec<Row>, StoreError> {
    let mut query = tx.prepare_cached(&format!(
        "{COLUMNS} WHERE resolved_ms IS NULL AND reason = 'seen_ahead'
           AND awaits_device = ?1 AND awaits_seq <= ?2
         ORDER BY received_ms, device, device_seq LIMIT ?3"
    ))?;
    let mut rows = query.query(params![upto.device.0, upto.seq as i64, RELEASE_MAX])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Whether all that the op had seen too early was made by devices that this server forgot when it
/// was restored. Their numbers are never given out again, so nothing to come is hidden by it.
fn waits_for_the_lost_alone(tx: &Connection, op: &Op) -> Result<bool, StoreError> {
    let mut forgotten = tx.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM device WHERE number = ?1)
            AND ?1 < (SELECT value FROM meta WHERE key = 'next_device')",
    )?;
    for dot in op.set.iter().flat_map(|one| one.seen.dots()) {
        let ahead = dot.device != op.device() && dot.seq > log::kept(tx, dot.device)?;
        if ahead && !forgotten.query_row([dot.device.0], |row| row.get::<_, bool>(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn open_row(tx: &Connection, place: Dot) -> Result<Option<Row>, StoreError> {
    let mut query = tx.prepare_cached(&format!(
        "{COLUMNS} WHERE resolved_ms IS NULL AND device = ?1 AND device_seq = ?2"
    ))?;
    let mut rows = query.query(params![place.device.0, place.seq as i64])?;
    rows.next()?.map(read).transpose()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let payload: Vec<u8> = row.get(4)?;
    let place = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
    let op = log::decode(&payload)?;
    Ok(Row { place, author: row.get(2)?, received_ms: row.get(3)?, op })
}

fn release_one(
    tx: &Connection,
    forms: &Forms,
    intake: &mut Intake<'_>,
    row: &Row,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let Some(phone) = Phone::numbered(tx, row.place.device)? else { return Ok(false) };
    let verdict = if phone.revoked {
        // As for what it sends itself: the office is told that the phone was revoked, not that its list
        // was taken away.
        Verdict::SetAside(Reason::Revoked)
    } else {
        judge(&row.op, &phone.access(tx, now_ms)?, forms, &Kept(tx))?
    };
    match verdict {
        Verdict::Accept => {}
        Verdict::SetAside(Reason::SeenAhead) => {
            await_next(tx, row.place, &row.op)?;
            return Ok(false);
        }
        Verdict::SetAside(reason) => return for_a_person(tx, row.place, reason),
    }
    match intake.accept(&row.entry()) {
        Ok(()) => resolve(tx, row.place, "accepted", None, now_ms)?,
        // It must not hold up who brought what it waited for.
        Err(StoreError::Erased) => {
            forget(tx, row.place, row.op.record, now_ms)?;
            return Ok(false);
        }
        Err(StoreError::Crowded) => return for_a_person(tx, row.place, Reason::Malformed),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// What it waited for came in, and now it is something else that is wrong. Says that it was not taken in.
fn for_a_person(tx: &Connection, place: Dot, reason: Reason) -> Result<bool, StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE quarantine SET reason = ?3 WHERE device = ?1 AND device_seq = ?2",
    )?;
    update.execute(params![place.device.0, place.seq as i64, reason.key()])?;
    Ok(false)
}

/// Notes what must come in before this op is looked at again.
fn await_next(tx: &Connection, place: Dot, op: &Op) -> Result<(), StoreError> {
    let Some(awaited) = awaited(op, &Kept(tx))? else { return Ok(()) };
    let mut update = tx.prepare_cached(
        "UPDATE quarantine SET awaits_device = ?3, awaits_seq = ?4
         WHERE device = ?1 AND device_seq = ?2",
    )?;
    let (device, seq) = (awaited.device.0, i64::try_from(awaited.seq).unwrap_or(i64::MAX));
    update.execute(params![place.device.0, place.seq as i64, device, seq])?;
    Ok(())
}

fn resolve(
    tx: &Connection,
    place: Dot,
    resolution: &str,
    by: Option<PersonId>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE quarantine SET resolved_ms = ?3, resolution = ?4, resolved_by = ?5
         WHERE device = ?1 AND device_seq = ?2",
    )?;
    update.execute(params![place.device.0, place.seq as i64, now_ms, resolution, by])?;
    Ok(())
}
