//! An op that only the server can read: what is in it, and how it lies in a row, a message or a rescue
//! file. The cryptography is each end's own: ECDH on P-256, HKDF with SHA-256, AES-256-GCM.

use crate::record::Op;
use serde::{Deserialize, Serialize};

/// First byte of an envelope, so that another way can follow later: an op alone, as phones made them
/// before they had a key to sign with, and one behind its signature.
const PLAIN: u8 = 1;
const SIGNED: u8 = 2;
/// A point of P-256, uncompressed: 4, x, y.
pub const POINT_LEN: usize = 65;
/// The start of x names the server's key.
const NAME_LEN: usize = 8;
/// What the key of an envelope is derived for.
pub const PURPOSE: &str = "aanbel sealed op 1";

/// What is sealed: an op, and the secret by which the server knows its phone. So whoever makes
/// something up is nobody's phone, and a copied envelope says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedOp {
    pub token: String,
    pub op: Op,
}

/// Envelopes as a phone sends them, and as a rescue file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBatch {
    pub sealed: Vec<Vec<u8>>,
}

/// For each envelope, in order, whether the server has it now, so that the phone may let go of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedReply {
    pub kept: Vec<bool>,
}

/// The parts of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// What is sealed begins with a signature of the rest (`signed_op`).
    pub signed: bool,
    /// Which key of the server opens it.
    pub key: &'a [u8],
    /// The sender's half of the agreement, a point.
    pub point: &'a [u8],
    /// Nonce and sealed bytes.
    pub content: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// The name of a server's public key.
    pub fn key_name(public: &[u8]) -> &[u8] {
        public.get(1..=NAME_LEN).unwrap_or_default()
    }

    /// None when the bytes are no envelope.
    pub fn read(bytes: &'a [u8]) -> Option<Envelope<'a>> {
        let (way, rest) = bytes.split_first()?;
        let signed = match *way {
            PLAIN => false,
            SIGNED => true,
            _ => return None,
        };
        let (key, rest) = rest.split_at_checked(NAME_LEN)?;
        let (point, content) = rest.split_at_checked(POINT_LEN)?;
        Some(Envelope { signed, key, point, content })
    }

    pub fn write(self) -> Vec<u8> {
        let way = if self.signed { SIGNED } else { PLAIN };
        [&[way], self.key, self.point, self.content].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_read_as_it_was_written() {
        let public: Vec<u8> = (0..65).collect();
        let key = Envelope::key_name(&public);
        for signed in [false, true] {
            let envelope = Envelope { signed, key, point: &public, content: b"inhoud" };
            let bytes = envelope.write();
            assert_eq!(Envelope::read(&bytes), Some(envelope));
            assert_eq!(Envelope::read(&bytes[..40]), None);
            assert_eq!(Envelope::read(&[&[3], &bytes[1..]].concat()), None);
        }
        assert_eq!(Envelope::read(b""), None);
    }
}
