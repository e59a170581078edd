//! The kinds of value that one field can hold. No floating point: money is whole cents.

use super::RecordId;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Instants that are taken for true: 1900 to 2200, ms since 1970. Calendars fail on far ones.
pub const INSTANT_RANGE_MS: RangeInclusive<i64> = -2_208_988_800_000..=7_258_118_400_000;
/// The same for dates, in days since 1970.
pub const DATE_RANGE_DAYS: RangeInclusive<i32> = -25_567..=84_006;

/// Value of one field. `Nothing` says "there is no answer any more", which is an answer too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Nothing,
    Bool(bool),
    Int(i64),
    Text(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since 1970-01-01 UTC.
    Instant(i64),
    /// Key of one of the choices of a field.
    Choice(String),
    Reference(RecordId),
}

impl Value {
    pub fn choice(key: &str) -> Self {
        Value::Choice(key.to_owned())
    }

    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The text of a text or the key of a choice.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Choice(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_date(&self) -> Option<i32> {
        match self {
            Value::Date(days) => Some(*days),
            _ => None,
        }
    }

    pub fn as_instant(&self) -> Option<i64> {
        match self {
            Value::Instant(ms) => Some(*ms),
            _ => None,
        }
    }

    pub fn as_reference(&self) -> Option<RecordId> {
        match self {
            Value::Reference(id) => Some(*id),
            _ => None,
        }
    }
}
