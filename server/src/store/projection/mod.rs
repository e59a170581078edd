//! The tables that pages read: records with their values, and visits. The only writer of them; all of
//! it follows from the log and can be rebuilt. What a record's row holds is in `fields`, how SQL reads
//! it in `functions`; visits, which join several records, are in `visit`.

mod fields;
pub mod functions;
mod visit;

pub use fields::Fields;

use super::{StoreError, log};
use crate::access::PersonId;
use aanbel_shared::record::{Op, RecordId, Register, WorklistId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

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
    ("joint_visit", &["address"]),
    ("joint_plan", &["visit"]),
    ("home_finding", &["visit"]),
    ("welfare_finding", &["visit"]),
    ("note", &["about"]),
    ("question", &["about"]),
];

/// Ops on their way into the tables, in the order of the log. Records are up to date after each op;
/// visits only after `finish`, so that an evening's work on one visit computes it once.
#[must_use = "without finish the visits stay behind"]
pub struct Fold<'a> {
    tx: &'a Connection,
    /// Attempts of which the visit must be written again.
    touched: BTreeSet<Uuid>,
}

impl<'a> Fold<'a> {
    pub fn new(tx: &'a Connection) -> Self {
        Fold { tx, touched: BTreeSet::new() }
    }

    /// Takes one op of the log in.
    ///
    /// # Errors
    /// Those of the database; `Damaged` when the record's row cannot be read.
    pub fn apply(
        &mut self,
        op: &Op,
        author: Option<PersonId>,
        received_ms: i64,
    ) -> Result<(), StoreError> {
        let row = Row::of(self.tx, op.record)?;
        let before = row.as_ref().map(|row| row.place(op.record));
        let mut fields = row.as_ref().map_or_else(|| Ok(Fields::default()), Row::fields)?;
        fields.apply(op);
        let parents = PARENTS.iter().find(|(kind, _)| *kind == op.kind);
        let parent = parents.and_then(|(_, names)| fields.reference(names));
        let household = if op.kind == "talk" { fields.reference(&["household"]) } else { None };
        let (open, live) = (fields.open(), fields.pack());
        let (parent, household) = (parent.map(|id| id.0), household.map(|id| id.0));
        match &row {
            Some(row) => {
                let mut update = self.tx.prepare_cached(
                    "UPDATE record SET parent = ?2, household = ?3, changed_ms = ?4, open = ?5,
                                       live = ?6 WHERE nr = ?1",
                )?;
                update.execute(params![row.nr, parent, household, received_ms, open, live])?;
            }
            None => {
                let mut insert = self.tx.prepare_cached(
                    "INSERT INTO record (id, kind, worklist, parent, household, created_ms,
                                         changed_ms, author, device, open, live)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)",
                )?;
                let (id, worklist, device) = (op.record.0, op.worklist.0, op.device().0);
                insert.execute(params![
                    id,
                    op.kind,
                    worklist,
                    parent,
                    household,
                    received_ms,
                    author,
                    device,
                    open,
                    live
                ])?;
            }
        }
        let after = visit::Place { record: op.record.0, parent, open };
        visit::touched(self.tx, &op.kind, before, after, &mut self.touched)
    }

    /// Brings the visits up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(self) -> Result<(), StoreError> {
        visit::write_all(self.tx, &self.touched)
    }
}

/// What of a record's row a change needs.
struct Row {
    nr: i64,
    parent: Option<Uuid>,
    open: i64,
    live: Vec<u8>,
}

impl Row {
    fn of(tx: &Connection, record: RecordId) -> Result<Option<Row>, StoreError> {
        let mut query =
            tx.prepare_cached("SELECT nr, parent, open, live FROM record WHERE id = ?1")?;
        let found = query.query_row([record.0], |row| {
            let (nr, parent, open) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Row { nr, parent, open, live: row.get(3)? })
        });
        Ok(found.optional()?)
    }

    fn fields(&self) -> Result<Fields, StoreError> {
        Fields::unpack(&self.live)
    }

    fn place(&self, record: RecordId) -> visit::Place {
        visit::Place { record: record.0, parent: self.parent, open: self.open }
    }
}

/// All fields of a record; none set when there is no such record.
///
/// # Errors
/// `Damaged` when its row cannot be read.
pub fn fields(db: &Connection, record: RecordId) -> Result<Fields, StoreError> {
    let mut query = db.prepare_cached("SELECT live FROM record WHERE id = ?1")?;
    let mut rows = query.query([record.0])?;
    match rows.next()? {
        None => Ok(Fields::default()),
        Some(row) => {
            let bytes = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("a record"))?;
            Fields::unpack(bytes)
        }
    }
}

/// The register of one field, as far as it is alive.
///
/// # Errors
/// As `fields`.
pub fn register(db: &Connection, record: RecordId, field: &str) -> Result<Register, StoreError> {
    Ok(fields(db, record)?.take(field).unwrap_or_default())
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
        if let Some(place) = Row::of(tx, *record)?.map(|row| row.place(*record)) {
            visit::touched(tx, &kind, None, place, &mut touched)?;
        }
        for delete in ["DELETE FROM visit WHERE attempt = ?1", "DELETE FROM record WHERE id = ?1"] {
            tx.prepare_cached(delete)?.execute([record.0])?;
        }
    }
    visit::write_all(tx, &touched)
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
    target.execute_batch("DELETE FROM record; DELETE FROM visit;")?;
    let mut query = source.prepare(
        "SELECT payload, author, received_ms FROM log WHERE payload IS NOT NULL ORDER BY entry",
    )?;
    let mut rows = query.query([])?;
    let mut fold = Fold::new(target);
    while let Some(row) = rows.next()? {
        let op = log::decode(row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("an op"))?)?;
        fold.apply(&op, row.get(1)?, row.get(2)?)?;
    }
    fold.finish()
}
