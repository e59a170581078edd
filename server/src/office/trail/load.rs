//! Lines of the audit with the names that belong to their ids now.

use super::filter::Filter;
use crate::access::audit::Action;
use crate::error::AppError;
use crate::office::{place, time};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use uuid::Uuid;

/// Lines on one page.
pub const LINES: usize = 50;
/// Most addresses that a search gives.
const FOUND_MAX: usize = 20;

/// One line, as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub id: i64,
    pub at_ms: i64,
    /// Name; empty for somebody unknown, and for the server itself.
    pub person: String,
    pub phone: Option<i64>,
    pub session: Option<i64>,
    pub peer: String,
    /// None for an action that this version does not know.
    pub action: Option<Action>,
    pub about_kind: String,
    pub about: String,
    /// Name of the person, phone or street that it is about.
    pub about_name: String,
    pub address: Option<Uuid>,
    /// Street and number.
    pub door: String,
    pub refused: bool,
    pub detail: String,
}

const LINE: &str =
    "SELECT a.id, a.at_ms, COALESCE(p.name, ''), a.device, a.session, a.peer, a.action,
            a.about_kind, a.about,
            COALESCE(CASE a.about_kind
                WHEN 'person' THEN (SELECT name FROM person WHERE id = CAST(a.about AS INTEGER))
                WHEN 'phone' THEN (SELECT label FROM device WHERE number = CAST(a.about AS INTEGER))
                WHEN 'worklist' THEN (SELECT name FROM worklist
                                      WHERE id = unhex(replace(a.about, '-', '')))
            END, ''),
            a.address, a.refused, a.detail FROM audit a LEFT JOIN person p ON p.id = a.person";

fn read(row: &Row<'_>) -> rusqlite::Result<Told> {
    let action: String = row.get(6)?;
    Ok(Told {
        id: row.get(0)?,
        at_ms: row.get(1)?,
        person: row.get(2)?,
        phone: row.get(3)?,
        session: row.get(4)?,
        peer: row.get(5)?,
        action: Action::from_key(&action),
        about_kind: row.get(7)?,
        about: row.get(8)?,
        about_name: row.get(9)?,
        address: row.get(10)?,
        door: String::new(),
        refused: row.get(11)?,
        detail: row.get(12)?,
    })
}

/// Street and number of every line's address, for those that are still there.
fn with_doors(db: &Connection, mut lines: Vec<Told>) -> rusqlite::Result<Vec<Told>> {
    for line in &mut lines {
        if let Some(address) = line.address {
            line.door = place::address_line(db, address)?.unwrap_or_default();
        }
    }
    Ok(lines)
}

/// One page of lines, newest first, and whether there are older ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub lines: Vec<Told>,
    pub older: bool,
}

pub fn lines(db: &Connection, filter: &Filter) -> rusqlite::Result<Found> {
    let mut conditions = vec!["TRUE".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut add = |condition: &str, value: i64| {
        values.push(Value::Integer(value));
        conditions.push(condition.to_owned());
    };
    if let Some(before) = filter.before {
        add("a.id < ?", before);
    }
    if let Some(person) = filter.person {
        add("a.person = ?", person);
    }
    if let Some(from_ms) = filter.from.and_then(time::day_start) {
        add("a.at_ms >= ?", from_ms);
    }
    if let Some(to_ms) = filter.to.and_then(|day| time::day_start(day + 1)) {
        add("a.at_ms < ?", to_ms);
    }
    if filter.refused {
        conditions.push("a.refused = 1".to_owned());
    }
    if let Some(group) = filter.group {
        let keys = Action::all().filter(|action| action.group() == group);
        let keys: Vec<String> = keys.map(|action| format!("'{}'", action.key())).collect();
        conditions.push(format!("a.action IN ({})", keys.join(", ")));
    }
    let sql =
        format!("{LINE} WHERE {} ORDER BY a.id DESC LIMIT {}", conditions.join(" AND "), LINES + 1);
    let mut query = db.prepare(&sql)?;
    let found = query.query_map(params_from_iter(values), read)?;
    let mut lines = found.collect::<Result<Vec<_>, _>>()?;
    let older = lines.len() > LINES;
    lines.truncate(LINES);
    Ok(Found { lines: with_doors(db, lines)?, older })
}

/// Everybody, for the filter.
pub fn people(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut query =
        db.prepare_cached("SELECT id, name FROM person ORDER BY name COLLATE NOCASE")?;
    let found = query.query_map([], |row| Ok((row.get::<_, i64>(0)?.to_string(), row.get(1)?)))?;
    found.collect()
}

/// The addresses of this street and number; without a number, of the street.
pub fn seek(db: &Connection, street: &str, number: &str) -> rusqlite::Result<Vec<(Uuid, String)>> {
    let mut query = db.prepare_cached(
        "SELECT id FROM record
         WHERE kind = 'address' AND field(live, 'street') = ?1 COLLATE NOCASE
           AND (?2 = '' OR field(live, 'number') = CAST(?2 AS INTEGER))
         ORDER BY field(live, 'number') LIMIT ?3",
    )?;
    let ids = query.query_map((street, number, FOUND_MAX as i64), |row| row.get(0))?;
    let ids: Vec<Uuid> = ids.collect::<Result<_, _>>()?;
    let named =
        ids.into_iter().map(|id| Ok((id, place::address_line(db, id)?.unwrap_or_default())));
    named.collect()
}

/// Everything the audit has on one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub door: String,
    /// Newest first, the newest `ADDRESS_LINES` only.
    pub lines: Vec<Told>,
    /// Who did something with it: name, how often, the last time.
    pub people: Vec<(String, i64, i64)>,
    /// Who has the street on a phone now, and since when.
    pub walkers: Vec<(String, i64)>,
}

/// Most lines on the page of one address.
pub const ADDRESS_LINES: usize = 500;

/// `NotFound` for an address that nobody ever did anything with and that is not there.
pub fn address(db: &Connection, address: Uuid) -> Result<Address, AppError> {
    let sql = format!("{LINE} WHERE a.address = ?1 ORDER BY a.id DESC LIMIT {ADDRESS_LINES}");
    let lines: Vec<Told> =
        db.prepare_cached(&sql)?.query_map([address], read)?.collect::<Result<_, _>>()?;
    let lines = with_doors(db, lines)?;
    let is_address = "SELECT 1 FROM record WHERE id = ?1 AND kind = 'address'";
    let door = match db.prepare_cached(is_address)?.exists([address])? {
        true => place::address_line(db, address)?,
        false => None,
    };
    if door.is_none() && lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let people = db
        .prepare_cached(
            "SELECT COALESCE(p.name, ''), COUNT(*), MAX(a.at_ms)
             FROM audit a LEFT JOIN person p ON p.id = a.person
             WHERE a.address = ?1 GROUP BY a.person ORDER BY 3 DESC",
        )?
        .query_map([address], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let walkers = db
        .prepare_cached(
            "SELECT p.name, s.since_ms FROM record r
             JOIN assignment s ON s.worklist = r.worklist JOIN person p ON p.id = s.person
             WHERE r.id = ?1 ORDER BY s.since_ms",
        )?
        .query_map([address], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(Address { door: door.unwrap_or_default(), lines, people, walkers })
}
