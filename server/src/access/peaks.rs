//! Peaks of sign-ins that failed, and of phones that were refused: somebody may be guessing, or uses
//! what was stolen. Counted from the audit.

use super::PersonId;
use super::audit::Action;
use crate::store::StoreError;
use rusqlite::Connection;

/// So far back failures are counted.
pub const WINDOW_MS: i64 = 60 * 60 * 1_000;
/// From so many of one person's on, or of everybody's, it is a peak.
const PERSON_MIN: i64 = 10;
const ALL_MIN: i64 = 25;
/// As `ALL_MIN`, of phones. The audit takes no more than ten at once from one address.
const PHONES_MIN: i64 = 10;

/// Failed sign-ins of the last hour, when they are too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peak {
    pub tries: i64,
    /// Names and tries of those whose password was guessed at often.
    pub people: Vec<(String, i64)>,
}

/// None when all is quiet.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, now_ms: i64) -> Result<Option<Peak>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(p.name, ''), COUNT(*) FROM audit a
         LEFT JOIN person p ON a.about_kind = 'person' AND p.id = CAST(a.about AS INTEGER)
         WHERE a.refused = 1 AND a.at_ms > ?1 AND a.action IN (?2, ?3) GROUP BY a.about",
    )?;
    let actions = (Action::SignIn.key(), Action::ProveAgain.key());
    let rows = query.query_map((now_ms - WINDOW_MS, actions.0, actions.1), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let counts: Vec<(String, i64)> = rows.collect::<Result<_, _>>()?;
    let tries = counts.iter().map(|(_, tries)| tries).sum();
    let often = |(name, tries): &(String, i64)| *tries >= PERSON_MIN && !name.is_empty();
    let people: Vec<_> = counts.into_iter().filter(often).collect();
    Ok((tries >= ALL_MIN || !people.is_empty()).then_some(Peak { tries, people }))
}

/// How often a phone was refused in the last hour, when that is too often.
///
/// # Errors
/// Those of the database.
pub fn phones(db: &Connection, now_ms: i64) -> Result<Option<i64>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM audit WHERE refused = 1 AND at_ms > ?1 AND action = ?2",
    )?;
    let key = Action::PhoneRefused.key();
    let times: i64 = query.query_row((now_ms - WINDOW_MS, key), |row| row.get(0))?;
    Ok((times >= PHONES_MIN).then_some(times))
}

/// Failed sign-ins on this name, known or not, in the last hour.
///
/// # Errors
/// Those of the database.
pub fn tries(db: &Connection, person: Option<PersonId>, now_ms: i64) -> Result<i64, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT COUNT(*) FROM audit
         WHERE refused = 1 AND at_ms > ?1 AND action = ?2 AND about = ?3",
    )?;
    let about = person.map(|person| person.0.to_string()).unwrap_or_default();
    let found =
        query.query_row((now_ms - WINDOW_MS, Action::SignIn.key(), about), |row| row.get(0));
    Ok(found?)
}

/// Whether this try made it a peak: the moment to say so in the log, once.
pub fn begins_at(tries: i64, person: Option<PersonId>) -> bool {
    tries == if person.is_some() { PERSON_MIN } else { ALL_MIN }
}
