//! Whether what a browser brought is the answer to what we asked, by a key that we know (WebAuthn level
//! 3, sections 7.1 and 7.2, for ES256 and without attestation). Pure: no clock, no database.

use super::Site;
use super::data::{AuthenticatorData, NewKey};
use crate::access::signing::{is_key, is_signed_in_der};
use aanbel_shared::sync::from_hex;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What is asked to be signed.
pub type Challenge = [u8; 32];

/// A new passkey, as the browser hands it over; in hex in the form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// JSON of the browser.
    #[serde(default, deserialize_with = "hex")]
    pub client_data: Vec<u8>,
    #[serde(default, deserialize_with = "hex")]
    pub authenticator_data: Vec<u8>,
}

/// What a passkey signed, likewise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Answer {
    #[serde(default, deserialize_with = "hex")]
    pub credential: Vec<u8>,
    #[serde(default, deserialize_with = "hex")]
    pub client_data: Vec<u8>,
    #[serde(default, deserialize_with = "hex")]
    pub authenticator_data: Vec<u8>,
    #[serde(default, deserialize_with = "hex")]
    pub signature: Vec<u8>,
}

fn hex<'de, D: Deserializer<'de>>(text: D) -> Result<Vec<u8>, D::Error> {
    from_hex(&String::deserialize(text)?).ok_or_else(|| D::Error::custom("not hex"))
}

/// Why a passkey is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Unreadable,
    /// Made for something else than what was asked.
    Purpose,
    /// Nothing was asked, it was asked too long ago, or something else was.
    Challenge,
    /// Of another site's page.
    Origin,
    /// Made for another site.
    Site,
    NobodyPresent,
    /// Somebody was there, but the authenticator did not look who.
    NotVerified,
    /// Not of a kind that we can check.
    Kind,
    Signature,
    /// It counted this use before: somebody may have a copy of the key.
    Counter,
    /// Not one of hers.
    Unknown,
    /// It is here already, or she has as many as there may be.
    Full,
}

/// Key in the audit, and what its page says.
const REFUSALS: [(Refused, &str, &str); 12] = [
    (Refused::Unreadable, "unreadable", "onleesbaar antwoord"),
    (Refused::Purpose, "purpose", "voor iets anders gemaakt"),
    (Refused::Challenge, "challenge", "te laat, of op een andere vraag"),
    (Refused::Origin, "origin", "van een pagina van een andere site"),
    (Refused::Site, "site", "gemaakt voor een andere site"),
    (Refused::NobodyPresent, "nobody_present", "niemand bij het toestel"),
    (Refused::NotVerified, "not_verified", "het toestel keek niet wie het was"),
    (Refused::Kind, "kind", "een soort die niet kan"),
    (Refused::Signature, "signature", "handtekening klopt niet"),
    (Refused::Counter, "counter", "teller liep terug, misschien een kopie"),
    (Refused::Unknown, "unknown", "niet van deze persoon"),
    (Refused::Full, "full", "staat er al, of te veel"),
];

impl Refused {
    /// As the audit calls it.
    pub fn key(self) -> &'static str {
        REFUSALS.iter().find(|row| row.0 == self).expect("every refusal stands in the table").1
    }

    /// What the audit's page says for a key.
    pub fn name_nl(key: &str) -> Option<&'static str> {
        REFUSALS.iter().find(|row| row.1 == key).map(|row| row.2)
    }
}

/// What is kept of a passkey to check its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub point: Vec<u8>,
    pub counter: u32,
}

/// The key of a new passkey.
///
/// # Errors
/// When it does not answer this challenge, or cannot be used.
pub fn made(site: &Site, challenge: &Challenge, made: &Made) -> Result<NewKey, Refused> {
    answers("webauthn.create", site, challenge, &made.client_data)?;
    let data = vouched(site, &made.authenticator_data)?;
    data.new_key().filter(|key| is_key(&key.point)).ok_or(Refused::Kind)
}

/// How far the passkey has counted now.
///
/// # Errors
/// When it does not answer this challenge, or is not this passkey's.
pub fn answered(
    site: &Site,
    challenge: &Challenge,
    kept: &Kept,
    answer: &Answer,
) -> Result<u32, Refused> {
    answers("webauthn.get", site, challenge, &answer.client_data)?;
    let data = vouched(site, &answer.authenticator_data)?;
    let said = Sha256::digest(&answer.client_data);
    let signed = [&answer.authenticator_data[..], &said].concat();
    if !is_signed_in_der(&kept.point, &signed, &answer.signature) {
        return Err(Refused::Signature);
    }
    let counts = (kept.counter, data.counter) != (0, 0);
    if counts && data.counter <= kept.counter {
        return Err(Refused::Counter);
    }
    Ok(data.counter)
}

/// What the browser says that it was asked, and by whom.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    purpose: String,
    challenge: String,
    origin: String,
    /// The page was shown within another site's.
    #[serde(default, rename = "crossOrigin")]
    within_another: bool,
}

fn answers(
    purpose: &str,
    site: &Site,
    challenge: &Challenge,
    client_data: &[u8],
) -> Result<(), Refused> {
    let Ok(said) = serde_json::from_slice::<ClientData>(client_data) else {
        return Err(Refused::Unreadable);
    };
    if said.purpose != purpose {
        return Err(Refused::Purpose);
    }
    let wanted = URL_SAFE_NO_PAD.encode(challenge);
    if !bool::from(said.challenge.as_bytes().ct_eq(wanted.as_bytes())) {
        return Err(Refused::Challenge);
    }
    if said.within_another || !site.is_origin(&said.origin) {
        return Err(Refused::Origin);
    }
    Ok(())
}

fn vouched<'a>(site: &Site, bytes: &'a [u8]) -> Result<AuthenticatorData<'a>, Refused> {
    let data = AuthenticatorData::read(bytes).ok_or(Refused::Unreadable)?;
    if data.site_hash != site.hash() {
        return Err(Refused::Site);
    }
    if !data.is_present() {
        return Err(Refused::NobodyPresent);
    }
    if !data.is_verified() {
        return Err(Refused::NotVerified);
    }
    Ok(data)
}
