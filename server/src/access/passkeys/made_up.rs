//! An authenticator and a browser for tests: one key in memory, which says of itself whatever a test wants.

use super::check::{Answer, Made};
use crate::access::{MadeUpKey, hex};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Somebody touched it, and it looked who.
pub const PRESENT_AND_VERIFIED: u8 = 0x05;
const WITH_A_KEY: u8 = 0x40;
/// Everything of the key before its two numbers, and between them.
const KEY: [&[u8]; 2] = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20], &[0x22, 0x58, 0x20]];

#[derive(Clone)]
pub struct MadeUp {
    pub key: MadeUpKey,
    pub credential: Vec<u8>,
    pub origin: String,
    pub within_another: bool,
    pub host: String,
    pub flags: u8,
    pub counter: u32,
}

impl MadeUp {
    /// The same for the same name.
    pub fn new(name: &str) -> MadeUp {
        MadeUp {
            key: MadeUpKey::of(name),
            credential: format!("the passkey {name}").into_bytes(),
            origin: "http://localhost:8080".to_owned(),
            within_another: false,
            host: "localhost".to_owned(),
            flags: PRESENT_AND_VERIFIED,
            counter: 0,
        }
    }

    pub fn client_data(&self, purpose: &str, challenge: &[u8]) -> Vec<u8> {
        let said = serde_json::json!({
            "type": purpose,
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "origin": self.origin,
            "crossOrigin": self.within_another,
        });
        said.to_string().into_bytes()
    }

    pub fn data(&self, more_flags: u8) -> Vec<u8> {
        let mut bytes = Sha256::digest(&self.host).to_vec();
        bytes.push(self.flags | more_flags);
        bytes.extend(self.counter.to_be_bytes());
        bytes
    }

    /// Makes its key known.
    pub fn create(&self, challenge: &[u8]) -> Made {
        let point = self.key.point();
        let length = u16::try_from(self.credential.len()).expect("a short name").to_be_bytes();
        let authenticator_data = [
            &self.data(WITH_A_KEY)[..],
            &[7; 16],
            &length,
            &self.credential,
            KEY[0],
            &point[1..33],
            KEY[1],
            &point[33..],
        ];
        let client_data = self.client_data("webauthn.create", challenge);
        Made { client_data, authenticator_data: authenticator_data.concat() }
    }

    /// Counts, and signs what it is asked.
    pub fn get(&mut self, challenge: &[u8]) -> Answer {
        self.counter += 1;
        self.sign(self.client_data("webauthn.get", challenge))
    }

    pub fn sign(&self, client_data: Vec<u8>) -> Answer {
        let authenticator_data = self.data(0);
        let signed = [&authenticator_data[..], &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign_in_der(&signed);
        Answer { credential: self.credential.clone(), client_data, authenticator_data, signature }
    }
}

impl Answer {
    /// As the script fills it in.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("credential", hex(&self.credential)),
            ("client_data", hex(&self.client_data)),
            ("authenticator_data", hex(&self.authenticator_data)),
            ("signature", hex(&self.signature)),
        ]
    }
}

impl Made {
    /// Likewise.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("client_data", hex(&self.client_data)),
            ("authenticator_data", hex(&self.authenticator_data)),
        ]
    }
}
