//! Sessions of the office: opaque tokens, kept as hashes, ended after an hour's silence or 12 hours.

use super::{Browser, PersonId, hash_of, new_token};
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1_000;
/// And this long after the last page.
pub const IDLE_MS: i64 = 60 * 60 * 1_000;
/// The last page is noted at most this often.
const NOTE_MS: i64 = 60_000;

/// How far somebody is with signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Everything was proved.
    Whole,
    /// The password was right; the code of the second step is still to come.
    Code,
    /// The password was right; a second step must be set up before anything else.
    Setup,
}

impl Stage {
    const ALL: [Stage; 3] = [Stage::Whole, Stage::Code, Stage::Setup];

    fn key(self) -> &'static str {
        match self {
            Stage::Whole => "whole",
            Stage::Code => "code",
            Stage::Setup => "setup",
        }
    }

    fn from_key(key: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.key() == key)
    }
}

/// A session that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Never used again; stands in the audit.
    pub number: i64,
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub csrf: String,
    pub stage: Stage,
    pub created_ms: i64,
    pub seen_ms: i64,
    /// When password, and code where set, were given last.
    pub proved_ms: i64,
    pub peer: String,
    pub agent: String,
}

impl Session {
    /// Whether the last page is long enough ago to be noted again.
    pub fn is_stale(&self, now_ms: i64) -> bool {
        now_ms - self.seen_ms > NOTE_MS
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
        let (role, stage): (String, String) = (row.get(3)?, row.get(5)?);
        Ok(Session {
            number: row.get(0)?,
            person: row.get(1)?,
            name: row.get(2)?,
            role: Role::from_key(&role).unwrap_or(Role::System),
            csrf: row.get(4)?,
            stage: Stage::from_key(&stage).unwrap_or(Stage::Code),
            created_ms: row.get(6)?,
            seen_ms: row.get(7)?,
            proved_ms: row.get(8)?,
            peer: row.get(9)?,
            agent: row.get(10)?,
        })
    }
}

const ALIVE: &str =
    "SELECT s.number, p.id, p.name, p.role, s.csrf, s.stage, s.created_ms, s.seen_ms,
                            s.proved_ms, s.peer, s.agent
                     FROM session s JOIN person p ON p.id = s.person
                     WHERE s.created_ms > ?1 AND s.seen_ms > ?2 AND p.active = 1";

/// A new session: its number, and its token, the only time that it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub number: i64,
    pub token: String,
}

/// Begins a session. Clears ended ones away.
///
/// # Errors
/// Those of the database.
pub fn begin(
    tx: &Connection,
    person: PersonId,
    stage: Stage,
    browser: &Browser,
    now_ms: i64,
) -> Result<Begun, StoreError> {
    tx.execute(
        "DELETE FROM session WHERE created_ms <= ?1 OR seen_ms <= ?2",
        params![now_ms - ABSOLUTE_MS, now_ms - IDLE_MS],
    )?;
    let token = new_token();
    let peer = browser.peer.map(|peer| peer.to_string()).unwrap_or_default();
    tx.execute(
        "INSERT INTO session (token_hash, person, csrf, stage, created_ms, seen_ms, proved_ms,
                              peer, agent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?6, ?7)",
        params![hash_of(&token), person, new_token(), stage.key(), now_ms, peer, browser.agent],
    )?;
    Ok(Begun { number: tx.last_insert_rowid(), token })
}

/// The session of a token, when it has not ended and its person is still active.
///
/// # Errors
/// Those of the database.
pub fn find(db: &Connection, token: &str, now_ms: i64) -> Result<Option<Session>, StoreError> {
    let mut query = db.prepare_cached(&format!("{ALIVE} AND s.token_hash = ?3"))?;
    let limits = params![now_ms - ABSOLUTE_MS, now_ms - IDLE_MS, hash_of(token)];
    Ok(query.query_row(limits, Session::read).optional()?)
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

/// Ends the session with this number; ended ones are not there any more.
///
/// # Errors
/// Those of the database.
pub fn end(tx: &Connection, number: i64) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM session WHERE number = ?1", [number])? > 0)
}

/// Ends every session of a person: after another password, another role, or leaving.
///
/// # Errors
/// Those of the database.
pub fn end_all(tx: &Connection, person: PersonId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE person = ?1", params![person])?;
    Ok(())
}
