//! What is known of how somebody signs in.

use crate::access::passkeys::{self, Passkey};
use crate::access::sessions::{self, Session};
use crate::access::{PersonId, second_factor};
use crate::store::StoreError;
use rusqlite::Connection;

/// Her sessions, her second step and her passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub sessions: Vec<Session>,
    pub step_since_ms: Option<i64>,
    pub recovery_left: usize,
    pub passkeys: Vec<Passkey>,
}

pub fn way(db: &Connection, person: PersonId, now_ms: i64) -> Result<Way, StoreError> {
    Ok(Way {
        sessions: sessions::of(db, person, now_ms)?,
        step_since_ms: second_factor::since_ms(db, person)?,
        recovery_left: second_factor::recovery_left(db, person)?,
        passkeys: passkeys::of(db, person)?,
    })
}
