//! The whole file of one front door, for a resident who asks what is known of her (AVG 15): every
//! record with every answer that was ever written, why, for how long and by whom. As a page and as JSON.

use super::{door, render};
use crate::access::SignedIn;
use crate::access::audit::{self, Action};
use crate::erase::find::{self, Dossier};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts;
use crate::office::visit::load::{Writer, entries};
use crate::office::{time, values};
use crate::retention::Terms;
use crate::state::AppState;
use crate::store::log;
use crate::sync::set_aside;
use aanbel_shared::form::{Forms, purpose_nl};
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{Op, RecordId, Value};
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use leptos::prelude::*;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One file.
#[derive(Clone, Debug, Serialize)]
struct File {
    address: String,
    made_on: String,
    records: Vec<Part>,
}

/// One record.
#[derive(Clone, Debug, Serialize)]
struct Part {
    kind: String,
    title: String,
    answers: Vec<Answer>,
}

/// One answer, also one that was replaced by a later one.
#[derive(Clone, Debug, Serialize)]
struct Answer {
    question: String,
    answer: String,
    written_on: String,
    by: String,
    purpose: &'static str,
    retention: String,
    /// It was not taken in; a person decides or decided about it.
    set_aside: bool,
}

fn load(db: &Connection, door: RecordId, now_ms: i64) -> Result<File, AppError> {
    let address = door::address(db, door)?;
    let (dossier, terms) = (find::at_door(db, door, now_ms)?, Terms::read(db)?);
    let mut ids: Vec<Uuid> = dossier.doors.iter().map(|door| door.0).collect();
    ids.extend(dossier.records.keys().map(|record| record.0));
    let mut parts: BTreeMap<RecordId, Part> = BTreeMap::new();
    // Some at a time: SQLite takes so many values in one query and not more.
    for some in ids.chunks(500) {
        let (entries, writers) = entries(db, some)?;
        for entry in &entries {
            add(&mut parts, terms, &entry.op, writers.get(&entry.op.dot), false);
        }
    }
    for (_, op) in set_aside::all(db)? {
        // What was taken in after all is in the log too.
        if is_of(&dossier, &op) && log::holds(db, op.dot, &op)? != Some(true) {
            add(&mut parts, terms, &op, None, true);
        }
    }
    let mut records: Vec<Part> =
        parts.into_values().filter(|part| !part.answers.is_empty()).collect();
    records.sort_by_key(|part| (part.kind != "address", part.answers[0].written_on.clone()));
    Ok(File { address, made_on: time::moment(now_ms), records })
}

fn is_of(dossier: &Dossier, op: &Op) -> bool {
    let known = |id: RecordId| dossier.records.contains_key(&id) || dossier.doors.contains(&id);
    known(op.record) || find::references(op).any(known)
}

fn add(
    parts: &mut BTreeMap<RecordId, Part>,
    terms: Terms,
    op: &Op,
    writer: Option<&Writer>,
    set_aside: bool,
) {
    let part = parts.entry(op.record).or_insert_with(|| Part {
        kind: op.kind.clone(),
        title: values::kind_name(&op.kind),
        answers: Vec::new(),
    });
    let form = Forms::built_in().form(&op.kind);
    for one in op.set.iter().filter(|one| !matches!(one.value, Value::Reference(_))) {
        let field = form.and_then(|form| form.field(&one.field));
        let scheme = (&*op.kind, &*one.field) == ("scheme_check", "scheme");
        if scheme && let Some(key) = one.value.as_str() {
            part.title = values::subject(&op.kind, Some(key));
        }
        part.answers.push(Answer {
            question: values::label(&op.kind, &one.field),
            answer: values::text(&op.kind, &one.field, &one.value),
            written_on: time::moment(op.at_ms),
            by: writer.map(|writer| writer.person.clone()).unwrap_or_default(),
            purpose: field.map_or("", |field| purpose_nl(field.field().purpose)),
            retention: field
                .map(|field| terms.told_nl(field.field().retention))
                .unwrap_or_default(),
            set_aside,
        });
    }
}

async fn read(state: &AppState, who: &SignedIn, door: Uuid) -> Result<File, AppError> {
    who.require(Capability::AnswerResident)?;
    who.require_fresh(state.now_ms(), &format!("/kantoor/deur/{door}"))?;
    let (door, now_ms) = (RecordId(door), state.now_ms());
    let file = state.reader.read(move |db| load(db, door, now_ms)).await?;
    let line = who.did(Action::AccessRequest, now_ms).on(door).with("records", file.records.len());
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    Ok(file)
}

/// `GET /kantoor/deur/{door}/inzage`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(door): At<Uuid>,
) -> Result<Html<String>, AppError> {
    let file = read(&state, &who, door).await?;
    let title = format!("Dossier: {}", file.address);
    let lead = format!("Gemaakt op {}. Ook oude antwoorden staan erbij.", file.made_on);
    let href = format!("/kantoor/deur/{door}/inzage.json");
    let button = view! { <a class="nl-button nl-button--secondary" href=href>"Neem mee als bestand (JSON)"</a> };
    let parts = file.records.iter().map(part).collect_view();
    Ok(render("Dossier", &who, view! { {parts::heading(title.clone(), lead, button)} {parts} }))
}

fn part(part: &Part) -> AnyView {
    let rows = part.answers.iter().map(|one| {
        let by = match (one.set_aside, one.by.is_empty()) {
            (true, _) => "apart gezet, niet overgenomen".to_owned(),
            (false, true) => "systeem".to_owned(),
            (false, false) => one.by.clone(),
        };
        let why = format!("{} {}", one.purpose, one.retention);
        view! {
            <tr>
                <th scope="row">{one.question.clone()}</th>
                <td data-label="Antwoord">{one.answer.clone()}</td>
                <td data-label="Geschreven">{format!("{}, {by}", one.written_on)}</td>
                <td data-label="Waarom, en hoe lang">{why}</td>
            </tr>
        }
        .into_any()
    });
    let heads = ["Vraag", "Antwoord", "Geschreven", "Waarom, en hoe lang"];
    let table = parts::table(&part.title, &heads, rows.collect_view());
    view! { <section class="aanbel-card"><h2>{part.title.clone()}</h2>{table}</section> }.into_any()
}

/// `GET /kantoor/deur/{door}/inzage.json`
pub async fn download(
    who: SignedIn,
    State(state): State<AppState>,
    At(door): At<Uuid>,
) -> Result<impl IntoResponse, AppError> {
    let file = read(&state, &who, door).await?;
    let text = serde_json::to_string_pretty(&file).map_err(|_| AppError::NotFound)?;
    // No address in the name: it would stay in the list of downloads.
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"dossier.json\""),
    ];
    Ok((headers, text))
}
