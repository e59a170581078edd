//! Who works here and with which phones, as the pages show it.

use crate::access::PersonId;
use crate::office::visit::load::phone_name;
use aanbel_shared::programme::Role;
use aanbel_shared::record::DeviceNo;
use rusqlite::{Connection, Row};

/// One person with her phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    pub login: Option<String>,
    pub has_password: bool,
    /// Signs in with a second step.
    pub has_step: bool,
    pub active: bool,
    /// Names of her streets.
    pub streets: usize,
    pub phones: Vec<Phone>,
}

/// One phone, as far as the office knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub number: u32,
    pub name: String,
    pub person: PersonId,
    pub app: String,
    pub enrolled_ms: i64,
    pub seen_ms: Option<i64>,
    pub waiting: i64,
    /// How far its clock is ahead of the server's; negative for behind.
    pub clock_off_ms: i64,
    pub revoked_ms: Option<i64>,
    /// When it said that it is empty.
    pub wiped_ms: Option<i64>,
}

/// Everybody, those who left last; each with her phones, revoked ones last.
pub fn everybody(conn: &Connection) -> rusqlite::Result<Vec<Person>> {
    let phones: Vec<Phone> = conn
        .prepare_cached(&format!(
            "{PHONE} WHERE person IS NOT NULL ORDER BY revoked_ms IS NOT NULL, number"
        ))?
        .query_map([], read_phone)?
        .collect::<Result<_, _>>()?;
    let mut people: Vec<Person> = conn
        .prepare_cached(
            "SELECT p.id, p.name, p.role, p.login, p.password_hash IS NOT NULL, p.active,
                    (SELECT count(*) FROM assignment a JOIN worklist w ON w.id = a.worklist
                     JOIN campaign c ON c.id = w.campaign
                     WHERE a.person = p.id AND c.closed_ms IS NULL),
                    EXISTS (SELECT 1 FROM second_factor f
                            WHERE f.person = p.id AND f.confirmed_ms IS NOT NULL)
             FROM person p ORDER BY p.active DESC, p.name COLLATE NOCASE",
        )?
        .query_map([], read_person)?
        .collect::<Result<_, _>>()?;
    for phone in phones {
        if let Some(person) = people.iter_mut().find(|person| person.id == phone.person) {
            person.phones.push(phone);
        }
    }
    Ok(people)
}

/// Whether somebody has this name already, however its capitals are written. Phones tell their own
/// work from that of others by the name, so two people never share one.
pub fn name_is_taken(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    let name = name.trim().to_lowercase();
    let mut query = conn.prepare_cached("SELECT name FROM person")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if row.get_ref(0)?.as_str()?.trim().to_lowercase() == name {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One phone; none for a number that nobody has, and for the office itself.
pub fn phone(conn: &Connection, number: u32) -> rusqlite::Result<Option<Phone>> {
    conn.prepare_cached(&format!("{PHONE} WHERE number = ?1 AND person IS NOT NULL"))?
        .query_map([number], read_phone)?
        .next()
        .transpose()
}

const PHONE: &str =
    "SELECT number, label, person, app, enrolled_ms, seen_ms, waiting, clock_off_ms,
                            revoked_ms, wiped_ms FROM device";

fn read_phone(row: &Row<'_>) -> rusqlite::Result<Phone> {
    let (number, label): (u32, String) = (row.get(0)?, row.get(1)?);
    Ok(Phone {
        number,
        name: phone_name(DeviceNo(number), &label),
        person: row.get(2)?,
        app: row.get(3)?,
        enrolled_ms: row.get(4)?,
        seen_ms: row.get(5)?,
        waiting: row.get(6)?,
        clock_off_ms: row.get(7)?,
        revoked_ms: row.get(8)?,
        wiped_ms: row.get(9)?,
    })
}

fn read_person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let (role, streets): (String, i64) = (row.get(2)?, row.get(6)?);
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        role: Role::from_key(&role).unwrap_or(Role::System),
        login: row.get(3)?,
        has_password: row.get(4)?,
        has_step: row.get(7)?,
        active: row.get(5)?,
        streets: usize::try_from(streets).unwrap_or(0),
        phones: Vec::new(),
    })
}
