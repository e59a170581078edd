//! An offer with a yes becomes a case. What an adviser may know of the offer is copied, field by field;
//! the offer itself stays with the caretaker.

use super::address::same_address;
use super::opening::{self, Opening, address_of};
use super::{lists, moved, rules, steps, withdrawal};
use crate::access::PersonId;
use crate::campaigns;
use crate::office::time;
use crate::store::projection::{self, kind_and_worklist};
use crate::store::{StoreError, append_office, log, note_due};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use uuid::Uuid;

/// Fields of the address that travel, and how each is stored.
const ADDRESS: [&str; 5] = ["street", "number", "addition", "postcode", "town"];
/// Fields of the resident that travel.
const RESIDENT: [&str; 3] = ["name", "telephone", "language"];
/// How a case ended of which the tenant took her yes back.
pub(super) const WITHDRAWN: &str = "consent_withdrawn";

pub(super) struct Offer {
    pub(super) id: RecordId,
    /// Id of the line in the case that says that it came from this offer.
    pub(super) source: RecordId,
    pub(super) shown: HashMap<String, Sql>,
}

impl Offer {
    fn text(&self, field: &str) -> &str {
        match self.shown.get(field) {
            Some(Sql::Text(text)) => text.trim(),
            _ => "",
        }
    }

    fn yes(&self, field: &str) -> bool {
        self.shown.get(field) == Some(&Sql::Integer(1))
    }

    /// The tenant said yes, and the municipality knows where to go. Taken back, it never was.
    fn stands(&self) -> bool {
        self.text("answer") == "yes"
            && self.yes("consent")
            && !self.yes("stopped")
            && !self.yes("withdrawn")
            && !self.text("name").is_empty()
            && !self.text("street").is_empty()
            && self.shown.contains_key("number")
    }

    /// Nobody is to know any more who it was.
    fn is_taken_back(&self) -> bool {
        let says_no = matches!(self.text("answer"), "no" | "not_now");
        self.yes("stopped") || self.yes("withdrawn") || says_no
    }

    /// The value of a field as a record of ours has it; nothing for an empty one.
    fn value(&self, field: &str) -> Value {
        match self.shown.get(field) {
            Some(Sql::Text(text)) if field == "language" => Value::choice(text),
            Some(Sql::Text(text)) => Value::text(text.trim()),
            Some(Sql::Integer(number)) => Value::Int(*number),
            _ => Value::Nothing,
        }
    }

    /// Whether it was in another case before.
    pub(super) fn has_moved(&self) -> bool {
        self.source != withdrawal::source_after(self.id)
    }

    /// Id of the case that this offer makes when there is none for its address.
    pub(super) fn own_case(&self) -> RecordId {
        let of = if self.has_moved() { self.source } else { self.id };
        RecordId::from_parts(of.0, "case")
    }
}

/// Whether an offer is filled in and nobody says that the tenant does not want it: after a slip, somebody
/// is writing the tenant's yes down again.
///
/// # Errors
/// Those of the database.
pub(super) fn is_begun_again(tx: &Connection, id: RecordId) -> Result<bool, StoreError> {
    let offer = Offer { id, source: id, shown: projection::shown(tx, id)? };
    let is_filled = RESIDENT.iter().chain(&ADDRESS).any(|field| !offer.text(field).is_empty());
    Ok(is_filled && offer.text("answer") == "yes" && !offer.is_taken_back())
}

/// Brings the case of an offer to what the offer says now.
///
/// # Errors
/// Those of the database.
pub fn follow(tx: &Connection, id: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let source = withdrawal::source_of(tx, id)?;
    let mut offer = Offer { id, source, shown: projection::shown(tx, id)? };
    let known = kind_and_worklist(tx, source)?.map(|(_, list)| RecordId(list.0));
    match (offer.stands(), known) {
        (true, Some(case))
            if moved::has_ended(tx, &offer, case)? || moved::is_elsewhere(tx, &offer, case)? =>
        {
            moved::move_on(tx, &mut offer, case, now_ms)?;
        }
        (true, Some(case)) => correct(tx, &offer, case, now_ms)?,
        (true, None) => take_over(tx, &offer, now_ms)?,
        (false, Some(case)) => stop(tx, &offer, case, now_ms)?,
        (false, None) if offer.is_taken_back() => withdrawal::note(tx, id)?,
        (false, None) => {}
    }
    if let Some((_, list)) = kind_and_worklist(tx, offer.source)? {
        steps::follow(tx, RecordId(list.0), now_ms)?;
    }
    Ok(())
}

/// A first yes: a new case, or one more source of the case that this address has.
pub(super) fn take_over(tx: &Connection, offer: &Offer, now_ms: i64) -> Result<(), StoreError> {
    let caretaker = lists::author_of(tx, offer.id)?;
    let today = time::day_of(now_ms);
    let (name, corporation) = from(tx, caretaker)?;
    let origin = vec![
        ("source", Value::choice("caretaker")),
        ("from", Value::text(name)),
        ("corporation", corporation.map_or(Value::Nothing, Value::text)),
        ("on", Value::Date(today)),
        ("consent_text", offer.value("consent_text")),
    ];
    if let Some(case) = open_case_at(tx, offer, None)? {
        append_office(tx, None, vec![opening::source(offer.source, case, &origin)], now_ms)?;
    } else {
        let opening = Opening {
            case: offer.own_case(),
            resident: RESIDENT.map(|field| (field, offer.value(field))).to_vec(),
            address: ADDRESS.map(|field| (field, offer.value(field))).to_vec(),
            source: offer.source,
            origin,
            in_pilot: true,
            today,
        };
        let list = opening::open(tx, None, &opening, now_ms)?;
        if let Some(adviser) = rules::adviser_for(tx, list, caretaker)? {
            campaigns::assign(tx, list, adviser, now_ms)?;
        }
    }
    let mut note = tx.prepare_cached(
        "INSERT INTO case_offer (source, offer) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    note.execute(params![offer.source.0, offer.id.0])?;
    Ok(())
}

/// The caretaker corrected what she had written: what the case still shows as it was handed over
/// follows; what the adviser changed stays.
fn correct(tx: &Connection, offer: &Offer, case: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let (list, address) = (WorklistId(case.0), address_of(case));
    let mut changes = Vec::new();
    let source = projection::shown(tx, offer.source)?;
    if source.contains_key("stopped_on") {
        let again = Change::new(offer.source, "case_source", list);
        changes.push(again.with("stopped_on", Value::Nothing));
    }
    if case == offer.own_case() {
        let parts: [(RecordId, &str, &[&str]); 2] =
            [(case, "case", &RESIDENT), (address, "address", &ADDRESS)];
        for (record, kind, fields) in parts {
            let mut change = Change::new(record, kind, list);
            for field in fields {
                let register = projection::register(tx, record, field)?;
                let shown = register.shown();
                let ours = match shown {
                    Some(live) => log::is_by_nobody(tx, live.dot)?,
                    None => true,
                };
                let differs = shown.map_or(&Value::Nothing, |live| &live.value);
                if ours && *differs != offer.value(field) {
                    change = change.with(field, offer.value(field));
                }
            }
            changes.push(change);
        }
        // Another offer may have come to this case because of the address that it had.
        let others = steps::offers(tx, case)?.into_iter().filter(|other| *other != offer.id);
        others.into_iter().try_for_each(|other| note_due(tx, other, "offer"))?;
    }
    append_office(tx, None, changes, now_ms)?;
    rules::note_district(tx, list)
}

/// The tenant changed her mind. When no other offer carries the case, it is closed.
fn stop(tx: &Connection, offer: &Offer, case: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let (list, today) = (WorklistId(case.0), time::day_of(now_ms));
    withdrawal::note(tx, offer.id)?;
    if projection::shown(tx, offer.source)?.contains_key("stopped_on") {
        return Ok(());
    }
    let source = Change::new(offer.source, "case_source", list);
    let mut blank = vec![source.with("stopped_on", Value::Date(today))];
    if let Some(week) = lists::list_of(tx, offer.id.0)? {
        // Also on the caretaker's phone nothing is left of who it was.
        let gone =
            RESIDENT.iter().chain(&ADDRESS).filter(|field| offer.shown.contains_key(**field));
        let change = Change::new(offer.id, "offer", week);
        blank.push(gone.fold(change, |change, field| change.with(field, Value::Nothing)));
    }
    append_office(tx, None, blank, now_ms)?;
    close_if_left(tx, case, WITHDRAWN, now_ms)
}

/// Closes a case that no offer carries any more; its appointments are called off, and the resident's name
/// and number leave it.
pub(super) fn close_if_left(
    tx: &Connection,
    case: RecordId,
    why: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (list, today) = (WorklistId(case.0), time::day_of(now_ms));
    let mut others = tx.prepare_cached(
        "SELECT 1 FROM record WHERE worklist = ?1 AND kind = 'case_source'
            AND field(live, 'stopped_on') IS NULL",
    )?;
    if others.exists([case.0])? {
        return Ok(());
    }
    let mut closed = Change::new(case, "case", list)
        .with("name", Value::Nothing)
        .with("telephone", Value::Nothing);
    if projection::shown(tx, case)?.get("closed") != Some(&Sql::Integer(1)) {
        closed = closed
            .with("closed", Value::Bool(true))
            .with("closed_on", Value::Date(today))
            .with("result", Value::choice(why));
    }
    let mut changes = vec![closed];
    let mut open = tx.prepare_cached(
        "SELECT id FROM record WHERE worklist = ?1 AND kind = 'appointment'
            AND field(live, 'state') IS NULL",
    )?;
    let open: Vec<Uuid> = open.query_map([case.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for appointment in open {
        let change = Change::new(RecordId(appointment), "appointment", list);
        changes.push(change.with("state", Value::choice("cancelled")));
    }
    append_office(tx, None, changes, now_ms)?;
    Ok(())
}

/// The open case at the address of an offer, or another than this one. Postcode, number and addition say the
/// same address; where no postcode was given, street and town do.
pub(super) fn open_case_at(
    tx: &Connection,
    offer: &Offer,
    but: Option<RecordId>,
) -> Result<Option<RecordId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT worklist.id FROM worklist
         JOIN record home ON home.id = worklist.id
         JOIN record address ON address.worklist = worklist.id AND address.kind = 'address'
         WHERE worklist.kind = 'case' AND field(address.live, 'number') = ?1
            AND field(home.live, 'closed') IS NOT 1
         ORDER BY worklist.id",
    )?;
    let Some(Sql::Integer(number)) = offer.shown.get("number") else { return Ok(None) };
    let ids: Vec<Uuid> = query.query_map([number], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in ids.into_iter().map(RecordId).filter(|id| Some(*id) != but) {
        let there = projection::shown(tx, address_of(id))?;
        if same_address(&there, &offer.shown) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Who offered it, and for which corporation.
fn from(
    tx: &Connection,
    caretaker: Option<PersonId>,
) -> Result<(String, Option<String>), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT person.name, corporation.name FROM person
         LEFT JOIN corporation ON corporation.id = person.corporation WHERE person.id = ?1",
    )?;
    let found = query.query_row(params![caretaker], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?.unwrap_or_else(|| ("onbekend".to_owned(), None)))
}
