//! What stays of a record of which a part went is said again: in the log it stood in entries that went, or
//! it left a phone with the rest.

use crate::store::{StoreError, append_office, projection, say_beside};
use aanbel_shared::record::{Live, RecordId};
use aanbel_shared::sync::Change;
use rusqlite::Connection;

/// Most values of a field beside each other that are said again. More no household has; thousands are made
/// up to keep the writer busy, and then what is shown is said.
const BESIDE_MAX: usize = 50;

/// Says the fields again of which `is_meant` holds for what lives. A contradiction stays one: each
/// word is said again as it was said. Of the rest the office says what is shown.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn say_again(
    tx: &Connection,
    record: RecordId,
    is_meant: impl Fn(&[Live]) -> bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some((kind, worklist)) = projection::kind_and_worklist(tx, record)? else { return Ok(()) };
    let mut change = Change::new(record, &kind, worklist);
    let mut beside = Vec::new();
    for (field, register) in projection::fields(tx, record)?.iter() {
        match register.live() {
            live if !is_meant(live) => {}
            [_, _, ..] if register.live().len() <= BESIDE_MAX => beside.push(field.to_owned()),
            [shown, ..] => change = change.with(field, shown.value.clone()),
            [] => {}
        }
    }
    append_office(tx, None, vec![change], now_ms)?;
    say_beside(tx, record, &beside, now_ms)
}
