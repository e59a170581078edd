//! What every answer has in common: security headers, compression, time limits, counting; and the
//! start page and the files of the field app. What pages say is elsewhere.

mod field_app;
mod headers;
mod observe;
pub mod start;

pub use field_app::FieldApp;

use crate::access::{note_refusals, refuse_other_sites};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Longest time from the head of a request to its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The start page, the field app, and everything of `inner`, behind what all answers share.
pub fn wrap(inner: Router<AppState>, state: AppState) -> Router {
    let field_app = FieldApp::new(state.config.app.clone());
    Router::new()
        .route("/", get(start::page))
        .route("/healthz", get(healthz))
        .merge(field_app.router())
        .merge(inner)
        .fallback(|| async { AppError::NotFound })
        .layer(from_fn_with_state(state.clone(), note_refusals))
        .layer(CatchPanicLayer::custom(|_| {
            AppError::Store(StoreError::Damaged("a page")).into_response()
        }))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CompressionLayer::new())
        .layer(from_fn(refuse_other_sites))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// Whether this server answers and can read its database; for whoever watches over it.
pub async fn healthz(State(state): State<AppState>) -> Result<Json<&'static str>, AppError> {
    state.reader.read(|db| crate::store::epoch(db).map_err(AppError::from)).await?;
    Ok(Json("ok"))
}
