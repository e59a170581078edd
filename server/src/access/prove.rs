//! Proving again who one is, before what matters most: taking data away, erasing, changing roles.

use super::audit::{self, Action};
use super::passkeys::{self, Site};
use super::{SignInError, SignedIn, check_password, second_factor};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use rusqlite::{Connection, params};

/// Where that is asked.
pub const PROVE_PAGE: &str = "/kantoor/bewijs";
/// A proof counts this long.
pub const FRESH_MS: i64 = 10 * 60 * 1_000;

impl SignedIn {
    /// Lets pass who proved recently who she is. `back` is the page that she comes back to.
    ///
    /// # Errors
    /// `ProveFirst`, which leads to the page that asks.
    pub fn require_fresh(&self, now_ms: i64, back: &str) -> Result<(), AppError> {
        if now_ms - self.proved_ms < FRESH_MS {
            return Ok(());
        }
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        Err(AppError::ProveFirst(format!("{PROVE_PAGE}?naar={back}")))
    }
}

/// Checks password, and code when she has one, and notes on her session that she proved who she is.
///
/// # Errors
/// When either is wrong, or was tried too often.
pub async fn prove(
    state: &AppState,
    who: &SignedIn,
    password: String,
    code: String,
) -> Result<(), SignInError> {
    let (now_ms, person) = (state.now_ms(), who.person);
    if !state.limits.code(person, now_ms) {
        return Err(SignInError::TooMany);
    }
    let hash = state.reader.read(move |db| hash_of(db, person)).await?;
    let right = check_password(password, hash).await;
    let line = who.did(Action::ProveAgain, now_ms).on(person);
    let session = who.actor.session;
    let job = move |tx: &Connection| -> Result<bool, StoreError> {
        let right = right
            && (second_factor::since_ms(tx, person)?.is_none()
                || second_factor::check(tx, person, &code, now_ms)?);
        if right {
            note(tx, session, now_ms)?;
        }
        audit::record(tx, if right { line } else { line.refused() })?;
        Ok(right)
    };
    if state.writer.write(job).await? {
        state.limits.code_was_right(person);
        Ok(())
    } else {
        Err(SignInError::Wrong)
    }
}

/// As `prove`, by a passkey, which looked itself who holds it.
///
/// # Errors
/// When it is wrong, or was tried too often.
pub async fn prove_by_passkey(
    state: &AppState,
    who: &SignedIn,
    site: Site,
    answer: passkeys::Answer,
) -> Result<(), SignInError> {
    let (now_ms, person, session) = (state.now_ms(), who.person, who.actor.session);
    if !state.limits.code(person, now_ms) {
        return Err(SignInError::TooMany);
    }
    let line = who.did(Action::ProveAgain, now_ms).on(person);
    let job = move |tx: &Connection| -> Result<bool, StoreError> {
        let found = passkeys::check(tx, person, session, &site, &answer, now_ms)?;
        let line = match found {
            Ok(number) => line.with("passkey", number),
            Err(why) => line.refused().with("by", "passkey").with("why", why.key()),
        };
        if found.is_ok() {
            note(tx, session, now_ms)?;
        }
        audit::record(tx, line)?;
        Ok(found.is_ok())
    };
    if state.writer.write(job).await? {
        state.limits.code_was_right(person);
        Ok(())
    } else {
        Err(SignInError::WrongPasskey)
    }
}

fn note(tx: &Connection, session: Option<i64>, now_ms: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE session SET proved_ms = ?2 WHERE number = ?1", params![session, now_ms])?;
    Ok(())
}

fn hash_of(db: &Connection, person: super::PersonId) -> Result<Option<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT password_hash FROM person WHERE id = ?1")?;
    Ok(query.query_row([person], |row| row.get(0))?)
}
