//! Who calls the API: the phone of the token, and whether what it sent is signed with its own key. Who
//! is neither gets a clear no and a line in the audit.

use super::audit::{self, Action, Actor, Line};
use super::devices::{Registered, register_key};
use super::{Peer, Phone, Proof, Unproven, phone};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use axum::http::{HeaderMap, StatusCode, header};
use rusqlite::Connection;
use std::net::IpAddr;

const UNKNOWN: AppError = AppError::Refused(
    StatusCode::UNAUTHORIZED,
    "unknown_device",
    "Het kantoor kent deze telefoon niet. Vraag het kantoor om een nieuwe code.",
);
const UNSIGNED: AppError = AppError::Refused(
    StatusCode::FORBIDDEN,
    "not_signed",
    "Dit bericht is niet ondertekend door de telefoon zelf. Vraag het kantoor om een nieuwe code.",
);

/// Somebody with a token of ours. Not the phone itself yet: a token can be stolen.
pub struct Caller {
    phone: Phone,
    token: String,
    peer: IpAddr,
    proof: Proof,
}

impl Caller {
    /// Looks the token up; nothing of the body is needed for that.
    ///
    /// # Errors
    /// When it is no phone's.
    pub async fn of(state: &AppState, peer: Peer, headers: &HeaderMap) -> Result<Caller, AppError> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        let token = token.ok_or(UNKNOWN)?;
        let found = state.reader.look_for_phone(|db| phone(db, &token)).await?;
        let Some(phone) = found else {
            note_refused(state, peer.0, "unknown_token", |line| line).await?;
            return Err(UNKNOWN);
        };
        Ok(Caller { phone, token, peer: peer.0, proof: Proof::of(headers) })
    }

    /// A phone whose keys were destroyed knows no token any more: it is known by the key that it signed
    /// its last word with.
    ///
    /// # Errors
    /// When that is no phone's.
    pub async fn of_key(
        state: &AppState,
        peer: Peer,
        headers: &HeaderMap,
    ) -> Result<Caller, AppError> {
        let proof = Proof::of(headers);
        let key = proof.key().ok_or(UNKNOWN)?;
        let found = state.reader.look_for_phone(|db| Phone::signing_with(db, key)).await?;
        let Some(phone) = found else {
            note_refused(state, peer.0, "unknown_key", |line| line).await?;
            return Err(UNKNOWN);
        };
        Ok(Caller { phone, token: String::new(), peer: peer.0, proof })
    }

    /// For what takes no more than a token.
    pub fn is_revoked(&self) -> bool {
        self.phone.revoked
    }

    /// The phone, when it signed these bytes for this path. One of before there were keys is taken at
    /// its word until it brings a key, once.
    ///
    /// # Errors
    /// When it has a key and did not sign.
    pub async fn proven(
        self,
        state: &AppState,
        path: &str,
        body: &[u8],
    ) -> Result<Phone, AppError> {
        let Caller { phone, token, peer, proof } = self;
        let number = phone.number;
        let why = match proof.check(&phone, path, &token, body) {
            Ok(None) => return Ok(phone),
            Ok(Some(key)) => {
                let now_ms = state.now_ms();
                let by = Actor { device: Some(number), ..Actor::stranger(peer) };
                let line = by.known_as(phone.person).did(Action::RegisterKey, now_ms).on(number);
                let job = move |tx: &Connection| -> Result<Registered, StoreError> {
                    let done = register_key(tx, number, &key)?;
                    if done == Registered::New {
                        audit::record(tx, line)?;
                    }
                    Ok(done)
                };
                match state.writer.write(job).await? {
                    Registered::New | Registered::Same => return Ok(phone),
                    // Of two at once with a token of before, the first one's key counts.
                    Registered::Other => Unproven::WrongSignature.key(),
                }
            }
            Err(why) => why.key(),
        };
        note_refused(state, peer, why, |line| line.on(number)).await?;
        // A public key alone is nobody's: whoever brings it learns not whether a phone has it.
        Err(if token.is_empty() { UNKNOWN } else { UNSIGNED })
    }
}

/// Writes down that somebody was refused as a phone, unless there were too many such lines lately.
///
/// # Errors
/// Those of the database.
pub(crate) async fn note_refused(
    state: &AppState,
    peer: IpAddr,
    why: &'static str,
    about: impl FnOnce(Line) -> Line,
) -> Result<(), AppError> {
    let now_ms = state.now_ms();
    if !state.limits.phone_refused(peer, now_ms) {
        return Ok(());
    }
    let line = Actor::stranger(peer).did(Action::PhoneRefused, now_ms).refused();
    let line = about(line.with("why", why));
    Ok(state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?)
}
