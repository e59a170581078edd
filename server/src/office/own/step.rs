//! Setting up the second step: a QR code for the app, the secret to type, the first code, and then the
//! recovery codes, once.

use crate::access::audit::{self, Action};
use crate::access::sessions::Stage;
use crate::access::totp::{self, Secret};
use crate::access::{self, Browser, SignedIn, Visitor, second_factor};
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::{people, sign_in_code};
use crate::state::AppState;
use crate::store;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

const PAGE: &str = "/kantoor/toegang/stap";

/// `GET /kantoor/toegang/stap`
pub async fn setup(visitor: Visitor, State(state): State<AppState>) -> Result<Response, AppError> {
    may_set(&visitor, state.now_ms())?;
    show(&state, &visitor, None).await
}

/// Somebody whose password was right just now; not somebody who still owes a code.
fn may_set(visitor: &Visitor, now_ms: i64) -> Result<(), AppError> {
    match visitor.session.stage {
        Stage::Code => Err(AppError::NotFound),
        Stage::Setup => Ok(()),
        Stage::Whole => signed_in(visitor).require_fresh(now_ms, PAGE),
    }
}

fn signed_in(visitor: &Visitor) -> SignedIn {
    let session = visitor.session.clone();
    SignedIn {
        person: session.person,
        name: session.name,
        role: session.role,
        csrf: session.csrf,
        actor: visitor.actor,
        proved_ms: session.proved_ms,
    }
}

async fn show(
    state: &AppState,
    visitor: &Visitor,
    problem: Option<&'static str>,
) -> Result<Response, AppError> {
    let person = visitor.session.person;
    let job = move |tx: &Connection| {
        let login: Option<String> =
            tx.query_row("SELECT login FROM person WHERE id = ?1", [person], |row| row.get(0))?;
        let secret = second_factor::begin(tx, person)?;
        Ok::<_, AppError>((secret, login.unwrap_or_default(), store::organisation(tx)?))
    };
    let (secret, login, organisation) = state.writer.write(job).await?;
    let Some(secret) = secret else { return Ok(Redirect::to("/kantoor/toegang").into_response()) };
    let svg = people::qr(&totp::address(&secret, &login, &organisation))?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = content(visitor, &secret, svg, problem);
    // Who must set this up first has no other page to go to.
    let whole = visitor.session.stage == Stage::Whole;
    let viewer = whole.then(|| signed_in(visitor));
    Ok((status, page("Tweede stap instellen", viewer.as_ref(), Section::Own, content))
        .into_response())
}

fn content(
    visitor: &Visitor,
    secret: &Secret,
    svg: String,
    problem: Option<&'static str>,
) -> AnyView {
    let typed = totp::base32(secret);
    let groups: Vec<&str> = (0..typed.len()).step_by(4).map(|at| &typed[at..at + 4]).collect();
    let required = visitor.session.stage == Stage::Setup;
    view! {
        {parts::heading("Tweede stap instellen", "U doet dit een keer. Daarna vraagt het inloggen ook een code.", ())}
        {required.then(|| parts::alert(Tone::Warn, "Uw organisatie vraagt een tweede stap.", "Stel die eerst in. Daarna kunt u verder."))}
        {problem.map(|sentence| parts::alert(Tone::Bad, "Dat lukt nog niet.", sentence))}
        <div class="aanbel-card aanbel-code">
            <div class="aanbel-code__qr" role="img" aria-label="QR-code voor de app" inner_html=svg></div>
            <div>
                <ol class="aanbel-steps">
                    <li>"Zet een app voor codes op uw telefoon, bijvoorbeeld de app die uw organisatie aanraadt."</li>
                    <li>"Richt de camera van die app op het blokje. Lukt dat niet? Typ dan deze sleutel: "<code>{groups.join(" ")}</code></li>
                    <li>"Typ hieronder de zes cijfers die de app laat zien."</li>
                </ol>
                <form class="aanbel-form" method="post" action=PAGE>
                    <input type="hidden" name="csrf" value=visitor.session.csrf.clone()/>
                    {sign_in_code::field("", problem)}
                    <button class="nl-button nl-button--primary" type="submit">"Zet de tweede stap aan"</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

#[derive(serde::Deserialize)]
pub struct Given {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    code: String,
}

/// `POST /kantoor/toegang/stap`
pub async fn confirm(
    visitor: Visitor,
    State(state): State<AppState>,
    browser: Browser,
    Form(given): Form<Given>,
) -> Result<Response, AppError> {
    visitor.check_csrf(&given.csrf)?;
    let now_ms = state.now_ms();
    may_set(&visitor, now_ms)?;
    let person = visitor.session.person;
    if !state.limits.code(person, now_ms) {
        return Err(AppError::TooMany);
    }
    let line = visitor.actor.did(Action::SetSecondFactor, now_ms).on(person);
    let job = move |tx: &Connection| {
        let codes = second_factor::confirm(tx, person, &given.code, now_ms)?;
        audit::record(tx, if codes.is_some() { line } else { line.refused() })?;
        Ok::<_, AppError>(codes)
    };
    let Some(codes) = state.writer.write(job).await? else {
        let sentence = "De code klopt niet. Kijk of de klok van uw telefoon goed staat.";
        return show(&state, &visitor, Some(sentence)).await;
    };
    state.limits.code_was_right(person);
    let mut headers = HeaderMap::new();
    if visitor.session.stage == Stage::Setup {
        let cookie = access::start_whole(&state, &visitor, browser, None).await?;
        headers.insert(header::SET_COOKIE, cookie);
    }
    let rows = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    let content = view! {
        {parts::heading("Bewaar uw herstelcodes", "U ziet ze maar een keer.", ())}
        {parts::alert(Tone::Good, "De tweede stap staat aan.", "")}
        <div class="aanbel-card">
            <p>"Is uw telefoon kwijt, dan logt u in met een van deze codes. Elke code werkt een keer. \
                Schrijf ze op en leg ze apart van uw computer."</p>
            <ul class="aanbel-bullets">{rows}</ul>
            <p><a class="nl-button nl-button--primary" href="/kantoor">"Ik heb ze opgeschreven"</a></p>
        </div>
    };
    Ok((headers, page("Herstelcodes", None, Section::Own, content)).into_response())
}
