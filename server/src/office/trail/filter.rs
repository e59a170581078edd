//! Which lines of the audit are asked for, as it stands in the URL. Ids, days and keys only.

use crate::access::audit::{Group, Line};
use crate::office::time;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub group: Option<Group>,
    pub person: Option<i64>,
    /// Days since 1970, both days included.
    pub from: Option<i32>,
    pub to: Option<i32>,
    /// Only what was asked and not done.
    pub refused: bool,
    /// Only lines before this one: the next page.
    pub before: Option<i64>,
}

impl Filter {
    /// From the pairs of a query string; broken parts are left out.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut filter = Filter::default();
        for (key, value) in pairs {
            match key.as_str() {
                "soort" => filter.group = Group::from_key(value),
                "wie" => filter.person = value.parse().ok(),
                "van" => filter.from = time::parse_date(value),
                "tot" => filter.to = time::parse_date(value),
                "geweigerd" => filter.refused = value == "ja",
                "voor" => filter.before = value.parse().ok(),
                _ => {}
            }
        }
        filter
    }

    pub fn narrows(&self) -> bool {
        *self != Filter { before: self.before, ..Filter::default() }
    }

    /// Address of the lines before this one, with the same filter.
    pub fn older_than(&self, line: i64) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("soort", self.group.map(|group| group.key().to_owned())),
            ("wie", self.person.map(|person| person.to_string())),
            ("van", self.from.map(time::input_date)),
            ("tot", self.to.map(time::input_date)),
            ("geweigerd", self.refused.then(|| "ja".to_owned())),
            ("voor", Some(line.to_string())),
        ];
        for (key, value) in pairs {
            if let Some(value) = value {
                text.append_pair(key, &value);
            }
        }
        format!("{}?{}", super::PAGE, text.finish())
    }

    /// A line of the audit with what was asked for.
    pub fn told(&self, mut line: Line) -> Line {
        if let Some(group) = self.group {
            line = line.with("group", group.key());
        }
        let numbers = [
            ("person", self.person),
            ("from", self.from.map(i64::from)),
            ("to", self.to.map(i64::from)),
            ("before", self.before),
        ];
        for (key, number) in numbers {
            if let Some(number) = number {
                line = line.with(key, number);
            }
        }
        if self.refused { line.with("refused", "yes") } else { line }
    }
}
