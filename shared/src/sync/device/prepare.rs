//! From a tap to an op: what a change will write, before anything is kept or shown.

use super::state::{Device, StoredOp, Write};
use crate::record::{Assignment, Dot, Op, RecordId, Register, SEEN_MAX, Seen, Value, WorklistId};

/// A change that a screen wants to make to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub record: RecordId,
    pub kind: String,
    pub worklist: WorklistId,
    pub fields: Vec<(String, Value)>,
    /// What the writer had before her in a field, where more has come in since.
    before: Vec<(String, Seen)>,
}

impl Change {
    pub fn new(record: RecordId, kind: &str, worklist: WorklistId) -> Self {
        Change { record, kind: kind.to_owned(), worklist, fields: Vec::new(), before: Vec::new() }
    }

    /// Adds a field; the later of two values for one field counts.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.retain(|(name, _)| name != field);
        self.fields.push((field.to_owned(), value));
        self
    }

    /// Says that the writer of a field had this before her, and nothing that came in since but her own words.
    pub fn before(mut self, field: &str, seen: Seen) -> Self {
        self.before.push((field.to_owned(), seen));
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
        let mut before = change.before;
        let set = change.fields.into_iter().map(|(field, value)| {
            let register = record.and_then(|record| record.fields.get(&field));
            let known = before.iter().position(|(name, _)| *name == field);
            let seen = match (register, known.map(|place| before.swap_remove(place).1)) {
                (None, _) => Seen::default(),
                (Some(register), None) => register.seen(),
                (Some(register), Some(before)) => with_own(register, before, dot),
            };
            let seen = register.map_or_else(Seen::default, |register| within(seen, register));
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

/// What somebody had before her, with what she said herself since.
fn with_own(register: &Register, mut before: Seen, dot: Dot) -> Seen {
    for live in register.live().iter().filter(|live| live.dot.device == dot.device) {
        before.join(&live.seen);
        before.add(live.dot);
    }
    before
}

/// Of what was seen no more than an op may say, first what stands in the field: made-up contexts must not
/// keep anybody from answering there. What is left out was replaced before, and is asked about at worst.
fn within(seen: Seen, register: &Register) -> Seen {
    // A place is left for the number that this phone gets when it enrols again.
    let most = SEEN_MAX - 1;
    if seen.len() <= most {
        return seen;
    }
    let standing = register.live().iter().map(|live| live.dot).filter(|dot| seen.covers(*dot));
    let mut said = Seen::default();
    for dot in standing.chain(seen.dots()) {
        if said.len() < most || said.upto(dot.device) > 0 {
            said.add(dot);
        }
    }
    said
}

/// One change per record, so that each op sees all that was seen before it.
fn joined(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        match joined.iter_mut().find(|one| one.record == change.record) {
            Some(earlier) => {
                earlier.before.extend(change.before);
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
