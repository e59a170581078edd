//! Asking for an erasure and confirming it: two different people, within two weeks. Until then either
//! of them, or anybody else who may, can take it back.

use super::apply::new_id;
use super::{Cause, Erasure, Ledger, find, perform};
use crate::access::PersonId;
use crate::access::audit::{self, Action, Actor, Subject};
use crate::store::StoreError;
use aanbel_shared::record::{DeviceNo, RecordId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// A request that nobody confirmed ends after this.
pub const EXPIRES_MS: i64 = 14 * 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Asked,
    Expired,
    Withdrawn,
    Done,
}

/// One erasure as the pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: Uuid,
    pub cause: Cause,
    /// Of an automatic one the case that it came from.
    pub door: Option<RecordId>,
    /// Of this household alone; none for all behind the door.
    pub household: Option<RecordId>,
    pub asked_ms: i64,
    pub asked_by: Option<PersonId>,
    pub asked_name: String,
    pub ended_ms: Option<i64>,
    pub ended_name: String,
    pub done: bool,
    pub records: usize,
    /// Phones that it concerns, and how many of them have confirmed.
    pub phones: usize,
    pub confirmed: usize,
}

impl Request {
    /// Nobody asked for it: a tenant changed her mind, and the server erased by itself.
    pub fn is_automatic(&self) -> bool {
        self.cause == Cause::Withdrawn && self.asked_by.is_none()
    }

    pub fn expires_ms(&self) -> i64 {
        self.asked_ms + EXPIRES_MS
    }

    pub fn state(&self, now_ms: i64) -> State {
        match self.ended_ms {
            Some(_) if self.done => State::Done,
            Some(_) => State::Withdrawn,
            None if self.expires_ms() <= now_ms => State::Expired,
            None => State::Asked,
        }
    }
}

/// What became of a confirmation or a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// The same person asked for it.
    SamePerson,
    /// It was done, withdrawn or too old.
    NotOpen,
}

/// Notes that this should be erased. An open request for the same thing is given instead of a second.
///
/// # Errors
/// Those of the database.
pub fn ask(
    tx: &Connection,
    door: RecordId,
    household: Option<RecordId>,
    cause: Cause,
    by: Actor,
    now_ms: i64,
) -> Result<Uuid, StoreError> {
    let mut open = tx.prepare_cached(
        "SELECT id FROM erasure WHERE door = ?1 AND household IS ?2 AND ended_ms IS NULL
            AND asked_ms > ?3",
    )?;
    let household = household.map(|household| household.0);
    let known: Option<Uuid> = open
        .query_row(params![door.0, household, now_ms - EXPIRES_MS], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO erasure (id, cause, door, household, asked_ms, asked_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, cause.key(), door.0, household, now_ms, by.person],
    )?;
    let line = by.did(Action::EraseAsk, now_ms).on(Subject::new("erasure", id)).at(door);
    audit::record(tx, line.with("cause", cause.key()))?;
    Ok(id)
}

/// Takes a request back.
///
/// # Errors
/// Those of the database.
pub fn withdraw(tx: &Connection, id: Uuid, by: Actor, now_ms: i64) -> Result<Decided, StoreError> {
    let changed = tx.execute(
        "UPDATE erasure SET ended_ms = ?2, ended_by = ?3 WHERE id = ?1 AND ended_ms IS NULL",
        params![id, now_ms, by.person],
    )?;
    if changed == 0 {
        return Ok(Decided::NotOpen);
    }
    audit::record(tx, by.did(Action::EraseWithdraw, now_ms).on(Subject::new("erasure", id)))?;
    Ok(Decided::Done)
}

/// Confirms, and erases. What is there by now goes too. The ledger has it before the database.
///
/// # Errors
/// Those of the database and of the ledger.
pub fn confirm(
    tx: &Connection,
    ledger: &Ledger,
    id: Uuid,
    by: Actor,
    now_ms: i64,
) -> Result<Decided, StoreError> {
    let Some(request) = find(tx, id)? else { return Ok(Decided::NotOpen) };
    let (State::Asked, Some(door)) = (request.state(now_ms), request.door) else {
        return Ok(Decided::NotOpen);
    };
    if by.person.is_none() || request.asked_by == by.person {
        return Ok(Decided::SamePerson);
    }
    let dossier = dossier(tx, door, request.household, now_ms)?;
    let records = dossier.records.iter().map(|(record, found)| (*record, found.worklist));
    let erasure = Erasure {
        id,
        cause: request.cause,
        at_ms: now_ms,
        by: request.asked_by.into_iter().chain(by.person).collect(),
        doors: if request.household.is_none() { dossier.doors.clone() } else { Vec::new() },
        records: records.collect(),
        fields: Vec::new(),
        after_seq: None,
    };
    let count = erasure.records.len();
    perform(tx, ledger, erasure)?;
    let line = by.did(Action::EraseConfirm, now_ms).on(Subject::new("erasure", id)).at(door);
    audit::record(tx, line.with("records", count))?;
    Ok(Decided::Done)
}

/// What a request is about.
///
/// # Errors
/// Those of the database.
pub fn dossier(
    db: &Connection,
    door: RecordId,
    household: Option<RecordId>,
    now_ms: i64,
) -> Result<find::Dossier, StoreError> {
    match household {
        Some(household) => find::of_household(db, door, household, now_ms),
        None => find::at_door(db, door, now_ms),
    }
}

const REQUEST: &str = "SELECT erasure.id, cause, door, household, asked_ms, asked_by,
        COALESCE(asker.name, ''), ended_ms, COALESCE(ender.name, ''), done, records,
        (SELECT COUNT(*) FROM erase_phone WHERE erasure = erasure.id),
        (SELECT COUNT(*) FROM erase_phone WHERE erasure = erasure.id AND confirmed_ms IS NOT NULL)
     FROM erasure LEFT JOIN person asker ON asker.id = asked_by
     LEFT JOIN person ender ON ender.id = ended_by";

/// One request.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, id: Uuid) -> Result<Option<Request>, StoreError> {
    let mut query = db.prepare_cached(&format!("{REQUEST} WHERE erasure.id = ?1"))?;
    Ok(query.query_row([id], read).optional()?)
}

/// Requests of people, newest first; those of retention are told with its runs.
///
/// # Errors
/// Those of the database.
pub fn all(db: &Connection, most: usize) -> Result<Vec<Request>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "{REQUEST} WHERE cause <> 'retention' ORDER BY asked_ms DESC LIMIT ?1"
    ))?;
    let found = query.query_map([most as i64], read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Requests for these doors, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_doors(db: &Connection, doors: &[RecordId]) -> Result<Vec<Request>, StoreError> {
    let mut query = db.prepare_cached(&format!("{REQUEST} WHERE door = ?1"))?;
    let mut found = Vec::new();
    for door in doors {
        for one in query.query_map([door.0], read)? {
            found.push(one?);
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.asked_ms));
    Ok(found)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Request> {
    let id =
        |row: &Row<'_>, column| row.get::<_, Option<Uuid>>(column).map(|found| found.map(RecordId));
    let count = |column| row.get::<_, i64>(column).map(|count| usize::try_from(count).unwrap_or(0));
    Ok(Request {
        id: row.get(0)?,
        cause: Cause::from_key(&row.get::<_, String>(1)?).unwrap_or(Cause::Asked),
        door: id(row, 2)?,
        household: id(row, 3)?,
        asked_ms: row.get(4)?,
        asked_by: row.get(5)?,
        asked_name: row.get(6)?,
        ended_ms: row.get(7)?,
        ended_name: row.get(8)?,
        done: row.get(9)?,
        records: count(10)?,
        phones: count(11)?,
        confirmed: count(12)?,
    })
}

/// A phone that an erasure concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub number: DeviceNo,
    pub label: String,
    pub person: String,
    pub seen_ms: Option<i64>,
    pub revoked_ms: Option<i64>,
    pub confirmed_ms: Option<i64>,
}

/// The phones of an erasure, those that have not confirmed first.
///
/// # Errors
/// Those of the database.
pub fn phones(db: &Connection, erasure: Uuid) -> Result<Vec<Phone>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT device.number, label, COALESCE(person.name, ''), seen_ms, revoked_ms, confirmed_ms
         FROM erase_phone JOIN device ON device.number = erase_phone.device
         LEFT JOIN person ON person.id = device.person
         WHERE erasure = ?1 ORDER BY confirmed_ms IS NOT NULL, seen_ms, device.number",
    )?;
    let found = query.query_map([erasure], |row| {
        Ok(Phone {
            number: DeviceNo(row.get(0)?),
            label: row.get(1)?,
            person: row.get(2)?,
            seen_ms: row.get(3)?,
            revoked_ms: row.get(4)?,
            confirmed_ms: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
