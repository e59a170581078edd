//! POST /api/wiped: a phone says that it is empty. Its token is the last thing that it kept for this;
//! the same again gives the same answer.

use super::message::{self, Formats};
use crate::access::audit::{self, Action, Actor};
use crate::erase::phones;
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use crate::sync::authenticate;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rusqlite::{Connection, params};

/// The handler. The body says nothing and is not read.
pub async fn wiped(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match note(&state, &headers).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => message::refusal(Formats::of_refusal(&headers), &error),
    }
}

async fn note(state: &AppState, headers: &HeaderMap) -> Result<(), AppError> {
    let phone = authenticate(state, headers).await?;
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
