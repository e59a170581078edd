//! The inbox: the first page of the office, with what needs a person.

mod load;
mod view;

use super::cases::counts;
use super::page::{Section, page};
use super::parts::{self, Tone};
use super::room;
use super::visit::DECIDED_NL;
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::state::AppState;
use crate::sync::set_aside::{self, Decided};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{DeviceNo, Dot};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;

/// `GET /kantoor`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    if !who.may(Capability::ReadOffice) {
        return Ok(Redirect::to(counts::PAGE).into_response());
    }
    let now_ms = state.now_ms();
    let inbox = state.reader.read(move |db| load::load(db, now_ms)).await?;
    let line = who.did(Action::ReadInbox, now_ms);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let notice = query.get("gedaan").and_then(|done| told(done));
    let room = room::notice(&who, &state).await?;
    let peak = super::peak::notice(&who, &state).await?;
    let cases = super::cases::attention::summary(&who, &state).await?;
    let content = view! { {notice} {peak} {room} {cases} {view::content(&who, &inbox, now_ms)} };
    Ok(page("Postvak", Some(&who), Section::Inbox, content).into_response())
}

fn told(done: &str) -> Option<AnyView> {
    match done {
        "overgenomen" => Some(parts::alert(Tone::Good, "Het is overgenomen.", "")),
        "beslist" => Some(parts::alert(Tone::Good, DECIDED_NL, "")),
        "weggelaten" => {
            Some(parts::alert(Tone::Good, "Het is weggelaten.", "Kantoor bewaart het apart."))
        }
        "past-niet" => Some(parts::alert(
            Tone::Bad,
            "Overnemen lukt niet.",
            "Het past niet bij het adres of bij de vraag. Bel wie het schreef, of laat het weg.",
        )),
        "opgeruimd" => Some(parts::alert(
            Tone::Good,
            "Het is opgeruimd.",
            "Als er genoeg ruimte is, kunnen telefoons binnen een minuut weer versturen.",
        )),
        "al-gedaan" => {
            Some(parts::alert(Tone::Warn, "Een collega heeft hier al over beslist.", ""))
        }
        _ => None,
    }
}

#[derive(serde::Deserialize)]
pub struct Decision {
    /// `device-sequence`, with commas between.
    ops: String,
    action: String,
}

/// `POST /kantoor/apart`: takes set-aside ops in after all, or leaves them out.
pub async fn decide(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Decision>,
) -> Result<Redirect, AppError> {
    who.require(Capability::Review)?;
    let places: Vec<Dot> =
        form.ops.split(',').map(dot).collect::<Option<_>>().ok_or(AppError::NotFound)?;
    let accept = match form.action.as_str() {
        "overnemen" => true,
        "weglaten" => false,
        _ => return Err(AppError::NotFound),
    };
    let (now_ms, person, actor) = (state.now_ms(), who.person, who.actor);
    let forms = Forms::built_in();
    let outcome = state
        .writer
        .write(move |tx: &Connection| {
            let mut worst = Decided::Done;
            for place in places {
                let (action, decided) = if accept {
                    (Action::AcceptSetAside, set_aside::accept(tx, forms, place, person, now_ms)?)
                } else {
                    (Action::DismissSetAside, set_aside::dismiss(tx, place, person, now_ms)?)
                };
                if decided == Decided::Done {
                    audit::record(tx, actor.did(action, now_ms).on(Subject::new("op", place)))?;
                } else {
                    worst = decided;
                }
            }
            Ok::<_, AppError>(worst)
        })
        .await?;
    let done = match (outcome, accept) {
        (Decided::Done, true) => "overgenomen",
        (Decided::Done, false) => "weggelaten",
        (Decided::CannotAccept, _) => "past-niet",
        (Decided::NotOpen, _) => "al-gedaan",
    };
    Ok(Redirect::to(&format!("/kantoor?gedaan={done}")))
}

fn dot(text: &str) -> Option<Dot> {
    let (device, seq) = text.split_once('-')?;
    Some(Dot::new(DeviceNo(device.parse().ok()?), seq.parse().ok()?))
}
