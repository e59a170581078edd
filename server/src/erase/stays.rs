//! What stays of a record of which a part went is said again: in the log it stood in entries that went, or
//! it left a phone with the rest.

use crate::store::projection::BESIDE_MAX;
use crate::store::{Lives, StoreError, append_office_over, projection, say_beside};
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use rusqlite::Connection;
use std::collections::HashMap;

/// Says fields of a record again. A contradiction stays one: each word is said again as it was said. Where
/// one value lives the office says it, and that there is nothing where none does. With more values than people
/// write beside each other, what is shown is said.
///
/// # Errors
/// Those of the database; `Damaged` when an op of the record cannot be read.
pub fn say_again(
    tx: &Connection,
    record: RecordId,
    fields: Vec<Lives>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some((kind, worklist)) = projection::kind_and_worklist(tx, record)? else { return Ok(()) };
    let mut change = Change::new(record, &kind, worklist);
    let (mut beside, mut had) = (Vec::new(), HashMap::new());
    for lives in fields {
        if (2..=BESIDE_MAX).contains(&lives.live.len()) {
            beside.push(lives);
        } else {
            let shown = lives.live.into_iter().next().map_or(Value::Nothing, |live| live.value);
            change = change.with(&lives.field, shown);
            had.insert(lives.field, lives.had);
        }
    }
    // First: the office's own words bring to rest what was answered under another number.
    say_beside(tx, record, beside, now_ms)?;
    append_office_over(tx, None, vec![change], &had, now_ms).map(drop)
}
