//! A word in the log that a later one of the same phone had not seen. It was set aside and left the phone
//! with its list, she wrote there again when she got the list back, and the office took the first in; or a
//! copy of the phone filled a number that the phone itself no longer held. What was seen is told as the
//! highest number per phone, so who answers the later word, or she herself when she writes a third, seems to
//! have seen the first too, and would take it away unread. Said once more under a number of the office it
//! stands beside the others.

use super::log::{self, Entry, Written};
use super::projection::BESIDE_MAX;
use super::said::said_by;
use super::said_again::{AGAIN_MAX, say_again};
use super::{StoreError, accept, projection, said_twice};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Live, RecordId};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// Takes in what was set aside.
///
/// # Errors
/// As `accept`; `Damaged` when an op of the record cannot be read.
pub fn take_in(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    accept(tx, entry)?;
    say_unseen(tx, entry.op.record, &[*entry])
}

/// Of ops of one phone and one record that came in after later ones of it, says once more what those had
/// not seen; not more than `AGAIN_MAX`, and nothing in a field that is crowded already.
///
/// # Errors
/// As `take_in`.
pub fn say_unseen(
    tx: &Connection,
    record: RecordId,
    entries: &[Entry<'_>],
) -> Result<(), StoreError> {
    // Of the office many people write, so of its words no one is expected to have seen the others.
    let of_a_phone = |entry: &&Entry<'_>| entry.op.device() != DeviceNo::OFFICE;
    let Some(first) = entries.first().filter(of_a_phone) else { return Ok(()) };
    let said = said_by(tx, first.op.device(), record)?;
    let fields = projection::fields(tx, record)?;
    let overtaken = entries.iter().filter_map(|entry| {
        let (dot, mut set) = (entry.op.dot, entry.op.set.clone());
        set.retain(|Assignment { field, .. }| {
            let answered = |live: &Live| live.dot != dot && said.really_saw(&live.seen, dot, field);
            let stands = |live: &[Live]| live.len() >= BESIDE_MAX || live.iter().any(answered);
            said.is_overtaken(dot, field)
                && !fields.get(field).is_some_and(|register| stands(register.live()))
        });
        (!set.is_empty()).then_some((*entry, set))
    });
    let again: Vec<_> = overtaken.take(AGAIN_MAX).collect();
    if again.is_empty() {
        return Ok(());
    }
    say_again(tx, again)?;
    said_twice::settle(tx, record, first.received_ms)
}

/// Says these words of a record once more, each a field of an op of the log; not more than `AGAIN_MAX`.
///
/// # Errors
/// As `take_in`.
pub(super) fn say_left(
    tx: &Connection,
    record: RecordId,
    words: &BTreeSet<(String, Dot)>,
    received_ms: i64,
) -> Result<(), StoreError> {
    if words.is_empty() {
        return Ok(());
    }
    let written: HashMap<Dot, Written> =
        log::written(tx, record)?.into_iter().map(|one| (one.0.dot, one)).collect();
    let again = words.iter().take(AGAIN_MAX).filter_map(|(field, dot)| {
        let (op, author) = written.get(dot)?;
        let one = op.set.iter().find(|one| one.field == *field)?;
        Some((Entry { op, author: *author, received_ms }, vec![one.clone()]))
    });
    say_again(tx, again)
}
