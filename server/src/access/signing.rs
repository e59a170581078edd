//! What a phone or passkey signs: whether a signature is right, and which key may be taken on. What becomes of a
//! wrong one is in `caller`; which bytes are signed stands in `shared::sync`.

use super::Phone;
use aanbel_shared::sync::{
    KEY_HEADER, POINT_LEN, SIGNATURE_HEADER, from_hex, signed_request, to_hex,
};
use axum::http::HeaderMap;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

/// Why a request does not count as the phone's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// The phone has a key, and this was not signed.
    NoSignature,
    WrongSignature,
}

impl Unproven {
    /// As the audit calls it.
    pub fn key(self) -> &'static str {
        match self {
            Unproven::NoSignature => "no_signature",
            Unproven::WrongSignature => "wrong_signature",
        }
    }
}

/// Whether this key signed these bytes.
pub fn is_signed(key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_sec1_bytes(key);
    let signature = Signature::from_slice(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(bytes, &signature).is_ok())
}

/// The same for a signature as authenticators write it, in DER.
pub fn is_signed_in_der(key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    Signature::from_der(signature).is_ok_and(|found| is_signed(key, bytes, &found.to_bytes()))
}

/// Whether these bytes are a point of P-256, uncompressed.
pub fn is_key(bytes: &[u8]) -> bool {
    bytes.len() == POINT_LEN && VerifyingKey::from_sec1_bytes(bytes).is_ok()
}

/// What a request brought to show that it is the phone's own; an unreadable header counts as wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    key: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Proof {
    pub fn of(headers: &HeaderMap) -> Proof {
        let read = |name: &str| {
            let text = headers.get(name)?.to_str().unwrap_or_default();
            Some(from_hex(text).unwrap_or_default())
        };
        Proof { key: read(KEY_HEADER), signature: read(SIGNATURE_HEADER) }
    }

    /// The key that came along, whoever's it is.
    pub fn key(&self) -> Option<&[u8]> {
        self.key.as_deref()
    }

    /// Holds a request against what is known of its phone. Gives the key to take on, for a phone that
    /// has none yet and brought one.
    ///
    /// # Errors
    /// When it is not the phone's own.
    pub fn check(
        &self,
        phone: &Phone,
        path: &str,
        token: &str,
        body: &[u8],
    ) -> Result<Option<Vec<u8>>, Unproven> {
        let Some(key) = &phone.key else { return self.new_key(path, token, body) };
        let signature = self.signature.as_ref().ok_or(Unproven::NoSignature)?;
        let right = is_signed(key, &signed_request(path, token, body), signature);
        if right { Ok(None) } else { Err(Unproven::WrongSignature) }
    }

    /// The key that came along, when its owner signed the request with it; none when none came.
    ///
    /// # Errors
    /// When it is no key, or somebody else's.
    pub fn new_key(
        &self,
        path: &str,
        token: &str,
        body: &[u8],
    ) -> Result<Option<Vec<u8>>, Unproven> {
        let Some(key) = &self.key else { return Ok(None) };
        let signature = self.signature.as_ref().ok_or(Unproven::NoSignature)?;
        let signed = signed_request(path, token, body);
        let right = key.len() == POINT_LEN && is_signed(key, &signed, signature);
        if right { Ok(Some(key.clone())) } else { Err(Unproven::WrongSignature) }
    }
}

/// A key for phones that are none: the demo's and those of tests. A real phone's key is made by its
/// browser, which gives it to nobody.
#[derive(Clone, Debug)]
pub struct MadeUpKey(SigningKey);

impl MadeUpKey {
    /// The same for the same token.
    ///
    /// # Panics
    /// For one token in 2^32 there is no such key.
    pub fn of(token: &str) -> MadeUpKey {
        let secret = super::hash_of(&format!("made up {token}"));
        MadeUpKey(SigningKey::from_slice(&secret).expect("a number below the order"))
    }

    /// The public half.
    pub fn point(&self) -> Vec<u8> {
        self.0.verifying_key().to_encoded_point(false).as_bytes().to_vec()
    }

    #[cfg(all(test, feature = "passkeys"))]
    pub(super) fn sign_in_der(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(bytes);
        signature.to_der().as_bytes().to_vec()
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(bytes);
        signature.to_bytes().to_vec()
    }

    /// The headers of a request, with the key for a server that does not have it yet.
    pub fn headers(&self, path: &str, token: &str, body: &[u8]) -> [(&'static str, String); 2] {
        let signature = self.sign(&signed_request(path, token, body));
        [(KEY_HEADER, to_hex(&self.point())), (SIGNATURE_HEADER, to_hex(&signature))]
    }
}
