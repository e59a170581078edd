//! POST /api/sync: the one exchange. The token is known before the body is read; `push` keeps what
//! came in, in one write job; after its commit `pull` builds the answer.

pub mod pull;
pub mod push;
pub mod set_aside;

use crate::access::{Phone, phone};
use crate::api::message::{self, Formats, Sizes};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::sync::{Instruction, Reply, Request, decode_request, encode_reply};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use rusqlite::Connection;

/// Most ops in one batch; phones send at most 500.
const OPS_MAX: usize = 5_000;
/// Most ranges that are gone, cursors and erased records in one request. Each is looked up in the
/// one writer, so a long list would hold everybody up.
const LISTS_MAX: usize = 1_000;

/// The handler.
pub async fn exchange(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Response {
    let formats = match Formats::of(&headers) {
        Ok(formats) => formats,
        Err(error) => return message::refusal(Formats::of_refusal(&headers), &error),
    };
    match answer(&state, formats, &headers, body).await {
        Ok(reply) => message::answer(formats.answer, &reply, encode_reply),
        Err(error) => message::refusal(formats.answer, &error),
    }
}

async fn answer(
    state: &AppState,
    formats: Formats,
    headers: &HeaderMap,
    body: Body,
) -> Result<Reply, AppError> {
    let phone = authenticate(state, headers).await?;
    state.room_for_phones().await?;
    let request: Request = formats.read(headers, body, Sizes::OPS, decode_request).await?;
    let lists = request.gone.len().max(request.cursors.len()).max(request.erased.len());
    if request.ops.len() > OPS_MAX || lists > LISTS_MAX {
        return Err(AppError::Bad("too_many_ops", "Dit zijn te veel wijzigingen in één keer."));
    }
    let now_ms = state.now_ms();
    let number = phone.number;
    let (pushed, request) = state
        .writer
        .write(move |tx| push::push(tx, number, &request, now_ms).map(|done| (done, request)))
        .await?;
    state.metrics.exchanged(pushed.accepted, pushed.set_aside, pushed.forked());
    // A revoked phone must hear that it is to be emptied, however much it sent.
    if pushed.is_full && pushed.instruction != Instruction::Wipe {
        return Err(AppError::Refused(
            StatusCode::TOO_MANY_REQUESTS,
            "set_aside_full",
            "Van deze telefoon staat te veel apart. Bel het kantoor. Er is niets verloren.",
        ));
    }
    tracing::debug!(
        device = number.0,
        accepted = pushed.accepted,
        set_aside = pushed.set_aside,
        kept = pushed.kept,
        "exchange"
    );
    let catalogues = state.catalogues.clone();
    let job = move |db: &Connection| {
        let catalogue = catalogues.current(db)?.version.clone();
        pull::reply(db, number, &request, &pushed, catalogue, now_ms)
    };
    state.reader.read(job).await
}

/// The phone that the token belongs to.
pub(crate) async fn authenticate(state: &AppState, headers: &HeaderMap) -> Result<Phone, AppError> {
    let unknown = || {
        AppError::Refused(
            StatusCode::UNAUTHORIZED,
            "unknown_device",
            "Het kantoor kent deze telefoon niet. Vraag het kantoor om een nieuwe code.",
        )
    };
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let token = token.ok_or_else(unknown)?;
    state.reader.read(move |db| phone(db, &token)).await?.ok_or_else(unknown)
}
