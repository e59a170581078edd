//! Sessions of the office: opaque tokens, kept as hashes, ended after an hour's silence or 12 hours.

use super::{PersonId, hash_of, new_token};
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use rusqlite::{Connection, OptionalExtension, params};

/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1_000;
/// And this long after the last page.
pub const IDLE_MS: i64 = 60 * 60 * 1_000;
/// The last page is noted at most this often.
const NOTE_MS: i64 = 60_000;

/// A session that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub csrf: String,
    pub seen_ms: i64,
}

impl Session {
    /// Whether the last page is long enough ago to be noted again.
    pub fn is_stale(&self, now_ms: i64) -> bool {
        now_ms - self.seen_ms > NOTE_MS
    }
}

/// Begins a session and gives its token: the only time that it is seen. Clears ended ones away.
///
/// # Errors
/// Those of the database.
pub fn begin(tx: &Connection, person: PersonId, now_ms: i64) -> Result<String, StoreError> {
    tx.execute(
        "DELETE FROM session WHERE created_ms <= ?1 OR seen_ms <= ?2",
        params![now_ms - ABSOLUTE_MS, now_ms - IDLE_MS],
    )?;
    let token = new_token();
    tx.execute(
        "INSERT INTO session (token_hash, person, csrf, created_ms, seen_ms)
         VALUES (?1, ?2, ?3, ?4, ?4)",
        params![hash_of(&token), person, new_token(), now_ms],
    )?;
    Ok(token)
}

/// The session of a token, when it has not ended and its person is still active.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, token: &str, now_ms: i64) -> Result<Option<Session>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT person.id, person.name, person.role, session.csrf, session.seen_ms
         FROM session JOIN person ON person.id = session.person
         WHERE token_hash = ?1 AND session.created_ms > ?2 AND seen_ms > ?3 AND person.active = 1",
    )?;
    let limits = params![hash_of(token), now_ms - ABSOLUTE_MS, now_ms - IDLE_MS];
    let found = query.query_row(limits, |row| {
        let role: String = row.get(2)?;
        let session = Session {
            person: row.get(0)?,
            name: row.get(1)?,
            role: Role::from_key(&role).unwrap_or(Role::System),
            csrf: row.get(3)?,
            seen_ms: row.get(4)?,
        };
        Ok(session)
    });
    Ok(found.optional()?)
}

/// Notes that a page was asked for now.
///
/// # Errors
/// Those of the database.
pub fn note_seen(tx: &Connection, token: &str, now_ms: i64) -> Result<(), StoreError> {
    let hash = hash_of(token);
    tx.execute("UPDATE session SET seen_ms = ?2 WHERE token_hash = ?1", params![hash, now_ms])?;
    Ok(())
}

/// # Errors
/// Those of the database.
pub fn end(tx: &Connection, token: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE token_hash = ?1", params![hash_of(token)])?;
    Ok(())
}

/// Ends every session of a person: after another password, another role, or leaving.
///
/// # Errors
/// Those of the database.
pub fn end_all(tx: &Connection, person: PersonId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE person = ?1", params![person])?;
    Ok(())
}
