//! The figures of a day: what is read in a source, and what is known to be missing.

use super::Table;
use aanbel_shared::scheme::{Amount, Catalogue, Day, Norm, NormVersion};

/// What the list says about figures.
pub struct Figures {
    /// Every figure that counts on the day.
    pub known: Table,
    /// Why a figure that a rule may need is not shown. No amounts.
    pub missing: Vec<String>,
}

const HEADING: [&str; 6] = ["Bedrag of getal", "Hoeveel", "Van", "Tot en met", "Bron", "Nagekeken"];

pub fn figures(catalogue: &Catalogue, on: Day) -> Figures {
    let mut known = Table { heading: HEADING.to_vec(), rows: Vec::new() };
    let mut missing = Vec::new();
    for norm in &catalogue.norms {
        let version = norm.versions.iter().find(|v| v.valid_from <= on && on <= v.valid_to);
        match version.map(|version| (version, version.amount)) {
            Some((version, Amount::Exact(amount))) => {
                known.rows.push(row(catalogue, norm, version, amount));
            }
            // Bounds are for comparing; its note may name them.
            Some((_, Amount::Between(..))) => {
                missing.push(format!("{}: niet in een bron gelezen.", norm.name));
            }
            Some((_, Amount::NotFound)) => {
                missing.push(format!("{}: gezocht en niet gevonden{}.", norm.name, last(norm, on)));
            }
            None => missing.push(format!("{}: niets voor deze dag{}.", norm.name, last(norm, on))),
        }
    }
    Figures { known, missing }
}

fn row(catalogue: &Catalogue, norm: &Norm, version: &NormVersion, amount: i64) -> Vec<String> {
    let note = match version.note.as_str() {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    vec![
        format!("{}{note}", norm.name),
        norm.unit.words(amount),
        version.valid_from.to_string(),
        version.valid_to.to_string(),
        catalogue.source_words(&version.source),
        version.checked_on.to_string(),
    ]
}

/// The last day before `on` that had a figure.
fn last(norm: &Norm, on: Day) -> String {
    let known = |v: &&NormVersion| v.valid_to < on && matches!(v.amount, Amount::Exact(_));
    norm.versions.iter().rev().find(known).map_or_else(String::new, |version| {
        format!(" (het laatste gold tot en met {})", version.valid_to.dutch())
    })
}
