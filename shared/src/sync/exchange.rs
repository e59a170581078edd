//! The messages of the one exchange, and of enrolment. The same types as JSON and, through `wire`,
//! as compact bytes. Fields are only ever added at the end, with a new `PROTOCOL`.

use super::Reason;
use crate::programme::Role;
use crate::record::{Dot, Op, RecordId, WorklistId, at_most};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version of these messages. Uploads of every released version are accepted for ever.
pub const PROTOCOL: u16 = 1;

/// Most elements of a list in a request that are read at all; beyond this it is no request of ours.
pub(super) const READ_MAX: usize = 10_000;

/// What a phone sends: what it kept since the last acknowledgement, and how far it had read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub protocol: u16,
    /// Which life of the server this phone last spoke to; nil before the first exchange.
    pub epoch: Uuid,
    /// Version of the app, for the office's list of phones.
    pub app: String,
    /// Sequence of the first op in this batch; the others follow without a gap, except for `gone`.
    pub first: u64,
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    pub ops: Vec<Op>,
    /// Sequences that were acknowledged once and are no longer held (from, to, both included).
    /// Only a restored server, which lost them, has a use for this.
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    pub gone: Vec<(u64, u64)>,
    /// Highest own sequence that this phone ever used. When the server has kept more of this device,
    /// the phone was put back to an older state and must enrol again.
    pub own_high: u64,
    /// Per worklist the last number read; 0 or absent for a new one.
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    pub cursors: Vec<(WorklistId, u64)>,
    /// Ops that still wait after this batch, for the office's list of phones.
    pub waiting: u32,
    /// Erased records that this phone has removed.
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    pub erased: Vec<RecordId>,
    /// The phone's uncorrected clock, ms since 1970.
    pub clock_ms: i64,
}

/// What the server answers, after its commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub protocol: u16,
    pub epoch: Uuid,
    /// Highest sequence kept for this device, contiguous. Everything up to here is on disk. Where ops
    /// differ, the one before the first of those; 0 when the request spoke of another life of the server,
    /// in which these numbers may have been a copy's.
    pub kept: u64,
    pub instruction: Instruction,
    /// One page per worklist with news.
    pub pages: Vec<Page>,
    /// All worklists assigned to this person now. What is not here leaves the phone.
    pub assigned: Vec<WorklistId>,
    pub erased: Vec<RecordId>,
    /// Ops of this device that were set aside, all that are still open.
    pub set_aside: Vec<SetAside>,
    /// The server's clock, ms since 1970.
    pub server_ms: i64,
    pub versions: Versions,
    /// How many ops are still to come over all worklists, for a progress bar.
    pub remaining: u32,
}

/// What the server tells a device to do, besides taking in the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    Continue,
    /// The device was copied or restored: from this sequence on its ops differ from those the
    /// server keeps under the same number. Enrol again; they travel under the new number.
    EnrolAgain {
        from: u64,
    },
    /// The device may send but no longer read; it must be updated first.
    Update,
    /// The office revoked this device: hand over nothing more, empty it.
    Wipe,
}

/// Ops of one worklist, in the order of its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub worklist: WorklistId,
    /// Number that was asked from, so that a phone knows a reply that comes late.
    pub from: u64,
    pub ops: Vec<Delivered>,
    /// Number to ask from next time.
    pub upto: u64,
    /// There is more; ask again at once.
    pub more: bool,
}

/// An op as the server delivers it: perhaps only its live fields, and with what the server knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub op: Op,
    /// Display name of who wrote it, as the server derived it.
    pub author: String,
    pub received_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    pub dot: Dot,
    pub reason: Reason,
}

/// Versions of the data that is not records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    pub forms: u32,
    /// Of the scheme catalogue that `GET /api/catalogue` gives, as `Catalogue::version_of` its bytes.
    /// Empty when the server has none.
    pub catalogue: String,
    pub texts: u32,
    /// Lowest protocol that may download.
    pub lowest_download: u16,
}

/// A phone's one-time request to join. The phone makes its own token, so that a lost reply can be
/// asked for again with the same code and the same token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    pub protocol: u16,
    /// The code from the office, with or without dashes and spaces, in any case.
    pub code: String,
    /// 32 random bytes as 64 hex digits; the server keeps only its hash.
    pub token: String,
    /// What the office sees in its list, for example `Android, Chrome`.
    pub label: String,
    pub app: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    pub device: crate::record::DeviceNo,
    /// Display name of the person this phone belongs to now.
    pub person: String,
    pub role: Role,
    pub organisation: String,
    pub server_ms: i64,
}

/// Header of an answer to an enrolment: the epoch of the server that gives the number, as a UUID is
/// written. Servers of before it was told send none.
pub const EPOCH_HEADER: &str = "x-aanbel-epoch";

/// Any refusal: a code for programs and a Dutch sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub sentence: String,
}
