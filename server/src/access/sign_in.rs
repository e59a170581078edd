//! Signing in and out of the office.

use super::audit::Action;
use super::audit::Actor;
use super::passkeys::{self, Site};
use super::sessions::Stage;
use super::signed_in::session_of;
use super::{Browser, PersonId, Visitor, audit, check_password, peaks, second_factor, sessions};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use axum::http::{HeaderMap, HeaderValue};
use rusqlite::{Connection, OptionalExtension};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::Ordering;

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
    #[error("wrong code")]
    WrongCode,
    #[error("wrong passkey")]
    WrongPasskey,
    #[error("too many tries")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignInError {
    pub fn sentence_nl(&self) -> &'static str {
        match self {
            SignInError::Wrong => "De naam of het wachtwoord klopt niet.",
            SignInError::WrongCode => {
                "De code klopt niet. Wacht op de volgende code in uw app en probeer die."
            }
            SignInError::WrongPasskey => {
                "De passkey is niet aangenomen. Probeer het nog eens, of gebruik een code."
            }
            SignInError::TooMany => {
                "Er is te vaak geprobeerd. Wacht een paar minuten en probeer het dan nog eens."
            }
            SignInError::Store(_) => {
                "Er ging iets mis op de server. Probeer het over een minuut nog eens."
            }
        }
    }
}

/// Checks name and password, and begins a session.
///
/// # Errors
/// When name or password is wrong, or was tried too often.
pub async fn sign_in(
    state: &AppState,
    login: &str,
    password: String,
    browser: Browser,
) -> Result<Entered, SignInError> {
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
    enter(state, person, browser).await.map_err(SignInError::Store)
}

/// A line for a try that failed. What was typed is not kept: it may be a password in the wrong field.
async fn failed(
    state: &AppState,
    browser: &Browser,
    person: Option<PersonId>,
) -> Result<(), StoreError> {
    let now_ms = state.now_ms();
    let line = browser.actor().did(Action::SignIn, now_ms).refused();
    let line = person.into_iter().fold(line, |line, person| line.on(person));
    let job = move |tx: &Connection| -> Result<i64, StoreError> {
        audit::record(tx, line)?;
        peaks::tries(tx, person, now_ms)
    };
    let tries = state.writer.write(job).await?;
    state.metrics.sign_ins_failed.fetch_add(1, Ordering::Relaxed);
    if peaks::begins_at(tries, person) {
        let person = person.map_or(0, |person| person.0);
        tracing::warn!(person, tries, "a peak of sign-ins that failed within the hour");
    }
    Ok(())
}

/// A browser that may go on.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The `Set-Cookie` header.
    pub cookie: HeaderValue,
    /// The page to go to.
    pub to: &'static str,
}

/// Begins a session for somebody who just gave her password or a one-time link: whole, or with the
/// second step still to come.
///
/// # Errors
/// Those of the database.
pub async fn enter(
    state: &AppState,
    person: PersonId,
    browser: Browser,
) -> Result<Entered, StoreError> {
    let (now_ms, required) = (state.now_ms(), state.config.require_second_factor);
    let job = move |tx: &Connection| -> Result<(Stage, String), StoreError> {
        let stage = match second_factor::since_ms(tx, person)? {
            Some(_) => Stage::Code,
            None if required => Stage::Setup,
            None => Stage::Whole,
        };
        let begun = sessions::begin(tx, person, stage, &browser, now_ms)?;
        let actor = Actor { session: Some(begun.number), ..browser.actor().known_as(person) };
        let line = actor.did(Action::SignIn, now_ms);
        audit::record(tx, if stage == Stage::Whole { line } else { line.with("step", 1) })?;
        Ok((stage, begun.token))
    };
    let (stage, token) = state.writer.write(job).await?;
    Ok(Entered { cookie: session_cookie(&token), to: stage.page() })
}

/// What somebody gives as her second step.
#[derive(Clone, Debug)]
pub enum Second {
    /// Of the app, or for recovery.
    Code(String),
    Passkey(Site, passkeys::Answer),
}

/// The second step: a session under a new token when code or passkey is right.
///
/// # Errors
/// When it is wrong, or was tried too often.
pub async fn give_second(
    state: &AppState,
    visitor: &Visitor,
    browser: Browser,
    given: Second,
) -> Result<HeaderValue, SignInError> {
    let (now_ms, person) = (state.now_ms(), visitor.session.person);
    if !state.limits.code(person, now_ms) {
        return Err(SignInError::TooMany);
    }
    let actor = visitor.actor;
    let job = move |tx: &Connection| second_is_right(tx, person, actor, &given, now_ms);
    let passkey = match state.writer.write(job).await? {
        Ok(passkey) => passkey,
        Err(error) => {
            state.metrics.sign_ins_failed.fetch_add(1, Ordering::Relaxed);
            return Err(error);
        }
    };
    state.limits.code_was_right(person);
    Ok(start_whole(state, visitor, browser, passkey).await?)
}

/// The number of the passkey that was right, none for a code. What was wrong is a line in the audit.
fn second_is_right(
    tx: &Connection,
    person: PersonId,
    actor: Actor,
    given: &Second,
    now_ms: i64,
) -> Result<Result<Option<i64>, SignInError>, StoreError> {
    let refused = actor.did(Action::SignIn, now_ms).on(person).refused().with("step", 2);
    match given {
        Second::Code(typed) if second_factor::check(tx, person, typed, now_ms)? => Ok(Ok(None)),
        Second::Code(_) => {
            audit::record(tx, refused)?;
            Ok(Err(SignInError::WrongCode))
        }
        Second::Passkey(site, answer) => {
            match passkeys::check(tx, person, actor.session, site, answer, now_ms)? {
                Ok(number) => Ok(Ok(Some(number))),
                Err(why) => {
                    audit::record(tx, refused.with("by", "passkey").with("why", why.key()))?;
                    Ok(Err(SignInError::WrongPasskey))
                }
            }
        }
    }
}

/// A whole session instead of the one that waited for its second step. Another token, so that one
/// that leaked on the way is worth nothing. `passkey` is the number of the one that was used.
///
/// # Errors
/// Those of the database.
pub async fn start_whole(
    state: &AppState,
    visitor: &Visitor,
    browser: Browser,
    passkey: Option<i64>,
) -> Result<HeaderValue, StoreError> {
    let (now_ms, person, half) = (state.now_ms(), visitor.session.person, visitor.session.number);
    let job = move |tx: &Connection| -> Result<String, StoreError> {
        sessions::end(tx, half)?;
        let begun = sessions::begin(tx, person, Stage::Whole, &browser, now_ms)?;
        let actor = Actor { session: Some(begun.number), ..browser.actor().known_as(person) };
        let line = actor.did(Action::SignIn, now_ms).with("step", 2);
        audit::record(
            tx,
            passkey.into_iter().fold(line, |line, number| line.with("passkey", number)),
        )?;
        Ok(begun.token)
    };
    Ok(session_cookie(&state.writer.write(job).await?))
}

fn session_cookie(token: &str) -> HeaderValue {
    let max_age = sessions::ABSOLUTE_MS / 1_000;
    cookie(&format!("{COOKIE}={token}; Max-Age={max_age}"))
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
    let actor = Actor { session: Some(session.number), ..browser.actor().known_as(session.person) };
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
    Role::from_key(role).is_some_and(Role::signs_in)
}
