//! One word that stands in the log under two numbers: the storage of a phone was copied before it was
//! sent, and both phones sent it under a number of their own. Who answers the one has not seen the other,
//! so the other would stand beside its own answer and people would be asked what was settled. Here that
//! is seen, and the answer is said once more, having seen both.

use super::log::{self, Entry};
use super::{Intake, StoreError, projection};
use crate::access::PersonId;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Live, Op, RecordId, Register};
use rusqlite::Connection;

/// An op of the log and who wrote it.
type Written = (Op, Option<PersonId>);

/// Says answers of this record once more that stand beside a word that they answered. Doing it again
/// changes nothing.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn settle(tx: &Connection, record: RecordId, received_ms: i64) -> Result<(), StoreError> {
    let Some((kind, worklist)) = projection::kind_and_worklist(tx, record)? else { return Ok(()) };
    let fields = projection::fields(tx, record)?;
    let written = log::written(tx, record)?;
    let Some((answer, set)) = fields.iter().find_map(|(field, register)| {
        let (answer, seen_too) = answered_elsewhere(field, register, &written)?;
        let mut seen = answer.seen.clone();
        seen.join(&seen_too.seen);
        seen.add(answer.dot);
        seen.add(seen_too.dot);
        Some((answer, Assignment { field: field.to_owned(), value: answer.value.clone(), seen }))
    }) else {
        return Ok(());
    };
    let seq = log::kept(tx, DeviceNo::OFFICE)? + 1;
    let dot = Dot::new(DeviceNo::OFFICE, seq);
    // With its moment and its writer: it is still her word.
    let op = Op { dot, record, kind, worklist, at_ms: answer.at_ms, set: vec![set] };
    let author =
        written.iter().find(|(op, _)| op.dot == answer.dot).and_then(|(_, author)| *author);
    log::set_kept(tx, DeviceNo::OFFICE, seq)?;
    let mut intake = Intake::new(tx)?;
    intake.accept(&Entry { op: &op, author, received_ms })?;
    // Looks at the record again, so what is left follows.
    intake.finish()
}

/// A live value that had seen a word, and that same word alive under another number.
fn answered_elsewhere<'r>(
    field: &str,
    register: &'r Register,
    written: &[Written],
) -> Option<(&'r Live, &'r Live)> {
    let live = register.live();
    live.iter().find_map(|word| {
        let (_, author) = written.iter().find(|(op, _)| op.dot == word.dot)?;
        let twins = written.iter().filter(|(op, by)| {
            op.dot != word.dot
                && by == author
                && op.at_ms == word.at_ms
                && op.get(field) == Some(&word.value)
        });
        let twins: Vec<Dot> = twins.map(|(op, _)| op.dot).collect();
        let had_seen = |one: &&Live| twins.iter().any(|twin| one.seen.covers(*twin));
        let answer = live.iter().filter(|one| one.dot != word.dot).find(had_seen)?;
        Some((answer, word))
    })
}
