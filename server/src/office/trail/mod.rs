//! The audit as pages: who did what, and who looked at one address. For those who may read it.

mod details;
mod filter;
mod load;
mod outside;
mod view;

use super::at::At;
use super::page::{Section, page};
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::record::RecordId;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use filter::Filter;
use rusqlite::Connection;
use uuid::Uuid;

const PAGE: &str = "/kantoor/logboek";

/// `GET /kantoor/logboek`: recent lines, newest first.
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadAudit)?;
    render(&state, &who, &Filter::from_pairs(&pairs), None).await
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    filter: &Filter,
    sought: Option<&Sought>,
) -> Result<Html<String>, AppError> {
    let now_ms = state.now_ms();
    let line = filter.told(who.did(Action::ReadTrail, now_ms));
    let asked = filter.clone();
    let job = move |db: &Connection| {
        let found = (load::lines(db, &asked)?, load::people(db)?, outside::load(db, now_ms)?);
        Ok::<_, AppError>(found)
    };
    let (found, people, outside) = state.reader.read(job).await?;
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let top = outside::view(&outside);
    let content = view::content(who, filter, &found, people, sought, top);
    Ok(page("Logboek", Some(who), Section::Trail, content))
}

/// The form that looks up an address, and what came of it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Sought {
    street: String,
    number: String,
    /// More than one address fits: these.
    #[serde(skip)]
    several: Vec<(Uuid, String)>,
}

/// `POST /kantoor/logboek/zoeken`: to the page of an address. Posted, so that no address stands in
/// the address bar.
pub async fn seek(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Sought>,
) -> Result<Response, AppError> {
    who.require(Capability::ReadAudit)?;
    let (street, number) = (form.street.trim().to_owned(), form.number.trim().to_owned());
    let found =
        state.reader.read(move |db| Ok::<_, AppError>(load::seek(db, &street, &number)?)).await?;
    match found.as_slice() {
        [(address, _)] => Ok(Redirect::to(&format!("{PAGE}/adres/{address}")).into_response()),
        _ => {
            let sought = Sought { several: found, ..form };
            Ok(render(&state, &who, &Filter::default(), Some(&sought)).await?.into_response())
        }
    }
}

/// `GET /kantoor/logboek/adres/{address}`: who looked at this household, and did what.
pub async fn address(
    who: SignedIn,
    State(state): State<AppState>,
    At(address): At<Uuid>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadAudit)?;
    let found = state.reader.read(move |db| load::address(db, address)).await?;
    let record = RecordId(address);
    let line = who.did(Action::ReadTrail, state.now_ms()).on(record).at(record);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    Ok(page("Wie keek naar dit adres?", Some(&who), Section::Trail, view::address(&found)))
}
