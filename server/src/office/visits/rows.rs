//! The query behind the table of visits: rows of one page, counts, and what one may choose from.

use super::filter::{Filter, Sort, State};
use crate::office::{place, time};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params_from_iter};
use uuid::Uuid;

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRow {
    pub attempt: Uuid,
    pub street: String,
    /// Number with letter and addition.
    pub number: String,
    pub postcode: String,
    pub at_ms: i64,
    pub result: String,
    pub daypart: String,
    pub channel: String,
    pub person: String,
    pub worklist: String,
    pub district: String,
    pub reviewed: bool,
    pub open: bool,
}

impl VisitRow {
    pub fn address(&self) -> String {
        if self.street.is_empty() {
            "Adres onbekend".to_owned()
        } else {
            format!("{} {}", self.street, self.number)
        }
    }

    pub fn state(&self) -> State {
        match (self.open, self.reviewed) {
            (true, _) => State::Contradiction,
            (false, true) => State::Reviewed,
            (false, false) => State::Waiting,
        }
    }
}

/// One page of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub rows: Vec<VisitRow>,
    /// With this filter.
    pub matching: usize,
    /// Without any filter.
    pub all: usize,
}

/// What the filter offers to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub districts: Vec<String>,
    pub streets: Vec<(Uuid, String)>,
    /// Only those who wrote a visit.
    pub people: Vec<(i64, String)>,
}

const FROM: &str = "
    FROM visit v
    JOIN worklist w ON w.id = v.worklist
    LEFT JOIN person p ON p.id = v.author
    LEFT JOIN record d ON d.id = v.address
    WHERE v.withdrawn = 0";

/// The rows of the page that the filter asks for; past the end, those of the last page.
pub fn page(conn: &Connection, filter: &Filter) -> rusqlite::Result<Found> {
    let (conditions, mut values) = conditions(filter);
    let count = |clause: &str, values: &[Sql]| -> rusqlite::Result<usize> {
        let sql = format!("SELECT count(*) {FROM} {clause}");
        let mut query = conn.prepare_cached(&sql)?;
        let number: i64 = query.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(usize::try_from(number).unwrap_or(0))
    };
    let all = count("", &[])?;
    let matching = count(&conditions, &values)?;
    let last = matching.div_ceil(filter.size).max(1);
    let offset = (filter.page.min(last) - 1) * filter.size;
    values.push(Sql::Integer(filter.size as i64));
    values.push(Sql::Integer(offset as i64));
    let rows = select(conn, &format!("{conditions} {} LIMIT ? OFFSET ?", order(filter)), &values)?;
    Ok(Found { rows, matching, all })
}

/// All rows of the filter, for a file.
pub fn all(conn: &Connection, filter: &Filter) -> rusqlite::Result<Vec<VisitRow>> {
    let (conditions, values) = conditions(filter);
    select(conn, &format!("{conditions} {}", order(filter)), &values)
}

/// What the filter offers.
pub fn options(conn: &Connection) -> rusqlite::Result<Options> {
    let districts = conn
        .prepare_cached("SELECT DISTINCT district FROM worklist WHERE district <> '' ORDER BY 1")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut streets: Vec<(Uuid, String)> = conn
        .prepare_cached(
            "SELECT id, name FROM worklist WHERE kind = 'turf' ORDER BY name COLLATE NOCASE",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    place::tell_apart(conn, streets.iter_mut().map(|(id, name)| (*id, name)).collect())?;
    let people = conn
        .prepare_cached(
            "SELECT id, name FROM person WHERE id IN (SELECT author FROM visit)
             ORDER BY name COLLATE NOCASE",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(Options { districts, streets, people })
}

fn select(conn: &Connection, rest: &str, values: &[Sql]) -> rusqlite::Result<Vec<VisitRow>> {
    let sql = format!(
        "SELECT v.attempt, coalesce(field(d.live, 'street'), ''), coalesce(field(d.live, 'number'), ''),
                coalesce(field(d.live, 'letter'), ''), coalesce(field(d.live, 'addition'), ''),
                coalesce(field(d.live, 'postcode'), ''), v.at_ms, v.result, v.daypart,
                v.channel, coalesce(p.name, ''), w.name, w.district, v.reviewed, v.open > 0
         {FROM} {rest}"
    );
    conn.prepare_cached(&sql)?
        .query_map(params_from_iter(values), read_row)?
        .collect::<Result<_, _>>()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<VisitRow> {
    let number: Sql = row.get(2)?;
    let (letter, addition): (String, String) = (row.get(3)?, row.get(4)?);
    Ok(VisitRow {
        attempt: row.get(0)?,
        street: row.get(1)?,
        number: house_number(&number, &letter, &addition),
        postcode: row.get(5)?,
        at_ms: row.get(6)?,
        result: row.get(7)?,
        daypart: row.get(8)?,
        channel: row.get(9)?,
        person: row.get(10)?,
        worklist: row.get(11)?,
        district: row.get(12)?,
        reviewed: row.get(13)?,
        open: row.get(14)?,
    })
}

/// `12 A-2`, as Dutch addresses are written.
pub fn house_number(number: &Sql, letter: &str, addition: &str) -> String {
    let number = match number {
        Sql::Integer(number) => number.to_string(),
        Sql::Text(text) => text.clone(),
        _ => String::new(),
    };
    let dash = if addition.is_empty() { "" } else { "-" };
    format!("{number}{letter}{dash}{addition}")
}

/// Conditions to append to [`FROM`], with the values for their question marks.
fn conditions(filter: &Filter) -> (String, Vec<Sql>) {
    let mut sql = String::new();
    let mut values = Vec::new();
    let mut add = |clause: &str, value: Option<Sql>| {
        sql.push_str(" AND ");
        sql.push_str(clause);
        values.extend(value);
    };
    if !filter.district.is_empty() {
        add("w.district = ?", Some(Sql::Text(filter.district.clone())));
    }
    if let Some(street) = filter.street {
        add("v.worklist = ?", Some(Sql::Blob(street.as_bytes().to_vec())));
    }
    if !filter.result.is_empty() {
        add("v.result = ?", Some(Sql::Text(filter.result.clone())));
    }
    if let Some(person) = filter.person {
        add("v.author = ?", Some(Sql::Integer(person)));
    }
    if let Some(start) = filter.from.and_then(time::day_start) {
        add("v.at_ms >= ?", Some(Sql::Integer(start)));
    }
    if let Some(end) = filter.to.and_then(|day| time::day_start(day.saturating_add(1))) {
        add("v.at_ms < ?", Some(Sql::Integer(end)));
    }
    match filter.state {
        None => {}
        Some(State::Contradiction) => add("v.open > 0", None),
        Some(State::Reviewed) => add("v.open = 0 AND v.reviewed = 1", None),
        Some(State::Waiting) => add("v.open = 0 AND v.reviewed = 0", None),
    }
    if !filter.search.is_empty() {
        add(r"field(d.live, 'street') LIKE ? ESCAPE '\'", Some(Sql::Text(like(&filter.search))));
    }
    (sql, values)
}

/// A pattern that finds the text anywhere; what LIKE would read as a sign is made plain.
fn like(text: &str) -> String {
    let plain = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{plain}%")
}

fn order(filter: &Filter) -> String {
    let way = if filter.descending { "DESC" } else { "ASC" };
    let columns: &[&str] = match filter.sort {
        Sort::At => &["v.at_ms"],
        Sort::Address => &[
            "field(d.live, 'street') COLLATE NOCASE",
            "field(d.live, 'number')",
            "field(d.live, 'letter')",
            "field(d.live, 'addition')",
        ],
        Sort::Result => &["v.result"],
        Sort::Person => &["p.name COLLATE NOCASE"],
        Sort::District => &["w.district COLLATE NOCASE", "w.name COLLATE NOCASE"],
    };
    let columns: Vec<String> = columns.iter().map(|column| format!("{column} {way}")).collect();
    format!("ORDER BY {}, v.at_ms DESC, v.attempt", columns.join(", "))
}
