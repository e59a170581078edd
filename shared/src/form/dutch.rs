//! How purposes, retention and months are told to a person, in Dutch.

use super::model::{Purpose, Retention};

/// Months, January first.
pub const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// Why we write something down, as a sentence for the resident who asks.
pub fn purpose_nl(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::FindDoor => "Om het juiste adres te vinden.",
        Purpose::PlanVisit => "Om te weten waar we nog langs moeten gaan, en wanneer.",
        Purpose::HintSchemes => "Om te zien welke regelingen misschien bij u passen.",
        Purpose::HandOver => "Om uw wens voor een gesprek door te geven aan de gemeente.",
        Purpose::KeepAgreement => "Om te doen wat we met u hebben afgesproken.",
        Purpose::CountResults => "Om zonder namen te tellen wat de bezoeken opleveren.",
        Purpose::KeepSafe => "Om veilig te kunnen werken.",
        Purpose::KeepRight => "Om fouten in de gegevens te herstellen.",
        Purpose::PlanWorks => "Om het werk aan uw woning goed te plannen.",
    }
}

/// How long we keep it, as a sentence for the resident who asks. `months` as the coordinator set them.
pub fn retention_nl(retention: Retention, months: u32) -> String {
    let after = match retention {
        Retention::Campaign => "het einde van de campagne of van uw dossier",
        Retention::Plan => "de dag waarop het bezoek gepland was",
        Retention::Case => "uw vraag is afgerond",
        Retention::Visit => "de dag van het bezoek",
        Retention::Register => return "Zolang het adres in het adressenregister staat.".to_owned(),
    };
    let na = if retention == Retention::Case { "nadat" } else { "na" };
    let unit = if months == 1 { "maand" } else { "maanden" };
    format!("Tot {months} {unit} {na} {after}.")
}
