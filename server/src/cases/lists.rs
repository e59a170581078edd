//! The weeks that somebody writes in: offers, and plans for joint visits. Each week is a worklist of its
//! own; when a week is too long ago she loses it, and the people in it leave her phone.

use super::make_worklist;
use crate::access::PersonId;
use crate::campaigns;
use crate::office::time;
use crate::store::{StoreError, append_office};
use aanbel_shared::programme::{Role, may_hold};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// So long after the end of its week what was written in it stays on the phone.
pub const KEPT_DAYS: i32 = 90;

const WEEK_DAYS: i32 = 7;
/// 1970-01-01 was a Thursday.
const MONDAY: i32 = 4;

/// What a week is for: the kind of its worklist and of the record that names its Monday.
pub struct Weeks {
    list: &'static str,
    record: &'static str,
    name: &'static str,
}

impl Weeks {
    /// The list of somebody's week: also a server that lost it knows which one it was.
    fn list_of(&self, campaign: Uuid, person: PersonId, monday: i32) -> WorklistId {
        WorklistId::from_parts(campaign, &format!("{}:{}:{monday}", self.list, person.0))
    }
}

pub const OFFERS: Weeks = Weeks { list: "offers", record: "offer_list", name: "Aanbiedingen" };
pub const PLANS: Weeks =
    Weeks { list: "plans", record: "plan_list", name: "Gezamenlijke bezoeken" };

/// Gives somebody this week's list, and takes away those of which all is older than 90 days. Tells
/// which list it is, and whether the week is new.
///
/// # Errors
/// Those of the database.
pub fn turn(
    tx: &Connection,
    person: PersonId,
    weeks: &Weeks,
    now_ms: i64,
) -> Result<(WorklistId, bool), StoreError> {
    let monday = monday_of(time::day_of(now_ms));
    let list = weeks.list_of(campaigns::named(tx, super::CAMPAIGN, now_ms)?.id, person, monday);
    let is_new = begin(tx, list, person, weeks, monday, now_ms)?;
    if is_new {
        leave(tx, person, weeks, monday)?;
    }
    Ok((list, is_new))
}

/// Makes a list again that a server which was put back does not know: one of the weeks that somebody with this
/// role still has on her phone. Of any other list it makes nothing.
///
/// # Errors
/// Those of the database.
pub fn begin_lost(
    tx: &Connection,
    list: WorklistId,
    person: PersonId,
    role: Role,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(campaign) = campaigns::find(tx, super::CAMPAIGN)? else { return Ok(()) };
    let this = monday_of(time::day_of(now_ms));
    for weeks in [&OFFERS, &PLANS].into_iter().filter(|weeks| may_hold(role, weeks.record)) {
        for back in 0..=KEPT_DAYS / WEEK_DAYS {
            let monday = this - back * WEEK_DAYS;
            if weeks.list_of(campaign.id, person, monday) == list {
                return begin(tx, list, person, weeks, monday, now_ms).map(drop);
            }
        }
    }
    Ok(())
}

/// Whether a list is no week of somebody else.
///
/// # Errors
/// Those of the database.
pub fn may_be_of(tx: &Connection, list: WorklistId, person: PersonId) -> Result<bool, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT worklist.kind, worklist.campaign, field(record.live, 'from_on')
         FROM worklist JOIN record ON record.id = worklist.id WHERE worklist.id = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(String, Uuid, Option<i32>)> = query.query_row([list.0], row).optional()?;
    let Some((kind, campaign, Some(monday))) = found else { return Ok(true) };
    let weeks = [&OFFERS, &PLANS].into_iter().find(|weeks| weeks.list == kind);
    Ok(weeks.is_none_or(|weeks| weeks.list_of(campaign, person, monday) == list))
}

/// Makes the list of a week, and gives it to who writes in it. Tells whether it is new.
fn begin(
    tx: &Connection,
    list: WorklistId,
    person: PersonId,
    weeks: &Weeks,
    monday: i32,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let is_new = make_worklist(tx, list, weeks.list, weeks.name, now_ms)?;
    if is_new {
        campaigns::assign(tx, list, person, now_ms)?;
        let week =
            Change::new(RecordId(list.0), weeks.record, list).with("from_on", Value::Date(monday));
        append_office(tx, None, vec![week], now_ms)?;
    }
    Ok(is_new)
}

/// Takes the weeks away that ended more than 90 days before this one began.
fn leave(tx: &Connection, person: PersonId, weeks: &Weeks, monday: i32) -> Result<(), StoreError> {
    let last = monday - KEPT_DAYS - WEEK_DAYS;
    let mut delete = tx.prepare_cached(
        "DELETE FROM assignment WHERE person = ?1 AND worklist IN (
            SELECT worklist.id FROM worklist JOIN record ON record.id = worklist.id
            WHERE worklist.kind = ?3 AND field(record.live, 'from_on') <= ?2)",
    )?;
    delete.execute(params![person, last, weeks.list])?;
    Ok(())
}

/// The first Monday on which the week of a Monday is on no phone.
pub fn left_on(monday: i32) -> Option<i32> {
    monday.checked_add(KEPT_DAYS + WEEK_DAYS)
}

/// Who wrote a record first, and so whose week it is, also when it left her phone.
///
/// # Errors
/// Those of the database.
pub fn author_of(tx: &Connection, offer: RecordId) -> Result<Option<PersonId>, StoreError> {
    let mut query = tx.prepare_cached("SELECT author FROM record WHERE id = ?1")?;
    let found: Option<Option<PersonId>> =
        query.query_row([offer.0], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// The Monday of the week that a day is in.
pub fn monday_of(day: i32) -> i32 {
    day - (day - MONDAY).rem_euclid(WEEK_DAYS)
}

/// The worklist in which an offer stands.
///
/// # Errors
/// Those of the database.
pub fn list_of(tx: &Connection, offer: Uuid) -> Result<Option<WorklistId>, StoreError> {
    let mut query = tx.prepare_cached("SELECT worklist FROM record WHERE id = ?1")?;
    Ok(query.query_row([offer], |row| Ok(WorklistId(row.get(0)?))).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        // 2026-11-16 is a Monday, 20,773 days after 1970-01-01.
        assert_eq!(monday_of(20_773), 20_773);
        assert_eq!(monday_of(20_779), 20_773);
        assert_eq!(monday_of(20_780), 20_780);
        assert_eq!(monday_of(-1), -3);
    }
}
