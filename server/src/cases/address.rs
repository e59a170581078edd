//! When two ways of writing an address mean one front door.

use rusqlite::types::Value as Sql;
use std::collections::HashMap;

/// Whether two records, by the values that they show, have one address. Postcode, number and what follows
/// the number say so; where one has no postcode, street and number do, and the town where both have it.
pub fn same_address(one: &HashMap<String, Sql>, other: &HashMap<String, Sql>) -> bool {
    let same = |field: &str| plain(one, field) == plain(other, field);
    let both_have = |field: &str| !plain(one, field).is_empty() && !plain(other, field).is_empty();
    let is_there = |of: &HashMap<String, Sql>| {
        !plain(of, "number").is_empty()
            && (!plain(of, "street").is_empty() || !plain(of, "postcode").is_empty())
    };
    let place = if both_have("postcode") {
        same("postcode")
    } else {
        same("street") && (!both_have("town") || same("town"))
    };
    is_there(one) && is_there(other) && place && same("number") && suffix(one) == suffix(other)
}

/// Letter and addition together: one form has two fields for them, another one.
fn suffix(of: &HashMap<String, Sql>) -> String {
    plain(of, "letter") + &plain(of, "addition")
}

/// Letters and digits alone, small.
fn plain(of: &HashMap<String, Sql>, field: &str) -> String {
    match of.get(field) {
        Some(Sql::Text(text)) => {
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
        }
        Some(Sql::Integer(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(street: &str, number: i64, more: &[(&str, &str)]) -> HashMap<String, Sql> {
        let mut all: HashMap<String, Sql> = more
            .iter()
            .map(|(field, text)| ((*field).to_owned(), Sql::Text((*text).to_owned())))
            .collect();
        all.insert("street".to_owned(), Sql::Text(street.to_owned()));
        all.insert("number".to_owned(), Sql::Integer(number));
        all
    }

    #[test]
    fn one_front_door_is_known_however_it_is_written() {
        let list = [("letter", "A"), ("addition", "2"), ("postcode", "9999XK"), ("town", "Elders")];
        let registered = address("Kruidenstraat", 12, &list);
        let typed = [("addition", "a-2"), ("postcode", "9999 xk")];
        assert!(same_address(&registered, &address("Kruidenstr.", 12, &typed)));
        assert!(same_address(&registered, &address("kruidenstraat", 12, &[("addition", "A2")])));
        for other in [
            address("Kruidenstraat", 13, &typed),
            address("Kruidenstraat", 12, &[("postcode", "9999XK")]),
            address("Kruidenstraat", 12, &[("addition", "A2"), ("postcode", "9999XL")]),
            address("Kruidenstraat", 12, &[("addition", "A2"), ("town", "Ergens")]),
        ] {
            assert!(!same_address(&registered, &other), "{other:?}");
        }
    }

    #[test]
    fn what_has_no_address_is_nowhere() {
        let none = HashMap::new();
        assert!(!same_address(&none, &none));
        let only_number = HashMap::from([("number".to_owned(), Sql::Integer(12))]);
        assert!(!same_address(&only_number, &only_number));
    }
}
