//! The four steps that a caretaker reads of what she offered: received, planned, visited, closed. Each
//! with its day, and never with what was said.

use super::lists;
use crate::office::time;
use crate::store::{StoreError, append_office, projection};
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

/// Writes into every offer of a case how far it is, where that differs from what stands there.
///
/// # Errors
/// Those of the database.
pub fn follow(tx: &Connection, case: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let steps = steps(tx, case, now_ms)?;
    let mut changes = Vec::new();
    for offer in offers(tx, case)? {
        let Some(list) = lists::list_of(tx, offer.0)? else { continue };
        let there = projection::shown(tx, offer)?;
        let mut change = Change::new(offer, "offer", list);
        for (field, day) in &steps {
            let known = match there.get(*field) {
                Some(Sql::Integer(day)) => i32::try_from(*day).ok(),
                _ => None,
            };
            // A step keeps the day on which it was first taken.
            let keeps = known.is_some() && day.is_some() && *field != "visited_on";
            if known != *day && !keeps {
                change = change.with(field, day.map_or(Value::Nothing, Value::Date));
            }
        }
        changes.push(change);
    }
    append_office(tx, None, changes, now_ms)?;
    Ok(())
}

fn steps(
    tx: &Connection,
    case: RecordId,
    now_ms: i64,
) -> Result<[(&'static str, Option<i32>); 4], StoreError> {
    let today = time::day_of(now_ms);
    let record = projection::shown(tx, case)?;
    let mut planned = tx.prepare_cached(
        "SELECT 1 FROM record WHERE worklist = ?1 AND kind = 'appointment'
            AND field(live, 'withdrawn') IS NOT 1
            AND coalesce(field(live, 'state'), '') NOT IN ('cancelled', 'moved')",
    )?;
    let planned = planned.exists([case.0])?.then_some(today);
    let mut talked = tx.prepare_cached(
        "SELECT MIN(field(live, 'at')) FROM record WHERE worklist = ?1 AND kind = 'talk'
            AND field(live, 'withdrawn') IS NOT 1",
    )?;
    let talked_ms: Option<i64> = talked.query_row([case.0], |row| row.get(0))?;
    let closed = record.get("closed") == Some(&Sql::Integer(1));
    Ok([
        ("received_on", Some(today)),
        ("planned_on", planned),
        ("visited_on", talked_ms.map(time::day_of)),
        ("closed_on", closed.then_some(today)),
    ])
}

/// The offers that a case came from.
///
/// # Errors
/// Those of the database.
pub fn offers(tx: &Connection, case: RecordId) -> Result<Vec<RecordId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT case_offer.offer FROM record JOIN case_offer ON case_offer.source = record.id
         WHERE record.worklist = ?1 AND record.kind = 'case_source'",
    )?;
    let found = query.query_map(params![case.0], |row| Ok(RecordId(row.get(0)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
