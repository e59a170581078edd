//! What must be true of the whole catalogue: ids, references, facts and forms, versions in time.

use super::super::model::{Catalogue, Day, Fact, FactKind, Norm, Scheme, When};
use super::{Asked, Desk, Place, Places, written};
use std::collections::BTreeMap;

pub fn check(all: &Catalogue, places: &Places, asked: Asked, desk: &mut Desk) {
    unique("group", &all.groups, &places.groups, |one| &one.id, desk);
    unique("use_state", &all.use_states, &places.use_states, |one| &one.id, desk);
    unique("source", &all.sources, &places.sources, |one| &one.id, desk);
    unique("organisation", &all.organisations, &places.organisations, |one| &one.id, desk);
    unique("fact", &all.facts, &places.facts, |one| &one.id, desk);
    unique("norm", &all.norms, &places.norms, |one| &one.id, desk);
    unique("table", &all.tables, &places.tables, |one| &one.id, desk);
    unique("scheme", &all.schemes, &places.schemes, |one| &one.id, desk);
    for (one, place) in all.municipalities.iter().zip(&places.municipalities) {
        if all.organisation(&one.organisation).is_none() {
            let sentence = format!(
                "municipality {}: organisation {} does not exist",
                one.scope, one.organisation
            );
            desk.at(place, sentence);
        }
    }
    for (fact, place) in all.facts.iter().zip(&places.facts) {
        form_field(fact, asked, place, desk);
        band(fact, all, place, desk);
    }
    for (one, place) in all.implied.iter().zip(&places.implied) {
        for one in &one.all {
            when(one, all, place, "implied", desk);
        }
        if !matches!(all.fact(&one.none_of).map(|fact| &fact.kind), Some(FactKind::Several(_))) {
            desk.at(place, format!("implied: {} is no set", one.none_of));
        }
    }
    for (one, place) in all.impossible.iter().zip(&places.impossible) {
        for one in &one.all {
            when(one, all, place, "impossible", desk);
        }
    }
    for (norm, place) in all.norms.iter().zip(&places.norms) {
        norm_versions(norm, all, place, desk);
    }
    for (table, place) in all.tables.iter().zip(&places.tables) {
        super::check_tables::check(table, all, place, desk);
    }
    for (scheme, place) in all.schemes.iter().zip(&places.schemes) {
        references(scheme, all, place, desk);
        scheme_versions(scheme, all, place, desk);
    }
}

fn unique<T>(kind: &str, all: &[T], places: &[Place], id: impl Fn(&T) -> &String, desk: &mut Desk) {
    let mut first: BTreeMap<&str, &Place> = BTreeMap::new();
    for (one, place) in all.iter().zip(places) {
        let id = id(one);
        if id.is_empty() {
            desk.at(place, format!("this {kind} has no id"));
        } else if let Some(before) = first.insert(id, place) {
            let there = format!("{}:{}", before.file, before.line);
            desk.at(place, format!("{kind} {id} stands at {there} as well"));
        }
    }
}

/// A fact is asked by a form, with the same choices; or only on screen.
fn form_field(fact: &Fact, asked: Asked, place: &Place, desk: &mut Desk) {
    let Some(field) = &fact.field else { return };
    let Some(choices) = asked(field) else {
        desk.at(place, format!("fact {}: no form asks {field}", fact.id));
        return;
    };
    for choice in fact.choices() {
        if !choice.form_choice.is_empty() && !choices.contains(&choice.form_choice) {
            let sentence =
                format!("fact {}: {field} has no choice {}", fact.id, choice.form_choice);
            desk.at(place, sentence);
        }
    }
}

fn band(fact: &Fact, all: &Catalogue, place: &Place, desk: &mut Desk) {
    let FactKind::Band { of, choices } = &fact.kind else { return };
    let unit = match all.fact(of).map(|fact| &fact.kind) {
        Some(FactKind::Cents { unit, .. }) => Some(*unit),
        _ => {
            desk.at(place, format!("fact {}: {of} is no amount of money", fact.id));
            None
        }
    };
    for choice in choices {
        let edges = choice.over.iter().chain(&choice.up_to);
        if edges.clone().next().is_some() == choice.not_known {
            let sentence = format!("fact {}: {} needs an edge, or not_known", fact.id, choice.id);
            desk.at(place, sentence);
        }
        for edge in edges {
            match super::check_rules::unit_of(all, &edge.table) {
                None => {
                    let sentence = format!("fact {}: table {} does not exist", fact.id, edge.table);
                    desk.at(place, sentence);
                }
                Some(other) if unit.is_some_and(|unit| unit != other) => {
                    let sentence =
                        format!("fact {}: {} is counted in another unit", fact.id, edge.table);
                    desk.at(place, sentence);
                }
                Some(_) => {}
            }
        }
    }
}

/// The fact exists and can have these values.
pub fn when(when: &When, all: &Catalogue, place: &Place, name: &str, desk: &mut Desk) {
    let Some(fact) = all.fact(&when.fact) else {
        desk.at(place, format!("{name}: fact {} does not exist", when.fact));
        return;
    };
    for word in &when.any_of {
        let fits = match &fact.kind {
            FactKind::YesNo => word == "ja" || word == "nee",
            FactKind::Place => word.starts_with("GM"),
            FactKind::Whole { .. } => word.parse::<i64>().is_ok(),
            FactKind::Cents { .. } => false,
            _ => fact.choice(word).is_some(),
        };
        if !fits {
            desk.at(place, format!("{name}: fact {} cannot be {word}", when.fact));
        }
    }
}

fn norm_versions(norm: &Norm, all: &Catalogue, place: &Place, desk: &mut Desk) {
    let name = format!("norm {}", norm.id);
    if norm.name.is_empty() || norm.versions.is_empty() {
        desk.at(place, format!("{name}: it has no name or no version"));
    }
    for version in &norm.versions {
        if version.valid_to < version.valid_from {
            desk.at(
                place,
                format!("{name}: it ends on {} before it begins", written(version.valid_to)),
            );
        }
        if !version.source.is_empty() && all.source(&version.source).is_none() {
            desk.at(place, format!("{name}: source {} does not exist", version.source));
        }
    }
    let spans = norm.versions.iter().map(|v| (Some(v.valid_from), Some(v.valid_to)));
    follow(&name, spans, place, desk);
}

fn references(scheme: &Scheme, all: &Catalogue, place: &Place, desk: &mut Desk) {
    let name = format!("scheme {}", scheme.id);
    let mut refer = |field: &str, id: &str, exists: bool| {
        if !exists {
            desk.at(place, format!("{name}: {field} {id} does not exist"));
        }
    };
    refer("group", &scheme.group, all.group(&scheme.group).is_some());
    refer("decides", &scheme.decides, all.organisation(&scheme.decides).is_some());
    refer("apply_at", &scheme.apply_at, all.organisation(&scheme.apply_at).is_some());
    for id in scheme.refines.iter().chain(&scheme.after) {
        refer("scheme", id, all.scheme(id).is_some());
    }
    if scheme.name.is_empty() || scheme.line.is_empty() || scheme.line_en.is_empty() {
        desk.at(place, format!("{name}: name, line or line_en is empty"));
    }
}

fn scheme_versions(scheme: &Scheme, all: &Catalogue, place: &Place, desk: &mut Desk) {
    let name = format!("scheme {}", scheme.id);
    if scheme.versions.is_empty() {
        desk.at(place, format!("{name}: it has no version"));
    }
    for version in &scheme.versions {
        if all.source(&version.source).is_none() {
            desk.at(place, format!("{name}: source {} does not exist", version.source));
        }
    }
    let spans = scheme.versions.iter().map(|v| (v.valid_from, v.valid_to));
    follow(&name, spans, place, desk);
}

/// Each span begins on the day after the one before it: no overlap, and no gap that nobody named.
fn follow(
    name: &str,
    spans: impl Iterator<Item = (Option<Day>, Option<Day>)>,
    place: &Place,
    desk: &mut Desk,
) {
    let spans: Vec<_> = spans.collect();
    for (before, after) in spans.iter().zip(spans.iter().skip(1)) {
        let (Some(to), Some(from)) = (before.1, after.0) else {
            desk.at(place, format!("{name}: two versions are open at the same side"));
            continue;
        };
        if from <= to {
            desk.at(place, format!("{name}: two versions overlap on {}", written(from)));
        } else if from.0 > to.0 + 1 {
            let sentence = format!(
                "{name}: nothing is said from {} up to {}; say not_found or unconfirmed",
                written(Day(to.0 + 1)),
                written(from)
            );
            desk.at(place, sentence);
        }
    }
}
