//! `docs/PRIVACY.md` says what the program does: its figures, its paths, and what is not recorded.

use aanbel_server::erase::request::EXPIRES_MS;
use aanbel_server::retention::{AUDIT_MONTHS, MONTHS_MAX, Terms};
use aanbel_shared::form::{FieldKind, Forms};
use std::path::Path;

const TEXT: &str = include_str!("../../../docs/PRIVACY.md");
const DAY_MS: i64 = 86_400_000;

#[test]
fn figures_are_those_of_the_program() {
    let Terms { campaign, case, plan, visit } = Terms::default();
    for told in [
        format!("within {} days", EXPIRES_MS / DAY_MS),
        format!("{campaign} months for what only says what happened at a door"),
        format!("{case} months for talks"),
        format!("{visit} months after its day"),
        format!("{plan} months after the day it was planned for"),
        format!("at most {MONTHS_MAX} months"),
        format!("Lines of the audit go after {AUDIT_MONTHS} months"),
    ] {
        assert!(TEXT.contains(&told), "{told}");
    }
}

#[test]
fn every_path_it_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let paths: Vec<&str> =
        TEXT.split('`').skip(1).step_by(2).filter(|one| one.contains('/')).collect();
    assert!(paths.len() > 15, "{paths:?}");
    for path in paths {
        assert!(root.join(path).exists(), "{path}");
    }
}

#[test]
fn no_form_asks_for_what_is_never_recorded() {
    let never = [
        "bsn",
        "burgerservice",
        "nationaliteit",
        "afkomst",
        "herkomst",
        "geboortedatum",
        "geboren op",
        "ziekte",
        "gezondheid",
        "diagnose",
        "geloof",
        "religie",
        "achternaam",
        "voornaam",
    ];
    for form in &Forms::built_in().forms {
        for field in form.fields() {
            let choices = field.choices.iter().map(|choice| choice.label.as_str());
            let asked = choices.chain([field.label.as_str(), field.key.as_str()]);
            for text in asked.map(str::to_lowercase) {
                assert!(!never.iter().any(|word| text.contains(word)), "{}: {text}", form.kind);
            }
            let is_money = ["inkomen", "spaargeld", "huur per maand"];
            if is_money.iter().any(|word| field.label.to_lowercase().contains(word)) {
                let coarse =
                    matches!(field.kind, FieldKind::Band | FieldKind::Whole | FieldKind::YesNo);
                assert!(coarse, "{}: {} is not a band", form.kind, field.key);
            }
        }
    }
}
