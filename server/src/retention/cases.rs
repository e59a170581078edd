//! What is due of cases and offers: each is counted from its own end, whatever their campaign does.

use super::due::{Due, OF_LIST, of_rows, rows};
use super::terms::Terms;
use crate::cases::lists;
use crate::office::time;
use crate::store::{StoreError, log, projection};
use aanbel_shared::form::Retention;
use aanbel_shared::record::{RecordId, WorklistId};
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Cases go so long after they were closed, each by itself: their campaign never has to end. The day that
/// stands in a case is of the adviser's phone, whose clock may be a year off; when the server heard it counts.
pub(super) fn of_cases(
    db: &Connection,
    terms: Terms,
    now_ms: i64,
    due: &mut Due,
) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT worklist.id, changed_ms FROM worklist JOIN record ON record.id = worklist.id
         WHERE worklist.kind = 'case' AND field(live, 'closed') IS 1",
    )?;
    let closed = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (list, changed_ms) in closed.collect::<Result<Vec<(Uuid, i64)>, _>>()? {
        let closed_ms = heard_ms(db, RecordId(list), "closed")?.unwrap_or(changed_ms);
        let is_over = |retention| terms.is_over(retention, closed_ms, now_ms);
        if is_over(Retention::Campaign) || is_over(Retention::Case) {
            of_rows(db, &rows(db, OF_LIST, list)?, is_over, due)?;
        }
    }
    Ok(())
}

/// When the server heard what a field of a record says now.
fn heard_ms(db: &Connection, record: RecordId, field: &str) -> Result<Option<i64>, StoreError> {
    let register = projection::register(db, record, field)?;
    let dot = register.shown().map(|live| live.dot);
    dot.map_or(Ok(None), |dot| log::received_ms(db, dot))
}

/// An offer goes so long after its case was closed, or after it was made when no case came of it or the case
/// was erased; a week goes with its last offer, counted from when it left the phone.
pub(super) fn of_offers(
    db: &Connection,
    terms: Terms,
    now_ms: i64,
    due: &mut Due,
) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT record.id, worklist, record.kind, field(live, 'closed_on'), field(live, 'received_on'),
                created_ms, field(live, 'from_on'),
                EXISTS (SELECT 1 FROM case_offer JOIN erased ON erased.record = case_offer.source
                        WHERE case_offer.offer = record.id)
         FROM record JOIN worklist ON worklist.id = record.worklist
         WHERE worklist.kind IN ('offers', 'homes') AND record.kind <> 'home'
         ORDER BY record.kind = 'offer_list', record.id",
    )?;
    let mut rows = query.query([])?;
    let mut kept = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (id, list) = (RecordId(row.get(0)?), WorklistId(row.get(1)?));
        let kind: String = row.get(2)?;
        let day = |column| {
            Ok::<_, StoreError>(row.get::<_, Option<i32>>(column)?.and_then(time::day_start))
        };
        let end_ms = match kind.as_str() {
            "offer_list" => week_ends_ms(row.get(6)?).filter(|_| !kept.contains(&list)),
            _ => match (day(3)?, day(4)?) {
                (Some(closed_ms), _) => Some(closed_ms),
                (None, Some(_)) if !row.get(7)? => None,
                (None, _) => Some(row.get(5)?),
            },
        };
        if end_ms.is_some_and(|end_ms| terms.is_over(Retention::Case, end_ms, now_ms)) {
            due.add(&kind, id, list);
        } else {
            kept.insert(list);
        }
    }
    Ok(())
}

/// When a week that began on this day has left the phone: nobody writes in it any more.
pub(super) fn week_ends_ms(from_on: Option<i32>) -> Option<i64> {
    time::day_start(lists::left_on(from_on?)?)
}
