//! At which organisation an application is stuck. It is chosen from the catalogue; of before that there are
//! names as somebody typed them, and these are shown and counted too.

use crate::record::Record;

/// The key for an organisation that is none of the catalogue's.
pub const OTHER_ORGANISATION: &str = "other";

fn name(application: &Record) -> Option<&str> {
    application.str("stuck").map(str::trim).filter(|name| !name.is_empty())
}

/// The key of the organisation, [`OTHER_ORGANISATION`] also where only a name was written down; none for an
/// application that is not stuck.
pub fn stuck_at(application: &Record) -> Option<&str> {
    application.str("stuck_at").or(name(application).and(Some(OTHER_ORGANISATION)))
}

/// The same for a reader, within a sentence. `name_of` gives the name of an organisation of the catalogue.
pub fn stuck_nl(application: &Record, name_of: impl Fn(&str) -> String) -> Option<String> {
    Some(match stuck_at(application)? {
        OTHER_ORGANISATION => name(application).unwrap_or("een andere organisatie").to_owned(),
        key => name_of(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::town::Town;
    use crate::programme::{Case, Urgency};
    use crate::record::Value;

    #[test]
    fn organisation_is_read_from_the_list_or_as_it_was_typed_before() {
        let stuck = |fields: &[(&str, Value)]| {
            let mut town = Town::default();
            let case = town.case(1);
            town.of_case(case, "talk", "talk", vec![("outcome", Value::choice("in_order"))]);
            town.of_case(case, "application", "one", fields.to_vec());
            let case = Case::of(&town.records, case).expect("there");
            let key = stuck_at(case.applications[0]).map(str::to_owned);
            let told = stuck_nl(case.applications[0], |key| format!("<{key}>"));
            (key, told, case.urgency(101, Town::day))
        };
        let told =
            |key: &str, name: &str| (Some(key.to_owned()), Some(name.to_owned()), Urgency::Stuck);
        let (at, named) = (("stuck_at", Value::choice("uwv")), ("stuck", Value::text("Een bank")));
        let other = ("stuck_at", Value::choice(OTHER_ORGANISATION));
        assert_eq!(stuck(&[at]), told("uwv", "<uwv>"));
        assert_eq!(
            stuck(std::slice::from_ref(&named)),
            told("other", "Een bank"),
            "of before the list"
        );
        assert_eq!(stuck(&[other.clone(), named]), told("other", "Een bank"));
        assert_eq!(stuck(&[other]), told("other", "een andere organisatie"));
        assert_eq!(stuck(&[("stuck", Value::text(" "))]), (None, None, Urgency::Running));
    }
}
