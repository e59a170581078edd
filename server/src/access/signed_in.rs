//! Who asks for this page: the extractor that office pages take.

use super::audit::{Action, Actor, Line};
use super::sessions::{self, Session, Stage};
use super::sign_in::COOKIE;
use super::{Peer, PersonId};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use std::net::IpAddr;
use subtle::ConstantTimeEq;

/// Where people sign in.
pub const SIGN_IN_PAGE: &str = "/kantoor/inloggen";

/// A person who signed in. As an extractor it sends everybody else to the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    /// Goes into every form as the hidden field `csrf`.
    pub csrf: String,
    /// For the audit.
    pub actor: Actor,
    /// When password, and code where set, were given last.
    pub proved_ms: i64,
}

impl SignedIn {
    pub fn may(&self, capability: Capability) -> bool {
        self.role.may(capability)
    }

    /// # Errors
    /// `Hidden` when the role may not: the answer looks as if there were nothing.
    pub fn require(&self, capability: Capability) -> Result<(), AppError> {
        if self.may(capability) { Ok(()) } else { Err(AppError::Hidden) }
    }

    /// A line for the audit, to be completed.
    pub fn did(&self, action: Action, at_ms: i64) -> Line {
        self.actor.did(action, at_ms)
    }

    /// # Errors
    /// `StaleForm` when the form was not made for this session.
    pub fn check_csrf(&self, given: &str) -> Result<(), AppError> {
        let same = bool::from(given.as_bytes().ct_eq(self.csrf.as_bytes()));
        if same { Ok(()) } else { Err(AppError::StaleForm) }
    }
}

impl SignedIn {
    fn new(session: Session, peer: IpAddr) -> Self {
        let Session { number, person, name, role, csrf, proved_ms, .. } = session;
        let actor = Actor { session: Some(number), ..Actor::stranger(peer).known_as(person) };
        SignedIn { person, name, role, csrf, actor, proved_ms }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(Peer(peer)) = Peer::from_request_parts(parts, state).await;
        match session_of(&parts.headers, state).await {
            Ok(Some(session)) if session.stage == Stage::Whole => Ok(SignedIn::new(session, peer)),
            Ok(_) => Err(Redirect::to(SIGN_IN_PAGE).into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

/// The living session of this browser, at whatever stage.
pub(super) async fn session_of(
    headers: &HeaderMap,
    state: &AppState,
) -> Result<Option<Session>, AppError> {
    let Some(token) = token_in(headers) else { return Ok(None) };
    let now_ms = state.now_ms();
    let asked = token.clone();
    let found = state.reader.read(move |db| sessions::find(db, &asked, now_ms)).await?;
    if found.as_ref().is_some_and(|session| session.is_stale(now_ms)) {
        state.writer.write(move |tx| sessions::note_seen(tx, &token, now_ms)).await?;
    }
    Ok(found)
}

/// The session's token, when the browser sent one.
pub(super) fn token_in(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    pairs.find(|(name, _)| name.trim() == COOKIE).map(|(_, value)| value.trim().to_owned())
}
