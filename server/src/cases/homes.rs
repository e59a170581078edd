//! The homes of a corporation: a worklist that its caretakers have, with addresses and nothing else. Each
//! list that is read in takes the place of the one before, which then leaves the phones.

use super::make_worklist;
use crate::access::PersonId;
use crate::import::{ImportedAddress, Preview};
use crate::store::{StoreError, append_office};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Most homes of one corporation: all of them stand on the phone of each of its caretakers.
pub const HOMES_MAX: usize = 5_000;

/// The list that counts, and how many homes it holds.
///
/// # Errors
/// Those of the database.
pub fn of(db: &Connection, corporation: i64) -> Result<Option<(WorklistId, usize)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT worklist, (SELECT COUNT(*) FROM record
                           WHERE record.worklist = corporation_homes.worklist AND kind = 'home')
         FROM corporation_homes WHERE corporation = ?1",
    )?;
    let found = query.query_row([corporation], |row| {
        Ok((WorklistId(row.get(0)?), usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0)))
    });
    Ok(found.optional()?)
}

/// Puts the addresses of a file in the place of the list that there was. Gives how many there are.
///
/// # Errors
/// Those of the database.
pub fn replace(
    tx: &Connection,
    corporation: i64,
    found: &Preview,
    by: Option<PersonId>,
    now_ms: i64,
) -> Result<usize, StoreError> {
    let list = WorklistId(RecordId::at(now_ms, crate::access::random()).0);
    make_worklist(tx, list, "homes", "Woningen", now_ms)?;
    let doors = found.streets.iter().flat_map(|street| &street.addresses);
    let changes: Vec<Change> = doors.take(HOMES_MAX).map(|door| change(list, door)).collect();
    let count = changes.len();
    append_office(tx, by, changes, now_ms)?;
    tx.execute(
        "INSERT INTO corporation_homes (corporation, worklist) VALUES (?1, ?2)
         ON CONFLICT (corporation) DO UPDATE SET worklist = excluded.worklist",
        params![corporation, list.0],
    )?;
    Ok(count)
}

fn change(list: WorklistId, door: &ImportedAddress) -> Change {
    let id: Uuid = list.0;
    let mut change = Change::new(RecordId::from_parts(id, &door.id.to_string()), "home", list)
        .with("street", Value::text(door.street.as_str()))
        .with("number", Value::Int(i64::from(door.number)));
    let addition = match (door.letter.as_str(), door.addition.as_str()) {
        ("", addition) => addition.to_owned(),
        (letter, "") => letter.to_owned(),
        (letter, addition) => format!("{letter}-{addition}"),
    };
    let texts =
        [("addition", addition.as_str()), ("postcode", &door.postcode), ("town", &door.town)];
    for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        change = change.with(field, Value::text(text));
    }
    change
}
