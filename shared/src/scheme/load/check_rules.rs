//! What must be true of every rule: facts and tables exist, units match, sources are named.

use super::super::model::{Catalogue, Criterion, FactKind, Formula, Test, Unit, When};
use super::check::when;
use super::{Desk, Place, Places};

pub fn check(all: &Catalogue, places: &Places, desk: &mut Desk) {
    for ((scheme, place), rules) in all.schemes.iter().zip(&places.schemes).zip(&places.rules) {
        for (version, rules) in scheme.versions.iter().zip(rules) {
            for (criterion, place) in version.criteria.iter().zip(rules) {
                one(criterion, all, &format!("scheme {}", scheme.id), place, desk);
            }
            if let Some(formula) = version.amount {
                formula_norms(formula, all, &format!("scheme {}", scheme.id), place, desk);
            }
        }
    }
}

/// The unit of a table's norms; `None` when there is no such table or it has no norm.
pub fn unit_of(all: &Catalogue, table: &str) -> Option<Unit> {
    let norm = all.table(table)?.rows.iter().find_map(|row| row.norm.as_deref())?;
    all.norm(norm).map(|norm| norm.unit)
}

fn one(criterion: &Criterion, all: &Catalogue, name: &str, place: &Place, desk: &mut Desk) {
    if criterion.text.is_empty() {
        desk.at(place, format!("{name}: a rule without text"));
    }
    if all.source(&criterion.source).is_none() {
        desk.at(place, format!("{name}: source {} does not exist", criterion.source));
    }
    match &criterion.test {
        Test::Everyone | Test::Unstated => {}
        Test::OneOf { when: one, maybe } => {
            let any_of = one.any_of.iter().chain(maybe).cloned().collect();
            when(&When { fact: one.fact.clone(), any_of }, all, place, name, desk);
        }
        Test::NoneOf(one) => {
            when(one, all, place, name, desk);
            if one.any_of.is_empty() {
                desk.at(place, format!("{name}: a rule on {} names no value", one.fact));
            }
        }
        Test::AtLeast { fact, .. } => {
            if !matches!(all.fact(fact).map(|fact| &fact.kind), Some(FactKind::Whole { .. })) {
                desk.at(place, format!("{name}: {fact} is no number that is asked"));
            }
        }
        Test::Money { fact, limit, .. } => {
            let Some(FactKind::Cents { unit, .. }) = all.fact(fact).map(|fact| &fact.kind) else {
                desk.at(place, format!("{name}: {fact} is no amount of money that is asked"));
                return;
            };
            match unit_of(all, &limit.table) {
                None => desk.at(place, format!("{name}: table {} does not exist", limit.table)),
                Some(other) if other != *unit => desk.at(
                    place,
                    format!("{name}: {fact} and {} are not counted in one unit", limit.table),
                ),
                Some(_) => {}
            }
        }
        Test::Pays(formula) => formula_norms(*formula, all, name, place, desk),
    }
}

fn formula_norms(formula: Formula, all: &Catalogue, name: &str, place: &Place, desk: &mut Desk) {
    for norm in formula.norms().iter().filter(|norm| all.norm(norm).is_none()) {
        desk.at(place, format!("{name}: its formula needs norm {norm}"));
    }
}
