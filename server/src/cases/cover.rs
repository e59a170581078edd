//! Standing in: during somebody's leave a colleague has all of her open cases on her phone, from the
//! first day until the last. What it opens is in `access::devices`; nothing is assigned anew.

use crate::access::PersonId;
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// Longest time that one colleague stands in, in days.
pub const DAYS_MAX: i32 = 366;

/// One period. Days since 1970, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub id: i64,
    pub person: PersonId,
    pub name: String,
    pub colleague: PersonId,
    pub colleague_name: String,
    pub from_on: i32,
    pub until_on: i32,
}

impl Cover {
    /// Whether it counts on this day.
    pub fn holds_on(&self, day: i32) -> bool {
        (self.from_on..=self.until_on).contains(&day)
    }
}

/// Periods that are not over, first ones first.
///
/// # Errors
/// Those of the database.
pub fn now_and_later(db: &Connection, today: i32) -> Result<Vec<Cover>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT cover.id, away.id, away.name, colleague.id, colleague.name, from_on, until_on
         FROM cover JOIN person away ON away.id = cover.person
         JOIN person colleague ON colleague.id = cover.colleague
         WHERE until_on >= ?1 ORDER BY from_on, cover.id",
    )?;
    let found = query.query_map([today], |row| {
        Ok(Cover {
            id: row.get(0)?,
            person: row.get(1)?,
            name: row.get(2)?,
            colleague: row.get(3)?,
            colleague_name: row.get(4)?,
            from_on: row.get(5)?,
            until_on: row.get(6)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Lets `colleague` stand in for `person`.
///
/// # Errors
/// Those of the database.
pub fn add(
    tx: &Connection,
    person: PersonId,
    colleague: PersonId,
    from_on: i32,
    until_on: i32,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO cover (person, colleague, from_on, until_on) VALUES (?1, ?2, ?3, ?4)",
        params![person, colleague, from_on, until_on],
    )?;
    Ok(())
}

/// Ends a period now; her phone lets go of the cases at its next contact. Tells whether it was
/// there.
///
/// # Errors
/// Those of the database.
pub fn stop(tx: &Connection, id: i64) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM cover WHERE id = ?1", [id])? > 0)
}
