//! A word in the log that a later one of the same phone had not seen. It was set aside and left the phone
//! with its list, she wrote there again when she got the list back, and the office took the first in; or a
//! copy of the phone filled a number that the phone itself no longer held. What was seen is told as the
//! highest number per phone, so who answers the later word, or she herself when she writes a third, seems to
//! have seen the first too, and would take it away unread. Said once more under a number of the office it
//! stands beside the others.

use super::log::{self, Entry};
use super::{Intake, StoreError, accept};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId};
use rusqlite::Connection;

/// Takes in what was set aside.
///
/// # Errors
/// As `accept`; `Damaged` when an op of the record cannot be read.
pub fn take_in(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    accept(tx, entry)?;
    say_unseen(tx, entry)
}

/// Of an op that came in after later ones of its phone, says once more what they had not seen.
///
/// # Errors
/// As `take_in`.
pub fn say_unseen(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let written = log::ops_of(tx, entry.op.record)?;
    say_fields(tx, entry, |field| is_overtaken(entry.op, field, &written))
}

/// Says one field of an op of the log once more.
///
/// # Errors
/// As `take_in`.
pub fn say_field(
    tx: &Connection,
    record: RecordId,
    dot: Dot,
    field: &str,
    received_ms: i64,
) -> Result<(), StoreError> {
    let written = log::written(tx, record)?;
    let Some((op, author)) = written.iter().find(|(op, _)| op.dot == dot) else { return Ok(()) };
    say_fields(tx, &Entry { op, author: *author, received_ms }, |one| one == field)
}

fn say_fields(
    tx: &Connection,
    entry: &Entry<'_>,
    which: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let mut set = entry.op.set.clone();
    set.retain(|one| which(&one.field));
    set.iter_mut().for_each(|one| one.seen.add(entry.op.dot));
    if set.is_empty() { Ok(()) } else { say_again(tx, entry, set) }
}

/// Whether a later word of the same phone in this field had not seen that of this op.
pub fn is_overtaken<'a>(op: &Op, field: &str, written: impl IntoIterator<Item = &'a Op>) -> bool {
    let later = |one: &&Op| one.device() == op.device() && one.dot.seq > op.dot.seq;
    let had_not_seen = |one: &Assignment| one.field == field && !one.seen.covers(op.dot);
    op.device() != DeviceNo::OFFICE
        && written.into_iter().filter(later).any(|one| one.set.iter().any(had_not_seen))
}

/// Says something of an op once more, under a number of the office. Moment and writer stay: it is still
/// her word.
///
/// # Errors
/// As `accept`.
pub fn say_again(
    tx: &Connection,
    entry: &Entry<'_>,
    set: Vec<Assignment>,
) -> Result<(), StoreError> {
    let seq = log::kept(tx, DeviceNo::OFFICE)? + 1;
    let op = Op { dot: Dot::new(DeviceNo::OFFICE, seq), set, ..entry.op.clone() };
    log::set_kept(tx, DeviceNo::OFFICE, seq)?;
    let mut intake = Intake::new(tx)?;
    intake.accept(&Entry { op: &op, ..*entry })?;
    intake.finish()
}
