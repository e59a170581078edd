//! `GET /kantoor/corporatie/{number}/adressen`: the addresses that caretakers of a corporation choose from.

use crate::access::SignedIn;
use crate::access::audit::{self, Action, Subject};
use crate::cases::homes;
use crate::error::AppError;
use crate::import::Preview;
use crate::office::at::At;
use crate::office::campaigns::import::{file, parse};
use crate::office::campaigns::preview;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Multipart, State};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use rusqlite::{Connection, OptionalExtension};

/// What the page says of the file that was just read in.
enum Outcome {
    Nothing,
    /// Nothing was changed.
    Refused(String),
    Done(usize, Box<Preview>),
}

pub async fn form(
    who: SignedIn,
    State(state): State<AppState>,
    At(corporation): At<i64>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    render(&state, &who, corporation, Outcome::Nothing).await
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    corporation: i64,
    outcome: Outcome,
) -> Result<Html<String>, AppError> {
    let read = move |db: &Connection| {
        let name = name(db, corporation)?.ok_or(AppError::NotFound)?;
        Ok::<_, AppError>((name, homes::of(db, corporation)?.map_or(0, |(_, count)| count)))
    };
    let (name, count) = state.reader.read(read).await?;
    let action = format!("/kantoor/corporatie/{corporation}/adressen");
    let lead = match count {
        0 => "Er is nog geen lijst.".to_owned(),
        count => format!(
            "Nu {}. Zij staan op de telefoons van de huismeesters van deze corporatie.",
            parts::count(count, "adres", "adressen")
        ),
    };
    let (notice, problem) = match &outcome {
        Outcome::Nothing => (None, None),
        Outcome::Refused(sentence) => (None, Some(sentence.clone())),
        Outcome::Done(count, found) => (Some(told(*count, found)), None),
    };
    let invalid = problem.map(|sentence| {
        parts::alert(Tone::Bad, "Dit bestand kan niet worden ingelezen.", sentence)
    });
    let crumbs = view! {
        <p class="aanbel-crumbs">
            <a href="/kantoor/dossiers">"Dossiers"</a>" › "<a href="/kantoor/corporaties">"Corporaties"</a>
        </p>
    };
    let content = view! {
        {invalid}
        {crumbs}
        {parts::heading(format!("Adressen van {name}"), lead, ())}
        {notice}
        {preview::file_form(who, &action, "Lees dit bestand in")}
        <p class="aanbel-subtle">"Een nieuw bestand komt in de plaats van het vorige. Er staat nooit in wie er woont. Hoogstens 5.000 adressen."</p>
    };
    Ok(page("Adressen van een corporatie", Some(who), Section::Cases, content))
}

fn told(count: usize, found: &Preview) -> AnyView {
    let words = format!("{} ingelezen.", parts::count(count, "adres", "adressen"));
    let left = found.counts.wrong + found.counts.kept.saturating_sub(count);
    let (tone, rest) = match left {
        0 => (Tone::Good, String::new()),
        left => (Tone::Warn, format!("{} niet.", parts::count(left, "regel", "regels"))),
    };
    view! { {parts::alert(tone, &words, rest)} {preview::problems(found)} }.into_any()
}

pub async fn upload(
    who: SignedIn,
    State(state): State<AppState>,
    At(corporation): At<i64>,
    parts: Multipart,
) -> Result<Response, AppError> {
    who.require(Capability::ManageCases)?;
    let outcome = match file(&who, parts).await? {
        Err(sentence) => Outcome::Refused(sentence.to_owned()),
        Ok(bytes) => match parse(bytes).await?.0 {
            Err(problem) => Outcome::Refused(problem.sentence_nl()),
            Ok(found) if found.counts.kept == 0 => {
                Outcome::Refused("Er staat geen enkel goed adres in.".to_owned())
            }
            Ok(found) => take_in(&state, &who, corporation, found).await?,
        },
    };
    Ok(render(&state, &who, corporation, outcome).await?.into_response())
}

async fn take_in(
    state: &AppState,
    who: &SignedIn,
    corporation: i64,
    found: Preview,
) -> Result<Outcome, AppError> {
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        name(tx, corporation)?.ok_or(AppError::NotFound)?;
        let count = homes::replace(tx, corporation, &found, actor.person, now_ms)?;
        let line = actor.did(Action::ImportAddresses, now_ms);
        let line = line.on(Subject::new("corporation", corporation));
        audit::record(tx, line.with("homes", count))?;
        Ok::<_, AppError>((count, found))
    };
    let (count, found) = state.writer.write(job).await?;
    Ok(Outcome::Done(count, Box::new(found)))
}

fn name(db: &Connection, corporation: i64) -> Result<Option<String>, AppError> {
    let mut query = db.prepare_cached("SELECT name FROM corporation WHERE id = ?1")?;
    Ok(query.query_row([corporation], |row| row.get(0)).optional()?)
}
