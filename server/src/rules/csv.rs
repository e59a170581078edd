//! The rule list as a table: one line per condition, or per situation of a household with a limit of
//! its own, then one line per figure. RFC 4180, with a comma.

use super::condition::condition;
use super::figures::figures;
use super::list::{standing_words, valid};
use super::{Condition, Limit};
use crate::sheet;
use aanbel_shared::scheme::{Catalogue, Day, Scheme};

const HEADING: [&str; 19] = [
    "soort",
    "groep",
    "id",
    "naam",
    "stand",
    "geldt",
    "beslist",
    "aanvragen_bij",
    "nagekeken_op",
    "nakijken_voor",
    "voorwaarde",
    "tekst",
    "kijkt_naar",
    "huishouden",
    "bedrag",
    "cent",
    "van",
    "tot_en_met",
    "bron",
];

#[must_use]
pub fn csv(catalogue: &Catalogue, on: Day) -> String {
    let mut text = String::new();
    sheet::line(&mut text, ',', &HEADING);
    // Closed schemes too: their line says that they ended.
    for scheme in catalogue.schemes.iter().filter(|one| !catalogue.is_refined(&one.id)) {
        let head = head(catalogue, scheme, on);
        let version = scheme.on(on).0;
        let criteria = version.map_or(&[][..], |version| &version.criteria);
        if criteria.is_empty() {
            let source = version.map_or_else(String::new, |v| catalogue.source_words(&v.source));
            line(&mut text, &head, None, None, &source);
        }
        for one in criteria.iter().map(|one| condition(catalogue, one, on)) {
            if one.limits.is_empty() {
                line(&mut text, &head, Some(&one), None, &one.source);
            }
            for limit in &one.limits {
                let source = if limit.source.is_empty() { &one.source } else { &limit.source };
                line(&mut text, &head, Some(&one), Some(limit), source);
            }
        }
    }
    figure_lines(catalogue, on, &mut text);
    text
}

fn head(catalogue: &Catalogue, scheme: &Scheme, on: Day) -> [String; 10] {
    let (version, standing) = scheme.on(on);
    let name = |id: &str| catalogue.organisation(id).map_or("", |one| &one.name).to_owned();
    [
        "regeling".to_owned(),
        catalogue.group(&scheme.group).map_or("", |group| &group.label).to_owned(),
        scheme.id.clone(),
        scheme.name.clone(),
        standing_words(standing),
        version.map_or_else(String::new, valid),
        name(&scheme.decides),
        name(&scheme.apply_at),
        version.map_or_else(String::new, |version| version.checked_on.to_string()),
        version.map_or_else(String::new, |version| version.check_by.to_string()),
    ]
}

fn line(
    text: &mut String,
    head: &[String; 10],
    condition: Option<&Condition>,
    limit: Option<&Limit>,
    source: &str,
) {
    let mut cells: Vec<&str> = head.iter().map(String::as_str).collect();
    cells.extend(condition.map_or([""; 3], |one| [one.role, &one.text, &one.looks_at]));
    let cents = limit.and_then(|one| one.cents).map_or_else(String::new, |one| one.to_string());
    cells.extend(limit.map_or([""; 5], |one| {
        [&one.household, &one.amount, &cents, &one.valid_from, &one.valid_to]
    }));
    cells.push(source);
    sheet::line(text, ',', &cells);
}

fn figure_lines(catalogue: &Catalogue, on: Day, text: &mut String) {
    for row in figures(catalogue, on).known.rows {
        let [name, amount, from, to, source, checked] = row.as_slice() else { continue };
        let mut cells = [""; HEADING.len()];
        cells[0] = "bedrag";
        cells[3] = name;
        cells[8] = checked;
        cells[14] = amount;
        cells[16] = from;
        cells[17] = to;
        cells[18] = source;
        sheet::line(text, ',', &cells);
    }
}
