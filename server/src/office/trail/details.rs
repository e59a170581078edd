//! What stands behind a line of the audit, in Dutch words: keys and values as the program wrote them.

use crate::access::passkeys::Refused;
use crate::erase::Cause;
use aanbel_shared::programme::Role;

/// What the details of a line are called. A test asks for every key that the program writes.
const DETAILS: &[(&str, &str)] = &[
    ("adviser", "adviseur"),
    ("before", "eerst"),
    ("by", "door"),
    ("campaign", "na de campagne, maanden"),
    ("case", "na het dossier, maanden"),
    ("cause", "reden"),
    ("closed", "gesloten"),
    ("cover", "vervangen door"),
    ("district", "wijk"),
    ("doors", "adressen"),
    ("from", "vanaf"),
    ("group", "soort"),
    ("homes", "woningen"),
    ("last", "tot en met regel"),
    ("lines", "regels"),
    ("method", "vraag"),
    ("ops", "wijzigingen"),
    ("page", "bladzijde"),
    ("passkey", "passkey"),
    ("person", "persoon"),
    ("plan", "na een plan, maanden"),
    ("planned", "gepland per week"),
    ("records", "onderdelen"),
    ("refused", "alleen geweigerd"),
    ("result", "uitslag"),
    ("role", "rol"),
    ("route", "pagina"),
    ("rows", "regels"),
    ("rules", "regels"),
    ("search", "zoekwoord"),
    ("state", "stand"),
    ("step", "stap"),
    ("to", "tot en met"),
    ("visit", "na een gezamenlijk bezoek, maanden"),
    ("went", "gewist"),
    ("why", "reden"),
];

/// The details in words; what this version does not know stays as it is.
pub fn detail(detail: &str) -> String {
    let told = detail.split(' ').filter_map(|pair| pair.split_once('=')).map(|(key, value)| {
        let name = DETAILS.iter().find(|known| known.0 == key).map_or(key, |known| known.1);
        let value = match key {
            "role" | "before" => Role::from_key(value).map_or(value, |role| role.name_nl()),
            "cause" => Cause::from_key(value).map_or(value, |cause| cause.name_nl()),
            "by" if value == "command_line" => "de opdrachtregel van de server",
            "why" => Refused::name_nl(value).unwrap_or(value),
            _ if value == "yes" => "ja",
            _ => value,
        };
        format!("{name}: {value}")
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Keys in `line.with("key", ...)` and `actor.did(...).with("key", ...)` of the sources.
    fn keys(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                keys(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !path.ends_with("tests.rs")
                && !path.ends_with("details.rs")
            {
                let text = std::fs::read_to_string(&path).expect("text");
                let audited = text.lines().filter(|line| {
                    line.contains("line.with(\"")
                        || (line.contains("did(") && line.contains(".with(\""))
                });
                let each = audited.flat_map(|line| line.split(".with(\"").skip(1));
                found.extend(each.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_detail_that_the_program_writes_has_a_dutch_name() {
        let mut found = Vec::new();
        keys(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 15, "{found:?}");
        for key in found {
            assert!(DETAILS.iter().any(|known| known.0 == key), "{key} has no name");
        }
    }

    #[test]
    fn details_are_told_in_dutch() {
        assert_eq!(detail("went=3 role=office"), "gewist: 3, rol: Kantoor");
        assert_eq!(detail("by=passkey why=not_hers"), "door: passkey, reden: not_hers");
        assert_eq!(detail("why=unknown"), "reden: niet van deze persoon");
        assert_eq!(detail("cause=asked"), format!("reden: {}", Cause::Asked.name_nl()));
    }
}
