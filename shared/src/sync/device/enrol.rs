//! Joining, and joining again under a new number after this phone was copied or restored.

use super::state::{Device, Me, Meta, StoredOp, Write};
use crate::record::{DeviceNo, Dot, Seen};
use crate::sync::{EnrolReply, Instruction};
use uuid::Uuid;

/// Why a phone cannot take on the identity that the server gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// Somebody else's unsent work is on this phone; it must go out under their name first.
    #[error("unsent work of another person is on this device")]
    OthersWork,
}

impl Device {
    /// What enrolment writes. Unsent ops travel on under the new number. Load the device anew from
    /// its store afterwards, for stored rows change their keys. `epoch` is the server's, when it told.
    ///
    /// # Errors
    /// When unsent ops of another person are on this phone.
    pub fn enrolled(
        &self,
        reply: &EnrolReply,
        token: &str,
        epoch: Option<Uuid>,
    ) -> Result<Vec<Write>, EnrolError> {
        let me = Me {
            device: reply.device,
            token: token.to_owned(),
            person: reply.person.clone(),
            role: reply.role,
            organisation: reply.organisation.clone(),
        };
        let other = self.me().is_some_and(|old| old.person != me.person);
        if other && self.waiting() > 0 {
            return Err(EnrolError::OthersWork);
        }
        let fork = if other { self.high() + 1 } else { self.fork() };
        let from = if other || self.is_same_life(epoch) { fork } else { 1 };
        let moving: Vec<&StoredOp> = self.own.range(from..).map(|(_, stored)| stored).collect();
        let mut writes = Vec::new();
        for (place, stored) in moving.iter().enumerate() {
            let mut op = stored.op.clone();
            op.dot = Dot::new(reply.device, place as u64 + 1);
            for one in &mut op.set {
                one.seen = renumber(&one.seen, stored.op.device(), fork, reply.device, &moving);
            }
            writes.push(Write::Delete(stored.op.dot));
            writes.push(Write::Put(StoredOp { op, author: String::new(), received_ms: None }));
        }
        let high = moving.len() as u64;
        let offset_ms = self.meta.offset_ms;
        // What others changed of her answers is nobody else's business.
        let notices = if other { Vec::new() } else { self.meta.notices.clone() };
        let meta = Meta { me: Some(me), high, offset_ms, notices, ..Meta::default() };
        writes.push(Write::Meta(Box::new(meta)));
        Ok(writes)
    }

    /// The first sequence that may mean another op on the server. A copied phone has what was before in
    /// common with its copy, and it stays under its number. Any other phone enrols again only because the
    /// server no longer knows it: a server restored from before this phone joined has none of its ops, also
    /// not those that it once acknowledged. So all of them travel again.
    fn fork(&self) -> u64 {
        match self.meta.instruction {
            Some(Instruction::EnrolAgain { from }) => from.min(self.meta.kept + 1),
            _ => 1,
        }
    }

    /// False when the server was put back since it told this phone that it is a copy: what was in common may
    /// have been lost with that, and the other may be gone. Then that travels again too.
    fn is_same_life(&self, epoch: Option<Uuid>) -> bool {
        epoch.is_none_or(|epoch| epoch == self.meta.epoch)
    }
}

/// What was seen of the old number from `fork` on is now seen under the new one; what was before may be
/// there under both.
fn renumber(seen: &Seen, old: DeviceNo, fork: u64, new: DeviceNo, moving: &[&StoredOp]) -> Seen {
    let mut renumbered = Seen::default();
    for dot in seen.dots() {
        if dot.device != old {
            renumbered.add(dot);
            continue;
        }
        if fork > 1 {
            renumbered.add(Dot::new(old, dot.seq.min(fork - 1)));
        }
        let moved = moving.iter().filter(|stored| stored.op.dot.seq <= dot.seq).count() as u64;
        if moved > 0 {
            renumbered.add(Dot::new(new, moved));
        }
    }
    renumbered
}
