//! One-time links: to make the first coordinator, and to set a password.

use super::{PersonId, codes, people};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

/// A link works this long.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Where a code is used.
pub const PAGE: &str = "/kantoor/begin";

/// What an open link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invite {
    FirstCoordinator,
    SetPassword(PersonId),
}

impl Invite {
    fn person(self) -> Option<PersonId> {
        match self {
            Invite::FirstCoordinator => None,
            Invite::SetPassword(person) => Some(person),
        }
    }
}

/// The page that the link opens; put the server's address before it. The code stands after `#`, so
/// that it reaches no server's or proxy's log; without script people type it.
pub fn path(code: &str) -> String {
    format!("{PAGE}#{code}")
}

/// Makes a link and gives its code: the only time that it is seen. Earlier open links for the
/// same purpose end.
///
/// # Errors
/// Those of the database.
pub fn create(tx: &Connection, invite: Invite, now_ms: i64) -> Result<String, StoreError> {
    tx.execute(
        "DELETE FROM invite WHERE person IS ?1 AND used_ms IS NULL",
        params![invite.person()],
    )?;
    let (code, hash) = codes::fresh();
    tx.execute(
        "INSERT INTO invite (token_hash, person, expires_ms) VALUES (?1, ?2, ?3)",
        params![hash, invite.person(), now_ms + LIFE_MS],
    )?;
    Ok(code)
}

/// What a link is for; none when it is unknown, used or too old. The first coordinator's ends with whoever
/// became that in another way.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, typed: &str, now_ms: i64) -> Result<Option<Invite>, StoreError> {
    let Some(hash) = codes::hash_typed(typed) else { return Ok(None) };
    let mut query = db.prepare_cached(
        "SELECT person FROM invite WHERE token_hash = ?1 AND expires_ms > ?2 AND used_ms IS NULL",
    )?;
    let found: Option<Option<PersonId>> =
        query.query_row(params![hash, now_ms], |row| row.get(0)).optional()?;
    match found {
        Some(Some(person)) => Ok(Some(Invite::SetPassword(person))),
        Some(None) if !people::has_coordinator(db)? => Ok(Some(Invite::FirstCoordinator)),
        _ => Ok(None),
    }
}

/// Uses a link up, in the same write job as what it allows; none when it is unknown, used or old.
///
/// # Errors
/// Those of the database.
pub fn spend(tx: &Connection, typed: &str, now_ms: i64) -> Result<Option<Invite>, StoreError> {
    let found = find(tx, typed, now_ms)?;
    if let (Some(_), Some(hash)) = (found, codes::hash_typed(typed)) {
        tx.execute("UPDATE invite SET used_ms = ?2 WHERE token_hash = ?1", params![hash, now_ms])?;
    }
    Ok(found)
}
