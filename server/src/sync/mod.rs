//! POST /api/sync: the one exchange. The token is known before the body is read, and the phone's
//! signature right before it is decoded; `push` keeps what came in, in one write job; after its commit
//! `pull` builds the answer.

pub mod crowd;
pub mod ledger;
pub mod pull;
pub mod push;
pub mod set_aside;

use crate::access::{Caller, Peer};
use crate::api::message::{self, Formats, Sizes, Whole};
use crate::erase;
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::form::Forms;
use aanbel_shared::record::DeviceNo;
use aanbel_shared::sync::{Instruction, Reply, Request, decode_request, encode_reply};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use rusqlite::Connection;
use std::sync::Arc;

/// Most ops in one batch; phones send at most 500.
const OPS_MAX: usize = 5_000;
/// Most ranges that are gone and erased records in one request; phones send half of that. Each is looked
/// up in the one writer, so a long list would hold everybody up.
const LISTS_MAX: usize = 1_000;
/// Most lists that a phone may have read. Each case is one, and an adviser's phone keeps its cases for years.
const CURSORS_MAX: usize = 10_000;

const PATH: &str = "/api/sync";

/// The handler.
pub async fn exchange(
    State(state): State<AppState>,
    peer: Peer,
    formats: Formats,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let place = match state.crowd.enter() {
        Ok(place) => place,
        Err(error) => {
            message::pass_over(body).await;
            return message::refusal(formats.answer, &error);
        }
    };
    let answer = answer(&state, peer, formats, &headers, body).await;
    drop(place);
    formats.respond(answer, encode_reply)
}

async fn answer(
    state: &AppState,
    peer: Peer,
    formats: Formats,
    headers: &HeaderMap,
    body: Body,
) -> Result<Reply, AppError> {
    let caller = Caller::of(state, peer, headers).await?;
    state.room_for_phones().await?;
    let whole = Whole::of(headers, body, Sizes::OPS).await?;
    let phone = caller.proven(state, PATH, whole.bytes()).await?;
    // Unpacked it is thirty times as large; many wait packed.
    let _open = state.crowd.unpack().await;
    let request: Request = formats.parse(whole, decode_request).await?;
    let lists = request.gone.len().max(request.erased.len());
    let is_long = lists > LISTS_MAX || request.cursors.len() > CURSORS_MAX;
    if request.ops.len() > OPS_MAX || is_long {
        return Err(AppError::Bad("too_many_ops", "Dit zijn te veel wijzigingen in één keer."));
    }
    let now_ms = state.now_ms();
    let number = phone.number;
    let request = match unchanged(state, number, request, now_ms).await? {
        Ok(reply) => return Ok(reply),
        Err(request) => request,
    };
    let request = Arc::new(request);
    let brought = request.clone();
    let job = move |tx: &Connection| {
        push::push(tx, Forms::built_in(), number, &brought, push::By::Itself, now_ms)
    };
    let pushed = state.writer.write_repeatable(job).await?;
    if pushed.withdrawn {
        erase::withdrawn::begin(state).await;
    }
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
    state.reader.read_for_phone(job).await
}

/// The reply to a phone that brings nothing, of which nothing needs to be written down: the writer is
/// not asked. Gives the request back when that does not hold.
async fn unchanged(
    state: &AppState,
    number: DeviceNo,
    request: Request,
    now_ms: i64,
) -> Result<Result<Reply, Request>, AppError> {
    if !push::brings_nothing(&request) {
        return Ok(Err(request));
    }
    let catalogues = state.catalogues.clone();
    let job = move |db: &Connection| {
        let Some(pushed) = push::as_it_is(db, number, &request, now_ms)? else {
            return Ok(Err(request));
        };
        let catalogue = catalogues.current(db)?.version.clone();
        pull::reply(db, number, &request, &pushed, catalogue, now_ms).map(Ok)
    };
    let reply = state.reader.read_for_phone(job).await?;
    if reply.is_ok() {
        state.metrics.exchanged(0, 0, false);
    }
    Ok(reply)
}
