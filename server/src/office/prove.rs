//! Asks again for the password, and the code when there is one, or for a passkey, before what matters
//! most.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use super::{passkey, sign_in_code};
use crate::access::passkeys::{Answer, Site};
use crate::access::{self, PROVE_PAGE, Posted, SignInError, SignedIn, second_factor};
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use std::collections::HashMap;

/// `GET /kantoor/bewijs?naar=...`
pub async fn form(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    let back = own_page(query.get("naar").map_or("", String::as_str));
    content(&state, &who, back, None).await
}

#[derive(serde::Deserialize)]
pub struct Given {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    naar: String,
}

/// `POST /kantoor/bewijs`
pub async fn submit(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Given>,
) -> Result<Response, AppError> {
    let done = access::prove(&state, &who, form.password, form.code).await;
    answer(&state, &who, &form.naar, done).await
}

#[derive(serde::Deserialize)]
pub struct Shown {
    #[serde(default)]
    naar: String,
    #[serde(flatten)]
    answer: Answer,
}

/// `POST /kantoor/bewijs/passkey`
pub async fn submit_passkey(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Shown>,
) -> Result<Response, AppError> {
    let site = Site::of(&state.config).ok_or(AppError::NotFound)?;
    let done = access::prove_by_passkey(&state, &who, site, form.answer).await;
    answer(&state, &who, &form.naar, done).await
}

async fn answer(
    state: &AppState,
    who: &SignedIn,
    back: &str,
    done: Result<(), SignInError>,
) -> Result<Response, AppError> {
    let back = own_page(back);
    match done {
        Ok(()) => Ok(Redirect::to(back).into_response()),
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(error) => {
            let (status, sentence) = match error {
                SignInError::TooMany => (StatusCode::TOO_MANY_REQUESTS, error.sentence_nl()),
                SignInError::WrongPasskey => (StatusCode::UNAUTHORIZED, error.sentence_nl()),
                _ => (StatusCode::UNAUTHORIZED, "Het wachtwoord of de code klopt niet."),
            };
            Ok((status, content(state, who, back, Some(sentence)).await?).into_response())
        }
    }
}

/// Only pages of our own office; anything else becomes the inbox.
fn own_page(path: &str) -> &str {
    let rest = path.strip_prefix("/kantoor");
    let ours = rest.is_some_and(|rest| {
        (rest.is_empty() || rest.starts_with(['/', '?']))
            && !rest.contains("//")
            && !rest.contains(['\\', '#'])
            && rest.chars().all(|letter| letter.is_ascii_graphic())
    });
    if ours { path } else { "/kantoor" }
}

async fn content(
    state: &AppState,
    who: &SignedIn,
    back: &str,
    problem: Option<&'static str>,
) -> Result<Html<String>, AppError> {
    let person = who.person;
    let since = state.reader.read(move |db| second_factor::since_ms(db, person)).await?;
    let question = passkey::ask(state, person, who.actor).await?;
    let by_passkey = question.as_ref().map(|question| {
        let form = passkey::Form {
            action: "/kantoor/bewijs/passkey",
            csrf: &who.csrf,
            heading: "Met uw passkey",
            text: "Uw browser vraagt om uw vinger, uw gezicht of de pincode van uw toestel.",
            button: "Ga verder met een passkey",
            more: view! { <input type="hidden" name="naar" value=back.to_owned()/> }.into_any(),
        };
        view! { <div class="aanbel-narrow">{form.answering(question)}</div> }
    });
    let password = Input {
        kind: "password",
        autocomplete: "current-password",
        required: true,
        ..Input::text("password", "Wachtwoord", "")
    };
    let content = view! {
        <h1>"Bent u het echt?"</h1>
        {problem.map(|sentence| parts::alert(Tone::Bad, "Dat lukt niet.", sentence))}
        <p>"Wat nu komt, raakt gegevens van veel mensen. Laat daarom nog een keer zien dat u het bent. Dat geldt 10 minuten."</p>
        {by_passkey}
        <form class="aanbel-card aanbel-narrow aanbel-form" method="post" action=PROVE_PAGE>
            {parts::csrf(who)}
            <input type="hidden" name="naar" value=back.to_owned()/>
            {question.map(|_| view! { <h2>"Met uw wachtwoord"</h2> })}
            {password.view()}
            {since.map(|_| sign_in_code::field(sign_in_code::HINT, None))}
            <button class="nl-button nl-button--primary" type="submit">"Ga verder"</button>
        </form>
    };
    Ok(page("Bent u het echt?", Some(who), Section::Own, content))
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for ours in ["/kantoor", "/kantoor/mensen/3", "/kantoor/bezoeken.csv?wie=3"] {
            assert_eq!(own_page(ours), ours);
        }
        for other in [
            "",
            "//elders.example",
            "/kantoor//elders.example",
            "https://elders.example",
            "/kantoor\\elders",
            "/kantoorder",
            "/app/",
            "/kantoor/\n",
            "/kantoor/é",
        ] {
            assert_eq!(own_page(other), "/kantoor", "{other}");
        }
    }
}
