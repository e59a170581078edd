//! What a valid answer to a field is: the same rule on the phone, on office pages and on receipt.

use super::model::{Choice, Field, FieldKind};
use crate::record::{DATE_RANGE_DAYS, INSTANT_RANGE_MS, Value};

/// Longest short text, in characters.
pub const SHORT_TEXT_MAX: usize = 120;
/// Longest long text, in characters.
pub const LONG_TEXT_MAX: usize = 2_000;

/// A field found by its stored key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldRef<'a> {
    Whole(&'a Field),
    /// One choice of a set, stored as a boolean of its own.
    Element(&'a Field, &'a Choice),
}

/// Why a value cannot be the answer to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    #[error("the value is of another kind than the field")]
    WrongKind,
    #[error("the field does not offer this choice")]
    UnknownChoice,
    #[error("the number is out of range")]
    OutOfRange,
    #[error("the text is too long")]
    TooLong,
}

impl<'a> FieldRef<'a> {
    pub fn field(&self) -> &'a Field {
        match self {
            FieldRef::Whole(field) | FieldRef::Element(field, _) => field,
        }
    }

    /// Dutch label of what is stored under this key.
    pub fn label(&self) -> String {
        match self {
            FieldRef::Whole(field) => field.label.clone(),
            FieldRef::Element(field, choice) => format!("{}: {}", field.label, choice.label),
        }
    }

    /// Checks kind and bounds. `Nothing` is always allowed: an answer may be taken back.
    ///
    /// # Errors
    /// The first rule of the field that the value breaks.
    pub fn check(&self, value: &Value) -> Result<(), FieldError> {
        if *value == Value::Nothing {
            return Ok(());
        }
        match self {
            FieldRef::Element(..) => kind_is(matches!(value, Value::Bool(_))),
            FieldRef::Whole(field) => check_whole(field, value),
        }
    }
}

fn kind_is(right: bool) -> Result<(), FieldError> {
    if right { Ok(()) } else { Err(FieldError::WrongKind) }
}

fn check_whole(field: &Field, value: &Value) -> Result<(), FieldError> {
    match (field.kind, value) {
        (FieldKind::YesNo, Value::Bool(_)) | (FieldKind::Reference, Value::Reference(_)) => Ok(()),
        (FieldKind::Date, Value::Date(days)) => in_range(DATE_RANGE_DAYS.contains(days)),
        (FieldKind::Instant, Value::Instant(ms)) => in_range(INSTANT_RANGE_MS.contains(ms)),
        (FieldKind::Whole, Value::Int(number)) => in_range((0..=100_000).contains(number)),
        (FieldKind::ShortText, Value::Text(text)) => length(text, SHORT_TEXT_MAX),
        (FieldKind::LongText, Value::Text(text)) => length(text, LONG_TEXT_MAX),
        (FieldKind::Choice | FieldKind::Band, Value::Choice(key)) => {
            // A field without a fixed list takes its choices from elsewhere (schemes, people).
            if field.choices.is_empty() || field.choice(key).is_some() {
                Ok(())
            } else {
                Err(FieldError::UnknownChoice)
            }
        }
        _ => Err(FieldError::WrongKind),
    }
}

fn in_range(inside: bool) -> Result<(), FieldError> {
    if inside { Ok(()) } else { Err(FieldError::OutOfRange) }
}

fn length(text: &str, max: usize) -> Result<(), FieldError> {
    if text.chars().count() <= max { Ok(()) } else { Err(FieldError::TooLong) }
}
