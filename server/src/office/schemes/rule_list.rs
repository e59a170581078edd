//! The rule list of `aanbel rules` as a page and as files.

use super::asked_day;
use super::blocks::{blocks, contents};
use super::catalogue::day_form;
use crate::access::SignedIn;
use crate::error::AppError;
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::rules::{self, Block, Place};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use std::collections::HashMap;

/// `GET /kantoor/regelingen/lijst`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let current = super::current(&state).await?;
    let on = asked_day(&query, state.now_ms());
    let place = Place { municipality: current.municipality(), version: &current.version };
    let list = rules::list(&current.catalogue, on, place);
    let title = list.iter().find_map(|block| match block {
        Block::Heading(1, words) => Some(words.clone()),
        _ => None,
    });
    let files = [("tekst", "txt"), ("Markdown", "md"), ("CSV", "csv")].map(|(name, format)| {
        let href = format!("/kantoor/regelingen/lijst/{format}?{}={on}", super::DAY_FIELD);
        view! {
            <a class="nl-button nl-button--secondary" href=href download=format!("regels-{on}.{format}")>
                {format!("Download ({name})")}
            </a>
        }
    });
    let content = view! {
        <p class="aanbel-crumbs"><a href="/kantoor/regelingen">"Regelingen"</a></p>
        {parts::heading(title.unwrap_or_default(), (), files.into_iter().collect_view())}
        {day_form("/kantoor/regelingen/lijst", on)}
        {contents(&list)}
        <div class="aanbel-card aanbel-rules">{blocks(&list)}</div>
    };
    Ok(page("Regellijst", Some(&who), Section::Schemes, content))
}

/// `GET /kantoor/regelingen/lijst/{format}`
pub async fn download(
    who: SignedIn,
    State(state): State<AppState>,
    At(format): At<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    who.require(Capability::ReadOffice)?;
    let current = super::current(&state).await?;
    let on = asked_day(&query, state.now_ms());
    let place = Place { municipality: current.municipality(), version: &current.version };
    let list = || rules::list(&current.catalogue, on, place);
    let (kind, text) = match format.as_str() {
        "txt" => ("text/plain; charset=utf-8", rules::text(&list())),
        "md" => ("text/markdown; charset=utf-8", rules::markdown(&list())),
        // The mark in front makes a spreadsheet read it as UTF-8.
        "csv" => {
            ("text/csv; charset=utf-8", format!("\u{feff}{}", rules::csv(&current.catalogue, on)))
        }
        _ => return Err(AppError::NotFound),
    };
    let name = format!("attachment; filename=\"regels-{on}.{format}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}
