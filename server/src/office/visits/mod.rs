//! The table of visits and its file. The filter stands in the URL, so a view can be kept or shared.

mod csv;
pub mod filter;
pub mod rows;
pub mod view;

use super::page::{Section, page};
use crate::access::SignedIn;
use crate::access::audit::{self, Action};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use filter::Filter;
use rusqlite::Connection;

/// `GET /kantoor/bezoeken`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let filter = Filter::from_pairs(&pairs);
    let asked = filter.clone();
    let (found, options) = state
        .reader
        .read(move |db| Ok::<_, AppError>((rows::page(db, &asked)?, rows::options(db)?)))
        .await?;
    let line = filter.told(who.did(Action::SearchVisits, state.now_ms()));
    let line = line.with("page", filter.page).with("rows", found.rows.len());
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let content = view::content(&who, &filter, &found, options);
    Ok(page("Bezoeken", Some(&who), Section::Visits, content))
}

/// `GET /kantoor/bezoeken.csv`: every row of the filter, not only this page's.
pub async fn download(
    who: SignedIn,
    State(state): State<AppState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<impl IntoResponse, AppError> {
    who.require(Capability::Export)?;
    let filter = Filter::from_pairs(&pairs);
    let line = filter.told(who.did(Action::ExportVisits, state.now_ms()));
    let rows = state.reader.read(move |db| Ok::<_, AppError>(rows::all(db, &filter)?)).await?;
    let line = line.with("rows", rows.len());
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"bezoeken.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv::file(&rows)))
}
