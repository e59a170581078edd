//! What a coordinator changes about somebody: her role, her access, her second step, her sessions.
//! Each ends what the person could do before, in the same write, and asks for a recent proof.

use crate::access::audit::{self, Action, Line, Subject};
use crate::access::{self, PersonId, Posted, SignedIn, people, second_factor, sessions};
use crate::campaigns;
use crate::cases::joint;
use crate::error::AppError;
use crate::office::at::At;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use axum::extract::State;
use axum::response::Redirect;
use rusqlite::Connection;
use std::collections::HashMap;

fn page_of(person: PersonId) -> String {
    format!("/kantoor/mensen/{}", person.0)
}

/// Lets pass a coordinator who proved recently who she is, and who changes somebody else.
fn allow(who: &SignedIn, person: PersonId, now_ms: i64) -> Result<Option<Redirect>, AppError> {
    who.require(Capability::ManagePeople)?;
    who.require_fresh(now_ms, &page_of(person))?;
    // So that somebody with this role is always left.
    let own = who.person == person;
    Ok(own.then(|| Redirect::to(&format!("{}?gedaan=zelf", page_of(person)))))
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    role: String,
    #[serde(default)]
    login: String,
}

/// `POST /kantoor/mensen/{person}/rol`
pub async fn change_role(
    State(state): State<AppState>,
    At(person): At<i64>,
    Posted { who, form }: Posted<Wanted>,
) -> Result<Redirect, AppError> {
    let (now_ms, person) = (state.now_ms(), PersonId(person));
    if let Some(refused) = allow(&who, person, now_ms)? {
        return Ok(refused);
    }
    let role = Role::from_key(&form.role).filter(|role| *role != Role::System);
    let role = role.ok_or(AppError::NotFound)?;
    let line = who.did(Action::ChangeRole, now_ms).on(person).with("role", role.key());
    let job = move |tx: &Connection| set_role(tx, person, role, form.login.trim(), line, now_ms);
    let done = if state.writer.write(job).await? { "rol" } else { "naam" };
    Ok(Redirect::to(&format!("{}?gedaan={done}", page_of(person))))
}

/// False when the role signs in and there is no name to do that with.
fn set_role(
    tx: &Connection,
    person: PersonId,
    role: Role,
    login: &str,
    line: Line,
    now_ms: i64,
) -> Result<bool, AppError> {
    let (_, before) = people::find(tx, person)?.ok_or(AppError::NotFound)?;
    let known: Option<String> =
        tx.query_row("SELECT login FROM person WHERE id = ?1", [person], |row| row.get(0))?;
    if role.signs_in() && known.is_none() {
        let fits = !login.is_empty()
            && login.chars().count() <= 80
            && !login.contains(char::is_whitespace)
            && !people::login_is_taken(tx, login)?;
        if !fits {
            return Ok(false);
        }
        tx.execute("UPDATE person SET login = ?2 WHERE id = ?1", (person, login))?;
    }
    tx.execute("UPDATE person SET role = ?2 WHERE id = ?1", (person, role.key()))?;
    sessions::end_all(tx, person)?;
    if !before.holds_the_same(role) {
        // A phone keeps the lists that are still hers, and its screens are those of when it joined.
        access::revoke_all(tx, person, now_ms)?;
        joint::leave_all(tx, person, now_ms)?;
        campaigns::unassign_all(tx, person)?;
        tx.execute("DELETE FROM cover WHERE colleague = ?1", [person])?;
    }
    audit::record(tx, line.with("before", before.key()))?;
    Ok(true)
}

#[derive(serde::Deserialize)]
pub struct Wish {
    #[serde(default)]
    wish: String,
}

/// `POST /kantoor/mensen/{person}/toegang`: stops or restores it.
pub async fn access(
    State(state): State<AppState>,
    At(person): At<i64>,
    Posted { who, form }: Posted<Wish>,
) -> Result<Redirect, AppError> {
    let (now_ms, person) = (state.now_ms(), PersonId(person));
    if let Some(refused) = allow(&who, person, now_ms)? {
        return Ok(refused);
    }
    let (active, action, done) = match form.wish.as_str() {
        "stop" => (false, Action::Deactivate, "gestopt"),
        "herstel" => (true, Action::Reactivate, "hersteld"),
        _ => return Err(AppError::NotFound),
    };
    let line = who.did(action, now_ms).on(person);
    let job = move |tx: &Connection| {
        people::find(tx, person)?.ok_or(AppError::NotFound)?;
        people::set_active(tx, person, active, now_ms)?;
        Ok::<_, AppError>(audit::record(tx, line)?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(&format!("{}?gedaan={done}", page_of(person))))
}

/// `POST /kantoor/mensen/{person}/stap`: takes the second step away from who lost her phone.
pub async fn remove_step(
    State(state): State<AppState>,
    At(person): At<i64>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    let (now_ms, person) = (state.now_ms(), PersonId(person));
    if let Some(refused) = allow(&who, person, now_ms)? {
        return Ok(refused);
    }
    let line = who.did(Action::RemoveSecondFactor, now_ms).on(person);
    let job = move |tx: &Connection| {
        people::find(tx, person)?.ok_or(AppError::NotFound)?;
        second_factor::remove(tx, person)?;
        sessions::end_all(tx, person)?;
        Ok::<_, AppError>(audit::record(tx, line)?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(&format!("{}?gedaan=stap", page_of(person))))
}

/// `POST /kantoor/mensen/{person}/sessie/{number}`: ends somebody's session, at once.
pub async fn end_session(
    State(state): State<AppState>,
    At((person, number)): At<(i64, i64)>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManagePeople)?;
    let (now_ms, person) = (state.now_ms(), PersonId(person));
    let line = who.did(Action::EndSession, now_ms).on(Subject::new("session", number));
    let job = move |tx: &Connection| {
        let hers = sessions::of(tx, person, now_ms)?.iter().any(|one| one.number == number);
        if !hers {
            return Err(AppError::NotFound);
        }
        sessions::end(tx, number)?;
        Ok(audit::record(tx, line.with("person", person.0))?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(&format!("{}?gedaan=beeindigd", page_of(person))))
}
