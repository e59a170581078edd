//! The tables that pages read: live values, records, shown values. The only writer of them; all of
//! it follows from the log and can be rebuilt. Visits, which join several records, are in `visit`.

mod visit;

use super::{StoreError, log};
use crate::access::PersonId;
use aanbel_shared::record::{
    Absorbed, DeviceNo, Dot, Live, Op, RecordId, Register, Seen, Value, WorklistId,
};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};

/// The field through which a kind of record says what it is about, first one first.
const PARENTS: &[(&str, &[&str])] = &[
    ("attempt", &["address"]),
    ("household", &["address"]),
    ("talk", &["attempt", "address"]),
    ("scheme_check", &["household"]),
    ("referral", &["talk"]),
    ("follow_up", &["talk"]),
    ("case", &["address"]),
    ("case_source", &["case"]),
    ("appointment", &["case"]),
    ("application", &["case"]),
    ("note", &["about"]),
    ("question", &["about"]),
];

/// Kinds from which something may follow for a case; `cases::settle` looks at what changed.
const CASE_KINDS: &[&str] = &["offer", "case", "appointment", "talk"];

/// Takes one op of the log into the tables. The order of calls is the order of the log.
///
/// # Errors
/// Those of the database.
pub fn apply(
    tx: &Connection,
    op: &Op,
    author: Option<PersonId>,
    received_ms: i64,
) -> Result<(), StoreError> {
    let is_new = touch_record(tx, op, author, received_ms)?;
    let mut opened = 0;
    for (field, live) in op.lives() {
        let before = if is_new { Register::default() } else { register(tx, op.record, field)? };
        opened += take(tx, op.record, field, before, live)?;
    }
    if opened != 0 {
        let mut update = tx.prepare_cached("UPDATE record SET open = open + ?2 WHERE id = ?1")?;
        update.execute(params![op.record.0, opened])?;
    }
    set_parent(tx, op)?;
    if CASE_KINDS.contains(&op.kind.as_str()) {
        let mut due = tx.prepare_cached(
            "INSERT INTO case_due (record, kind) VALUES (?1, ?2) ON CONFLICT (record) DO NOTHING",
        )?;
        due.execute(params![op.record.0, op.kind])?;
    }
    visit::refresh(tx, op.record, &op.kind)
}

/// The register of one field, as far as it is alive.
///
/// # Errors
/// `Damaged` when a stored value cannot be read.
pub fn register(db: &Connection, record: RecordId, field: &str) -> Result<Register, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT device, device_seq, at_ms, value, seen FROM live WHERE record = ?1 AND field = ?2",
    )?;
    let mut rows = query.query(params![record.0, field])?;
    let mut register = Register::default();
    while let Some(row) = rows.next()? {
        let device = DeviceNo(row.get(0)?);
        let dot = Dot::new(device, row.get::<_, i64>(1)?.unsigned_abs());
        let value: Value = unpack(row.get_ref(3)?)?;
        let seen: Seen = unpack(row.get_ref(4)?)?;
        register.absorb(Live { dot, at_ms: row.get(2)?, value, seen });
    }
    Ok(register)
}

/// Kind and worklist of a record, when there is one.
///
/// # Errors
/// Those of the database.
pub fn kind_and_worklist(
    db: &Connection,
    record: RecordId,
) -> Result<Option<(String, WorklistId)>, StoreError> {
    let mut query = db.prepare_cached("SELECT kind, worklist FROM record WHERE id = ?1")?;
    let found = query.query_row([record.0], |row| Ok((row.get(0)?, WorklistId(row.get(1)?))));
    Ok(found.optional()?)
}

/// The values that are shown of a record, by field.
///
/// # Errors
/// Those of the database.
pub fn shown(
    db: &Connection,
    record: RecordId,
) -> Result<HashMap<String, rusqlite::types::Value>, StoreError> {
    let mut query = db.prepare_cached("SELECT field, value FROM shown WHERE record = ?1")?;
    let found = query.query_map([record.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Takes records out of all tables, as if they had never been.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &Connection, records: &[RecordId]) -> Result<(), StoreError> {
    let mut touched = BTreeSet::new();
    for record in records {
        let Some((kind, _)) = kind_and_worklist(tx, *record)? else { continue };
        touched.append(&mut visit::touched(tx, record.0, &kind)?);
        for delete in [
            "DELETE FROM live WHERE record = ?1",
            "DELETE FROM shown WHERE record = ?1",
            "DELETE FROM visit WHERE attempt = ?1",
            "DELETE FROM record WHERE id = ?1",
        ] {
            tx.prepare_cached(delete)?.execute([record.0])?;
        }
    }
    touched.into_iter().try_for_each(|attempt| visit::write(tx, attempt))
}

/// Brings the row of a record to what the first of its entries that is left says, after some of them
/// were erased.
///
/// # Errors
/// Those of the database.
pub fn begin_at_the_first(tx: &Connection, record: RecordId) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE record SET (created_ms, author, device) =
             (SELECT received_ms, author, device FROM log
              WHERE log.record = record.id AND payload IS NOT NULL ORDER BY entry LIMIT 1)
         WHERE id = ?1",
    )?;
    update.execute([record.0])?;
    Ok(())
}

/// Fills the empty tables of `target` from the log of `source`; both may be one database.
///
/// # Errors
/// `Damaged` when an op of the log cannot be read.
pub fn rebuild(source: &Connection, target: &Connection) -> Result<(), StoreError> {
    target.execute_batch(
        "DELETE FROM live; DELETE FROM record; DELETE FROM shown; DELETE FROM visit;",
    )?;
    let mut query = source.prepare(
        "SELECT payload, author, received_ms FROM log WHERE payload IS NOT NULL ORDER BY entry",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let op = log::decode(row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("an op"))?)?;
        apply(target, &op, row.get(1)?, row.get(2)?)?;
    }
    Ok(())
}

/// Makes the record's row when it has none, and tells whether it did.
fn touch_record(
    tx: &Connection,
    op: &Op,
    author: Option<PersonId>,
    received_ms: i64,
) -> Result<bool, StoreError> {
    let mut update = tx.prepare_cached("UPDATE record SET changed_ms = ?2 WHERE id = ?1")?;
    if update.execute(params![op.record.0, received_ms])? > 0 {
        return Ok(false);
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO record (id, kind, worklist, created_ms, changed_ms, author, device)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
    )?;
    let (id, worklist) = (op.record.0, op.worklist.0);
    insert.execute(params![id, op.kind, worklist, received_ms, author, op.device().0])?;
    Ok(true)
}

/// Folds one value in. Gives +1 when the field now contradicts itself, -1 when it no longer does.
fn take(
    tx: &Connection,
    record: RecordId,
    field: &str,
    mut register: Register,
    live: Live,
) -> Result<i64, StoreError> {
    let (contradicted, shown) = (register.contradicts(), register.shown().cloned());
    let incoming = live.clone();
    let Absorbed::Taken(replaced) = register.absorb(live) else { return Ok(0) };
    for old in replaced {
        let mut delete = tx.prepare_cached(
            "DELETE FROM live WHERE record = ?1 AND field = ?2 AND device = ?3 AND device_seq = ?4",
        )?;
        delete.execute(params![record.0, field, old.dot.device.0, old.dot.seq as i64])?;
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO live (record, field, device, device_seq, at_ms, value, seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let dot = incoming.dot;
    let (value, seen) = (pack(&incoming.value), pack(&incoming.seen));
    let (device, seq) = (dot.device.0, dot.seq as i64);
    insert.execute(params![record.0, field, device, seq, incoming.at_ms, value, seen])?;
    if register.shown() != shown.as_ref() {
        show(tx, record, field, register.shown().map_or(&Value::Nothing, |live| &live.value))?;
    }
    Ok(i64::from(register.contradicts()) - i64::from(contradicted))
}

fn show(tx: &Connection, record: RecordId, field: &str, value: &Value) -> Result<(), StoreError> {
    if *value == Value::Nothing {
        let mut delete = tx.prepare_cached("DELETE FROM shown WHERE record = ?1 AND field = ?2")?;
        delete.execute(params![record.0, field])?;
        return Ok(());
    }
    let mut put = tx.prepare_cached(
        "INSERT INTO shown (record, field, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (record, field) DO UPDATE SET value = excluded.value",
    )?;
    put.execute(params![record.0, field, Shown(value)])?;
    Ok(())
}

/// A value as SQLite's own types have it.
struct Shown<'a>(&'a Value);

impl ToSql for Shown<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Nothing => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(yes) => i64::from(*yes).into(),
            Value::Int(number) | Value::Instant(number) => (*number).into(),
            Value::Date(days) => (*days).into(),
            Value::Text(text) | Value::Choice(text) => text.as_str().into(),
            Value::Reference(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.0.as_bytes())),
        })
    }
}

/// Keeps what the record is about, when this op may have changed that.
fn set_parent(tx: &Connection, op: &Op) -> Result<(), StoreError> {
    let Some((_, fields)) = PARENTS.iter().find(|(kind, _)| *kind == op.kind) else {
        return Ok(());
    };
    if !op.set.iter().any(|one| fields.contains(&one.field.as_str())) {
        return Ok(());
    }
    let mut parent: Option<uuid::Uuid> = None;
    for field in *fields {
        let mut query = tx.prepare_cached(
            "SELECT value FROM shown WHERE record = ?1 AND field = ?2 AND typeof(value) = 'blob'",
        )?;
        parent = query.query_row(params![op.record.0, field], |row| row.get(0)).optional()?;
        if parent.is_some() {
            break;
        }
    }
    let mut update = tx.prepare_cached("UPDATE record SET parent = ?2 WHERE id = ?1")?;
    update.execute(params![op.record.0, parent])?;
    Ok(())
}

fn pack<T: Serialize>(thing: &T) -> Vec<u8> {
    postcard::to_stdvec(thing).expect("values always serialise")
}

fn unpack<T: DeserializeOwned>(bytes: ValueRef<'_>) -> Result<T, StoreError> {
    let bytes = bytes.as_blob().map_err(|_| StoreError::Damaged("a value"))?;
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged("a value"))
}
