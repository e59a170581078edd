//! Adding a passkey to one's own second step, and removing one.

use crate::access::audit::{self, Action, Subject};
use crate::access::passkeys::{self, Made, Refused, Site};
use crate::access::{Browser, Posted, SignedIn, second_factor};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::office::passkey::{Form, Question, ask_new};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;

const PAGE: &str = "/kantoor/toegang/passkey";
const OWN: &str = "/kantoor/toegang";
const NAME_MAX: usize = 60;

/// `GET /kantoor/toegang/passkey`
pub async fn form(
    who: SignedIn,
    State(state): State<AppState>,
    browser: Browser,
) -> Result<Response, AppError> {
    may_add(&state, &who).await?;
    show(&state, &who, &browser.agent, None).await
}

/// Lets pass who proved recently who she is, and has the code of an app: a passkey is never the only way.
async fn may_add(state: &AppState, who: &SignedIn) -> Result<Site, AppError> {
    let site = Site::of(&state.config).ok_or(AppError::NotFound)?;
    who.require_fresh(state.now_ms(), PAGE)?;
    let person = who.person;
    let since_ms = state.reader.read(move |db| second_factor::since_ms(db, person)).await?;
    since_ms.map(|_| site).ok_or(AppError::NotFound)
}

async fn show(
    state: &AppState,
    who: &SignedIn,
    name: &str,
    problem: Option<&'static str>,
) -> Result<Response, AppError> {
    let person = who.person;
    let login = state
        .reader
        .read(move |db| -> Result<Option<String>, AppError> {
            Ok(db.query_row("SELECT login FROM person WHERE id = ?1", [person], |row| row.get(0))?)
        })
        .await?;
    let question = ask_new(state, person, who.actor).await?.ok_or(AppError::NotFound)?;
    let content = content(who, &question, login.unwrap_or_default(), name, problem);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page("Passkey toevoegen", Some(who), Section::Own, content)).into_response())
}

fn content(
    who: &SignedIn,
    question: &Question,
    login: String,
    name: &str,
    problem: Option<&'static str>,
) -> AnyView {
    let name = Input {
        hint: "Zo herkent u hem later, bijvoorbeeld aan het toestel.",
        required: true,
        ..Input::text("name", "Naam van de passkey", name)
    };
    let form = Form {
        action: PAGE,
        csrf: &who.csrf,
        heading: "Op dit toestel, of op uw telefoon",
        text: "Uw browser vraagt waar de passkey moet komen, en daarna om uw vinger, uw gezicht of de pincode van dat toestel. Dat blijft op het toestel.",
        button: "Maak de passkey",
        more: name.view(),
    };
    view! {
        <p class="aanbel-crumbs"><a href=OWN>"Uw toegang"</a></p>
        {parts::heading("Passkey toevoegen", "Daarna logt u in met uw wachtwoord en uw passkey.", ())}
        {problem.map(|sentence| parts::alert(Tone::Bad, "De passkey is niet toegevoegd.", sentence))}
        <div class="aanbel-narrow">
            {form.making(question, (who.person, login, who.name.clone()))}
            <div data-without-passkey>
                {parts::alert(Tone::Warn, "Deze browser kan hier geen passkey maken.", "Gebruik een nieuwere browser, of log in met de code uit uw app.")}
            </div>
        </div>
    }
    .into_any()
}

#[derive(serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    made: Made,
}

/// `POST /kantoor/toegang/passkey`
pub async fn add(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Wanted>,
) -> Result<Response, AppError> {
    let site = may_add(&state, &who).await?;
    let (now_ms, person, session) = (state.now_ms(), who.person, who.actor.session);
    let name: String = form.name.trim().chars().take(NAME_MAX).collect();
    if name.is_empty() {
        return show(&state, &who, "", Some("Geef de passkey een naam.")).await;
    }
    let (kept, made, line) = (name.clone(), form.made, who.did(Action::AddPasskey, now_ms));
    let job = move |tx: &Connection| {
        let added = passkeys::add(tx, person, session, &site, (&kept, &made), now_ms)?;
        let line = match added {
            Ok(number) => line.on(Subject::new("passkey", number)),
            Err(why) => line.on(person).refused().with("why", why.key()),
        };
        audit::record(tx, line)?;
        Ok::<_, AppError>(added)
    };
    match state.writer.write(job).await? {
        Ok(_) => Ok(Redirect::to(&format!("{OWN}?gedaan=passkey")).into_response()),
        Err(why) => show(&state, &who, &name, Some(sentence_nl(why))).await,
    }
}

fn sentence_nl(why: Refused) -> &'static str {
    match why {
        Refused::Challenge => "Het duurde te lang. Probeer het nog eens.",
        Refused::NotVerified => {
            "Het toestel vroeg niet om vinger, gezicht of pincode. Zet een slot op het toestel, of neem een ander."
        }
        Refused::Kind => "Dit soort passkey kunnen wij niet gebruiken. Neem een ander toestel.",
        Refused::Full => "Deze passkey staat er al, of u hebt er al genoeg.",
        _ => "De browser gaf een antwoord dat wij niet vertrouwen. Probeer het nog eens.",
    }
}

/// `POST /kantoor/toegang/passkey/{number}`: removes it.
pub async fn remove(
    State(state): State<AppState>,
    At(number): At<i64>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    let (now_ms, person) = (state.now_ms(), who.person);
    who.require_fresh(now_ms, OWN)?;
    let line = who.did(Action::RemovePasskey, now_ms).on(Subject::new("passkey", number));
    let job = move |tx: &Connection| {
        if !passkeys::remove(tx, person, number)? {
            return Err(AppError::NotFound);
        }
        Ok(audit::record(tx, line)?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(&format!("{OWN}?gedaan=verwijderd")))
}
