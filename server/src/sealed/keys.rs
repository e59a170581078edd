//! The server's key that phones seal to. It lies in a file of its own beside the database, made at its
//! first use and readable by the server's account alone; a backup of the database does not hold it.

use crate::access;
use crate::error::AppError;
use crate::state::AppState;
use crate::store::{StoreError, private};
use aanbel_shared::sync::{Envelope, PURPOSE, SIGNATURE_LEN, SealedOp, decode_plain};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

const FILE: &str = "sealing.key";
const SECRET_LEN: usize = 32;
const NONCE_LEN: usize = 12;
/// What an envelope is bound to, as the phone binds it.
const BOUND: &str = "sealed op";

/// What was in an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub what: SealedOp,
    /// The same as bytes: what was signed.
    pub inside: Vec<u8>,
    /// None in an envelope of before there were keys.
    pub signature: Option<Vec<u8>>,
}

/// The key of one data folder.
pub struct SealingKey(SecretKey);

impl SealingKey {
    /// Reads the key of this folder; makes it when there is none.
    ///
    /// # Errors
    /// When the folder cannot be used, or the file holds something else.
    pub fn of(folder: &Path) -> Result<SealingKey, StoreError> {
        let path = folder.join(FILE);
        if !path.exists() {
            make(folder, &path)?;
        }
        let secret = std::fs::read(&path)?;
        let key = SecretKey::from_slice(&secret).map_err(|_| StoreError::Damaged(FILE))?;
        Ok(SealingKey(key))
    }

    /// What phones seal to: a point, uncompressed.
    pub fn point(&self) -> Vec<u8> {
        self.0.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// What is in each envelope; none for what is not sealed to this key.
    pub fn open_all(&self, sealed: &[Vec<u8>]) -> Vec<Option<Opened>> {
        let own = self.point();
        // A phone seals many with one half of its own, so the agreement is worked out once.
        let mut agreed: HashMap<&[u8], Option<Aes256Gcm>> = HashMap::new();
        let mut opened = Vec::with_capacity(sealed.len());
        for bytes in sealed {
            let envelope = Envelope::read(bytes);
            let envelope = envelope.filter(|one| one.key == Envelope::key_name(&own));
            opened.push(envelope.and_then(|envelope| {
                let cipher = agreed
                    .entry(envelope.point)
                    .or_insert_with(|| self.agree(envelope.point, &own))
                    .as_ref()?;
                unseal(cipher, &envelope)
            }));
        }
        opened
    }

    fn agree(&self, point: &[u8], own: &[u8]) -> Option<Aes256Gcm> {
        let theirs = PublicKey::from_sec1_bytes(point).ok()?;
        let shared = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), theirs.as_affine());
        let salt = [point, own].concat();
        let mut key = [0; SECRET_LEN];
        let derived = Hkdf::<Sha256>::new(Some(&salt), shared.raw_secret_bytes().as_slice());
        derived.expand(PURPOSE.as_bytes(), &mut key).ok()?;
        Aes256Gcm::new_from_slice(&key).ok()
    }
}

fn unseal(cipher: &Aes256Gcm, envelope: &Envelope<'_>) -> Option<Opened> {
    let (nonce, msg) = envelope.content.split_at_checked(NONCE_LEN)?;
    let payload = Payload { msg, aad: BOUND.as_bytes() };
    let plain = cipher.decrypt(Nonce::from_slice(nonce), payload).ok()?;
    let (signature, inside) = match envelope.signed {
        true => plain.split_at_checked(SIGNATURE_LEN).map(|(own, rest)| (Some(own), rest))?,
        false => (None, &plain[..]),
    };
    let what = decode_plain(inside).ok()?;
    Some(Opened { what, inside: inside.to_vec(), signature: signature.map(<[u8]>::to_vec) })
}

/// Makes the file whole or not at all; of two that try at once the first wins.
fn make(folder: &Path, path: &Path) -> Result<(), StoreError> {
    let secret = loop {
        let bytes = access::random::<SECRET_LEN>();
        if SecretKey::from_slice(&bytes).is_ok() {
            break bytes;
        }
    };
    let name: String = access::random::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let fresh = folder.join(format!("{FILE}.{name}"));
    let mut file = private::make(&fresh)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&fresh, path);
    std::fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// Does something with the key, away from the threads that answer requests.
///
/// # Errors
/// As `SealingKey::of`.
pub async fn with<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(&SealingKey) -> T + Send + 'static,
) -> Result<T, AppError> {
    let folder = state.config.data.clone();
    let working =
        tokio::task::spawn_blocking(move || SealingKey::of(&folder).map(|key| work(&key)));
    Ok(working.await.map_err(|_| StoreError::Stopped)??)
}

/// The public key.
///
/// # Errors
/// As `with`.
pub async fn public(state: &AppState) -> Result<Vec<u8>, AppError> {
    with(state, SealingKey::point).await
}
