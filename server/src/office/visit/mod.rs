//! One visit: what happened, how it came about, and what the office decides about it.

pub mod dispute;
mod facts;
mod history;
pub mod load;
pub mod settle;
mod timeline;
mod view;

use super::contradiction::may_read;
use super::page::{Section, page};
use super::parts::{self, Tone};
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn, random};
use crate::cases;
use crate::error::AppError;
use crate::state::AppState;
use crate::store::{self, projection};
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;
use settle::{Decision, Refused};
use std::collections::HashMap;

/// What is said when a contradiction was settled.
pub const DECIDED_NL: &str = "Uw keuze geldt nu. De telefoons krijgen dit bij het versturen.";

/// `GET /kantoor/bezoek/{attempt}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Path(attempt): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    who.require(Capability::ReadOffice)?;
    let done = match query.get("gedaan").map(String::as_str) {
        Some("beslist") => Some(DECIDED_NL),
        Some("vraag") => Some("Uw vraag gaat mee naar de telefoon."),
        Some("nagekeken") => Some("Bewaard."),
        _ => None,
    };
    let notice = done.map(|sentence| parts::alert(Tone::Good, sentence, ""));
    render(&state, &who, record_id(&attempt)?, notice, &Given::default()).await
}

/// What a form sent that could not be carried out, for the page that shows the form again.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The question as it was typed, and what is wrong with it.
    pub asked: String,
    pub asked_problem: Option<&'static str>,
    /// Record and field of a contradiction, and why the choice was refused.
    pub refused: Option<(RecordId, String, &'static str)>,
}

impl Given {
    /// Above the page, when a choice was refused.
    pub fn notice(&self) -> AnyView {
        let sentence = self.refused.as_ref().map_or("", |refused| refused.2);
        parts::alert(Tone::Bad, "Uw keuze is niet bewaard.", sentence)
    }
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    attempt: RecordId,
    notice: Option<AnyView>,
    given: &Given,
) -> Result<Response, AppError> {
    let loaded = state.reader.read(move |db| load::load(db, attempt)).await?;
    let line = who.did(Action::ReadVisit, state.now_ms()).on(attempt);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let content = view! { {notice} {view::content(who, &loaded, given)} };
    // No address in the title: a browser keeps titles.
    Ok(page("Bezoek", Some(who), Section::Visits, content).into_response())
}

#[derive(serde::Deserialize)]
pub struct Review {
    reviewed: String,
}

/// `POST /kantoor/bezoek/{attempt}/nagekeken`
pub async fn review(
    State(state): State<AppState>,
    Path(attempt): Path<String>,
    Posted { who, form }: Posted<Review>,
) -> Result<Redirect, AppError> {
    who.require(Capability::Review)?;
    let attempt = record_id(&attempt)?;
    let reviewed = Value::Bool(form.reviewed == "ja");
    write(&state, &who, Action::ReviewVisit, attempt, move |tx| {
        let (kind, worklist) =
            projection::kind_and_worklist(tx, attempt)?.ok_or(AppError::NotFound)?;
        if kind != "attempt" {
            return Err(AppError::NotFound);
        }
        Ok::<_, AppError>(Change::new(attempt, &kind, worklist).with("reviewed", reviewed))
    })
    .await?;
    Ok(back(attempt, "nagekeken"))
}

/// Longest question, in letters.
const ASKED_MAX: usize = 2_000;

#[derive(serde::Deserialize)]
pub struct Question {
    asked: String,
}

/// `POST /kantoor/bezoek/{attempt}/vraag`
pub async fn ask(
    State(state): State<AppState>,
    Path(attempt): Path<String>,
    Posted { who, form }: Posted<Question>,
) -> Result<Response, AppError> {
    who.require(Capability::Review)?;
    let attempt = record_id(&attempt)?;
    let asked = form.asked.trim().to_owned();
    let problem = match asked.chars().count() {
        0 => Some("Vul een vraag in."),
        1..=ASKED_MAX => None,
        _ => Some("Schrijf een vraag van hoogstens 2.000 tekens."),
    };
    if let Some(sentence) = problem {
        let notice = parts::alert(Tone::Bad, "Uw vraag is niet gesteld.", sentence);
        let given = Given { asked, asked_problem: problem, ..Given::default() };
        return render(&state, &who, attempt, Some(notice), &given).await;
    }
    let question = RecordId::at(state.now_ms(), random());
    write(&state, &who, Action::AskBack, attempt, move |tx| {
        let (_, worklist) =
            projection::kind_and_worklist(tx, attempt)?.ok_or(AppError::NotFound)?;
        let change = Change::new(question, "question", worklist)
            .with("about", Value::Reference(attempt))
            .with("asked", Value::Text(asked));
        Ok::<_, AppError>(change)
    })
    .await?;
    Ok(back(attempt, "vraag").into_response())
}

/// `POST /kantoor/bezoek/{attempt}/beslissen`
pub async fn decide(
    State(state): State<AppState>,
    Path(attempt): Path<String>,
    Posted { who, form }: Posted<Decision>,
) -> Result<Response, AppError> {
    who.require(Capability::Review)?;
    let attempt = record_id(&attempt)?;
    match settle_one(&state, &who, form).await {
        Ok(()) => Ok(back(attempt, "beslist").into_response()),
        Err(Stopped::Refused(given)) => {
            render(&state, &who, attempt, Some(given.notice()), &given).await
        }
        Err(Stopped::Failed(error)) => Err(error),
    }
}

/// Settles a contradiction as the form on a page of it says.
///
/// # Errors
/// `Refused` when the choice cannot be carried out. `NotFound` for what the office may not read.
pub async fn settle_one(state: &AppState, who: &SignedIn, form: Decision) -> Result<(), Stopped> {
    let (record, field) = (form.record()?, form.field.clone());
    let refused = move |Refused(sentence)| {
        let refused = Some((record, field, sentence));
        Stopped::Refused(Given { refused, ..Given::default() })
    };
    write(state, who, Action::Settle, record, move |tx| {
        let found = projection::kind_and_worklist(tx, record)?;
        let found = found.filter(|(kind, _)| may_read(kind));
        let (kind, worklist) = found.ok_or(AppError::NotFound)?;
        // Read in the write job itself: nothing can come in between looking and deciding.
        let register = projection::register(tx, record, &form.field)?;
        let value = form.value(&kind, &register).map_err(refused)?;
        Ok(Change::new(record, &kind, worklist).with(&form.field, value))
    })
    .await
}

/// Why a change was not made.
pub enum Stopped {
    /// What the page shows again, with why.
    Refused(Given),
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Stopped::Failed(error.into())
    }
}

/// Makes the change and its line in the audit trail in one write.
async fn write<E>(
    state: &AppState,
    who: &SignedIn,
    action: Action,
    object: RecordId,
    change: impl FnOnce(&Connection) -> Result<Change, E> + Send + 'static,
) -> Result<(), E>
where
    E: From<store::StoreError> + Send + 'static,
{
    let (now_ms, person) = (state.now_ms(), who.person);
    let line = who.did(action, now_ms).on(object);
    state
        .writer
        .write(move |tx| {
            let change = change(tx)?;
            store::append_office(tx, Some(person), vec![change], now_ms)?;
            cases::settle(tx, now_ms)?;
            audit::record(tx, line)?;
            Ok(())
        })
        .await
}

fn record_id(text: &str) -> Result<RecordId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

fn back(attempt: RecordId, done: &str) -> Redirect {
    Redirect::to(&format!("/kantoor/bezoek/{attempt}?gedaan={done}"))
}
