//! One word that stands in the log under two numbers: the storage of a phone was copied before it was
//! sent, and both phones sent it under a number of their own. Who answers the one has not seen the other,
//! so the other would stand beside its own answer and people would be asked what was settled. Here that
//! is seen, and the answer is said once more, having seen both.

use super::log::{self, Entry, Written};
use super::said_late::{is_overtaken, say_again};
use super::{StoreError, projection};
use aanbel_shared::record::{Assignment, Dot, Live, RecordId, Register};
use rusqlite::Connection;

/// Says answers of this record once more that stand beside a word that they answered. Doing it again
/// changes nothing.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn settle(tx: &Connection, record: RecordId, received_ms: i64) -> Result<(), StoreError> {
    let mut written = log::written(tx, record)?;
    // Each takes two live values away and brings one.
    for _ in 0..written.len() {
        if !settle_one(tx, record, &written, received_ms)? {
            break;
        }
        written = log::written(tx, record)?;
    }
    Ok(())
}

/// False when there is none.
fn settle_one(
    tx: &Connection,
    record: RecordId,
    written: &[Written],
    received_ms: i64,
) -> Result<bool, StoreError> {
    let fields = projection::fields(tx, record)?;
    let found = fields.iter().find_map(|(field, register)| {
        let (answer, word) = answered_elsewhere(field, register, written)?;
        let (op, author) = written.iter().find(|(op, _)| op.dot == answer.dot)?;
        let mut seen = answer.seen.clone();
        seen.join(&word.seen);
        seen.add(word.dot);
        let set = vec![Assignment { field: field.to_owned(), value: answer.value.clone(), seen }];
        Some((Entry { op, author: *author, received_ms }, set))
    });
    let Some(answer) = found else { return Ok(false) };
    say_again(tx, [answer])?;
    Ok(true)
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
                && !is_overtaken(op, field, written.iter().map(|(op, _)| op))
        });
        let twins: Vec<Dot> = twins.map(|(op, _)| op.dot).collect();
        let had_seen = |one: &&Live| twins.iter().any(|twin| one.seen.covers(*twin));
        let answer = live.iter().filter(|one| one.dot != word.dot).find(had_seen)?;
        Some((answer, word))
    })
}
