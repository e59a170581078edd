//! Fields and values as Dutch text, read from the forms and the catalogue. One cell per kind of
//! field: a new kind is a new arm here, and the compiler asks for it.

use super::time;
pub use crate::catalogue::{organisation_name, scheme_name};
use aanbel_shared::form::{FieldKind, FieldRef, Form, Forms};
use aanbel_shared::programme::OTHER_ORGANISATION;
use aanbel_shared::record::Value;

/// An organisation that is none of the catalogue's.
const OTHER_NL: &str = "Een andere organisatie";

/// Dutch label of a stored field; the key itself for one that this version does not know.
pub fn label(kind: &str, key: &str) -> String {
    match field(kind, key) {
        Some(FieldRef::Whole(field)) => field.label.clone(),
        Some(FieldRef::Element(field, choice)) => {
            format!("{} {}", colon(&field.label), choice.label)
        }
        None => key.to_owned(),
    }
}

/// A label before its value: a question has its own mark.
pub fn colon(label: &str) -> String {
    if label.ends_with('?') { label.to_owned() } else { format!("{label}:") }
}

/// Dutch name of a kind of record, such as `Gesprek`.
pub fn kind_name(kind: &str) -> String {
    Forms::built_in().form(kind).map_or_else(|| kind.to_owned(), |form| form.title.clone())
}

/// What a record is, in words: its kind, and for a checklist entry the scheme.
pub fn subject(kind: &str, scheme: Option<&str>) -> String {
    match scheme {
        Some(scheme) if kind == "scheme_check" => {
            format!("{}: {}", kind_name(kind), scheme_name(scheme))
        }
        _ => kind_name(kind),
    }
}

/// A value as a person reads it.
pub fn text(kind: &str, key: &str, value: &Value) -> String {
    match value {
        Value::Nothing => "(leeg)".to_owned(),
        Value::Bool(yes) => yes_no(*yes).to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(days) => time::date(*days),
        Value::Instant(ms) => time::moment(*ms),
        Value::Choice(choice) => choice_text(kind, key, choice),
        Value::Reference(_) => "(verwijzing)".to_owned(),
    }
}

/// Dutch label of one choice of a field.
pub fn choice_text(kind: &str, key: &str, choice: &str) -> String {
    match (kind, key) {
        ("scheme_check", "scheme") => return scheme_name(choice),
        ("application", "stuck_at") if choice == OTHER_ORGANISATION => return OTHER_NL.to_owned(),
        ("scheme_check", "organisation") | ("application", "stuck_at") => {
            return organisation_name(choice);
        }
        _ => {}
    }
    field(kind, key)
        .and_then(|field| field.field().choice(choice))
        .map_or_else(|| choice.to_owned(), |choice| choice.label.clone())
}

/// Label and text for a line of history: of a set of choices the chosen one is the text. The
/// label is empty where the text is a whole sentence.
pub fn line(kind: &str, key: &str, value: &Value) -> (String, String) {
    match (field(kind, key), value) {
        (Some(FieldRef::Element(field, choice)), Value::Bool(yes)) => {
            let not = if *yes { "" } else { "niet meer: " };
            (field.label.clone(), format!("{not}{}", choice.label))
        }
        _ if (kind, key) == ("attempt", "reviewed") => {
            let yes = value.as_bool() == Some(true);
            let sentence =
                if yes { "Kantoor heeft dit nagekeken" } else { "Kantoor moet dit nog nakijken" };
            (String::new(), sentence.to_owned())
        }
        _ => (label(kind, key), text(kind, key, value)),
    }
}

/// Keys and labels that the office may choose from when it decides on a field; empty for a field
/// whose answer is typed.
pub fn choices(kind: &str, key: &str) -> Vec<(Value, String)> {
    let Some(field) = field(kind, key) else { return Vec::new() };
    match (field, field.field().kind) {
        (FieldRef::Element(..), _) | (_, FieldKind::YesNo) => {
            [true, false].map(|yes| (Value::Bool(yes), yes_no(yes).to_owned())).to_vec()
        }
        (FieldRef::Whole(field), FieldKind::Choice | FieldKind::Band) => field
            .choices
            .iter()
            .map(|choice| (Value::choice(&choice.key), choice.label.clone()))
            .collect(),
        (FieldRef::Whole(_), _) => Vec::new(),
    }
}

/// Fields that hold the record together and say nothing to a reader.
pub fn is_plumbing(kind: &str, key: &str) -> bool {
    matches!((kind, key), (_, "order") | ("scheme_check", "scheme") | ("joint_visit", "double"))
        || field(kind, key).is_some_and(|f| f.field().kind == FieldKind::Reference)
}

pub fn yes_no(yes: bool) -> &'static str {
    if yes { "Ja" } else { "Nee" }
}

fn field(kind: &str, key: &str) -> Option<FieldRef<'static>> {
    Forms::built_in().form(kind).and_then(|form: &'static Form| form.field(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_values_come_from_the_forms() {
        assert_eq!(label("attempt", "result"), "Wat gebeurde er?");
        assert_eq!(text("attempt", "result", &Value::choice("nobody")), "Niemand thuis");
        assert_eq!(label("talk", "topics.money"), "Waar ging het over? Geld");
        assert_eq!(text("talk", "topics.money", &Value::Bool(true)), "Ja");
        assert_eq!(choices("household", "assets_band").len(), 5);
        assert_eq!(label("attempt", "from_the_future"), "from_the_future");
    }
}
