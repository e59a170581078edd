//! Ops that phones sealed to this server, so that a phone that is locked, forgotten or failing can
//! still hand them over. What is opened goes the way of every op, `sync::push`; nothing is merged here.

pub mod hand_in;
mod keys;
#[cfg(test)]
mod tests;

use crate::access::Peer;
use crate::api::message::{self, Formats, Sizes};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::sync::{COMPACT_TYPE, SealedBatch, SealedReply, decode_plain, encode_plain};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub fn router() -> Router<AppState> {
    Router::new().route("/api/sealing-key", get(sealing_key)).route("/api/sealed", post(sealed))
}

/// `GET /api/sealing-key`: the public key, 65 bytes. It is no secret.
async fn sealing_key(State(state): State<AppState>) -> Response {
    match keys::public(&state).await {
        Ok(point) => {
            let about = [(header::CONTENT_TYPE, COMPACT_TYPE), (header::CACHE_CONTROL, "no-store")];
            (about, point).into_response()
        }
        Err(error) => message::refusal(message::Encoding::Json, &error),
    }
}

/// `POST /api/sealed`: envelopes of any phones. Who wrote what, and the signature of it, is inside each.
async fn sealed(
    State(state): State<AppState>,
    peer: Peer,
    formats: Formats,
    headers: HeaderMap,
    body: Body,
) -> Response {
    formats.respond(answer(&state, peer, formats, &headers, body).await, encode_plain)
}

async fn answer(
    state: &AppState,
    peer: Peer,
    formats: Formats,
    headers: &HeaderMap,
    body: Body,
) -> Result<SealedReply, AppError> {
    if !state.limits.sealed(peer.0, state.now_ms()) {
        return Err(AppError::TooMany);
    }
    state.room_for_phones().await?;
    let batch: SealedBatch = formats.read(headers, body, Sizes::OPS, decode_plain).await?;
    let done = hand_in::take(state, batch.sealed, peer).await?;
    Ok(SealedReply { kept: done.kept })
}
