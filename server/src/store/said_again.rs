//! What people said, said once more under numbers of the office: it stays their word.

use super::log::{self, Entry};
use super::{Intake, StoreError};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Live, Op, RecordId, Seen};
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

/// What lives in one field of a record and is to be said again.
pub struct Lives {
    pub field: String,
    pub live: Vec<Live>,
    /// What its words have seen besides, together.
    pub had: Seen,
}

/// Says all this once more, each word as it was said: what stood beside each other does so afterwards, and
/// nobody is taken to have settled it.
///
/// # Errors
/// As `accept`; `Damaged` when an op of the record cannot be read.
pub fn say_beside(
    tx: &Connection,
    record: RecordId,
    fields: Vec<Lives>,
    received_ms: i64,
) -> Result<(), StoreError> {
    let mut words: BTreeMap<Dot, Vec<Assignment>> = BTreeMap::new();
    for Lives { field, mut live, had } in fields {
        share_out(&mut live, &had);
        for Live { dot, value, seen, .. } in live {
            words.entry(dot).or_default().push(Assignment { field: field.clone(), value, seen });
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

/// Gives each of these to the one word that knew most of its phone: it must not look as if one word answers
/// another.
fn share_out(live: &mut [Live], had: &Seen) {
    for dot in had.dots() {
        let known = |one: &&mut Live| {
            let own = if one.dot.device == dot.device { one.dot.seq } else { 0 };
            one.seen.upto(dot.device).max(own)
        };
        if let Some(one) = live.iter_mut().rev().max_by_key(known) {
            one.seen.add(dot);
        }
    }
}
