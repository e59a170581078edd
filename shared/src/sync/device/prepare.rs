//! From a tap to an op: what a change will write, before anything is kept or shown.

use super::state::{Device, StoredOp, Write};
use crate::record::{Assignment, Dot, Op, RecordId, Value, WorklistId};

/// A change that a screen wants to make to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub record: RecordId,
    pub kind: String,
    pub worklist: WorklistId,
    pub fields: Vec<(String, Value)>,
}

impl Change {
    pub fn new(record: RecordId, kind: &str, worklist: WorklistId) -> Self {
        Change { record, kind: kind.to_owned(), worklist, fields: Vec::new() }
    }

    /// Adds a field; the later of two values for one field counts.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.retain(|(name, _)| name != field);
        self.fields.push((field.to_owned(), value));
        self
    }
}

/// Recording needs a device number, so this phone must be enrolled first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this device is not enrolled")]
pub struct NotEnrolled;

impl Device {
    /// What the changes will write: one op per record. Nothing changes yet; keep the writes, then
    /// `show` them. Two calls without `show` in between would give the same number twice, so the
    /// caller lets one commit finish before the next begins.
    ///
    /// # Errors
    /// When this device has no number.
    pub fn prepare(&self, changes: Vec<Change>, clock_ms: i64) -> Result<Vec<Write>, NotEnrolled> {
        let device = self.number().ok_or(NotEnrolled)?;
        let at_ms = self.corrected(clock_ms);
        let mut seq = self.high();
        let mut writes = Vec::new();
        for change in joined(changes) {
            if change.fields.is_empty() {
                continue;
            }
            seq += 1;
            let op = self.op(Dot::new(device, seq), change, at_ms);
            writes.push(Write::Put(StoredOp { op, author: String::new(), received_ms: None }));
        }
        Ok(writes)
    }

    fn op(&self, dot: Dot, change: Change, at_ms: i64) -> Op {
        let record = self.records().get(change.record);
        let set = change.fields.into_iter().map(|(field, value)| {
            let register = record.and_then(|record| record.fields.get(&field));
            let seen = register.map(|register| register.seen()).unwrap_or_default();
            Assignment { field, value, seen }
        });
        Op {
            dot,
            record: change.record,
            kind: change.kind,
            worklist: change.worklist,
            at_ms,
            set: set.collect(),
        }
    }
}

/// One change per record, so that each op sees all that was seen before it.
fn joined(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        match joined.iter_mut().find(|one| one.record == change.record) {
            Some(earlier) => {
                for (field, value) in change.fields {
                    earlier.fields.retain(|(name, _)| *name != field);
                    earlier.fields.push((field, value));
                }
            }
            None => joined.push(change),
        }
    }
    joined
}
