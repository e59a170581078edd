//! Where a record belongs for a reader: the address it is about, and the page that shows it.

use super::visits::rows::house_number;
use crate::cases::address_of;
use aanbel_shared::record::{Op, RecordId};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

/// How far up the parents are followed; deeper than any record that we make.
const DEPTH_MAX: usize = 6;

/// What a reader is told about where a record belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Street and number; the name of the street when there is no address; empty when unknown.
    pub name: String,
    pub page: Option<Page>,
}

/// The page that shows a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Of an attempt, or of an address in a street.
    Visit(Uuid),
    Case(Uuid),
    Joint(Uuid),
}

impl Place {
    pub fn href(&self) -> Option<String> {
        Some(match self.page? {
            Page::Visit(id) => format!("/kantoor/bezoek/{id}"),
            Page::Case(id) => format!("/kantoor/dossier/{id}"),
            Page::Joint(id) => format!("/kantoor/samen/{id}"),
        })
    }

    /// The attempt or the address, for a record that belongs to a street.
    pub fn visit(&self) -> Option<Uuid> {
        match self.page? {
            Page::Visit(id) => Some(id),
            Page::Case(_) | Page::Joint(_) => None,
        }
    }
}

/// The place of a record that was accepted.
pub fn of_record(conn: &Connection, record: Uuid) -> rusqlite::Result<Place> {
    if let Some(place) = in_own_list(conn, record)? {
        return Ok(place);
    }
    let mut here = record;
    for _ in 0..DEPTH_MAX {
        let Some((kind, parent)) = kind_and_parent(conn, here)? else { break };
        let next = match kind.as_str() {
            "attempt" => return at_attempt(conn, here, parent),
            "address" => return at_address(conn, here),
            "household" => attempt_of_household(conn, here)?.or(parent),
            _ => parent,
        };
        let Some(next) = next else { break };
        here = next;
    }
    Ok(Place::default())
}

/// The place of a record that stands in no street: in a case, in a joint visit, or in somebody's own week.
fn in_own_list(conn: &Connection, record: Uuid) -> rusqlite::Result<Option<Place>> {
    let mut query = conn.prepare_cached(
        "SELECT worklist.kind, worklist.id, record.parent FROM record
         JOIN worklist ON worklist.id = record.worklist WHERE record.id = ?1",
    )?;
    let found = query.query_row([record], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let found: Option<(String, Uuid, Option<Uuid>)> = found.optional()?;
    let Some((kind, list, parent)) = found else { return Ok(None) };
    let (address, page) = match (kind.as_str(), parent) {
        ("case", _) => (address_of(RecordId(list)).0, Some(Page::Case(list))),
        ("joint", _) => (list, Some(Page::Joint(list))),
        ("joint_side", Some(visit)) => (visit, Some(Page::Joint(visit))),
        ("offers" | "plans", _) => (record, None),
        _ => return Ok(None),
    };
    Ok(Some(Place { name: address_line(conn, address)?.unwrap_or_default(), page }))
}

/// The place of an op that may not have been accepted: from what it says itself, else its record.
pub fn of_op(conn: &Connection, op: &Op) -> rusqlite::Result<Place> {
    for field in ["address", "attempt", "talk", "household", "about", "case", "visit"] {
        if let Some(RecordId(id)) = op.get(field).and_then(|value| value.as_reference()) {
            let place = of_record(conn, id)?;
            if place != Place::default() {
                return Ok(place);
            }
        }
    }
    let place = of_record(conn, op.record.0)?;
    if place != Place::default() {
        return Ok(place);
    }
    let street: Option<String> = conn
        .prepare_cached("SELECT name FROM worklist WHERE id = ?1")?
        .query_row([op.worklist.0], |row| row.get(0))
        .optional()?;
    Ok(Place { name: street.unwrap_or_default(), page: None })
}

/// Street and number of an address; none when it is not known here.
pub fn address_line(conn: &Connection, address: Uuid) -> rusqlite::Result<Option<String>> {
    let mut query = conn.prepare_cached(
        "SELECT field(live, 'street'), field(live, 'number'), coalesce(field(live, 'letter'), ''),
                coalesce(field(live, 'addition'), '')
         FROM record WHERE id = ?1",
    )?;
    let found = query.query_row([address], |row| {
        let (street, number): (Option<String>, Sql) = (row.get(0)?, row.get(1)?);
        let (letter, addition): (String, String) = (row.get(2)?, row.get(3)?);
        let number = house_number(&number, &letter, &addition);
        Ok(street.map(|street| format!("{street} {number}").trim_end().to_owned()))
    });
    Ok(found.optional()?.flatten())
}

/// Puts the town behind the names of streets that occur more than once.
pub fn tell_apart(
    conn: &Connection,
    mut streets: Vec<(Uuid, &mut String)>,
) -> rusqlite::Result<()> {
    streets.sort_by(|one, next| one.1.cmp(&next.1));
    let mut town = conn.prepare_cached(
        "SELECT field(live, 'town') FROM record
         WHERE worklist = ?1 AND kind = 'address' AND field(live, 'town') IS NOT NULL LIMIT 1",
    )?;
    for same in streets.chunk_by_mut(|one, next| one.1 == next.1).filter(|same| same.len() > 1) {
        for (worklist, name) in same {
            let town: Option<String> = town.query_row([*worklist], |row| row.get(0)).optional()?;
            if let Some(town) = town.filter(|town| !town.is_empty()) {
                name.push_str(&format!(" ({town})"));
            }
        }
    }
    Ok(())
}

fn at_attempt(conn: &Connection, attempt: Uuid, address: Option<Uuid>) -> rusqlite::Result<Place> {
    let name = match address {
        Some(address) => address_line(conn, address)?.unwrap_or_default(),
        None => String::new(),
    };
    Ok(Place { name, page: Some(Page::Visit(attempt)) })
}

fn at_address(conn: &Connection, address: Uuid) -> rusqlite::Result<Place> {
    let name = address_line(conn, address)?.unwrap_or_default();
    Ok(Place { name, page: Some(Page::Visit(address)) })
}

fn attempt_of_household(conn: &Connection, household: Uuid) -> rusqlite::Result<Option<Uuid>> {
    let found = conn
        .prepare_cached(
            "SELECT parent FROM record WHERE household = ?1 AND kind = 'talk' ORDER BY id DESC",
        )?
        .query_row([household], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

fn kind_and_parent(
    conn: &Connection,
    record: Uuid,
) -> rusqlite::Result<Option<(String, Option<Uuid>)>> {
    conn.prepare_cached("SELECT kind, parent FROM record WHERE id = ?1")?
        .query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}
