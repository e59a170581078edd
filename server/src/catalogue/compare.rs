//! Two catalogues side by side, in words: what came, what went and what says something else.

use crate::rules;
use aanbel_shared::scheme::{Amount, Catalogue, Norm, Scheme};
use std::collections::BTreeMap;

/// What differs between the catalogue in use and a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    pub schemes: Vec<Difference>,
    pub norms: Vec<Difference>,
    /// What else changed, as sentences: organisations, sources, facts, tables.
    pub others: Vec<String>,
}

/// One scheme or figure that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    /// Lines that only the old one has; empty for what is new.
    pub old: Vec<String>,
    /// Lines that only the new one has; empty for what is gone.
    pub new: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Added,
    Removed,
    Changed,
}

impl Differences {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schemes.is_empty() && self.norms.is_empty() && self.others.is_empty()
    }
}

#[must_use]
pub fn differences(old: &Catalogue, new: &Catalogue) -> Differences {
    Differences {
        schemes: each(
            &old.schemes,
            &new.schemes,
            |one| (&one.id, &one.name),
            |one| scheme_lines(old, one),
            |one| scheme_lines(new, one),
        ),
        norms: each(
            &old.norms,
            &new.norms,
            |one| (&one.id, &one.name),
            |one| norm_lines(old, one),
            |one| norm_lines(new, one),
        ),
        others: others(old, new),
    }
}

/// Compares by id; in the order of the new list, then what is gone.
fn each<T: PartialEq>(
    old: &[T],
    new: &[T],
    id: impl Fn(&T) -> (&String, &String),
    old_lines: impl Fn(&T) -> Vec<String>,
    new_lines: impl Fn(&T) -> Vec<String>,
) -> Vec<Difference> {
    let known: BTreeMap<&str, &T> = old.iter().map(|one| (id(one).0.as_str(), one)).collect();
    let difference = |one: &T, kind, old: Vec<String>, new: Vec<String>| {
        let (id, name) = id(one);
        Difference { id: id.clone(), name: name.clone(), kind, old, new }
    };
    let mut found = Vec::new();
    for one in new {
        match known.get(id(one).0.as_str()) {
            None => found.push(difference(one, Kind::Added, Vec::new(), new_lines(one))),
            Some(before) if *before == one => {}
            Some(before) => {
                let (old, new) = (old_lines(before), new_lines(one));
                let only = |these: &[String], others: &[String]| -> Vec<String> {
                    these.iter().filter(|line| !others.contains(line)).cloned().collect()
                };
                let (gone, came) = (only(&old, &new), only(&new, &old));
                found.push(difference(one, Kind::Changed, gone, came));
            }
        }
    }
    for one in old.iter().filter(|one| !new.iter().any(|other| id(other).0 == id(one).0)) {
        found.push(difference(one, Kind::Removed, old_lines(one), Vec::new()));
    }
    found
}

fn scheme_lines(catalogue: &Catalogue, scheme: &Scheme) -> Vec<String> {
    let organisation = |id: &str| catalogue.organisation(id).map_or("", |one| &one.name);
    let mut lines = vec![
        format!("Naam: {}", scheme.name),
        scheme.line.clone(),
        scheme.line_en.clone(),
        format!("Wie beslist: {}", organisation(&scheme.decides)),
        format!("Aanvragen bij: {}", organisation(&scheme.apply_at)),
        format!("Nodig bij de aanvraag: {}", scheme.documents.join("; ")),
        format!("Termijn: {}", scheme.term),
        format!("Ook bekend als: {}", scheme.aliases.join(", ")),
        format!("Gaat hieraan vooraf: {}", scheme.after.join(", ")),
    ];
    lines.retain(|line| !line.ends_with(": "));
    for version in &scheme.versions {
        lines.extend(rules::version_lines(catalogue, version));
    }
    lines
}

/// One line per period; bounds that are not shown are not shown here either.
fn norm_lines(catalogue: &Catalogue, norm: &Norm) -> Vec<String> {
    let line = |version: &aanbel_shared::scheme::NormVersion| {
        let amount = match version.amount {
            Amount::Exact(amount) => norm.unit.words(amount),
            Amount::Between(..) => "niet in een bron gelezen, wordt niet getoond".to_owned(),
            Amount::NotFound => "gezocht en niet gevonden".to_owned(),
        };
        let source = catalogue.source_words(&version.source);
        let source = if source.is_empty() { source } else { format!(" ({source})") };
        format!("{} t/m {}: {amount}{source}", version.valid_from, version.valid_to)
    };
    norm.versions.iter().map(line).collect()
}

fn others(old: &Catalogue, new: &Catalogue) -> Vec<String> {
    let rows = [
        (old.groups != new.groups, "De kopjes van de lijst zijn veranderd."),
        (old.use_states != new.use_states, "De standen van een regeling zijn veranderd."),
        (old.sources != new.sources, "De lijst met bronnen is veranderd."),
        (old.organisations != new.organisations, "De lijst met instanties is veranderd."),
        (old.facts != new.facts, "Wat er van een huishouden gevraagd wordt, is veranderd."),
        (
            (&old.implied, &old.impossible) != (&new.implied, &new.impossible),
            "Wat niet samen waar kan zijn, is veranderd.",
        ),
        (old.tables != new.tables, "Welk bedrag voor wie geldt, is veranderd."),
        (old.municipalities != new.municipalities, "De gegevens van de gemeente zijn veranderd."),
    ];
    rows.into_iter().filter(|row| row.0).map(|row| row.1.to_owned()).collect()
}
