//! When two ways of writing an address mean one front door.

use crate::record::{Record, Value};

/// Whether two addresses are one front door, each given as the text of a field, empty where there is none.
/// Postcode, number and what follows the number say so; where one has no postcode, street and number do,
/// and the town where both have it.
pub fn same_address(one: impl Fn(&str) -> String, other: impl Fn(&str) -> String) -> bool {
    let (one, other) = (|field: &str| plain(&one(field)), |field: &str| plain(&other(field)));
    let same = |field: &str| one(field) == other(field);
    let both_have = |field: &str| !one(field).is_empty() && !other(field).is_empty();
    let place = if both_have("postcode") {
        same("postcode")
    } else {
        both_have("street") && same("street") && (!both_have("town") || same("town"))
    };
    // Letter and addition together: one form has two fields for them, another one.
    let suffix = one("letter") + &one("addition") == other("letter") + &other("addition");
    both_have("number") && place && same("number") && suffix
}

/// The same of two records that have an address in themselves.
pub fn at_one_address(one: &Record, other: &Record) -> bool {
    same_address(|field| text(one, field), |field| text(other, field))
}

fn text(record: &Record, field: &str) -> String {
    match record.get(field) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Letters and digits alone, small.
fn plain(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Address<'a> = &'a [(&'a str, &'a str)];

    fn is_one(one: Address<'_>, other: Address<'_>) -> bool {
        let text = |of: Address<'_>, field: &str| {
            of.iter().find(|(key, _)| *key == field).map(|(_, text)| (*text).to_owned())
        };
        same_address(
            |field| text(one, field).unwrap_or_default(),
            |field| text(other, field).unwrap_or_default(),
        )
    }

    const LISTED: Address<'static> = &[
        ("street", "Kruidenstraat"),
        ("number", "12"),
        ("letter", "A"),
        ("addition", "2"),
        ("postcode", "9999XK"),
        ("town", "Elders"),
    ];

    #[test]
    fn one_front_door_is_known_however_it_is_written() {
        let (street, number) = (("street", "kruidenstraat"), ("number", "12"));
        let short = ("street", "Kruidenstr.");
        let (suffix, postcode) = (("addition", "a-2"), ("postcode", "9999 xk"));
        assert!(is_one(LISTED, &[short, number, suffix, postcode]));
        assert!(is_one(LISTED, &[street, number, ("addition", "A2")]));
        assert!(is_one(&[street, number, ("addition", "A2")], LISTED));
        for other in [
            &[street, ("number", "13"), suffix, postcode][..],
            &[street, number, postcode],
            &[street, number, suffix, ("postcode", "9999XL")],
            &[street, number, suffix, ("town", "Ergens")],
            &[short, number, suffix],
        ] {
            assert!(!is_one(LISTED, other), "{other:?}");
        }
    }

    #[test]
    fn what_has_no_address_is_nowhere() {
        assert!(!is_one(&[], &[]));
        assert!(!is_one(&[("number", "12")], &[("number", "12")]));
        assert!(!is_one(&[("street", "Kruidenstraat")], &[("street", "Kruidenstraat")]));
    }
}
