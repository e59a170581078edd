//! What every answer has in common: security headers, compression, time limits, counting; and the
//! start page and the files of the field app. What pages say is elsewhere.

mod field_app;
mod headers;
mod observe;
pub mod start;

pub use field_app::FieldApp;

use crate::access::{note_refusals, refuse_other_sites};
use crate::error::AppError;
use crate::office::guard;
use crate::state::AppState;
use crate::store::StoreError;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::timeout::TimeoutLayer;

/// Packing less than this costs more time than it saves.
const PACKED_FROM_BYTES: u16 = 256;
/// Longest time from the head of a request to its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The start page, the field app, and everything of `inner`, behind what all answers share.
pub fn wrap(inner: Router<AppState>, state: AppState) -> Router {
    let field_app = FieldApp::new(state.config.app.clone());
    let worth = DefaultPredicate::new().and(SizeAbove::new(PACKED_FROM_BYTES));
    Router::new()
        .route("/", get(start::page))
        .route("/healthz", get(healthz))
        .merge(field_app.router())
        .merge(inner)
        .fallback(no_page)
        .layer(from_fn_with_state(state.clone(), guard))
        .layer(from_fn_with_state(state.clone(), note_refusals))
        .layer(CatchPanicLayer::custom(|_| {
            AppError::Store(StoreError::Damaged("a page")).into_response()
        }))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CompressionLayer::new().compress_when(worth))
        .layer(from_fn(refuse_other_sites))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// Who typed a slash at the end of a page of the office is led to the page; all else is not here. A path
/// that starts so cannot lead to another site.
async fn no_page(uri: Uri) -> Response {
    match uri.path().strip_suffix('/') {
        Some(page) if page.starts_with("/kantoor") => Redirect::permanent(page).into_response(),
        _ => AppError::NotFound.into_response(),
    }
}

/// Whether this server answers and can read its database; for whoever watches over it.
pub async fn healthz(State(state): State<AppState>) -> Result<Json<&'static str>, AppError> {
    state.reader.read(|db| crate::store::epoch(db).map_err(AppError::from)).await?;
    Ok(Json("ok"))
}
