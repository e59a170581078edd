//! A word that comes into the log after later ones of the same phone which had not seen it. It was set
//! aside, left the phone with its list, and she wrote there again when she got the list back; or a copy of the
//! phone fills a number that the phone itself no longer holds. What was seen is told as the highest number
//! per phone, so who answers the later word seems to have seen this one too, and would take it away unread.
//! Said once more under a number of the office it stands beside the others.

use super::log::{self, Entry};
use super::{Intake, StoreError, accept};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op};
use rusqlite::Connection;

/// Takes in what was set aside.
///
/// # Errors
/// As `accept`; `Damaged` when an op of the record cannot be read.
pub fn take_in(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    accept(tx, entry)?;
    say_unseen(tx, entry)
}

/// Of an op that was just taken in, says once more what later words of its phone had not seen.
///
/// # Errors
/// As `take_in`.
pub fn say_unseen(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let written = log::ops_of(tx, entry.op.record)?;
    let mut set = entry.op.set.clone();
    set.retain(|one| is_overtaken(entry.op, &one.field, &written));
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
