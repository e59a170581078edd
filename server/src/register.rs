//! The processing register, made from the forms: what is recorded, why, how long, and who may write
//! and see it. `docs/REGISTER.md` is what this prints; a test holds the two together.

use crate::retention::{Terms, rule};
use aanbel_shared::form::{Field, FieldKind, Form, Forms, purpose_nl};
use aanbel_shared::programme::{Capability, Role, may_hold};
use std::fmt::Write;

/// The register as Markdown.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Register van verwerkingen\n\n\
         Gemaakt uit de formulieren met `aanbel register`. Niet met de hand wijzigen.\n\n\
         De bewaartermijnen zijn de gewone; een coördinator kan ze bij *Bewaartermijnen* anders zetten. Een \
         gegeven met een kortere termijn gaat eerder weg dan het geheel.\n\n\
         Op een telefoon staat alleen wat van die persoon is: de straten, dossiers of aanbiedingen die \
         aan haar zijn gegeven. Bij kantoor kijkt wie inlogt met een van deze rollen: ",
    );
    let readers = Role::ALL.into_iter().filter(|role| role.may(Capability::ReadOffice));
    text.push_str(&readers.map(Role::name_nl).collect::<Vec<_>>().join(", "));
    text.push_str(".\n");
    for form in &Forms::built_in().forms {
        add(&mut text, form);
    }
    text
}

fn add(text: &mut String, form: &Form) {
    let head = "| gegeven | soort | doel | bewaartermijn | wie vult in |\n|---|---|---|---|---|\n";
    // Writing to a string cannot fail.
    let holders = Role::ALL.into_iter().filter(|role| may_hold(*role, &form.kind));
    let holders = holders.map(Role::name_nl).collect::<Vec<_>>().join(", ");
    let _ = write!(
        text,
        "\n## {} (`{}`)\n\nOp de telefoon van: {holders}.\n\nWanneer het geheel weggaat:\n\n",
        form.title, form.kind
    );
    for rule in rule::of_kind(&form.kind) {
        let _ = writeln!(text, "- {}", rule.told);
    }
    let _ = write!(text, "\n{head}");
    for field in form.fields() {
        let (purpose, retention) =
            (purpose_nl(field.purpose), Terms::default().told_nl(field.retention));
        let (label, kind, by) = (&field.label, kind_nl(field), writers(field));
        let _ = writeln!(text, "| {label} | {kind} | {purpose} | {retention} | {by} |");
    }
}

fn writers(field: &Field) -> String {
    let roles = field.write.iter().filter_map(|key| Role::from_key(key));
    let mut names: Vec<_> = roles.map(Role::name_nl).collect();
    if names.is_empty() {
        return "de server".to_owned();
    }
    names.sort_unstable();
    names.join(", ")
}

fn kind_nl(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::YesNo => "ja of nee",
        FieldKind::Whole => "getal",
        FieldKind::ShortText | FieldKind::LongText => "tekst",
        FieldKind::Choice => "keuze",
        FieldKind::Choices => "meer keuzes",
        FieldKind::Band => "klasse, nooit het precieze",
        FieldKind::Date => "datum",
        FieldKind::Instant => "tijdstip",
        FieldKind::Reference => "verwijzing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn register_in_the_docs_is_what_the_forms_say() {
        let docs = include_str!("../../docs/REGISTER.md");
        assert_eq!(docs, markdown(), "make it anew: aanbel register > docs/REGISTER.md");
    }
}
