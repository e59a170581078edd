//! A way into the office without its sign-in page, for tests that ask a thousand times: a session is
//! begun in the server's own data, as the sign-in itself begins it.

use crate::server::Server;
use crate::street::database;
use aanbel_server::access::sessions::{self, Stage};
use aanbel_server::access::{Browser, PersonId};
use anyhow::{Context, Result};
use rusqlite::Connection;
use std::time::SystemTime;

/// Somebody of the office who signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Name and value.
    pub cookie: String,
    /// Goes into every form.
    pub csrf: String,
}

impl Session {
    /// # Errors
    /// Those of the database.
    pub fn begin(server: &Server, person: PersonId) -> Result<Session> {
        Session::begin_on(&database(server.data())?, person, Stage::Whole)
    }

    /// As `begin`, on a database that is open, and so far as this stage.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin_on(db: &Connection, person: PersonId, stage: Stage) -> Result<Session> {
        let now_ms = now_ms()?;
        let begun = sessions::begin(db, person, stage, &Browser::default(), now_ms)?;
        let found = sessions::find(db, &begun.token, now_ms)?.context("a session just begun")?;
        Ok(Session { cookie: format!("__Host-aanbel={}", begun.token), csrf: found.csrf })
    }

    /// Of whoever signs in with this name.
    ///
    /// # Errors
    /// When there is nobody.
    pub fn of(server: &Server, login: &str) -> Result<Session> {
        let person = "SELECT id FROM person WHERE login = ?1";
        let person = database(server.data())?.query_row(person, [login], |row| row.get(0))?;
        Session::begin(server, person)
    }
}

/// Milliseconds since 1970, as the server counts them.
///
/// # Errors
/// When the clock stands before that.
pub fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis())?)
}
