//! The one way in which a record changes: into the log, and from there into the tables. Of many ops in
//! one transaction, what they share is read and written once.

use super::StoreError;
use super::log::{self, Appended, Entry, Tail};
use super::projection::Fold;
use aanbel_shared::record::Op;
use rusqlite::{Connection, params};

/// Kinds from which something may follow for a case or a joint visit; `cases::settle` looks at what
/// changed.
const CASE_KINDS: &[&str] = &["offer", "case", "appointment", "talk", "joint_plan"];

/// Ops on their way in. Nothing else may write log or tables before `finish`.
#[must_use = "without finish log and tables do not agree"]
pub struct Intake<'a> {
    tx: &'a Connection,
    tail: Tail<'a>,
    fold: Fold<'a>,
}

impl<'a> Intake<'a> {
    pub fn new(tx: &'a Connection) -> Self {
        Intake { tx, tail: Tail::new(tx), fold: Fold::new(tx) }
    }

    /// Appends to the log and brings the record up to date.
    ///
    /// # Errors
    /// `Fork` when another op has this number, `NoWorklist` when its worklist does not exist, `Erased`
    /// when its record was erased. What went before can still be finished.
    pub fn accept(&mut self, entry: &Entry<'_>) -> Result<Appended, StoreError> {
        if log::is_erased(self.tx, entry.op.record)? {
            return Err(StoreError::Erased);
        }
        let appended = self.tail.append(entry)?;
        if appended == Appended::New {
            self.fold.apply(entry.op, entry.author, entry.received_ms)?;
            self.note_due(entry.op)?;
        }
        Ok(appended)
    }

    /// Remembers that something may follow for a case.
    fn note_due(&self, op: &Op) -> Result<(), StoreError> {
        if CASE_KINDS.contains(&op.kind.as_str()) {
            let mut due = self.tx.prepare_cached(
                "INSERT INTO case_due (record, kind) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?;
            due.execute(params![op.record.0, op.kind])?;
        }
        Ok(())
    }

    /// Brings everything else up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(self) -> Result<(), StoreError> {
        self.tail.finish()?;
        self.fold.finish()
    }
}

/// One op alone.
///
/// # Errors
/// As `Intake::accept`.
pub fn accept(tx: &Connection, entry: &Entry<'_>) -> Result<Appended, StoreError> {
    let mut intake = Intake::new(tx);
    let appended = intake.accept(entry)?;
    intake.finish()?;
    Ok(appended)
}
