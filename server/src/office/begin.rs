//! One-time links: the first coordinator makes herself, others set their password.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use crate::access::audit::{self, Action, Actor};
use crate::access::invites::{self, Invite};
use crate::access::{self, Browser, PASSWORD_MIN, PersonId, people};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Role;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

/// What either form sends; name and login only for the first coordinator.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Given {
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Field and sentence.
type Problem = (&'static str, &'static str);

/// `GET /kantoor/begin/{token}` and `GET /kantoor/wachtwoord/{token}`
pub async fn form(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let now_ms = state.now_ms();
    let asked = token.clone();
    let found = state.reader.read(move |db| invites::find(db, &asked, now_ms)).await?;
    Ok(match found {
        Some(invite) => content(invite, &token, &Given::default(), None).into_response(),
        None => gone().into_response(),
    })
}

/// `POST` to the same addresses.
pub async fn submit(
    State(state): State<AppState>,
    browser: Browser,
    Path(token): Path<String>,
    Form(given): Form<Given>,
) -> Result<Response, AppError> {
    let now_ms = state.now_ms();
    let asked = token.clone();
    let found = state.reader.read(move |db| invites::find(db, &asked, now_ms)).await?;
    let Some(invite) = found else { return Ok(gone().into_response()) };
    if let Some(problem) = check(invite, &given) {
        return Ok(refused(invite, &token, &given, problem));
    }
    let hash = match access::hash_password(given.password.clone()).await {
        Ok(hash) => hash,
        Err(weak) => return Ok(refused(invite, &token, &given, ("password", weak.sentence_nl()))),
    };
    let wanted = given.clone();
    let used = token.clone();
    let actor = browser.actor();
    let spend = move |tx: &Connection| spend(tx, &used, &wanted, &hash, actor, now_ms);
    let done = state.writer.write(spend).await?;
    match done {
        Done::Ready(person) => {
            let cookie = access::begin_session(&state, person, browser).await?;
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/kantoor")).into_response())
        }
        Done::LoginTaken => {
            let sentence = "Deze gebruikersnaam is al in gebruik. Kies een andere.";
            Ok(refused(invite, &token, &given, ("login", sentence)))
        }
        Done::Gone => Ok(gone().into_response()),
    }
}

enum Done {
    Ready(PersonId),
    LoginTaken,
    Gone,
}

/// Uses the link up and does what it allows, in one write.
fn spend(
    tx: &Connection,
    token: &str,
    given: &Given,
    hash: &str,
    actor: Actor,
    now_ms: i64,
) -> Result<Done, AppError> {
    let first = invites::find(tx, token, now_ms)? == Some(Invite::FirstCoordinator);
    if first && people::login_is_taken(tx, &given.login)? {
        return Ok(Done::LoginTaken);
    }
    let person = match invites::spend(tx, token, now_ms)? {
        None => return Ok(Done::Gone),
        Some(Invite::SetPassword(person)) => person,
        Some(Invite::FirstCoordinator) => {
            people::add(tx, &given.name, Role::Coordinator, Some(given.login.trim()), now_ms)?
        }
    };
    people::set_password(tx, person, hash)?;
    audit::record(tx, actor.known_as(person).did(Action::SetPassword, now_ms).on(person))?;
    Ok(Done::Ready(person))
}

fn check(invite: Invite, given: &Given) -> Option<Problem> {
    let (name, login) = (given.name.trim(), given.login.trim());
    let first = invite == Invite::FirstCoordinator;
    if first && (name.is_empty() || name.chars().count() > 80) {
        return Some(("name", "Schrijf uw naam, in hoogstens 80 tekens."));
    }
    let fits = !login.is_empty() && login.chars().count() <= 80;
    if first && (!fits || login.contains(char::is_whitespace)) {
        return Some(("login", "Kies een gebruikersnaam zonder spaties."));
    }
    if given.password != given.again {
        return Some(("again", "De twee wachtwoorden zijn niet gelijk."));
    }
    None
}

fn refused(invite: Invite, token: &str, given: &Given, problem: Problem) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, content(invite, token, given, Some(problem))).into_response()
}

fn gone() -> (StatusCode, Html<String>) {
    let content = view! {
        <h1>"Deze link werkt niet (meer)"</h1>
        <p>
            "Een link werkt een keer, en hoogstens 7 dagen. Vraag uw coördinator om een nieuwe. \
             Hebt u al een wachtwoord? Dan kunt u "
            <a href="/kantoor/inloggen">"inloggen"</a>
            "."
        </p>
    };
    (StatusCode::NOT_FOUND, page("Link werkt niet", None, Section::None, content))
}

fn content(invite: Invite, token: &str, given: &Given, problem: Option<Problem>) -> Html<String> {
    let first = invite == Invite::FirstCoordinator;
    let title = if first { "Begin met Aanbel" } else { "Kies een wachtwoord" };
    let error = |field: &str| problem.as_ref().filter(|p| p.0 == field).map(|p| p.1);
    let field = |id, label, kind, value, autocomplete, hint| {
        let error = error(id);
        Input { kind, error, autocomplete, hint, required: true, ..Input::text(id, label, value) }
            .view()
    };
    let hint =
        format!("{PASSWORD_MIN} tekens of meer. Een zin van vier woorden is sterk en makkelijk.");
    let content = view! {
        <h1>{title}</h1>
        {problem.as_ref().map(|p| parts::alert(Tone::Bad, "Dit lukt nog niet.", p.1))}
        {first.then(|| view! {
            <p>"U bent de eerste coördinator. Daarna voegt u zelf collega’s en vrijwilligers toe."</p>
        })}
        <form class="aanbel-card aanbel-form" method="post" action=invite.path(token)>
            {first.then(|| field("name", "Uw naam", "text", &given.name, "name", ""))}
            {first.then(|| {
                let hint = "Hiermee logt u in. Bijvoorbeeld uw werkadres.";
                field("login", "Gebruikersnaam", "text", &given.login, "username", hint)
            })}
            {field("password", "Wachtwoord", "password", "", "new-password", &hint)}
            {field("again", "Nog een keer het wachtwoord", "password", "", "new-password", "")}
            <button class="nl-button nl-button--primary" type="submit">"Bewaar en ga verder"</button>
        </form>
    };
    page(title, None, Section::None, content)
}
