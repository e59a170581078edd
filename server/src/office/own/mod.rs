//! Somebody's own way in: her sessions, the second step of signing in, and her passkeys.

mod load;
mod passkey;
mod step;
pub(super) mod view;

pub use passkey::{add as add_passkey, form as passkey_form, remove as remove_passkey};
pub use step::{confirm, setup};

use super::at::At;
use super::page::{Section, page};
use super::parts::{self, Tone};
use crate::access::audit::{self, Action, Subject};
use crate::access::passkeys::Site;
use crate::access::{Posted, SignedIn, sessions};
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;

pub(super) use load::{Way, way};

/// `GET /kantoor/toegang`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    let (now_ms, person) = (state.now_ms(), who.person);
    let way = state.reader.read(move |db| way(db, person, now_ms)).await?;
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("beeindigd") => Some(parts::alert(Tone::Good, "De sessie is beëindigd.", "")),
        Some("passkey") => Some(parts::alert(
            Tone::Good,
            "De passkey is toegevoegd.",
            "U kunt er nu mee inloggen. Een code uit de app blijft ook werken.",
        )),
        Some("verwijderd") => Some(parts::alert(
            Tone::Good,
            "De passkey is verwijderd.",
            "Verwijder hem ook op het toestel zelf.",
        )),
        _ => None,
    };
    let offered = Site::of(&state.config).is_some();
    let content = view! { {notice} {view::content(&who, &way, offered, now_ms)} };
    Ok(page("Uw toegang", Some(&who), Section::Own, content))
}

/// `POST /kantoor/toegang/sessie/{number}`: ends one of her own sessions.
pub async fn end(
    State(state): State<AppState>,
    At(number): At<i64>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    let (now_ms, person) = (state.now_ms(), who.person);
    let line = who.did(Action::EndSession, now_ms).on(Subject::new("session", number));
    let job = move |tx: &Connection| {
        let own = sessions::of(tx, person, now_ms)?.iter().any(|one| one.number == number);
        if !own {
            return Err(AppError::NotFound);
        }
        sessions::end(tx, number)?;
        Ok(audit::record(tx, line)?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to("/kantoor/toegang?gedaan=beeindigd"))
}
