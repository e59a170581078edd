//! POST /api/wiped: a phone says that it is empty. Its token is the last thing that it kept for this, or
//! what it signed before its keys were destroyed; the same again gives the same answer.

use super::message::{self, Formats, Sizes, Whole};
use crate::access::audit::{self, Action, Actor};
use crate::access::{Caller, Peer};
use crate::erase::phones;
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rusqlite::{Connection, params};

const PATH: &str = "/api/wiped";

/// The handler. The body says nothing: it is empty, and signed as that.
pub async fn wiped(
    State(state): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match note(&state, peer, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => message::refusal(Formats::of_refusal(&headers), &error),
    }
}

async fn note(
    state: &AppState,
    peer: Peer,
    headers: &HeaderMap,
    body: Body,
) -> Result<(), AppError> {
    let caller = match headers.contains_key(header::AUTHORIZATION) {
        true => Caller::of(state, peer, headers).await?,
        false => Caller::of_key(state, peer, headers).await?,
    };
    let whole = Whole::of(headers, body, Sizes::SMALL).await?;
    let phone = caller.proven(state, PATH, whole.bytes()).await?;
    let now_ms = state.now_ms();
    let job = move |tx: &Connection| -> Result<(), StoreError> {
        // A phone that is empty has nothing to come back with; a code makes it a new one.
        let update = "UPDATE device SET wiped_ms = ?2, revoked_ms = COALESCE(revoked_ms, ?2)
                      WHERE number = ?1 AND wiped_ms IS NULL";
        if tx.execute(update, params![phone.number.0, now_ms])? == 0 {
            return Ok(());
        }
        phones::emptied(tx, phone.number, now_ms)?;
        let by = Actor { person: Some(phone.person), device: Some(phone.number), ..Actor::SYSTEM };
        audit::record(tx, by.did(Action::WipePhone, now_ms).on(phone.number))
    };
    Ok(state.writer.write(job).await?)
}
