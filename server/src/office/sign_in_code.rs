//! The second step of signing in: the code of the app, or a passkey.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use super::passkey;
use crate::access::passkeys::{Answer, Site};
use crate::access::sessions::Stage;
use crate::access::{self, Browser, Second, SignInError, Visitor};
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

/// `GET /kantoor/inloggen/code`
pub async fn form(visitor: Visitor, State(state): State<AppState>) -> Result<Response, AppError> {
    if visitor.session.stage != Stage::Code {
        return Ok(Redirect::to(visitor.session.stage.page()).into_response());
    }
    content(&state, &visitor, None).await
}

#[derive(serde::Deserialize)]
pub struct Submitted {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    code: String,
}

/// `POST /kantoor/inloggen/code`
pub async fn submit(
    visitor: Visitor,
    State(state): State<AppState>,
    browser: Browser,
    Form(given): Form<Submitted>,
) -> Result<Response, AppError> {
    visitor.check_csrf(&given.csrf)?;
    give(&state, &visitor, browser, Second::Code(given.code)).await
}

#[derive(serde::Deserialize)]
pub struct Shown {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    answer: Answer,
}

/// `POST /kantoor/inloggen/passkey`
pub async fn submit_passkey(
    visitor: Visitor,
    State(state): State<AppState>,
    browser: Browser,
    Form(given): Form<Shown>,
) -> Result<Response, AppError> {
    visitor.check_csrf(&given.csrf)?;
    let site = Site::of(&state.config).ok_or(AppError::NotFound)?;
    give(&state, &visitor, browser, Second::Passkey(site, given.answer)).await
}

async fn give(
    state: &AppState,
    visitor: &Visitor,
    browser: Browser,
    given: Second,
) -> Result<Response, AppError> {
    if visitor.session.stage != Stage::Code {
        return Ok(Redirect::to(visitor.session.stage.page()).into_response());
    }
    match access::give_second(state, visitor, browser, given).await {
        Ok(cookie) => {
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/kantoor")).into_response())
        }
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(error) => {
            let status = match error {
                SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            Ok((status, content(state, visitor, Some(error)).await?).into_response())
        }
    }
}

/// What stands with the field where a recovery code is good too.
pub const HINT: &str =
    "Zes cijfers uit de app op uw telefoon. Telefoon kwijt? Typ dan een herstelcode.";

/// The field for a code, wherever one is asked.
pub fn field(hint: &str, error: Option<&str>) -> AnyView {
    Input {
        hint,
        autocomplete: "one-time-code",
        required: true,
        error,
        ..Input::text("code", "Code", "")
    }
    .view()
}

async fn content(
    state: &AppState,
    visitor: &Visitor,
    problem: Option<SignInError>,
) -> Result<Response, AppError> {
    let csrf = visitor.session.csrf.clone();
    let question = passkey::ask(state, visitor.session.person, visitor.actor).await?;
    let by_passkey = question.as_ref().map(|question| {
        let form = passkey::Form {
            action: "/kantoor/inloggen/passkey",
            csrf: &csrf,
            heading: "Met uw passkey",
            text: "Uw browser vraagt om uw vinger, uw gezicht of de pincode van uw toestel.",
            button: "Log in met een passkey",
            more: ().into_any(),
        };
        form.answering(question)
    });
    let sentence = problem.as_ref().map(SignInError::sentence_nl);
    let of_code = sentence.filter(|_| !matches!(problem, Some(SignInError::WrongPasskey)));
    let content = view! {
        <h1>{if by_passkey.is_some() { "Uw tweede stap" } else { "Uw code" }}</h1>
        {sentence.map(|sentence| parts::alert(Tone::Bad, "Inloggen lukt niet.", sentence))}
        {by_passkey}
        <form class="aanbel-card aanbel-form" method="post" action="/kantoor/inloggen/code">
            <input type="hidden" name="csrf" value=csrf/>
            {question.map(|_| view! { <h2>"Met een code"</h2> })}
            {field(HINT, of_code)}
            <button class="nl-button nl-button--primary" type="submit">"Inloggen"</button>
        </form>
        <p class="aanbel-subtle">
            "Hebt u ook geen herstelcode meer? Vraag uw coördinator om de tweede stap uit te zetten."
        </p>
    };
    Ok(page("Uw code", None, Section::None, content).into_response())
}
