//! What people said, said once more under numbers of the office: it stays their word.

use super::log::{self, Entry};
use super::{Intake, StoreError, projection};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Most words of one record that are said once more at once. A phone that got its list back has one per
/// field; thousands are made up to keep the writer busy.
pub(super) const AGAIN_MAX: usize = 50;

/// Says something of ops once more, under numbers of the office, having seen those ops. Moment and writer
/// stay: it is still her word.
///
/// # Errors
/// As `accept`.
pub(super) fn say_again<'a>(
    tx: &Connection,
    words: impl IntoIterator<Item = (Entry<'a>, Vec<Assignment>)>,
) -> Result<(), StoreError> {
    let mut seq = log::kept(tx, DeviceNo::OFFICE)?;
    let mut intake = Intake::new(tx)?;
    for (entry, mut set) in words {
        seq += 1;
        set.iter_mut().for_each(|one| one.seen.add(entry.op.dot));
        let op = Op { dot: Dot::new(DeviceNo::OFFICE, seq), set, ..entry.op.clone() };
        intake.accept(&Entry { op: &op, ..entry })?;
    }
    log::set_kept(tx, DeviceNo::OFFICE, seq)?;
    // What is said again here is looked at by who says it.
    intake.close().map(drop)
}

/// Says all that lives in these fields of a record once more, each word as it was said: what stood beside
/// each other does so afterwards, and nobody is taken to have settled it.
///
/// # Errors
/// As `accept`; `Damaged` when an op of the record cannot be read.
pub fn say_beside(
    tx: &Connection,
    record: RecordId,
    fields: &[String],
    received_ms: i64,
) -> Result<(), StoreError> {
    let mut words: BTreeMap<Dot, Vec<Assignment>> = BTreeMap::new();
    for (field, register) in projection::fields(tx, record)?.iter() {
        for live in register.live().iter().filter(|_| fields.iter().any(|one| one == field)) {
            let (field, value) = (field.to_owned(), live.value.clone());
            let one = Assignment { field, value, seen: live.seen.clone() };
            words.entry(live.dot).or_default().push(one);
        }
    }
    if words.is_empty() {
        return Ok(());
    }
    // All of them, also those that could stay where they are: a new number of the office goes for having
    // seen every lower one.
    let written = log::written(tx, record)?;
    let again = written.iter().filter_map(|(op, author)| {
        let set = words.remove(&op.dot)?;
        Some((Entry { op, author: *author, received_ms }, set))
    });
    say_again(tx, again)
}
