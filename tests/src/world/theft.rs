//! Now and then somebody has a phone's token, and not the key that its browser gives to nobody: he sends
//! what the phone just sent and something of his own behind it. Nothing of that may be on the server.

use super::net::{Kind, Message};
use super::server::{Call, signed_exchange};
use super::world::{World, name};
use aanbel_server::access::{MadeUpKey, Proof};
use aanbel_shared::sync::{decode_request, encode_request};

/// Sets the thief's chance apart from the plan's and the world's.
pub const SEED: u64 = 0x7e1f_5eed_0000_0000;
/// One in so many requests that bring something.
const ONE_IN: usize = 8;

/// A request that its phone did not sign.
pub struct Theft {
    token: String,
    proof: Proof,
    bytes: Vec<u8>,
}

impl Theft {
    pub fn call(&self) -> Call<'_> {
        Call { token: &self.token, proof: &self.proof, bytes: &self.bytes }
    }
}

impl World {
    /// What a thief makes of this request, when he is about.
    pub fn theft(&mut self, message: &Message) -> Option<Theft> {
        let Kind::Request { token, .. } = &message.kind else { return None };
        if !self.server.signs {
            return None;
        }
        let mut request = decode_request(&message.bytes).ok()?;
        let mut forged = request.ops.last()?.clone();
        if !self.thief.one_in(ONE_IN) {
            return None;
        }
        // The next number of this phone, at a moment that no commit has.
        request.own_high += 1;
        forged.dot.seq = request.own_high;
        forged.at_ms += 1;
        request.ops.push(forged);
        let bytes = encode_request(&request);
        // Signed, but with a key of his own; or with none, by what the phone signed for another body.
        let proof = match (&message.kind, self.thief.one_in(2)) {
            (Kind::Request { proof, .. }, true) => proof.clone(),
            _ => signed_exchange(&MadeUpKey::of("the thief's"), token, &bytes),
        };
        self.tell(|| format!("a thief sent more in the name of {}", name(message.phone)));
        Some(Theft { token: token.clone(), proof, bytes })
    }
}
