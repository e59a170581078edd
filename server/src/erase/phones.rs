//! Phones and erasures: which lists a phone holds, what it must drop, and which phones have confirmed.

use super::stays;
use crate::access::PersonId;
use crate::store::{self, Lives, StoreError, projection};
use aanbel_shared::record::{DeviceNo, RecordId, Seen, WorklistId};
use aanbel_shared::sync::Request;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most records told at once; the rest comes with the next exchange.
const TOLD_MAX: usize = 500;
/// As long as this a confirmed record is told to a phone that does not name it: it may be a copy.
pub const AGAIN_MS: i64 = 90 * 86_400_000;
/// So often a record of which a part went is said again under one number. It has a few copies at most; more
/// is made up to keep the writer busy.
const SAID_MAX: i64 = 20;

/// Keeps which lists the phone holds after this exchange. Nothing is written when they are the same as before.
///
/// # Errors
/// Those of the database.
pub fn note_lists(
    tx: &Connection,
    number: DeviceNo,
    request: &Request,
    given: &[WorklistId],
    now_ms: i64,
) -> Result<(), StoreError> {
    let astray = astray(tx, number, request, given)?;
    tell_copy(tx, number, &astray.held)?;
    say_again(tx, number, &astray.lacking, given, now_ms)?;
    let held = noted(tx, number)?;
    let holds = holds(tx, number, request, given, &held)?;
    let read = read_far_enough(tx, number, request, &holds)?;
    for list in &read {
        let mut done =
            tx.prepare_cached("DELETE FROM erase_cursor WHERE device = ?1 AND worklist = ?2")?;
        done.execute(params![number.0, list])?;
    }
    if !read.is_empty() {
        sum_up(tx, number, now_ms)?;
    }
    for list in holds.difference(&held) {
        let mut insert = tx.prepare_cached(
            "INSERT INTO device_list (device, worklist) SELECT ?1, id FROM worklist WHERE id = ?2",
        )?;
        insert.execute(params![number.0, list])?;
        tell_past(tx, number, request, *list)?;
    }
    // What waits keeps its list on the phone.
    for list in held.difference(&holds).filter(|_| request.waiting == 0) {
        let mut delete =
            tx.prepare_cached("DELETE FROM device_list WHERE device = ?1 AND worklist = ?2")?;
        delete.execute(params![number.0, list])?;
    }
    Ok(())
}

/// It was noted that this phone does not hold the list, and it does: a copy of it, under the same number,
/// had dropped it. So what was erased there meanwhile was not told to this one.
fn tell_past(
    tx: &Connection,
    number: DeviceNo,
    request: &Request,
    list: Uuid,
) -> Result<(), StoreError> {
    if !request.cursors.iter().any(|(read, _)| read.0 == list) {
        return Ok(());
    }
    let mut query = tx.prepare_cached("SELECT record, erasure FROM erased WHERE worklist = ?1")?;
    let gone = query.query_map([list], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
    for (record, erasure) in gone.collect::<Result<Vec<_>, _>>()? {
        tell(tx, number, record, erasure)?;
    }
    Ok(())
}

/// Whether it is noted that the phone holds the list.
///
/// # Errors
/// Those of the database.
pub fn has_list(db: &Connection, number: DeviceNo, list: WorklistId) -> Result<bool, StoreError> {
    let query = "SELECT 1 FROM device_list WHERE device = ?1 AND worklist = ?2";
    Ok(db.prepare_cached(query)?.exists(params![number.0, list.0])?)
}

/// Whether the log has something of this phone in the list.
fn has_written(db: &Connection, number: DeviceNo, list: Uuid) -> Result<bool, StoreError> {
    let query = "SELECT 1 FROM log JOIN log_list ON log_list.number = log.list
                 WHERE log_list.worklist = ?2 AND log.device = ?1";
    Ok(db.prepare_cached(query)?.exists(params![number.0, list])?)
}

/// Whether `note_lists` would find nothing to do.
///
/// # Errors
/// Those of the database.
pub fn lists_are_noted(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    given: &[WorklistId],
) -> Result<bool, StoreError> {
    let held = noted(db, number)?;
    let holds = holds(db, number, request, given, &held)?;
    let astray = astray(db, number, request, given)?;
    if !read_far_enough(db, number, request, &holds)?.is_empty()
        || !astray.held.is_empty()
        || !astray.lacking.is_empty()
    {
        return Ok(false);
    }
    Ok(holds.is_subset(&held) && (request.waiting > 0 || held.is_subset(&holds)))
}

/// Lists that a phone holds: those it is given, and those that it says it read or writes in, if it ever had
/// them. Who never had one hears nothing of it: that a record was there is nobody else's business.
fn holds(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    given: &[WorklistId],
    held: &BTreeSet<Uuid>,
) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut holds: BTreeSet<Uuid> = given.iter().map(|list| list.0).collect();
    let read = request.cursors.iter().map(|(list, _)| list.0);
    let written = request.ops.iter().map(|op| op.worklist.0);
    for list in read.chain(written).collect::<BTreeSet<_>>() {
        if held.contains(&list) || has_written(db, number, list)? {
            holds.insert(list);
        }
    }
    Ok(holds)
}

fn noted(db: &Connection, number: DeviceNo) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut query = db.prepare_cached("SELECT worklist FROM device_list WHERE device = ?1")?;
    let held = query.query_map([number.0], |row| row.get(0))?;
    Ok(held.collect::<Result<_, _>>()?)
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
         ON CONFLICT (device, record, erasure) DO UPDATE SET confirmed_ms = NULL, said_seq = NULL,
             said_upto = NULL",
    )?;
    put.execute(params![number.0, record.0, erasure])?;
    let mut put = tx.prepare_cached(
        "INSERT INTO erase_phone (erasure, device) VALUES (?1, ?2)
         ON CONFLICT (erasure, device) DO UPDATE SET confirmed_ms = NULL",
    )?;
    put.execute(params![erasure, number.0])?;
    Ok(())
}

/// Every phone that holds the list must read it up to here: then it has lost the fields that went.
///
/// # Errors
/// Those of the database.
pub fn tell_to_read(
    tx: &Connection,
    worklist: WorklistId,
    erasure: Uuid,
) -> Result<(), StoreError> {
    let mut put = tx.prepare_cached(
        "INSERT INTO erase_cursor (erasure, device, worklist, seq)
         SELECT ?2, device_list.device, worklist.id, worklist.last_seq FROM worklist
         JOIN device_list ON device_list.worklist = worklist.id
         JOIN device ON device.number = device_list.device AND device.wiped_ms IS NULL
         WHERE worklist.id = ?1
         ON CONFLICT (erasure, device, worklist) DO UPDATE SET seq = excluded.seq",
    )?;
    put.execute(params![worklist.0, erasure])?;
    let mut put = tx.prepare_cached(
        "INSERT INTO erase_phone (erasure, device)
         SELECT erasure, device FROM erase_cursor WHERE erasure = ?1 AND worklist = ?2
         ON CONFLICT (erasure, device) DO UPDATE SET confirmed_ms = NULL",
    )?;
    put.execute(params![erasure, worklist.0])?;
    Ok(())
}

/// A phone keeps what it wrote itself, whatever came after: it must drop the record, and is told again
/// what stayed of it when it has.
///
/// # Errors
/// Those of the database.
pub fn tell_authors(tx: &Connection, record: RecordId, erasure: Uuid) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT DISTINCT log.device FROM record_entry
         JOIN log ON log.entry = record_entry.entry
         JOIN device ON device.number = log.device AND device.wiped_ms IS NULL
         WHERE record_entry.record = ?1 AND log.device <> 0",
    )?;
    let authors = query.query_map([record.0], |row| Ok(DeviceNo(row.get(0)?)))?;
    for author in authors.collect::<Result<Vec<_>, _>>()? {
        tell(tx, author, record, erasure)?;
    }
    Ok(())
}

/// Says again what stayed of these records, of which this phone dropped all just now, as far as it has their
/// lists.
///
/// # Errors
/// Those of the database.
pub fn say_again(
    tx: &Connection,
    number: DeviceNo,
    dropped: &[RecordId],
    given: &[WorklistId],
    now_ms: i64,
) -> Result<(), StoreError> {
    for record in dropped {
        let Some((_, list)) = projection::kind_and_worklist(tx, *record)? else { continue };
        let mut note = tx.prepare_cached(
            "UPDATE erase_tell SET said = said + 1, said_seq = COALESCE(said_seq,
                 (SELECT last_seq FROM worklist WHERE id = ?3) + ?4)
             WHERE device = ?1 AND record = ?2 AND confirmed_ms IS NOT NULL RETURNING said",
        )?;
        let is_given = given.contains(&list);
        let at = params![number.0, record.0, list.0, is_given];
        let said =
            note.query_map(at, |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        if is_given && said.iter().any(|said| *said <= SAID_MAX) {
            let fields = projection::fields(tx, *record)?;
            // Also where nothing is said any more: her next answer is to have seen that.
            let again = fields.iter().map(|(field, register)| {
                let (field, live) = (field.to_owned(), register.live().to_vec());
                Lives { field, live, had: Seen::default() }
            });
            stays::say_again(tx, *record, again.collect(), now_ms)?;
        }
        let mut note = tx.prepare_cached(
            "UPDATE erase_tell SET said_upto = (SELECT last_seq FROM worklist WHERE id = ?3)
             WHERE device = ?1 AND record = ?2 AND confirmed_ms IS NOT NULL",
        )?;
        note.execute(params![number.0, record.0, list.0])?;
    }
    Ok(())
}

/// Records of which a part went and the rest was said again to this phone, that are not on it as they stand.
#[derive(Default)]
struct Astray {
    /// It holds them as they were: it read less than that, so it is a copy.
    held: Vec<RecordId>,
    /// It has nothing of them, and has read them: a late message made it drop them again.
    lacking: Vec<RecordId>,
}

fn astray(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    given: &[WorklistId],
) -> Result<Astray, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT erase_tell.record, record.worklist, MAX(said_seq), MAX(said_upto) FROM erase_tell
         JOIN record ON record.id = erase_tell.record
         WHERE erase_tell.device = ?1 AND said_seq IS NOT NULL AND confirmed_ms IS NOT NULL
            AND said < ?2 AND said_upto IS NOT NULL
         GROUP BY 1, 2",
    )?;
    let mut rows = query.query(params![number.0, SAID_MAX])?;
    let cursors: BTreeMap<WorklistId, u64> = request.cursors.iter().copied().collect();
    let mut found = Astray::default();
    while let Some(row) = rows.next()? {
        let (record, list) = (RecordId(row.get(0)?), WorklistId(row.get(1)?));
        let [said, upto] = [row.get::<_, i64>(2)?, row.get(3)?].map(i64::unsigned_abs);
        match cursors.get(&list) {
            Some(&read) if request.erased.contains(&record) => {
                let has_read = read >= upto && given.contains(&list);
                found.lacking.extend(has_read.then_some(record));
            }
            Some(&read) if read < said => found.held.push(record),
            _ => {}
        }
    }
    // How far it was in another life of the server says nothing.
    let some = !found.held.is_empty() || !found.lacking.is_empty();
    Ok(if some && store::epoch(db)? != request.epoch { Astray::default() } else { found })
}

/// The erasure for which this phone, or one of this person, was told to drop a record that nobody knows: it
/// had said of it, where it may not write, that it hangs on something that went.
///
/// # Errors
/// Those of the database.
pub(super) fn told_of_unknown(
    db: &Connection,
    number: DeviceNo,
    person: Option<PersonId>,
    record: RecordId,
) -> Result<Option<Uuid>, StoreError> {
    // A record of which only a part went is not there before its phones sent it to a server that was put back.
    let mut query = db.prepare_cached(
        "SELECT erasure FROM erase_tell
         WHERE device IN (SELECT ?1 UNION ALL SELECT number FROM device WHERE person = ?2)
            AND record = ?3 AND NOT EXISTS (SELECT 1 FROM record WHERE id = ?3)
            AND NOT EXISTS (SELECT 1 FROM erased_field WHERE record = ?3)",
    )?;
    let of = params![number.0, person, record.0];
    Ok(query.query_row(of, |row| row.get(0)).optional()?)
}

/// Tells a copy of this phone what it must drop.
fn tell_copy(tx: &Connection, number: DeviceNo, held: &[RecordId]) -> Result<(), StoreError> {
    for record in held {
        let mut open = tx.prepare_cached(
            "UPDATE erase_phone SET confirmed_ms = NULL WHERE device = ?1
                AND erasure IN (SELECT erasure FROM erase_tell WHERE device = ?1 AND record = ?2)",
        )?;
        open.execute(params![number.0, record.0])?;
        // What was noted as read stays: who reads on from there has dropped it.
        let mut open = tx.prepare_cached(
            "UPDATE erase_tell SET confirmed_ms = NULL WHERE device = ?1 AND record = ?2",
        )?;
        open.execute(params![number.0, record.0])?;
    }
    Ok(())
}

/// Lists of which the phone read far enough, or that it no longer holds: what had to go there is gone. How
/// far it was in another life of the server says nothing.
fn read_far_enough(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    held: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, StoreError> {
    let same_life = store::epoch(db)? == request.epoch;
    let mut query = db.prepare_cached(
        "SELECT worklist, MAX(seq) FROM erase_cursor WHERE device = ?1 GROUP BY 1",
    )?;
    let cursors: BTreeMap<WorklistId, u64> = request.cursors.iter().copied().collect();
    let mut rows = query.query([number.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (list, seq): (Uuid, i64) = (row.get(0)?, row.get(1)?);
        let cursor = cursors.get(&WorklistId(list)).filter(|_| same_life);
        let is_gone = !held.contains(&list) && request.waiting == 0;
        if is_gone || cursor.is_some_and(|read| *read >= seq.unsigned_abs()) {
            found.push(list);
        }
    }
    Ok(found)
}

/// The phone says that it no longer holds these. Gives those of which that is news.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    tx: &Connection,
    number: DeviceNo,
    dropped: &[RecordId],
    now_ms: i64,
) -> Result<Vec<RecordId>, StoreError> {
    let open = "SELECT 1 FROM erase_tell WHERE device = ?1 AND confirmed_ms IS NULL";
    if dropped.is_empty() || !tx.prepare_cached(open)?.exists([number.0])? {
        return Ok(Vec::new());
    }
    let mut update = tx.prepare_cached(
        "UPDATE erase_tell SET confirmed_ms = ?3
         WHERE device = ?1 AND record = ?2 AND confirmed_ms IS NULL",
    )?;
    let mut news = Vec::new();
    for record in dropped {
        if update.execute(params![number.0, record.0, now_ms])? > 0 {
            news.push(*record);
        }
    }
    sum_up(tx, number, now_ms)?;
    Ok(news)
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
    tx.execute("DELETE FROM erase_cursor WHERE device = ?1", [number.0])?;
    sum_up(tx, number, now_ms)
}

fn sum_up(tx: &Connection, number: DeviceNo, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE erase_phone SET confirmed_ms = ?2
         WHERE device = ?1 AND confirmed_ms IS NULL AND NOT EXISTS (
             SELECT 1 FROM erase_tell WHERE erase_tell.device = erase_phone.device
                AND erase_tell.erasure = erase_phone.erasure AND erase_tell.confirmed_ms IS NULL)
            AND NOT EXISTS (
             SELECT 1 FROM erase_cursor WHERE erase_cursor.device = erase_phone.device
                AND erase_cursor.erasure = erase_phone.erasure)",
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
    // What stayed of a record in part was said again, or came in since, and is not to be dropped any more. A
    // phone remembers no more than it is told at once: what it never confirmed comes first.
    let mut query = db.prepare_cached(
        "SELECT record FROM erase_tell
         WHERE device = ?1 AND (confirmed_ms IS NULL OR said_seq IS NULL
            AND NOT EXISTS (SELECT 1 FROM record WHERE id = erase_tell.record))
         GROUP BY record ORDER BY MIN(confirmed_ms IS NOT NULL), record",
    )?;
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
