//! Messages on their way: each with the moment at which it arrives. Bytes only.

use super::step::{Death, Fate, Trip};
use aanbel_server::access::Proof;
use aanbel_shared::record::DeviceNo;
use std::collections::BTreeMap;

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    pub phone: usize,
    /// Who the phone was when it asked.
    pub number: DeviceNo,
    pub bytes: Vec<u8>,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Request {
        token: String,
        /// What the phone signed; a request that is cut off no longer fits it.
        proof: Proof,
        back: Trip,
        death: Death,
    },
    Reply {
        death: Death,
    },
    /// 401.
    Unknown,
    /// Any other refusal; the phone tries again later.
    Refused,
}

impl Message {
    pub fn is_request(&self) -> bool {
        matches!(self.kind, Kind::Request { .. })
    }
}

/// All messages on their way, in the order in which they arrive.
#[derive(Default)]
pub struct Net {
    under_way: BTreeMap<(i64, u64), Message>,
    sent: u64,
}

impl Net {
    pub fn send(&mut self, now_ms: i64, trip: Trip, message: Message) {
        let due_ms = now_ms + trip.delay_ms;
        match trip.fate {
            Fate::Lost => {}
            Fate::Arrives => self.put(due_ms, message),
            Fate::Twice { later_ms } => {
                self.put(due_ms, message.clone());
                self.put(due_ms + later_ms, message);
            }
            Fate::CutOff { part } => {
                let mut message = message;
                let length = message.bytes.len() * usize::from(part) / 65_536;
                message.bytes.truncate(length);
                self.put(due_ms, message);
            }
        }
    }

    fn put(&mut self, due_ms: i64, message: Message) {
        self.sent += 1;
        self.under_way.insert((due_ms, self.sent), message);
    }

    /// When the next one arrives.
    pub fn next_ms(&self) -> Option<i64> {
        self.under_way.first_key_value().map(|((due_ms, _), _)| *due_ms)
    }

    pub fn take(&mut self) -> Option<Message> {
        self.under_way.pop_first().map(|(_, message)| message)
    }

    /// The next one, when it is a request that arrives before `end_ms`.
    pub fn take_request(&mut self, end_ms: i64) -> Option<Message> {
        let first = self.under_way.first_entry()?;
        let soon = first.key().0 <= end_ms && first.get().is_request();
        soon.then(|| first.remove())
    }

    /// Answers of a server that is no more do not arrive: their connections ended with it.
    pub fn hang_up(&mut self) {
        self.under_way.retain(|_, message| message.is_request());
    }
}
