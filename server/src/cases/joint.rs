//! A plan becomes a joint visit: one list that both organisations hold, and one for each side that the
//! other never gets. Who planned it goes for her side; for the other side goes who works with it.

use super::address::at_address_of;
use super::lists::{self, KEPT_DAYS};
use super::opening::address_of;
use super::sides::{self, Side};
use super::{make_worklist, rules, unless_erased};
use crate::access::PersonId;
use crate::campaigns;
use crate::store::projection::{self, kind_and_worklist};
use crate::store::{StoreError, append_office};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;
/// Fields of the address that travel.
const ADDRESS: [&str; 5] = ["street", "number", "addition", "postcode", "town"];

/// Gives somebody the list in which she plans this week. With a new week, visits of more than 90 days
/// ago leave her phone.
///
/// # Errors
/// Those of the database.
pub fn turn(tx: &Connection, person: PersonId, role: Role, now_ms: i64) -> Result<(), StoreError> {
    let (list, is_new) = lists::turn(tx, person, &lists::PLANS, now_ms)?;
    if is_new && let Some(side) = Side::of(role) {
        for visit in past(tx, person, now_ms - i64::from(KEPT_DAYS) * DAY_MS)? {
            // Who went stays written in the visit.
            campaigns::unassign(tx, WorklistId(visit.0), person)?;
            campaigns::unassign(tx, side.list(visit), person)?;
        }
    }
    if Side::of(role) == Some(Side::Welfare) {
        unless_erased(tx, || name_partners(tx, list, now_ms))?;
    }
    Ok(())
}

/// Visits of somebody that were before a moment, and those that were erased. One that was planned for a day
/// that was over by then is of the day on which it was planned.
fn past(tx: &Connection, person: PersonId, before_ms: i64) -> Result<Vec<RecordId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT worklist.id FROM assignment JOIN worklist ON worklist.id = assignment.worklist
         LEFT JOIN record ON record.id = worklist.id
         WHERE assignment.person = ?1 AND worklist.kind = 'joint'
            AND max(coalesce(field(record.live, 'at'), 0), coalesce(record.created_ms, 0)) < ?2",
    )?;
    let found = query.query_map(params![person, before_ms], |row| Ok(RecordId(row.get(0)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Tells an adviser's week which corporations there are to visit with.
fn name_partners(tx: &Connection, list: WorklistId, now_ms: i64) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached("SELECT name FROM corporation ORDER BY name")?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let (names, week) = (names.join("\n"), RecordId(list.0));
    let known = text(&projection::shown(tx, week)?, "partners").to_owned();
    if known != names {
        let change = Change::new(week, "plan_list", list).with("partners", Value::text(names));
        append_office(tx, None, vec![change], now_ms)?;
    }
    Ok(())
}

fn text<'a>(shown: &'a HashMap<String, Sql>, field: &str) -> &'a str {
    match shown.get(field) {
        Some(Sql::Text(text)) => text.trim(),
        _ => "",
    }
}

/// The visit that a plan makes.
pub fn visit_of(plan: RecordId) -> RecordId {
    RecordId::from_parts(plan.0, "visit")
}

/// Makes the visit of a plan once all is there that it needs; one that is taken back is called off.
///
/// # Errors
/// Those of the database.
pub fn follow(tx: &Connection, plan: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let Some((_, list)) = kind_and_worklist(tx, plan)? else { return Ok(()) };
    let shown = projection::shown(tx, plan)?;
    let yes = |field: &str| shown.get(field) == Some(&Sql::Integer(1));
    let visit = visit_of(plan);
    let is_there = kind_and_worklist(tx, visit)?.is_some();
    if is_there && yes("withdrawn") {
        call_off(tx, visit, None, "plan", now_ms)?;
        return Ok(());
    }
    let where_and_when = shown.contains_key("at") && shown.contains_key("number");
    let stands = yes("agreed") && where_and_when && !text(&shown, "street").is_empty();
    if is_there || yes("withdrawn") || !stands {
        return Ok(());
    }
    open(tx, visit, &shown, lists::author_of(tx, plan)?, now_ms)?;
    let told = Change::new(plan, "joint_plan", list).with("visit", Value::Reference(visit));
    append_office(tx, None, vec![told], now_ms)?;
    Ok(())
}

/// A visit that stood ahead is off, by somebody of the office or, with nobody, because its plan is. Tells
/// whether it stood ahead.
///
/// # Errors
/// Those of the database.
pub fn call_off(
    tx: &Connection,
    visit: RecordId,
    by: Option<PersonId>,
    why: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    if !is_ahead(&projection::shown(tx, visit)?) {
        return Ok(false);
    }
    let change = Change::new(visit, "joint_visit", WorklistId(visit.0))
        .with("state", Value::choice("cancelled"))
        .with("cancelled_why", Value::choice(why));
    append_office(tx, by, vec![change], now_ms)?;
    Ok(true)
}

/// Takes somebody off every visit that stands ahead: others read there who comes.
///
/// # Errors
/// Those of the database.
pub fn leave_all(tx: &Connection, person: PersonId, now_ms: i64) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT worklist.id FROM assignment JOIN worklist ON worklist.id = assignment.worklist
         WHERE assignment.person = ?1 AND worklist.kind = 'joint'",
    )?;
    let visits: Vec<Uuid> =
        query.query_map([person], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for visit in visits.into_iter().map(RecordId) {
        if is_ahead(&projection::shown(tx, visit)?) {
            Side::BOTH
                .into_iter()
                .try_for_each(|side| sides::take(tx, visit, side, person, now_ms))?;
        }
    }
    Ok(())
}

/// Nobody went yet, and nobody called it off.
fn is_ahead(visit: &HashMap<String, Sql>) -> bool {
    text(visit, "state").is_empty()
}

/// Says in every visit to the home of this one whether another one stands ahead: not everybody who goes to
/// one has the other on her phone.
///
/// # Errors
/// Those of the database.
pub fn tell_doubles(tx: &Connection, visit: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let mut there = Vec::new();
    for id in at_address_of(tx, visit, "joint_visit")? {
        there.push((id, projection::shown(tx, id)?));
    }
    let several = there.iter().filter(|(_, shown)| is_ahead(shown)).count() > 1;
    let told = there.iter().filter_map(|(id, shown)| {
        let (double, known) = (several && is_ahead(shown), shown.get("double"));
        let differs = double != (known == Some(&Sql::Integer(1)));
        let change = Change::new(*id, "joint_visit", WorklistId(id.0));
        differs.then(|| change.with("double", Value::Bool(double)))
    });
    append_office(tx, None, told.collect(), now_ms)?;
    Ok(())
}

/// Visits that stay of homes for which one of these records is a visit too. Once those are gone,
/// `tell_doubles` of each says whether another one still stands ahead.
///
/// # Errors
/// Those of the database.
pub fn beside(tx: &Connection, going: &[RecordId]) -> Result<BTreeSet<RecordId>, StoreError> {
    let gone: BTreeSet<RecordId> = going.iter().copied().collect();
    let mut found = BTreeSet::new();
    for id in going {
        if kind_and_worklist(tx, *id)?.is_some_and(|(kind, _)| kind == "joint_visit") {
            found.extend(at_address_of(tx, *id, "joint_visit")?);
        }
    }
    Ok(found.difference(&gone).copied().collect())
}

fn open(
    tx: &Connection,
    visit: RecordId,
    plan: &HashMap<String, Sql>,
    planner: Option<PersonId>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let list = WorklistId(visit.0);
    make_worklist(tx, list, "joint", "Gezamenlijk bezoek", now_ms)?;
    for side in Side::BOTH {
        make_worklist(tx, side.list(visit), "joint_side", "Eigen notities", now_ms)?;
    }
    let (side, corporation) = planned_by(tx, planner, plan)?;
    // The record of the address is what the office finds a resident by; a caretaker never gets it.
    let mut address = Change::new(address_of(visit), "address", list);
    let mut shared = Change::new(visit, "joint_visit", list)
        .with("address", Value::Reference(address_of(visit)));
    for field in ADDRESS {
        let value = match plan.get(field) {
            Some(Sql::Text(text)) => Value::text(text.trim()),
            Some(Sql::Integer(number)) => Value::Int(*number),
            _ => continue,
        };
        address = address.with(field, value.clone());
        shared = shared.with(field, value);
    }
    if let Some(Sql::Integer(at_ms)) = plan.get("at") {
        shared = shared.with("at", Value::Instant(*at_ms));
    }
    if !corporation.is_empty() {
        shared = shared.with("corporation", Value::text(corporation.as_str()));
    }
    // A phone may not point from one list into another, so what a side writes in is made here.
    let own = Side::BOTH.map(|side| {
        let list = side.list(visit);
        Change::new(RecordId(list.0), side.finding(), list).with("visit", Value::Reference(visit))
    });
    append_office(tx, None, [address, shared].into_iter().chain(own).collect(), now_ms)?;
    let (Some(planner), Some(side)) = (planner, side) else { return Ok(()) };
    sides::give(tx, visit, side, planner, now_ms)?;
    let (other, partner) = match side {
        Side::Home => (Side::Welfare, rules::adviser_for(tx, list, Some(planner))?),
        Side::Welfare => (Side::Home, only_caretaker(tx, &corporation)?),
    };
    match partner {
        Some(partner) => sides::give(tx, visit, other, partner, now_ms),
        None => Ok(()),
    }
}

/// For which side the planner goes, and which corporation it is about: a caretaker's own, or the one that
/// an adviser chose.
fn planned_by(
    tx: &Connection,
    planner: Option<PersonId>,
    plan: &HashMap<String, Sql>,
) -> Result<(Option<Side>, String), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT person.role, coalesce(corporation.name, '') FROM person
         LEFT JOIN corporation ON corporation.id = person.corporation WHERE person.id = ?1",
    )?;
    let found: Option<(String, String)> =
        query.query_row(params![planner], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((role, own)) = found else { return Ok((None, String::new())) };
    let side = Role::from_key(&role).and_then(Side::of);
    let chosen = text(plan, "corporation").to_owned();
    Ok((side, if side == Some(Side::Home) { own } else { chosen }))
}

/// The caretaker of a corporation that has just one; of several the office chooses.
fn only_caretaker(tx: &Connection, corporation: &str) -> Result<Option<PersonId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT person.id FROM person JOIN corporation ON corporation.id = person.corporation
         WHERE corporation.name = ?1 AND person.role = ?2 AND person.active = 1 LIMIT 2",
    )?;
    let found = query.query_map(params![corporation, Role::Caretaker.key()], |row| row.get(0))?;
    let found: Vec<PersonId> = found.collect::<Result<_, _>>()?;
    Ok(if let [only] = found.as_slice() { Some(*only) } else { None })
}

/// Whether there is such a visit; one that was erased left its lists behind.
///
/// # Errors
/// Those of the database.
pub fn is_visit(db: &Connection, id: Uuid) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM worklist JOIN record ON record.id = worklist.id
         WHERE worklist.id = ?1 AND worklist.kind = 'joint'",
    )?;
    Ok(query.exists([id])?)
}
