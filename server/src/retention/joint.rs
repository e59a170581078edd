//! What is due of joint visits and plans for them: each is counted from the day that it was planned for. A
//! plan of which no visit came and a visit that did not take place go sooner than one that did. From a
//! visit a case may have come: then it stays as long as that case.

use super::cases::week_ends_ms;
use super::due::{Due, OF_LIST, of_rows, rows};
use super::terms::Terms;
use crate::cases::at_address_of;
use crate::cases::sides::Side;
use crate::store::{StoreError, projection};
use aanbel_shared::form::Retention;
use aanbel_shared::record::{RecordId, WorklistId};
use rusqlite::Connection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A day further ahead than this is a slip of the pen, and must not keep anything for ever. So is one that was
/// over when it was written down, and must not take away what is still to come.
const AHEAD_MAX_MS: i64 = 2 * 365 * 86_400_000;

/// The moment that a term is counted from, of what was planned for `at_ms` and made at `made_ms`.
fn planned_ms(at_ms: Option<i64>, made_ms: i64) -> i64 {
    at_ms.map_or(made_ms, |at_ms| at_ms.clamp(made_ms, made_ms.saturating_add(AHEAD_MAX_MS)))
}

/// A visit goes with its three lists.
pub(super) fn of_visits(
    db: &Connection,
    terms: Terms,
    now_ms: i64,
    due: &mut Due,
) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT record.id, field(live, 'at'), created_ms,
                COALESCE(field(live, 'state'), '') IN ('cancelled', 'not_home')
         FROM record JOIN worklist ON worklist.id = record.id
         WHERE record.kind = 'joint_visit' AND worklist.kind = 'joint'",
    )?;
    let visits = query.query_map([], |row| {
        let planned_ms = planned_ms(row.get(1)?, row.get(2)?);
        Ok((RecordId(row.get(0)?), planned_ms, row.get::<_, bool>(3)?))
    })?;
    for (visit, planned_ms, is_off) in visits.collect::<Result<Vec<_>, _>>()? {
        let stays = !is_off
            && terms.is_over(Retention::Visit, planned_ms, now_ms)
            && has_case(db, visit, due)?;
        let is_over = |retention| match retention {
            Retention::Visit if stays => false,
            _ if is_off => terms.is_over(Retention::Plan, planned_ms, now_ms),
            _ => terms.is_over(retention, planned_ms, now_ms),
        };
        if is_over(Retention::Plan) || is_over(Retention::Visit) {
            let mut found = rows(db, OF_LIST, visit.0)?;
            for side in Side::BOTH {
                found.extend(rows(db, OF_LIST, side.list(visit).0)?);
            }
            of_rows(db, &found, is_over, due)?;
        }
    }
    Ok(())
}

/// Whether the municipality asked for a case at this visit, and there is one for its address that stays.
fn has_case(db: &Connection, visit: RecordId, due: &Due) -> Result<bool, StoreError> {
    let finding = RecordId(Side::Welfare.list(visit).0);
    let asked = projection::register(db, finding, "follow")?;
    if asked.shown().and_then(|live| live.value.as_str()) != Some("case") {
        return Ok(false);
    }
    let mut is_case = db.prepare_cached(
        "SELECT 1 FROM record JOIN worklist ON worklist.id = record.id
         WHERE record.id = ?1 AND worklist.kind = 'case'",
    )?;
    let gone = due.whole();
    for address in at_address_of(db, visit, "address")? {
        let Some((_, list)) = projection::kind_and_worklist(db, address)? else { continue };
        if is_case.exists([list.0])? && !gone.contains(&RecordId(list.0)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A plan goes with the visit that came of it, and else by its own day; a week with its last plan, counted
/// from when it left the phone. Asks what of the visits goes.
pub(super) fn of_plans(
    db: &Connection,
    terms: Terms,
    now_ms: i64,
    due: &mut Due,
) -> Result<(), StoreError> {
    let gone = due.whole();
    let mut query = db.prepare_cached(
        "SELECT plan.id, plan.worklist, plan.kind, visit.id, field(plan.live, 'at'), plan.created_ms,
                field(plan.live, 'from_on')
         FROM record AS plan JOIN worklist ON worklist.id = plan.worklist
         LEFT JOIN record AS visit ON visit.id = plan.parent
         WHERE worklist.kind = 'plans' ORDER BY plan.kind = 'plan_list', plan.id",
    )?;
    let mut rows = query.query([])?;
    let mut kept = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (id, list) = (RecordId(row.get(0)?), WorklistId(row.get(1)?));
        let kind: String = row.get(2)?;
        let is_over = |end_ms: i64| terms.is_over(Retention::Plan, end_ms, now_ms);
        let goes = match (kind.as_str(), row.get::<_, Option<Uuid>>(3)?) {
            ("plan_list", _) => {
                week_ends_ms(row.get(6)?).is_some_and(is_over) && !kept.contains(&list)
            }
            (_, Some(visit)) => gone.contains(&RecordId(visit)),
            (_, None) => is_over(planned_ms(row.get(4)?, row.get(5)?)),
        };
        if goes {
            due.add(&kind, id, list);
        } else {
            kept.insert(list);
        }
    }
    Ok(())
}
