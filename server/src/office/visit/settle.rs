//! Settling a contradiction: from what the office chose to the change that replaces all answers.

use crate::error::AppError;
use crate::office::{time, values};
use aanbel_shared::form::{FieldKind, Forms};
use aanbel_shared::record::{Dot, Live, RecordId, Register, Value};

/// What the form of a contradiction sends.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Decision {
    pub record: String,
    pub field: String,
    /// The answers that were on the page when the office chose.
    pub seen: String,
    /// `houd:DOT` keeps one of the answers, `kies:KEY` takes another choice, `anders` the typed one.
    #[serde(default)]
    pub choice: String,
    #[serde(default)]
    pub other: String,
}

/// A choice that cannot be carried out, as the sentence for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub &'static str);

pub const NOTHING_CHOSEN: Refused = Refused("Kies eerst welk antwoord geldt.");
pub const MOVED_ON: Refused =
    Refused("Er is net een ander antwoord binnengekomen. Kijk nog eens en kies dan opnieuw.");
pub const NO_FIT: Refused =
    Refused("Dit antwoord past niet bij de vraag. Kies of typ iets anders.");

impl Decision {
    pub fn record(&self) -> Result<RecordId, AppError> {
        self.record.parse().map_err(|_| AppError::NotFound)
    }

    /// The value that settles `register`, which is what stands there now.
    pub fn value(&self, kind: &str, register: &Register) -> Result<Value, Refused> {
        if self.seen != seen_key(register) {
            return Err(MOVED_ON);
        }
        let value = match self.choice.split_once(':') {
            Some(("houd", dot)) => register
                .live()
                .iter()
                .find(|live| dot_key(live) == dot)
                .map(|live| live.value.clone())
                .ok_or(MOVED_ON)?,
            Some(("kies", key)) => values::choices(kind, &self.field)
                .into_iter()
                .map(|(value, _)| value)
                .find(|value| choice_key(value) == key)
                .ok_or(NO_FIT)?,
            _ if self.choice == "anders" => typed(kind, &self.field, self.other.trim())?,
            _ => return Err(NOTHING_CHOSEN),
        };
        let form = Forms::built_in().form(kind).ok_or(NO_FIT)?;
        let field = form.field(&self.field).ok_or(NO_FIT)?;
        field.check(&value).map_err(|_| NO_FIT)?;
        Ok(value)
    }
}

/// Whether another answer can be typed for this field, and with which kind of input.
pub fn input_kind(kind: &str, key: &str) -> Option<&'static str> {
    let field = Forms::built_in().form(kind)?.field(key)?;
    match field.field().kind {
        FieldKind::Whole => Some("number"),
        FieldKind::Date => Some("date"),
        FieldKind::ShortText | FieldKind::LongText => Some("text"),
        FieldKind::YesNo
        | FieldKind::Choice
        | FieldKind::Choices
        | FieldKind::Band
        | FieldKind::Instant
        | FieldKind::Reference => None,
    }
}

fn typed(kind: &str, key: &str, text: &str) -> Result<Value, Refused> {
    if text.is_empty() {
        return Err(NOTHING_CHOSEN);
    }
    match input_kind(kind, key) {
        Some("number") => text.parse().map(Value::Int).map_err(|_| NO_FIT),
        Some("date") => time::parse_date(text).map(Value::Date).ok_or(NO_FIT),
        Some(_) => Ok(Value::text(text)),
        None => Err(NO_FIT),
    }
}

/// Key of a choice in the form of a contradiction.
pub fn choice_key(value: &Value) -> String {
    match value {
        Value::Bool(true) => "ja".to_owned(),
        Value::Bool(false) => "nee".to_owned(),
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}

pub fn dot_key(live: &Live) -> String {
    let Dot { device, seq } = live.dot;
    format!("{}-{seq}", device.0)
}

/// Names exactly the answers that stand now, so that one that comes in meanwhile is not settled
/// unseen.
pub fn seen_key(register: &Register) -> String {
    let mut keys: Vec<String> = register.live().iter().map(dot_key).collect();
    keys.sort_unstable();
    keys.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{DeviceNo, Seen};

    fn register() -> Register {
        let mut register = Register::default();
        for (device, key) in [(1, "nobody"), (2, "talk")] {
            let dot = Dot::new(DeviceNo(device), 7);
            let value = Value::choice(key);
            register.absorb(Live { dot, at_ms: i64::from(device), value, seen: Seen::default() });
        }
        register
    }

    fn decision(choice: &str) -> Decision {
        Decision {
            record: String::new(),
            field: "result".to_owned(),
            seen: seen_key(&register()),
            choice: choice.to_owned(),
            other: String::new(),
        }
    }

    #[test]
    fn one_of_the_answers_or_another_choice_settles() {
        let value = |choice| decision(choice).value("attempt", &register());
        assert_eq!(value("houd:1-7"), Ok(Value::choice("nobody")));
        assert_eq!(value("kies:moved"), Ok(Value::choice("moved")));
        assert_eq!(value(""), Err(NOTHING_CHOSEN));
        assert_eq!(value("kies:gone"), Err(NO_FIT));
        assert_eq!(value("anders"), Err(NOTHING_CHOSEN));
    }

    #[test]
    fn an_answer_that_came_in_meanwhile_is_never_settled_unseen() {
        let mut now = register();
        let dot = Dot::new(DeviceNo(3), 1);
        let value = Value::choice("empty");
        now.absorb(Live { dot, at_ms: 9, value, seen: Seen::default() });
        assert_eq!(decision("houd:1-7").value("attempt", &now), Err(MOVED_ON));
    }
}
