//! The tables that pages read: records with their values, and visits. The only writer of them; all of
//! it follows from the log and can be rebuilt. What a record's row holds is in `fields`, how SQL reads
//! it in `functions`; visits, which join several records, are in `visit`.

mod fields;
pub mod functions;
mod visit;

use fields::Folded;
pub use fields::{BESIDE_MAX, Fields};

use super::StoreError;
use super::log::{Entry, OP, Ops};
use super::said_again::AGAIN_MAX;
use aanbel_shared::record::{Dot, Op, RecordId, Register, WorklistId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    left: Left,
}

/// What may have to be said once more.
#[derive(Default)]
pub struct Left {
    /// Records that changed and have more than one live value somewhere.
    pub beside: BTreeSet<RecordId>,
    /// Words, by field, that a later one of the same phone had not seen.
    pub unseen: BTreeMap<RecordId, BTreeSet<(String, Dot)>>,
}

impl Left {
    fn add_unseen(&mut self, record: RecordId, words: impl IntoIterator<Item = (String, Dot)>) {
        let mut words = words.into_iter().peekable();
        if words.peek().is_none() {
            return;
        }
        let unseen = self.unseen.entry(record).or_default();
        // More are not said again.
        if unseen.len() < AGAIN_MAX {
            unseen.extend(words);
        }
    }
}

impl<'a> Fold<'a> {
    pub fn new(tx: &'a Connection) -> Self {
        Fold { tx, touched: BTreeSet::new(), left: Left::default() }
    }

    /// Takes an entry of the log in. `first` is the first entry on its record, `row` what is there of it,
    /// `next` what the entry makes of that.
    ///
    /// # Errors
    /// Those of the database.
    pub fn apply(
        &mut self,
        entry: &Entry<'_>,
        first: i64,
        row: Option<Row>,
        next: Next,
    ) -> Result<(), StoreError> {
        let op = entry.op;
        let before = row.as_ref().map(|row| row.place(op.record));
        match &row {
            Some(row) => self.update(row, &next, entry.received_ms)?,
            None => self.insert(entry, &next, first)?,
        }
        if next.some_beside {
            self.left.beside.insert(op.record);
        }
        let after = visit::Place { record: op.record.0, parent: next.parent, open: next.open };
        self.left.add_unseen(op.record, next.unseen);
        visit::touched(self.tx, &op.kind, before, after, &mut self.touched)
    }

    fn insert(&self, entry: &Entry<'_>, next: &Next, first: i64) -> Result<(), StoreError> {
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO record (nr, id, kind, worklist, parent, household, created_ms, changed_ms,
                                 author, device, open, live)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11)",
        )?;
        let op = entry.op;
        insert.execute(params![
            first,
            op.record.0,
            op.kind,
            op.worklist.0,
            next.parent,
            next.household,
            entry.received_ms,
            entry.author,
            op.device().0,
            next.open,
            next.live
        ])?;
        Ok(())
    }

    /// Names no column of an index that stays the same: naming it writes the index.
    fn update(&self, row: &Row, next: &Next, received_ms: i64) -> Result<(), StoreError> {
        let Next { parent, household, open, live, .. } = next;
        if (&row.parent, &row.household, &row.open) == (parent, household, open) {
            let update = "UPDATE record SET changed_ms = ?2, live = ?3 WHERE nr = ?1";
            self.tx.prepare_cached(update)?.execute(params![row.nr, received_ms, live])?;
        } else {
            let mut update = self.tx.prepare_cached(
                "UPDATE record SET parent = ?2, household = ?3, changed_ms = ?4, open = ?5,
                                   live = ?6 WHERE nr = ?1",
            )?;
            update.execute(params![row.nr, parent, household, received_ms, open, live])?;
        }
        Ok(())
    }

    /// As `apply`, of an op that is not taken in.
    ///
    /// # Errors
    /// `Damaged` when the record's row cannot be read.
    pub fn leave_out(&mut self, op: &Op) -> Result<(), StoreError> {
        let fields = fields(self.tx, op.record)?;
        self.left.add_unseen(op.record, fields.unseen_by(op));
        Ok(())
    }

    /// Brings the visits up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(self) -> Result<Left, StoreError> {
        visit::write_all(self.tx, &self.touched)?;
        Ok(self.left)
    }
}

/// What an op makes of a record's row.
pub struct Next {
    parent: Option<Uuid>,
    household: Option<Uuid>,
    open: i64,
    some_beside: bool,
    is_crowded: bool,
    unseen: Vec<(String, Dot)>,
    live: Vec<u8>,
}

impl Next {
    /// Reads the record's row, if there is one, and writes nothing.
    ///
    /// # Errors
    /// `Damaged` when it cannot be read.
    pub fn after(row: Option<&Row>, op: &Op) -> Result<Next, StoreError> {
        Ok(match row {
            None => Next::first(op),
            Some(row) => Next::of(op, row.fields()?),
        })
    }

    /// Whether the op adds to more values beside each other in a field than people write.
    pub fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// Of a record of which this is the first op.
    fn first(op: &Op) -> Next {
        let Some(live) = Fields::pack_first(op) else { return Next::of(op, Fields::default()) };
        let reference = |names: &[&str]| names.iter().find_map(|name| op.get(name)?.as_reference());
        let (parent, household) = points_at(&op.kind, reference);
        let (some_beside, is_crowded, unseen) = (false, false, Vec::new());
        Next { parent, household, open: 0, some_beside, is_crowded, unseen, live }
    }

    fn of(op: &Op, mut fields: Fields) -> Next {
        let Folded { unseen, is_crowded } = fields.apply(op);
        let (parent, household) = points_at(&op.kind, |names| fields.reference(names));
        let (open, some_beside) = (fields.open(), fields.some_beside());
        Next { parent, household, open, some_beside, is_crowded, unseen, live: fields.pack() }
    }
}

/// What a record of this kind is about, and with whom a talk was.
fn points_at(
    kind: &str,
    reference: impl Fn(&[&str]) -> Option<RecordId>,
) -> (Option<Uuid>, Option<Uuid>) {
    let parents = PARENTS.iter().find(|(one, _)| *one == kind);
    let parent = parents.and_then(|(_, names)| reference(names));
    let household = if kind == "talk" { reference(&["household"]) } else { None };
    (parent.map(|id| id.0), household.map(|id| id.0))
}

/// What of a record's row a change needs.
pub struct Row {
    nr: i64,
    parent: Option<Uuid>,
    household: Option<Uuid>,
    open: i64,
    live: Vec<u8>,
}

impl Row {
    /// # Errors
    /// Those of the database.
    pub fn of(tx: &Connection, record: RecordId) -> Result<Option<Row>, StoreError> {
        let mut query = tx
            .prepare_cached("SELECT nr, parent, household, open, live FROM record WHERE id = ?1")?;
        let found = query.query_row([record.0], |row| {
            let (nr, parent, household) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Row { nr, parent, household, open: row.get(3)?, live: row.get(4)? })
        });
        Ok(found.optional()?)
    }

    /// The first entry of the log on this record, by which its row is numbered.
    pub fn first(&self) -> i64 {
        self.nr
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

/// Brings the row of a record, and its visit, to what the first of its entries that is left says, after some of them
/// were erased.
///
/// # Errors
/// Those of the database.
pub fn begin_at_the_first(tx: &Connection, record: RecordId) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE record SET (created_ms, author, device) =
             (SELECT received_ms, author, device FROM log
              WHERE (entry = record.nr OR first = record.nr) AND payload IS NOT NULL
              ORDER BY entry LIMIT 1)
         WHERE id = ?1",
    )?;
    update.execute([record.0])?;
    let mut touched = BTreeSet::new();
    if let (Some((kind, _)), Some(row)) = (kind_and_worklist(tx, record)?, Row::of(tx, record)?) {
        visit::touched(tx, &kind, None, row.place(record), &mut touched)?;
    }
    visit::write_all(tx, &touched)
}

/// Fills the empty tables of `target` from the log of `source`; both may be one database.
///
/// # Errors
/// `Damaged` when an op of the log cannot be read.
pub fn rebuild(source: &Connection, target: &Connection) -> Result<(), StoreError> {
    target.execute_batch("DELETE FROM record; DELETE FROM visit;")?;
    let mut query = source.prepare(&format!(
        "SELECT {OP}, entry.author, COALESCE(entry.first, entry.entry) FROM entry
         WHERE entry.payload IS NOT NULL ORDER BY entry.entry"
    ))?;
    let mut rows = query.query([])?;
    let (reader, mut fold) = (Ops::new(source), Fold::new(target));
    while let Some(row) = rows.next()? {
        let op = reader.read(row)?.ok_or(StoreError::Damaged("an op"))?;
        let entry = Entry { op: &op, author: row.get(6)?, received_ms: row.get(4)? };
        let before = Row::of(target, op.record)?;
        let next = Next::after(before.as_ref(), &op)?;
        fold.apply(&entry, row.get(7)?, before, next)?;
    }
    fold.finish().map(drop)
}
