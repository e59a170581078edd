//! GET /api/catalogue: the catalogue of schemes as phones keep it. Packed bytes, whose version every
//! exchange announces; nothing in it is personal, but only enrolled phones ask for it.

use super::message;
use crate::access::{Caller, Peer};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::sync::COMPACT_TYPE;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

/// Carries the version of the bytes.
const VERSION: &str = "x-catalogue-version";

/// The handler.
pub async fn catalogue(State(state): State<AppState>, peer: Peer, headers: HeaderMap) -> Response {
    match answer(&state, peer, &headers).await {
        Ok(response) => response,
        Err(error) => message::refusal(message::Formats::of_refusal(&headers), &error),
    }
}

async fn answer(state: &AppState, peer: Peer, headers: &HeaderMap) -> Result<Response, AppError> {
    // Nothing personal, and nothing to sign: the token will do.
    if Caller::of(state, peer, headers).await?.is_revoked() {
        return Err(AppError::Forbidden);
    }
    let catalogues = state.catalogues.clone();
    let current =
        state.reader.read(move |db| catalogues.current(db).map_err(AppError::from)).await?;
    let about = [
        (header::CONTENT_TYPE.as_str(), COMPACT_TYPE),
        (header::CACHE_CONTROL.as_str(), "no-store"),
        (VERSION, current.version.as_str()),
    ];
    Ok((about, current.bytes.clone()).into_response())
}
