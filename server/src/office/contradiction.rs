//! `GET /kantoor/tegenspraak/{id}`: what people disagree on in a record that stands on no page of a visit: of
//! a case, of an offer or a plan, of what both sides share of a joint visit. What a corporation wrote for
//! itself is neither read nor settled here.

use super::at::At;
use super::page::{Section, page};
use super::parts::{self, Tone};
use super::place::{self, Page, Place};
use super::values;
use super::visit::dispute::{self, Disputed};
use super::visit::load::{Writer, entries};
use super::visit::settle::Decision;
use super::visit::{Given, Stopped, settle_one};
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{Dot, Record, RecordId, Records};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a corporation writes for itself at a joint visit.
pub const NOT_READ: &str = "home_finding";

/// Whether the office of the municipality may read records of this kind.
pub fn may_read(kind: &str) -> bool {
    kind != NOT_READ
}

/// The page of one record.
pub fn path(record: RecordId) -> String {
    format!("/kantoor/tegenspraak/{record}")
}

struct Loaded {
    record: Record,
    writers: BTreeMap<Dot, Writer>,
    place: Place,
}

fn load(db: &Connection, id: RecordId) -> Result<Loaded, AppError> {
    let place = place::of_record(db, id.0)?;
    let (entries, writers) = entries(db, &[id.0])?;
    let mut records = Records::default();
    for entry in &entries {
        records.apply(&entry.op);
    }
    let record = records.get(id).filter(|record| may_read(&record.kind));
    match record {
        // What belongs to a visit is settled on the page of the visit.
        Some(record) if place.visit().is_none() => {
            Ok(Loaded { record: record.clone(), writers, place })
        }
        _ => Err(AppError::NotFound),
    }
}

pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    render(&state, &who, RecordId(id), None, &Given::default()).await
}

/// `POST /kantoor/tegenspraak/{id}`
pub async fn decide(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<Decision>,
) -> Result<Response, AppError> {
    who.require(Capability::Review)?;
    let record = form.record()?;
    if record != RecordId(id) {
        return Err(AppError::NotFound);
    }
    match settle_one(&state, &who, form).await {
        Ok(()) => Ok(Redirect::to("/kantoor?gedaan=beslist").into_response()),
        Err(Stopped::Refused(given)) => {
            let page = render(&state, &who, record, Some(given.notice()), &given).await?;
            Ok(page.into_response())
        }
        Err(Stopped::Failed(error)) => Err(error),
    }
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    record: RecordId,
    notice: Option<AnyView>,
    given: &Given,
) -> Result<Html<String>, AppError> {
    let loaded = state.reader.read(move |db| load(db, record)).await?;
    let action = match loaded.place.page {
        Some(Page::Joint(_)) => Action::ReadJointVisits,
        _ => Action::ReadCase,
    };
    let line = who.did(action, state.now_ms()).on(record);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let content = view! { {notice} {content(who, &loaded, given)} };
    // No address in the title: a browser keeps titles.
    Ok(page("Tegenspraak", Some(who), Section::Inbox, content))
}

fn content(who: &SignedIn, loaded: &Loaded, given: &Given) -> AnyView {
    let Loaded { record, writers, place } = loaded;
    let name = if place.name.is_empty() { "Adres onbekend" } else { &place.name };
    let words = match place.page {
        Some(Page::Joint(_)) => "Bekijk het bezoek",
        _ => "Bekijk het dossier",
    };
    let whole = place.href().map(|href| {
        view! { <a class="nl-button nl-button--secondary" href=href>{words}</a> }
    });
    let action = path(record.id);
    let shown = Disputed { parts: std::slice::from_ref(record), writers, action: &action };
    let body = match record.contradictions().next() {
        Some(_) => dispute::contradictions(who, shown, given, who.may(Capability::Review)),
        None => parts::empty(
            "Hier spreekt niets elkaar meer tegen.",
            "Er is al over beslist, hier of op een telefoon.",
        ),
    };
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor">"Postvak"</a></p>
        {parts::heading(name, values::kind_name(&record.kind), whole)}
        {body}
    }
    .into_any()
}

/// On a page that shows these records: on which of them people disagree, with the way to settle it.
pub fn notice<'a>(records: impl Iterator<Item = &'a Record>) -> Option<AnyView> {
    let records = records.filter(|record| may_read(&record.kind));
    let found = records.flat_map(|record| {
        record.contradictions().map(move |(field, _)| {
            let what = format!(
                "{} · {}",
                values::kind_name(&record.kind),
                values::label(&record.kind, field)
            );
            view! { <li><a href=path(record.id)>{what}</a></li> }
        })
    });
    let found: Vec<_> = found.collect();
    (!found.is_empty()).then(|| {
        view! {
            <section class="aanbel-card" aria-labelledby="tegenspraak">
                <h2 id="tegenspraak">{parts::badge(Tone::Disputed, "Dit spreekt elkaar tegen")}</h2>
                <ul class="aanbel-plain">{found}</ul>
            </section>
        }
        .into_any()
    })
}
