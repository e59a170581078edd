//! Signing in and out of the office.

use super::audit::Action;
use super::sessions::Stage;
use super::signed_in::session_of;
use super::{Browser, PersonId, audit, check_password, sessions};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use aanbel_shared::programme::{Capability, Role};
use axum::http::{HeaderMap, HeaderValue};
use rusqlite::{Connection, OptionalExtension};
use std::net::{IpAddr, Ipv4Addr};

/// The browser itself refuses a cookie of this name that is not Secure, or set by another host.
pub const COOKIE: &str = "__Host-aanbel";

/// Nobody has a longer name; the limits on guessing remember names, so long ones would fill memory.
const LOGIN_MAX_BYTES: usize = 200;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name or password is wrong; never told which.
    #[error("wrong name or password")]
    Wrong,
    #[error("too many tries")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignInError {
    pub fn sentence_nl(&self) -> &'static str {
        match self {
            SignInError::Wrong => "De naam of het wachtwoord klopt niet.",
            SignInError::TooMany => {
                "Er is te vaak geprobeerd. Wacht een paar minuten en probeer het dan nog eens."
            }
            SignInError::Store(_) => {
                "Er ging iets mis op de server. Probeer het over een minuut nog eens."
            }
        }
    }
}

/// Signs somebody in and gives the value of the `Set-Cookie` header.
///
/// # Errors
/// When name or password is wrong, or was tried too often.
pub async fn sign_in(
    state: &AppState,
    login: &str,
    password: String,
    browser: Browser,
) -> Result<HeaderValue, SignInError> {
    if login.len() > LOGIN_MAX_BYTES {
        return Err(SignInError::Wrong);
    }
    let now_ms = state.now_ms();
    let peer = browser.peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !state.limits.sign_in(login, peer, now_ms) {
        return Err(SignInError::TooMany);
    }
    let asked = login.to_owned();
    let known = state.reader.read(move |db| known(db, &asked)).await?;
    let (person, hash) = known.map_or((None, None), |(person, hash)| (Some(person), hash));
    let right = check_password(password, hash).await;
    let Some(person) = person.filter(|_| right) else {
        failed(state, &browser, person).await?;
        return Err(SignInError::Wrong);
    };
    state.limits.signed_in(login, peer);
    begin(state, person, browser).await.map_err(SignInError::Store)
}

/// A line for a try that failed. What was typed is not kept: it may be a password in the wrong field.
async fn failed(
    state: &AppState,
    browser: &Browser,
    person: Option<PersonId>,
) -> Result<(), StoreError> {
    let mut line = browser.actor().did(Action::SignIn, state.now_ms()).refused();
    if let Some(person) = person {
        line = line.on(person);
    }
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await
}

/// Begins a session for somebody who just proved who she is, and gives the `Set-Cookie` header.
///
/// # Errors
/// Those of the database.
pub async fn begin(
    state: &AppState,
    person: PersonId,
    browser: Browser,
) -> Result<HeaderValue, StoreError> {
    let now_ms = state.now_ms();
    let job = move |tx: &Connection| -> Result<String, StoreError> {
        let begun = sessions::begin(tx, person, Stage::Whole, &browser, now_ms)?;
        let mut actor = browser.actor().known_as(person);
        actor.session = Some(begun.number);
        audit::record(tx, actor.did(Action::SignIn, now_ms))?;
        Ok(begun.token)
    };
    let token = state.writer.write(job).await?;
    let max_age = sessions::ABSOLUTE_MS / 1_000;
    Ok(cookie(&format!("{COOKIE}={token}; Max-Age={max_age}")))
}

/// Ends the session of this browser.
///
/// # Errors
/// Those of the database.
pub async fn sign_out(
    state: &AppState,
    headers: &HeaderMap,
    browser: &Browser,
) -> Result<(), AppError> {
    let Some(session) = session_of(headers, state).await? else { return Ok(()) };
    let mut actor = browser.actor().known_as(session.person);
    actor.session = Some(session.number);
    let line = actor.did(Action::SignOut, state.now_ms());
    let job = move |tx: &Connection| {
        sessions::end(tx, session.number)?;
        Ok::<_, AppError>(audit::record(tx, line)?)
    };
    state.writer.write(job).await
}

/// The `Set-Cookie` header that makes a browser forget its session.
pub fn clear_cookie() -> HeaderValue {
    cookie(&format!("{COOKIE}=; Max-Age=0"))
}

fn cookie(start: &str) -> HeaderValue {
    let text = format!("{start}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).expect("hex digits and plain words")
}

/// An active person with this name who may enter the office, and her password's hash.
fn known(db: &Connection, login: &str) -> Result<Option<(PersonId, Option<String>)>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id, password_hash, role FROM person WHERE login = ?1 COLLATE NOCASE AND active = 1",
    )?;
    let found = query
        .query_row([login.trim()], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)));
    let found: Option<(PersonId, Option<String>, String)> = found.optional()?;
    Ok(found.filter(|(_, _, role)| enters(role)).map(|(person, hash, _)| (person, hash)))
}

fn enters(role: &str) -> bool {
    Role::from_key(role).is_some_and(|role| role.may(Capability::ReadOffice))
}
