//! Signing in and out.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use crate::access::{self, Browser, SignInError};
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use std::collections::HashMap;

/// `GET /kantoor/inloggen`
pub async fn form(Query(query): Query<HashMap<String, String>>) -> Html<String> {
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("uit") => Some(parts::alert(Tone::Good, "U bent uitgelogd.", "")),
        Some("wachtwoord") => {
            Some(parts::alert(Tone::Good, "Uw wachtwoord is bewaard.", "Log er nu mee in."))
        }
        _ => None,
    };
    content(notice, "")
}

#[derive(serde::Deserialize)]
pub struct Submitted {
    login: String,
    password: String,
}

/// `POST /kantoor/inloggen`
pub async fn submit(
    State(state): State<AppState>,
    browser: Browser,
    Form(given): Form<Submitted>,
) -> Result<Response, AppError> {
    match access::sign_in(&state, &given.login, given.password, browser).await {
        Ok(cookie) => {
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/kantoor")).into_response())
        }
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(error) => {
            let status = match error {
                SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            let notice = parts::alert(Tone::Bad, "Inloggen lukt niet.", error.sentence_nl());
            Ok((status, content(Some(notice), &given.login)).into_response())
        }
    }
}

/// `POST /kantoor/uitloggen`. Without a check of the session: leaving is always allowed.
pub async fn leave(
    State(state): State<AppState>,
    browser: Browser,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    access::sign_out(&state, &headers, &browser).await?;
    let gone = [(header::SET_COOKIE, access::clear_cookie())];
    Ok((gone, Redirect::to("/kantoor/inloggen?gedaan=uit")).into_response())
}

fn content(notice: Option<AnyView>, login: &str) -> Html<String> {
    let name = Input {
        autocomplete: "username",
        required: true,
        ..Input::text("login", "Gebruikersnaam", login)
    };
    let password = Input {
        kind: "password",
        autocomplete: "current-password",
        required: true,
        ..Input::text("password", "Wachtwoord", "")
    };
    let content = view! {
        <h1>"Inloggen bij kantoor"</h1>
        {notice}
        <form class="aanbel-card aanbel-form" method="post" action="/kantoor/inloggen">
            {name.view()}
            {password.view()}
            <button class="nl-button nl-button--primary" type="submit">"Inloggen"</button>
        </form>
        <p class="aanbel-subtle">
            "Wachtwoord vergeten? Vraag uw coördinator om een nieuwe link. \
             Loopt u langs de deuren? Gebruik dan de app op uw telefoon."
        </p>
    };
    page("Inloggen", None, Section::None, content)
}
