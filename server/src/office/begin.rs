//! One-time links: the first coordinator makes herself, others set their password.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use crate::access::audit::{self, Action, Actor};
use crate::access::invites::{self, Invite};
use crate::access::{self, Browser, PASSWORD_MIN, Peer, PersonId, people};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Role;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

/// What the forms send; name and login only for the first coordinator. The code travels in the body of
/// a form, never in an address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Given {
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    /// None on the first form, which sends the code alone.
    password: Option<String>,
    #[serde(default)]
    again: String,
}

/// Field and sentence.
type Problem = (&'static str, &'static str);

/// `GET /kantoor/begin`: asks for the code of the link. A script fills it in from behind the `#`.
pub async fn form() -> Html<String> {
    ask_code(false)
}

/// `POST /kantoor/begin`: the code alone, then the code with what it is for.
pub async fn submit(
    State(state): State<AppState>,
    browser: Browser,
    Peer(peer): Peer,
    Form(given): Form<Given>,
) -> Result<Response, AppError> {
    let now_ms = state.now_ms();
    if !state.limits.enrol(peer, now_ms) {
        return Err(AppError::TooMany);
    }
    let asked = given.code.clone();
    let found = state.reader.read(move |db| invites::find(db, &asked, now_ms)).await?;
    let Some(invite) = found else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, ask_code(true)).into_response());
    };
    state.limits.enrolled(peer);
    let Some(password) = given.password.clone() else {
        return Ok(content(invite, &given, None).into_response());
    };
    if let Some(problem) = check(invite, &given, &password) {
        return Ok(refused(invite, &given, problem));
    }
    let hash = match access::hash_password(password).await {
        Ok(hash) => hash,
        Err(weak) => return Ok(refused(invite, &given, ("password", weak.sentence_nl()))),
    };
    let (wanted, actor) = (given.clone(), browser.actor());
    let job = move |tx: &Connection| spend(tx, &wanted, &hash, actor, now_ms);
    match state.writer.write(job).await? {
        Done::Ready(person) => {
            let entered = access::enter(&state, person, browser).await?;
            let cookie = [(header::SET_COOKIE, entered.cookie)];
            Ok((cookie, Redirect::to(entered.to)).into_response())
        }
        Done::LoginTaken => {
            let sentence = "Deze gebruikersnaam is al in gebruik. Kies een andere.";
            Ok(refused(invite, &given, ("login", sentence)))
        }
        Done::Gone => Ok((StatusCode::UNPROCESSABLE_ENTITY, ask_code(true)).into_response()),
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
    given: &Given,
    hash: &str,
    actor: Actor,
    now_ms: i64,
) -> Result<Done, AppError> {
    let first = invites::find(tx, &given.code, now_ms)? == Some(Invite::FirstCoordinator);
    if first && people::login_is_taken(tx, &given.login)? {
        return Ok(Done::LoginTaken);
    }
    let person = match invites::spend(tx, &given.code, now_ms)? {
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

fn check(invite: Invite, given: &Given, password: &str) -> Option<Problem> {
    let (name, login) = (given.name.trim(), given.login.trim());
    let first = invite == Invite::FirstCoordinator;
    if first && (name.is_empty() || name.chars().count() > 80) {
        return Some(("name", "Schrijf uw naam, in hoogstens 80 tekens."));
    }
    let fits = !login.is_empty() && login.chars().count() <= 80;
    if first && (!fits || login.contains(char::is_whitespace)) {
        return Some(("login", "Kies een gebruikersnaam zonder spaties."));
    }
    if password != given.again {
        return Some(("again", "De twee wachtwoorden zijn niet gelijk."));
    }
    None
}

fn refused(invite: Invite, given: &Given, problem: Problem) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, content(invite, given, Some(problem))).into_response()
}

/// The first form, and the same again for a code that is wrong, used or too old.
fn ask_code(wrong: bool) -> Html<String> {
    let notice = wrong.then(|| {
        let text = "Een code werkt een keer, en hoogstens 7 dagen. Kijk de code na, of vraag uw \
                    coördinator om een nieuwe.";
        parts::alert(Tone::Bad, "Deze code werkt niet (meer).", text)
    });
    let code = Input {
        hint: "Drie groepjes van vier, aan het eind van uw link. Bijvoorbeeld 7XK2-9QMD-04TB.",
        required: true,
        ..Input::text("code", "Code", "")
    };
    let content = view! {
        <h1>"Begin met uw code"</h1>
        {notice}
        <form class="aanbel-card aanbel-form" method="post" action=invites::PAGE data-uit-link="code">
            {code.view()}
            <button class="nl-button nl-button--primary" type="submit">"Ga verder"</button>
        </form>
        <p class="aanbel-subtle">
            "Hebt u al een wachtwoord? Dan kunt u " <a href="/kantoor/inloggen">"inloggen"</a> "."
        </p>
    };
    page("Begin met uw code", None, Section::None, content)
}

fn content(invite: Invite, given: &Given, problem: Option<Problem>) -> Html<String> {
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
        <form class="aanbel-card aanbel-form" method="post" action=invites::PAGE>
            <input type="hidden" name="code" value=given.code.clone()/>
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
