//! The two sides of a joint visit: which list is whose, and who is on it. Whoever is on a side has the
//! shared list and that side's own, and never the other's.

use crate::access::PersonId;
use crate::campaigns;
use crate::store::{StoreError, append_office, projection};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

/// Which organisation somebody comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The housing corporation.
    Home,
    /// The municipality, or who does welfare work for it.
    Welfare,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::Home, Side::Welfare];

    /// As it stands in ids and in forms of the office.
    pub fn key(self) -> &'static str {
        match self {
            Side::Home => "home",
            Side::Welfare => "welfare",
        }
    }

    pub fn from_key(key: &str) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| side.key() == key)
    }

    /// Who goes for this side.
    pub fn role(self) -> Role {
        match self {
            Side::Home => Role::Caretaker,
            Side::Welfare => Role::Adviser,
        }
    }

    pub fn of(role: Role) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| side.role() == role)
    }

    /// The list in which this side writes for itself. The phone works it out in the same way.
    pub fn list(self, visit: RecordId) -> WorklistId {
        WorklistId::from_parts(visit.0, self.key())
    }

    /// The kind of record in which this side writes for itself; its id is that of its list.
    pub fn finding(self) -> &'static str {
        match self {
            Side::Home => "home_finding",
            Side::Welfare => "welfare_finding",
        }
    }

    /// The field of the shared part that names who goes.
    fn field(self) -> &'static str {
        match self {
            Side::Home => "home_by",
            Side::Welfare => "welfare_by",
        }
    }
}

/// Who goes for one side, by name.
///
/// # Errors
/// Those of the database.
pub fn people(
    db: &Connection,
    visit: RecordId,
    side: Side,
) -> Result<Vec<(PersonId, String)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT person.id, person.name FROM assignment JOIN person ON person.id = assignment.person
         WHERE assignment.worklist = ?1 ORDER BY person.name COLLATE NOCASE",
    )?;
    let found =
        query.query_map(params![side.list(visit).0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Lets somebody go along for a side; again is nothing.
///
/// # Errors
/// Those of the database.
pub fn give(
    tx: &Connection,
    visit: RecordId,
    side: Side,
    person: PersonId,
    now_ms: i64,
) -> Result<(), StoreError> {
    campaigns::assign(tx, WorklistId(visit.0), person, now_ms)?;
    campaigns::assign(tx, side.list(visit), person, now_ms)?;
    tell_who(tx, visit, now_ms)
}

/// Somebody no longer goes: shared part and own notes leave her phone.
///
/// # Errors
/// Those of the database.
pub fn take(
    tx: &Connection,
    visit: RecordId,
    side: Side,
    person: PersonId,
    now_ms: i64,
) -> Result<(), StoreError> {
    campaigns::unassign(tx, WorklistId(visit.0), person)?;
    campaigns::unassign(tx, side.list(visit), person)?;
    tell_who(tx, visit, now_ms)
}

/// Writes into the shared part who goes for each side, where that changed.
fn tell_who(tx: &Connection, visit: RecordId, now_ms: i64) -> Result<(), StoreError> {
    let there = projection::shown(tx, visit)?;
    let mut change = Change::new(visit, "joint_visit", WorklistId(visit.0));
    for side in Side::BOTH {
        let names: Vec<String> =
            people(tx, visit, side)?.into_iter().map(|(_, name)| name).collect();
        let names = names.join(", ");
        let known = match there.get(side.field()) {
            Some(Sql::Text(text)) => text.as_str(),
            _ => "",
        };
        if known != names {
            let value = if names.is_empty() { Value::Nothing } else { Value::text(names) };
            change = change.with(side.field(), value);
        }
    }
    append_office(tx, None, vec![change], now_ms)?;
    Ok(())
}
