//! How many new addresses an adviser can take in a week, and how many she got.

use super::lists::monday_of;
use crate::access::PersonId;
use crate::office::time;
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// Weeks that are told, this one first.
pub const WEEKS: usize = 4;
/// Most new addresses that can be planned for a week.
pub const PLAN_MAX: u32 = 50;

const WEEK_DAYS: i32 = 7;

/// One adviser who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    pub person: PersonId,
    pub name: String,
    /// New addresses a week; none when nobody planned it.
    pub planned: Option<u32>,
    /// Cases that were given to her, per week, this week first.
    pub new: [u32; WEEKS],
    /// Cases that she has and that are not closed.
    pub open: u32,
}

impl Load {
    /// Whether this week brought more than was planned.
    pub fn is_over(&self) -> bool {
        self.planned.is_some_and(|planned| self.new[0] > planned)
    }

    /// `2 van 1 deze week`, or `2 deze week` where nothing is planned.
    pub fn week_nl(&self) -> String {
        match self.planned {
            Some(planned) => format!("{} van {planned} deze week", self.new[0]),
            None => format!("{} deze week", self.new[0]),
        }
    }
}

/// All advisers who work here, by name.
///
/// # Errors
/// Those of the database.
pub fn loads(db: &Connection, now_ms: i64) -> Result<Vec<Load>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT person.id, person.name, adviser_plan.per_week,
            (SELECT COUNT(*) FROM assignment
             JOIN worklist ON worklist.id = assignment.worklist AND worklist.kind = 'case'
             JOIN record ON record.id = worklist.id AND field(record.live, 'closed') IS NOT 1
             WHERE assignment.person = person.id)
         FROM person LEFT JOIN adviser_plan ON adviser_plan.person = person.id
         WHERE role = 'adviser' AND active = 1 ORDER BY person.name COLLATE NOCASE",
    )?;
    let found = query.query_map([], |row| {
        let (person, name, planned) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Load { person, name, planned, new: [0; WEEKS], open: row.get(3)? })
    })?;
    let mut loads: Vec<Load> = found.collect::<Result<_, _>>()?;
    let monday = monday_of(time::day_of(now_ms));
    let mut given = db.prepare_cached(
        "SELECT assignment.person, assignment.since_ms FROM assignment
         JOIN worklist ON worklist.id = assignment.worklist AND worklist.kind = 'case'
         WHERE assignment.since_ms >= ?1",
    )?;
    let weeks = i32::try_from(WEEKS).unwrap_or(1);
    let since_ms = time::day_start(monday - WEEK_DAYS * (weeks - 1)).unwrap_or_default();
    let mut rows = given.query([since_ms])?;
    while let Some(row) = rows.next()? {
        let (person, given_ms): (PersonId, i64) = (row.get(0)?, row.get(1)?);
        let back = (monday - monday_of(time::day_of(given_ms))) / WEEK_DAYS;
        let load = loads.iter_mut().find(|load| load.person == person);
        let place = usize::try_from(back).ok().zip(load);
        if let Some(count) = place.and_then(|(back, load)| load.new.get_mut(back)) {
            *count += 1;
        }
    }
    Ok(loads)
}

/// Plans how many new addresses an adviser takes in a week; none takes the plan away.
///
/// # Errors
/// Those of the database.
pub fn plan(tx: &Connection, person: PersonId, per_week: Option<u32>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM adviser_plan WHERE person = ?1", [person])?;
    if let Some(per_week) = per_week {
        tx.execute(
            "INSERT INTO adviser_plan (person, per_week) VALUES (?1, ?2)",
            params![person, per_week],
        )?;
    }
    Ok(())
}
