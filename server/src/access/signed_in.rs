//! Who asks for this page: the extractor that office pages take.

use super::PersonId;
use super::sessions::{self, Session};
use super::sign_in::COOKIE;
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
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
}

impl SignedIn {
    pub fn may(&self, capability: Capability) -> bool {
        self.role.may(capability)
    }

    /// # Errors
    /// `Forbidden` when the role may not.
    pub fn require(&self, capability: Capability) -> Result<(), AppError> {
        if self.may(capability) { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// # Errors
    /// `StaleForm` when the form was not made for this session.
    pub fn check_csrf(&self, given: &str) -> Result<(), AppError> {
        let same = bool::from(given.as_bytes().ct_eq(self.csrf.as_bytes()));
        if same { Ok(()) } else { Err(AppError::StaleForm) }
    }
}

impl From<Session> for SignedIn {
    fn from(session: Session) -> Self {
        let Session { person, name, role, csrf, .. } = session;
        SignedIn { person, name, role, csrf }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match session_of(&parts.headers, state).await {
            Ok(Some(session)) => Ok(session.into()),
            Ok(None) => Err(Redirect::to(SIGN_IN_PAGE).into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

async fn session_of(headers: &HeaderMap, state: &AppState) -> Result<Option<Session>, AppError> {
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

/// The address that a request came from, for the limits on guessing only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<AppState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let forwarded = state.config.behind_proxy.then(|| last_forwarded(&parts.headers)).flatten();
        let direct = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Ok(Peer(forwarded.or(direct).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))))
    }
}

/// The entry that our own proxy added; the ones before it are the client's to invent.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next()?.trim().parse().ok()
}
