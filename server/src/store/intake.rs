//! The one way in which a record changes: into the log, and from there into the tables. Of many ops in
//! one transaction, what they share is read and written once.

use super::log::{self, Entry, Tail};
use super::projection::{Fold, Left, Next, Row};
use super::{StoreError, said_late, said_twice};
use aanbel_shared::record::{DeviceNo, Op, RecordId, WorklistId};
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Kinds from which something may follow wherever they stand; `cases::settle` looks at what changed.
const FOLLOWED: &[&str] = &["offer", "joint_plan", "joint_visit"];
/// Kinds from which something may follow in the list of a case.
const FOLLOWED_IN_CASES: &[&str] = &["case", "appointment", "talk"];

/// Ops on their way in. Nothing else may write log or tables before `finish`.
#[must_use = "without finish log and tables do not agree"]
pub struct Intake<'a> {
    tx: &'a Connection,
    tail: Tail<'a>,
    fold: Fold<'a>,
    some_erased: bool,
    /// When the last of them came in, ms since 1970.
    received_ms: i64,
    /// Which lists are those of a case.
    cases: HashMap<WorklistId, bool>,
}

impl<'a> Intake<'a> {
    /// # Errors
    /// Those of the database.
    pub fn new(tx: &'a Connection) -> Result<Self, StoreError> {
        let some_erased = log::some_erased(tx)?;
        Ok(Intake {
            tx,
            tail: Tail::new(tx),
            fold: Fold::new(tx),
            some_erased,
            received_ms: 0,
            cases: HashMap::new(),
        })
    }

    /// Appends to the log and brings the record up to date; nothing when the very same op is there.
    ///
    /// # Errors
    /// `Fork` when another op has this number, `NoWorklist` when its worklist does not exist, `Erased`
    /// when its record was erased, `Crowded` when a phone adds to more values beside each other than people
    /// write. What went before can still be finished.
    pub fn accept(&mut self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let row = Row::of(self.tx, entry.op.record)?;
        self.accept_on(row, entry)
    }

    /// As `accept`, of an op on a record that is surely not there yet.
    ///
    /// # Errors
    /// As `accept`.
    pub fn accept_new(&mut self, entry: &Entry<'_>) -> Result<(), StoreError> {
        self.accept_on(None, entry)
    }

    fn accept_on(&mut self, row: Option<Row>, entry: &Entry<'_>) -> Result<(), StoreError> {
        if self.some_erased && log::is_erased(self.tx, entry.op.record)? {
            return Err(StoreError::Erased);
        }
        let next = Next::after(row.as_ref(), entry.op)?;
        if next.is_crowded() && entry.op.device() != DeviceNo::OFFICE {
            return Err(StoreError::Crowded);
        }
        self.received_ms = entry.received_ms;
        let first = row.as_ref().map(Row::first);
        let Some(number) = self.tail.append(entry, first)? else { return Ok(()) };
        self.fold.apply(entry, first.unwrap_or(number), row, next)?;
        self.note_due(entry.op)
    }

    /// Notes that an op of a phone was set aside: what it had not seen of her earlier words may have to be said
    /// once more.
    ///
    /// # Errors
    /// `Damaged` when its record cannot be read.
    pub fn leave_out(&mut self, op: &Op) -> Result<(), StoreError> {
        self.fold.leave_out(op)
    }

    /// Remembers that something may follow from it.
    fn note_due(&mut self, op: &Op) -> Result<(), StoreError> {
        let kind = op.kind.as_str();
        if FOLLOWED.contains(&kind)
            || (FOLLOWED_IN_CASES.contains(&kind) && self.is_case(op.worklist)?)
        {
            note_due(self.tx, op.record, kind)?;
        }
        Ok(())
    }

    fn is_case(&mut self, worklist: WorklistId) -> Result<bool, StoreError> {
        if let Some(known) = self.cases.get(&worklist) {
            return Ok(*known);
        }
        let query = "SELECT 1 FROM worklist WHERE id = ?1 AND kind = 'case'";
        let found = self.tx.prepare_cached(query)?.exists([worklist.0])?;
        self.cases.insert(worklist, found);
        Ok(found)
    }

    /// Brings everything else up to date, and says once more what has to be.
    ///
    /// # Errors
    /// Those of the database; `Damaged` when an op on a record that came in cannot be read.
    pub fn finish(self) -> Result<(), StoreError> {
        let (tx, received_ms) = (self.tx, self.received_ms);
        let left = self.close()?;
        for (record, words) in left.unseen {
            said_late::say_left(tx, record, &words, received_ms)?;
        }
        left.beside.into_iter().try_for_each(|record| said_twice::settle(tx, record, received_ms))
    }

    /// Brings everything else up to date. Gives what may have to be said once more.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn close(self) -> Result<Left, StoreError> {
        self.tail.finish()?;
        self.fold.finish()
    }
}

/// One op alone.
///
/// # Errors
/// As `Intake::accept`.
pub fn accept(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let mut intake = Intake::new(tx)?;
    intake.accept(entry)?;
    intake.finish()
}

/// Remembers that something may follow from a record for a case.
///
/// # Errors
/// Those of the database.
pub fn note_due(tx: &Connection, record: RecordId, kind: &str) -> Result<(), StoreError> {
    let mut due = tx.prepare_cached(
        "INSERT INTO case_due (record, kind) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    due.execute(params![record.0, kind])?;
    Ok(())
}
