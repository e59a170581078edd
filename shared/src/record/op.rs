//! The op: one commit by one device on one record. The only thing that is stored, sent and received.

use super::{DeviceNo, Dot, INSTANT_RANGE_MS, Live, RecordId, Seen, Value, WorklistId, at_most};
use serde::{Deserialize, Serialize};

/// Longest text of one field, in bytes; longer ones are the mark of a mistake or an attack.
pub const TEXT_MAX_BYTES: usize = 8_192;
/// Longest name of a kind or a field and longest key of a choice, in bytes. In the compact encoding a
/// name stands once and many rows point at it; without this bound one long name is copied for each.
pub const NAME_MAX_BYTES: usize = 100;
/// Most fields that one op may set.
pub const FIELDS_MAX: usize = 200;
/// Most devices that one field may have been seen from. Every later write on the field carries them
/// on, so a hostile list would burden every phone for ever.
pub const SEEN_MAX: usize = 500;

/// Most fields of an op that are read at all. More than `FIELDS_MAX` is set aside with its reason, many
/// more is no op but an attack.
const FIELDS_READ_MAX: usize = 5_000;

/// One commit. No author travels in it: the server derives who wrote from the device's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Op {
    pub dot: Dot,
    pub record: RecordId,
    /// Which form the record follows, for example `attempt`.
    pub kind: String,
    pub worklist: WorklistId,
    /// The device's clock in ms since 1970, corrected by the last known offset to the server.
    /// A claim: it breaks ties and is shown; it never decides what is lost.
    pub at_ms: i64,
    #[serde(deserialize_with = "at_most::<FIELDS_READ_MAX, _, _>")]
    pub set: Vec<Assignment>,
}

/// One field that gets a value, and what its writer had seen on that field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub field: String,
    pub value: Value,
    pub seen: Seen,
}

/// Why an op cannot be what a device of ours made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    #[error("the op sets no field")]
    Empty,
    #[error("the op sets too many fields")]
    TooManyFields,
    #[error("the op sets one field twice")]
    FieldTwice,
    #[error("a text is too long")]
    TextTooLong,
    #[error("the name of a kind or field, or the key of a choice, is too long")]
    NameTooLong,
    #[error("the op claims to have seen itself or a later op of its device")]
    SawItself,
    #[error("sequences start at 1")]
    NoSequence,
    #[error("the op claims to have seen too many devices")]
    SawTooMany,
    #[error("the op says to be from a year that no clock of ours shows")]
    NoSuchYear,
}

impl Op {
    /// The values of this op as they enter the registers of its record.
    pub fn lives(&self) -> impl Iterator<Item = (&str, Live)> {
        self.set.iter().map(|assignment| {
            let live = Live {
                dot: self.dot,
                at_ms: self.at_ms,
                value: assignment.value.clone(),
                seen: assignment.seen.clone(),
            };
            (assignment.field.as_str(), live)
        })
    }

    pub fn get(&self, field: &str) -> Option<&Value> {
        self.set.iter().find(|assignment| assignment.field == field).map(|found| &found.value)
    }

    pub fn device(&self) -> DeviceNo {
        self.dot.device
    }

    /// Checks the shape alone: what can be known without records, forms or rights.
    pub fn check_shape(&self) -> Result<(), OpError> {
        if self.dot.seq == 0 {
            return Err(OpError::NoSequence);
        }
        if self.set.is_empty() {
            return Err(OpError::Empty);
        }
        if self.set.len() > FIELDS_MAX {
            return Err(OpError::TooManyFields);
        }
        let mut names: Vec<&str> = self.set.iter().map(|one| one.field.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(OpError::FieldTwice);
        }
        if !INSTANT_RANGE_MS.contains(&self.at_ms) {
            return Err(OpError::NoSuchYear);
        }
        if self.kind.len() > NAME_MAX_BYTES {
            return Err(OpError::NameTooLong);
        }
        for one in &self.set {
            let key = if let Value::Choice(key) = &one.value { key.len() } else { 0 };
            if one.field.len().max(key) > NAME_MAX_BYTES {
                return Err(OpError::NameTooLong);
            }
            if one.value.as_str().is_some_and(|text| text.len() > TEXT_MAX_BYTES) {
                return Err(OpError::TextTooLong);
            }
            if one.seen.len() > SEEN_MAX {
                return Err(OpError::SawTooMany);
            }
            if one.seen.covers(self.dot) {
                return Err(OpError::SawItself);
            }
        }
        Ok(())
    }
}
