//! Bringing addresses in: choose a file, look at what is wrong with it, confirm.

use super::load;
use super::preview;
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::campaigns::{self, Campaign};
use crate::error::AppError;
use crate::import::{FileProblem, Preview, read};
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::uploads::Uploads;
use crate::state::AppState;
use crate::store::StoreError;
use aanbel_shared::programme::Capability;
use axum::extract::{Multipart, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

/// Largest address file, in bytes.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest request with a file: the file and the form round it.
pub const REQUEST_MAX: usize = BYTES_MAX + 64 * 1024;

const TOO_LARGE: &str =
    "Dit bestand is groter dan 64 MB. Splits het en lees de delen een voor een in.";
const NO_FILE: &str = "Kies eerst een bestand.";
const EMPTY: &str = "Dit bestand is leeg. Kies een ander bestand.";

/// `GET /kantoor/campagne/{id}/adressen`
pub async fn form(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::PlanCampaign)?;
    choose(&state, &who, id, None).await
}

async fn choose(
    state: &AppState,
    who: &SignedIn,
    id: Uuid,
    problem: Option<String>,
) -> Result<Html<String>, AppError> {
    let name = state.reader.read(move |db| load::name(db, id)).await?;
    let content = preview::form(who, id, &name, problem);
    Ok(page("Adressen inlezen", Some(who), Section::Campaigns, content))
}

/// `POST /kantoor/campagne/{id}/adressen`: keeps the file and shows what is in it.
pub async fn upload(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
    parts: Multipart,
) -> Result<Response, AppError> {
    who.require(Capability::PlanCampaign)?;
    let bytes = match file(&who, parts).await? {
        Ok(bytes) => bytes,
        Err(sentence) => {
            return Ok(choose(&state, &who, id, Some(sentence.to_owned())).await?.into_response());
        }
    };
    let uploads = Uploads::below(&state.config.data);
    let (read, bytes) = parse(bytes).await?;
    if let Err(problem) = read {
        let sentence = problem.sentence_nl();
        return Ok(choose(&state, &who, id, Some(sentence)).await?.into_response());
    }
    let kept = tokio::task::spawn_blocking(move || uploads.keep(&bytes)).await;
    let name = kept.map_err(|_| StoreError::Stopped)?.map_err(StoreError::Folder)?;
    Ok(Redirect::to(&format!("/kantoor/campagne/{id}/adressen/{name}")).into_response())
}

/// The file of the form, its token checked; or the sentence that says what is wrong.
pub async fn file(
    who: &SignedIn,
    mut parts: Multipart,
) -> Result<Result<Vec<u8>, &'static str>, AppError> {
    let mut csrf = String::new();
    while let Ok(Some(part)) = parts.next_field().await {
        match part.name() {
            Some("csrf") => csrf = part.text().await.unwrap_or_default(),
            Some("file") => {
                // The token stands before the file, so that a strange file is never read in.
                who.check_csrf(&csrf)?;
                // A browser sends an empty part without a name when nothing was chosen.
                let chosen = part.file_name().is_some_and(|name| !name.is_empty());
                return Ok(match part.bytes().await {
                    Ok(bytes) if bytes.is_empty() && chosen => Err(EMPTY),
                    Ok(bytes) if bytes.is_empty() => Err(NO_FILE),
                    Ok(bytes) if bytes.len() > BYTES_MAX => Err(TOO_LARGE),
                    Ok(bytes) => Ok(bytes.to_vec()),
                    Err(_) => Err(TOO_LARGE),
                });
            }
            _ => {}
        }
    }
    who.check_csrf(&csrf)?;
    Ok(Err(NO_FILE))
}

/// Reads the file away from the threads that answer requests; gives the bytes back.
pub async fn parse(bytes: Vec<u8>) -> Result<(Result<Preview, FileProblem>, Vec<u8>), AppError> {
    let reading = tokio::task::spawn_blocking(move || (read(&bytes), bytes));
    reading.await.map_err(|_| StoreError::Stopped.into())
}

/// `GET /kantoor/campagne/{id}/adressen/{upload}`: what the file holds and what is wrong with it.
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At((id, upload)): At<(Uuid, String)>,
) -> Result<Response, AppError> {
    who.require(Capability::PlanCampaign)?;
    let Some(found) = waiting(&state, &upload).await? else {
        return Ok(Redirect::to(&format!("/kantoor/campagne/{id}/adressen")).into_response());
    };
    let name = state.reader.read(move |db| load::name(db, id)).await?;
    let content = preview::content(&who, id, &name, &upload, &found);
    Ok(page("Adressen nakijken", Some(&who), Section::Campaigns, content).into_response())
}

/// What an uploaded file holds; none when it is gone or cannot be used.
async fn waiting(state: &AppState, upload: &str) -> Result<Option<Preview>, AppError> {
    let (uploads, name) = (Uploads::below(&state.config.data), upload.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        uploads.read(&name).and_then(|bytes| read(&bytes).ok())
    });
    Ok(reading.await.map_err(|_| StoreError::Stopped)?)
}

/// `POST /kantoor/campagne/{id}/adressen/{upload}`: brings the addresses in.
pub async fn confirm(
    State(state): State<AppState>,
    At((id, upload)): At<(Uuid, String)>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::PlanCampaign)?;
    let Some(found) = waiting(&state, &upload).await? else {
        return Ok(Redirect::to(&format!("/kantoor/campagne/{id}/adressen")));
    };
    let name = state.reader.read(move |db| load::name(db, id)).await?;
    let (now_ms, by) = (state.now_ms(), who.person);
    let campaign = Campaign { id, name };
    let done =
        campaigns::import(&state.writer, &campaign, &found.streets, Some(by), now_ms, |_| {})
            .await?;
    let line = who.did(Action::ImportAddresses, now_ms).on(Subject::campaign(id));
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    Uploads::below(&state.config.data).remove(&upload);
    Ok(Redirect::to(&format!(
        "/kantoor/campagne/{id}?gedaan=ingelezen&nieuw={}&gewijzigd={}&gelijk={}",
        done.added, done.changed, done.unchanged,
    )))
}
