//! Passkeys as the second step of signing in: which ones somebody has, the question that her session was
//! asked, and what becomes of an answer. Which answer is right stands in `check`; pages in the office.

mod check;
mod data;
#[cfg(all(test, feature = "passkeys"))]
pub(crate) mod made_up;
mod site;
#[cfg(all(test, feature = "passkeys"))]
mod tests;

pub use check::{Answer, Challenge, Made, Refused};
pub use site::Site;

use super::{PersonId, random};
use crate::store::StoreError;
use check::Kept;
use rusqlite::{Connection, OptionalExtension, params};

/// An answer counts this long after its question.
pub const ANSWER_MS: i64 = 5 * 60 * 1_000;
/// Nobody has more devices than this.
pub const PASSKEYS_MAX: usize = 10;

/// One passkey, as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Never used again; stands in the audit.
    pub number: i64,
    /// Chosen by its owner.
    pub name: String,
    /// How browser and authenticator call it.
    pub credential: Vec<u8>,
    pub added_ms: i64,
    pub used_ms: Option<i64>,
}

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn of(db: &Connection, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT number, name, credential, added_ms, used_ms FROM passkey WHERE person = ?1
         ORDER BY number",
    )?;
    let found = query.query_map([person], |row| {
        Ok(Passkey {
            number: row.get(0)?,
            name: row.get(1)?,
            credential: row.get(2)?,
            added_ms: row.get(3)?,
            used_ms: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Asks a session something new to sign. What it was asked before counts no more.
///
/// # Errors
/// Those of the database.
pub fn ask(tx: &Connection, session: Option<i64>, now_ms: i64) -> Result<Challenge, StoreError> {
    let challenge: Challenge = random();
    tx.execute(
        "UPDATE session SET challenge = ?2, challenge_ms = ?3 WHERE number = ?1",
        params![session, challenge, now_ms],
    )?;
    Ok(challenge)
}

/// What a session was asked, when that is not too long ago. It is asked no more: one question has one
/// answer, also a wrong one.
fn take(
    tx: &Connection,
    session: Option<i64>,
    now_ms: i64,
) -> Result<Option<Challenge>, StoreError> {
    let mut query =
        tx.prepare_cached("SELECT challenge FROM session WHERE number = ?1 AND challenge_ms > ?2")?;
    let found =
        query.query_row(params![session, now_ms - ANSWER_MS], |row| row.get(0)).optional()?;
    tx.execute(
        "UPDATE session SET challenge = NULL, challenge_ms = NULL WHERE number = ?1",
        [session],
    )?;
    Ok(found)
}

/// Whether an answer is right, and by which of her passkeys: its number.
///
/// # Errors
/// Those of the database.
pub fn check(
    tx: &Connection,
    person: PersonId,
    session: Option<i64>,
    site: &Site,
    answer: &Answer,
    now_ms: i64,
) -> Result<Result<i64, Refused>, StoreError> {
    let Some(challenge) = take(tx, session, now_ms)? else { return Ok(Err(Refused::Challenge)) };
    let mut query = tx.prepare_cached(
        "SELECT number, public_key, counter FROM passkey WHERE person = ?1 AND credential = ?2",
    )?;
    let found = query.query_row(params![person, answer.credential], |row| {
        Ok((row.get(0)?, Kept { point: row.get(1)?, counter: row.get(2)? }))
    });
    let Some((number, kept)): Option<(i64, Kept)> = found.optional()? else {
        return Ok(Err(Refused::Unknown));
    };
    let counter = match check::answered(site, &challenge, &kept, answer) {
        Ok(counter) => counter,
        Err(why) => return Ok(Err(why)),
    };
    tx.execute(
        "UPDATE passkey SET counter = ?2, used_ms = ?3 WHERE number = ?1",
        params![number, counter, now_ms],
    )?;
    Ok(Ok(number))
}

/// Keeps a new passkey, when it answers what this session was asked. Gives its number.
///
/// # Errors
/// Those of the database.
pub fn add(
    tx: &Connection,
    person: PersonId,
    session: Option<i64>,
    site: &Site,
    (name, made): (&str, &Made),
    now_ms: i64,
) -> Result<Result<i64, Refused>, StoreError> {
    let Some(challenge) = take(tx, session, now_ms)? else { return Ok(Err(Refused::Challenge)) };
    let key = match check::made(site, &challenge, made) {
        Ok(key) => key,
        Err(why) => return Ok(Err(why)),
    };
    if of(tx, person)?.len() >= PASSKEYS_MAX {
        return Ok(Err(Refused::Full));
    }
    let added = tx.execute(
        "INSERT OR IGNORE INTO passkey (person, name, credential, public_key, counter, added_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![person, name, key.credential, key.point, key.counter, now_ms],
    )?;
    Ok(if added == 1 { Ok(tx.last_insert_rowid()) } else { Err(Refused::Full) })
}

/// Takes one of her passkeys away; false when it is not hers.
///
/// # Errors
/// Those of the database.
pub fn remove(tx: &Connection, person: PersonId, number: i64) -> Result<bool, StoreError> {
    let gone = tx.execute(
        "DELETE FROM passkey WHERE person = ?1 AND number = ?2",
        params![person, number],
    )?;
    Ok(gone == 1)
}

/// Takes all of them away.
///
/// # Errors
/// Those of the database.
pub fn remove_all(tx: &Connection, person: PersonId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM passkey WHERE person = ?1", [person])?;
    Ok(())
}
