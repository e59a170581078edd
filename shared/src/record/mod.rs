//! Map of what is written down: ids, values, the op, and the one fold that merges them.
//!
//! *Invariant:* nothing here knows a form, a role or a message.

mod at_most;
mod id;
mod merge;
mod op;
mod records;
mod seen;
mod value;

pub use at_most::at_most;
pub use id::{DeviceNo, Dot, RecordId, WorklistId};
pub use merge::{Absorbed, Live, Register};
pub use op::{Assignment, Op, OpError};
pub use op::{FIELDS_MAX, NAME_MAX_BYTES, SEEN_MAX, TEXT_MAX_BYTES};
pub use records::{Record, Records, Replaced};
pub use seen::Seen;
pub use value::{DATE_RANGE_DAYS, INSTANT_RANGE_MS, Value};
