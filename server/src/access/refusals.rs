//! What people of the office asked for and did not get: a line in the audit, and the same work
//! whether it was not for them or not there.

use super::Peer;
use super::audit::{self, Action, Actor, Subject};
use super::signed_in::session_of;
use crate::error::AppError;
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rusqlite::Connection;
use uuid::Uuid;

/// Marks a response, for the middleware below. Nothing of it reaches the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Her role may not.
    Outside,
    Missing,
}

/// Middleware: writes down who asked for what is not hers, or not there.
pub async fn note(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(Peer(peer)) = Peer::from_request_parts(&mut parts, &state).await;
    let headers = parts.headers.clone();
    let route = parts.extensions.get::<MatchedPath>().cloned();
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = response.extensions().get::<Refusal>().copied() else { return response };
    let session = match session_of(&headers, &state).await {
        Ok(Some(session)) => session,
        Ok(None) => return response,
        Err(error) => return error.into_response(),
    };
    if !state.limits.refusal(session.number, state.now_ms()) {
        return response;
    }
    let actor =
        Actor { session: Some(session.number), ..Actor::stranger(peer).known_as(session.person) };
    let action = match refusal {
        Refusal::Outside => Action::Outside,
        Refusal::Missing => Action::Missing,
    };
    // The route's pattern and the ids in the path; whatever else somebody typed there is not kept.
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let mut line = actor.did(action, state.now_ms()).refused().with("method", &method);
    line = line.with("route", route);
    if let Some(id) = path.split('/').find(|part| part.parse::<Uuid>().is_ok()) {
        line = line.on(Subject::new("record", id));
    } else if let Some(number) = path.split('/').find(|part| part.parse::<i64>().is_ok()) {
        line = line.on(Subject::new("number", number));
    }
    let job = move |tx: &Connection| Ok::<_, AppError>(audit::record(tx, line)?);
    match state.writer.write(job).await {
        Ok(()) => response,
        Err(error) => error.into_response(),
    }
}
