//! One word that stands in the log under two numbers: the storage of a phone was copied before it was
//! sent, and both phones sent it under a number of their own. Who answers the one has not seen the other,
//! so the other would stand beside its own answer and people would be asked what was settled. Here that
//! is seen, and the answer is said once more, having seen both.

use super::log::{self, Entry, Written};
use super::said_late::{is_overtaken, said_by, say_again};
use super::{StoreError, projection};
use aanbel_shared::record::{Assignment, Live, RecordId, Register};
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
    for (field, register) in projection::fields(tx, record)?.iter() {
        let Some((answer, word)) = answered_elsewhere(tx, field, register, written)? else {
            continue;
        };
        let of_answer = written.iter().find(|(op, _)| op.dot == answer.dot);
        let Some((op, author)) = of_answer else { continue };
        let mut seen = answer.seen.clone();
        seen.join(&word.seen);
        seen.add(word.dot);
        let set = vec![Assignment { field: field.to_owned(), value: answer.value.clone(), seen }];
        say_again(tx, [(Entry { op, author: *author, received_ms }, set)])?;
        return Ok(true);
    }
    Ok(false)
}

/// A live value that had seen a word, and that same word alive under another number.
fn answered_elsewhere<'r>(
    tx: &Connection,
    field: &str,
    register: &'r Register,
    written: &[Written],
) -> Result<Option<(&'r Live, &'r Live)>, StoreError> {
    let live = register.live();
    for word in live {
        let of_word = written.iter().find(|(op, _)| op.dot == word.dot);
        let Some((_, author)) = of_word else { continue };
        let twins = written.iter().filter(|(op, by)| {
            op.dot != word.dot
                && by == author
                && op.at_ms == word.at_ms
                && op.get(field) == Some(&word.value)
        });
        for (twin, _) in twins {
            let had_seen = |one: &&Live| one.dot != word.dot && one.seen.covers(twin.dot);
            let Some(answer) = live.iter().find(had_seen) else { continue };
            if !is_overtaken(twin, field, &said_by(tx, twin.device(), twin.record)?) {
                return Ok(Some((answer, word)));
            }
        }
    }
    Ok(None)
}
