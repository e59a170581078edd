//! The key that this phone signs with, so that its token alone sends nothing. It lies beside the device
//! key, not behind the PIN: it reads nothing. A browser that cannot keep such a key has none.

use super::{SIGNING, Vault};
use crate::browser::crypto::{self, Asked, Key};
use crate::browser::js;
use crate::store::indexed_db::{RowWrite, Shelf};
use aanbel_shared::sync::{signed_request, to_hex};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

/// Path of what a phone says last.
pub const WIPED: &str = "/api/wiped";

/// Both halves; the secret one only the browser can use.
#[derive(Clone, Debug)]
pub struct Signer {
    secret: Key,
    /// The public half, as the server keeps it.
    pub point: Vec<u8>,
}

impl Signer {
    /// A new one; none when the browser cannot.
    pub async fn fresh() -> Option<Signer> {
        crypto::signing_pair().await.map(|(secret, point)| Signer { secret, point })
    }

    /// Asks the browser for a signature.
    pub fn ask(&self, bytes: &[u8]) -> Asked {
        crypto::ask_signature(&self.secret, bytes)
    }

    /// None when the browser refuses.
    pub async fn sign(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.ask(bytes).done().await
    }

    pub(super) fn write(&self) -> RowWrite {
        let point = Uint8Array::from(&self.point[..]).into();
        let row = js::object(&[("secret", self.secret.0.clone()), ("point", point)]);
        RowWrite::Put(Shelf::Keys, SIGNING.to_owned(), row)
    }

    fn of_row(row: &JsValue) -> Option<Signer> {
        let point: Uint8Array = js::get(row, "point")?.dyn_into().ok()?;
        Some(Signer { secret: Key(js::get(row, "secret")?), point: point.to_vec() })
    }
}

impl Vault {
    /// As it is kept.
    pub(super) async fn kept_signer(&self) -> Option<Signer> {
        let row = self.raw.row(Shelf::Keys, SIGNING).await.ok()??;
        Signer::of_row(&row)
    }

    /// What tells the office that the keys of this phone were destroyed, made while there still is one:
    /// the token is behind the lock, so the public key stands in its place. Both in hex; it opens nothing.
    pub(super) async fn locked_farewell(&self) -> Option<String> {
        let signer = self.kept_signer().await?;
        let signature = signer.sign(&signed_request(WIPED, "", &[])).await?;
        Some(format!("{} {}", to_hex(&signer.point), to_hex(&signature)))
    }

    /// The key of this phone, and whether it is new to this tab: made just now, or meanwhile by another
    /// tab, for a vault of before there were keys. What was sealed without it counts as missing. Only the
    /// tab that writes asks this.
    pub async fn signer(&self) -> Option<(Signer, bool)> {
        let held = self.open.borrow().as_ref().and_then(|open| open.signer.clone());
        if let Some(signer) = held {
            return Some((signer, false));
        }
        let signer = match self.kept_signer().await {
            Some(signer) => signer,
            None => {
                let signer = Signer::fresh().await?;
                // What cannot be kept would be another key at every start.
                self.raw.write(&[signer.write()]).await.ok()?;
                signer
            }
        };
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.signer = Some(signer.clone());
            open.outbox.seal_anew();
        }
        Some((signer, true))
    }

    /// Whether the server has heard of this phone's key since this app started.
    pub fn key_is_told(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.key_told)
    }

    /// The server answered, so it has the key.
    pub fn key_was_told(&self) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.key_told = true;
        }
    }
}
