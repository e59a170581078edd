//! Lines of the audit with the names that belong to their ids now.

use super::filter::Filter;
use crate::access::audit::Action;
use crate::error::AppError;
use crate::office::time;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
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

/// Street and number of the record `$id`, in SQL.
macro_rules! door {
    ($id:literal) => {
        concat!(
            "COALESCE((SELECT value FROM shown WHERE record = ",
            $id,
            " AND field = 'street') || ' ' ||
             COALESCE((SELECT value FROM shown WHERE record = ",
            $id,
            " AND field = 'number'), '') ||
             COALESCE((SELECT value FROM shown WHERE record = ",
            $id,
            " AND field = 'letter'), '') ||
             COALESCE('-' || NULLIF((SELECT value FROM shown WHERE record = ",
            $id,
            "
                                     AND field = 'addition'), ''), ''), '')"
        )
    };
}

const LINE: &str = concat!(
    "SELECT a.id, a.at_ms, COALESCE(p.name, ''), a.device, a.session, a.peer, a.action,
            a.about_kind, a.about,
            COALESCE(CASE a.about_kind
                WHEN 'person' THEN (SELECT name FROM person WHERE id = CAST(a.about AS INTEGER))
                WHEN 'phone' THEN (SELECT label FROM device WHERE number = CAST(a.about AS INTEGER))
                WHEN 'worklist' THEN (SELECT name FROM worklist
                                      WHERE id = unhex(replace(a.about, '-', '')))
            END, ''),
            a.address, ",
    door!("a.address"),
    ", a.refused, a.detail FROM audit a LEFT JOIN person p ON p.id = a.person"
);

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
        door: row.get(11)?,
        refused: row.get(12)?,
        detail: row.get(13)?,
    })
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
    Ok(Found { lines, older })
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
    let mut query = db.prepare_cached(concat!(
        "SELECT s.record, ",
        door!("s.record"),
        " FROM shown s JOIN record r ON r.id = s.record AND r.kind = 'address'
         WHERE s.field = 'street' AND s.value = ?1 COLLATE NOCASE
           AND (?2 = '' OR EXISTS (SELECT 1 FROM shown n WHERE n.record = s.record
                                   AND n.field = 'number' AND n.value = CAST(?2 AS INTEGER)))
         ORDER BY 2 LIMIT ?3"
    ))?;
    let found = query
        .query_map((street, number, FOUND_MAX as i64), |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
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
    let door: Option<String> = db
        .query_row(
            concat!(
                "SELECT ",
                door!("r.id"),
                " FROM record r WHERE r.id = ?1 AND r.kind = 'address'"
            ),
            [address],
            |row| row.get(0),
        )
        .optional()?;
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
