//! The second step of signing in: the code of the app.

use super::page::{Section, page};
use super::parts::{self, Input, Tone};
use crate::access::sessions::Stage;
use crate::access::{self, Browser, SignInError, Visitor};
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;

/// `GET /kantoor/inloggen/code`
pub async fn form(visitor: Visitor) -> Response {
    if visitor.session.stage != Stage::Code {
        return Redirect::to(visitor.session.stage.page()).into_response();
    }
    content(&visitor, None).into_response()
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
    if visitor.session.stage != Stage::Code {
        return Ok(Redirect::to(visitor.session.stage.page()).into_response());
    }
    match access::give_code(&state, &visitor, browser, given.code).await {
        Ok(cookie) => {
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/kantoor")).into_response())
        }
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(error) => {
            let status = match error {
                SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            Ok((status, content(&visitor, Some(error.sentence_nl()))).into_response())
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

fn content(visitor: &Visitor, problem: Option<&'static str>) -> Html<String> {
    let content = view! {
        <h1>"Uw code"</h1>
        {problem.map(|sentence| parts::alert(Tone::Bad, "Inloggen lukt niet.", sentence))}
        <form class="aanbel-card aanbel-form" method="post" action="/kantoor/inloggen/code">
            <input type="hidden" name="csrf" value=visitor.session.csrf.clone()/>
            {field(HINT, problem)}
            <button class="nl-button nl-button--primary" type="submit">"Inloggen"</button>
        </form>
        <p class="aanbel-subtle">
            "Hebt u ook geen herstelcode meer? Vraag uw coördinator om de tweede stap uit te zetten."
        </p>
    };
    page("Uw code", None, Section::None, content)
}
