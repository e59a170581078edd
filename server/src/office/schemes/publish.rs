//! Publishing another catalogue: upload files, see what is wrong or what would change, confirm. Until
//! somebody confirms nothing changes.

use super::{preview, today, versions};
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::catalogue::publish::{self, SourceFile};
use crate::catalogue::{self, compare, households};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::uploads::Uploads;
use crate::state::AppState;
use crate::store::StoreError;
use aanbel_shared::programme::Capability;
use aanbel_shared::scheme::load::Problem;
use axum::extract::{Multipart, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Largest file; the whole catalogue is a tenth of it.
const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Largest request with files.
pub const REQUEST_MAX: usize = 8 * FILE_BYTES_MAX;
const PAGE: &str = "/kantoor/regelingen/publiceren";

/// Files that wait to be confirmed: all of the new catalogue, and what they were compared with.
#[derive(Serialize, Deserialize)]
struct Waiting {
    /// Number of the catalogue that counted when they were uploaded.
    base: i64,
    files: Vec<SourceFile>,
}

/// `GET /kantoor/regelingen/publiceren`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::PublishRules)?;
    let overtaken = query.get("fout").is_some_and(|what| what == "ingehaald");
    let heading = overtaken.then_some(
        "Intussen is er een andere versie gepubliceerd. Begin opnieuw met de bestanden van nu.",
    );
    choose(&state, &who, heading, &[]).await
}

async fn choose(
    state: &AppState,
    who: &SignedIn,
    heading: Option<&str>,
    problems: &[Problem],
) -> Result<Html<String>, AppError> {
    let catalogues = state.catalogues.clone();
    let (current, publications, files) = state
        .reader
        .read(move |db| {
            let current = catalogues.current(db)?;
            let files = catalogue::sources(db, current.number)?;
            Ok::<_, AppError>((current, publish::publications(db)?, files))
        })
        .await?;
    let names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    let content = versions::content(who, &current, &publications, &names, heading, problems);
    Ok(page("Versies en publiceren", Some(who), Section::Schemes, content))
}

/// `POST /kantoor/regelingen/publiceren`: checks the files; keeps them to be confirmed when all is well.
pub async fn upload(
    who: SignedIn,
    State(state): State<AppState>,
    parts: Multipart,
) -> Result<Response, AppError> {
    who.require(Capability::PublishRules)?;
    let uploaded = match files(&who, parts).await? {
        Ok(uploaded) => uploaded,
        Err(problems) => return refused(&state, &who, &problems).await,
    };
    let on = today(state.now_ms());
    let catalogues = state.catalogues.clone();
    let job = move |db: &Connection| {
        let base = catalogues.current(db)?.number;
        let files = publish::merged(catalogue::sources(db, base)?, uploaded);
        let checked = publish::check(&files, on).map(|_| Waiting { base, files });
        Ok::<_, AppError>(checked)
    };
    match state.reader.read(job).await? {
        Ok(waiting) => keep(&state, waiting).await,
        Err(problems) => refused(&state, &who, &problems).await,
    }
}

async fn refused(
    state: &AppState,
    who: &SignedIn,
    problems: &[Problem],
) -> Result<Response, AppError> {
    let heading = "Deze bestanden kunnen niet gepubliceerd worden. Er is niets veranderd.";
    Ok(choose(state, who, Some(heading), problems).await?.into_response())
}

/// Keeps files to be confirmed and shows what they would change.
async fn keep(state: &AppState, waiting: Waiting) -> Result<Response, AppError> {
    let uploads = Uploads::below(&state.config.data);
    let bytes = serde_json::to_vec(&waiting).map_err(|_| StoreError::Damaged("an upload"))?;
    let kept = tokio::task::spawn_blocking(move || uploads.keep(&bytes)).await;
    let name = kept.map_err(|_| StoreError::Stopped)?.map_err(StoreError::Folder)?;
    Ok(Redirect::to(&format!("{PAGE}/{name}")).into_response())
}

/// The files of the form, or what is wrong with them as files.
async fn files(
    who: &SignedIn,
    mut parts: Multipart,
) -> Result<Result<Vec<SourceFile>, Vec<Problem>>, AppError> {
    let problem = |file: &str, sentence: &str| Problem {
        file: file.to_owned(),
        line: 0,
        sentence: sentence.to_owned(),
    };
    let (mut csrf, mut good, mut wrong) = (String::new(), Vec::new(), Vec::new());
    while let Ok(Some(part)) = parts.next_field().await {
        match part.name() {
            Some("csrf") => csrf = part.text().await.unwrap_or_default(),
            Some("files") => {
                who.check_csrf(&csrf)?;
                let name = part.file_name().unwrap_or_default().to_owned();
                let Ok(bytes) = part.bytes().await else {
                    wrong.push(problem(&name, "dit bestand is te groot of niet heel aangekomen"));
                    break;
                };
                if name.is_empty() && bytes.is_empty() {
                    continue;
                }
                match String::from_utf8(bytes.to_vec()) {
                    _ if !is_file_name(&name) => wrong.push(problem(
                        &name,
                        "gebruik een naam van kleine letters, cijfers en streepjes met .toml erachter",
                    )),
                    _ if bytes.len() > FILE_BYTES_MAX => {
                        wrong.push(problem(&name, "dit bestand is groter dan 1 MB"));
                    }
                    Err(_) => wrong.push(problem(&name, "dit is geen tekst in UTF-8")),
                    Ok(_) if good.iter().any(|(other, _)| *other == name) => {
                        wrong.push(problem(&name, "dit bestand is twee keer gekozen"));
                    }
                    Ok(text) => good.push((name, text)),
                }
            }
            _ => {}
        }
    }
    who.check_csrf(&csrf)?;
    if good.is_empty() && wrong.is_empty() {
        wrong.push(problem("(geen bestand)", "kies eerst een of meer bestanden"));
    }
    Ok(if wrong.is_empty() { Ok(good) } else { Err(wrong) })
}

/// `almere.toml`: what can stand in an address and in a list.
fn is_file_name(name: &str) -> bool {
    name.strip_suffix(".toml").is_some_and(|stem| {
        (1..=60).contains(&stem.len())
            && stem.bytes().all(|one| matches!(one, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    })
}

async fn waiting(state: &AppState, upload: &str) -> Result<Option<Waiting>, AppError> {
    let (uploads, name) = (Uploads::below(&state.config.data), upload.to_owned());
    let reading = tokio::task::spawn_blocking(move || uploads.read(&name));
    let bytes = reading.await.map_err(|_| StoreError::Stopped)?;
    // A file of another page, with addresses, is none of ours.
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// `GET /kantoor/regelingen/publiceren/{upload}`: both versions side by side, and whom it concerns.
pub async fn preview(
    who: SignedIn,
    State(state): State<AppState>,
    At(upload): At<String>,
) -> Result<Response, AppError> {
    who.require(Capability::PublishRules)?;
    let Some(waiting) = waiting(&state, &upload).await? else {
        return Ok(Redirect::to(PAGE).into_response());
    };
    let on = today(state.now_ms());
    let catalogues = state.catalogues.clone();
    let job = move |db: &Connection| {
        let current = catalogues.current(db)?;
        let Ok(all) = publish::check(&waiting.files, on) else {
            return Err(StoreError::Damaged("an upload").into());
        };
        let new = all.into_scope(&current.scope);
        let differences = compare::differences(&current.catalogue, &new);
        let open = households::open(db)?;
        let changes = households::changes(&current.catalogue, &new, &open, on);
        let counted = open.len();
        Ok::<_, AppError>(preview::Preview { current, new, differences, changes, counted })
    };
    let found = state.reader.read(job).await?;
    let content = preview::content(&who, &upload, &found);
    Ok(page("Nieuwe versie nakijken", Some(&who), Section::Schemes, content).into_response())
}

/// `POST /kantoor/regelingen/publiceren/{upload}`
pub async fn confirm(
    State(state): State<AppState>,
    At(upload): At<String>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::PublishRules)?;
    let Some(waiting) = waiting(&state, &upload).await? else { return Ok(Redirect::to(PAGE)) };
    let (now_ms, by) = (state.now_ms(), who.person);
    let line = who.did(Action::PublishCatalogue, now_ms);
    let on = today(now_ms);
    let checking = tokio::task::spawn_blocking(move || {
        publish::check(&waiting.files, on).map(|checked| (waiting, checked))
    });
    let checked = checking.await.map_err(|_| StoreError::Stopped)?;
    let (waiting, checked) = checked.map_err(|_| StoreError::Damaged("an upload"))?;
    let catalogues = state.catalogues.clone();
    let job = move |tx: &Connection| {
        // Somebody else published in between: these files were never compared with that.
        if catalogues.current(tx)?.number != waiting.base {
            return Ok(false);
        }
        let view = publish::view(checked, &catalogues.scope(tx)?);
        publish::publish(tx, &waiting.files, &view, by, now_ms)?;
        audit::record(tx, line.on(Subject::new("catalogue", &view.version)))?;
        Ok::<_, AppError>(true)
    };
    let published = state.writer.write(job).await?;
    Uploads::below(&state.config.data).remove(&upload);
    Ok(Redirect::to(match published {
        true => "/kantoor/regelingen?gedaan=gepubliceerd",
        false => "/kantoor/regelingen/publiceren?fout=ingehaald",
    }))
}

/// `POST /kantoor/regelingen/versie/{number}/terug`: an earlier version, to be looked at and published.
pub async fn back(
    State(state): State<AppState>,
    At(number): At<i64>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Response, AppError> {
    who.require(Capability::PublishRules)?;
    let on = today(state.now_ms());
    let catalogues = state.catalogues.clone();
    let job = move |db: &Connection| {
        let base = catalogues.current(db)?.number;
        let files = catalogue::sources(db, number)?;
        if files.is_empty() {
            return Err(AppError::NotFound);
        }
        // Forms may have changed since: then an older file can be refused too.
        Ok(publish::check(&files, on).map(|_| Waiting { base, files }))
    };
    match state.reader.read(job).await? {
        Ok(waiting) => keep(&state, waiting).await,
        Err(problems) => refused(&state, &who, &problems).await,
    }
}

/// `GET /kantoor/regelingen/versie/{number}/{file}`: one TOML file of a version.
pub async fn download(
    who: SignedIn,
    State(state): State<AppState>,
    At((number, file)): At<(i64, String)>,
) -> Result<impl IntoResponse, AppError> {
    who.require(Capability::PublishRules)?;
    let files = state.reader.read(move |db| Ok::<_, AppError>(catalogue::sources(db, number)?));
    let found = files.await?.into_iter().find(|(name, _)| *name == file);
    let (name, text) = found.ok_or(AppError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text))
}
