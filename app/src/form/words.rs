//! A value in the words of its form, for messages about it.

use crate::browser::clock;
use aanbel_shared::form::{FieldKind, FieldRef, Forms};
use aanbel_shared::record::Value;

/// Label of a stored key; the key itself for one that this version does not know.
pub fn label(kind: &str, key: &str) -> String {
    let field = Forms::built_in().form(kind).and_then(|form| form.field(key));
    field.map_or_else(|| key.to_owned(), |field| field.label())
}

/// Dutch name of a kind of record.
pub fn title(kind: &str) -> &str {
    Forms::built_in().form(kind).map_or(kind, |form| form.title.as_str())
}

/// A value as a person would say it.
pub fn value(kind: &str, key: &str, value: &Value) -> String {
    let field = Forms::built_in().form(kind).and_then(|form| form.field(key));
    match value {
        Value::Nothing => "leeg".into(),
        Value::Bool(true) => "ja".into(),
        Value::Bool(false) => "nee".into(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("“{text}”"),
        Value::Date(day) => clock::day_nl(*day),
        Value::Instant(at_ms) => clock::moment_nl(*at_ms, clock::now_ms()),
        Value::Choice(choice) => field
            .and_then(|field| field.field().choice(choice))
            .map_or_else(|| choice.clone(), |choice| choice.label.clone()),
        Value::Reference(_) => "iets anders".into(),
    }
}

/// Label of one choice of a field; the key itself when it is not known.
pub fn choice<'a>(kind: &str, field: &str, key: &'a str) -> &'a str {
    match Forms::built_in().form(kind).and_then(|form| form.field(field)) {
        Some(FieldRef::Whole(field)) if field.kind == FieldKind::Choice => {
            field.choice(key).map_or(key, |choice| choice.label.as_str())
        }
        _ => key,
    }
}
