//! What must be true of every table: its norms exist and have one unit, and no household falls through.

use super::super::model::{Catalogue, Row, Table};
use super::check::when;
use super::{Desk, Place};
use std::collections::BTreeMap;

pub fn check(table: &Table, all: &Catalogue, place: &Place, desk: &mut Desk) {
    let name = format!("table {}", table.id);
    let mut units = Vec::new();
    for row in &table.rows {
        for one in &row.when {
            when(one, all, place, &name, desk);
        }
        match row.norm.as_ref().map(|id| (id, all.norm(id))) {
            Some((_, Some(norm))) => units.push(norm.unit),
            Some((id, None)) => desk.at(place, format!("{name}: norm {id} does not exist")),
            None => {}
        }
    }
    units.dedup();
    if units.len() > 1 {
        desk.at(place, format!("{name}: its norms have different units"));
    }
    if let Some(household) = fallen_through(table, all) {
        desk.at(
            place,
            format!("{name}: no row for {household}; give one, or one with none = true"),
        );
    }
}

/// A household that no row is about. Facts that need not be said are taken as not said.
fn fallen_through(table: &Table, all: &Catalogue) -> Option<String> {
    let ids = table.rows.iter().flat_map(|row| row.when.iter().map(|when| when.fact.as_str()));
    let mut households: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new()];
    let mut seen = Vec::new();
    for fact in ids.filter_map(|id| all.fact(id)).filter(|fact| !fact.optional) {
        if seen.contains(&&fact.id) {
            continue;
        }
        seen.push(&fact.id);
        let choices = fact.choices().iter().filter(|choice| !choice.not_known);
        households = choices
            .flat_map(|choice| {
                households.iter().map(move |household| {
                    let mut more = household.clone();
                    more.insert(fact.id.as_str(), choice.id.as_str());
                    more
                })
            })
            .collect();
    }
    let fits = |row: &Row, household: &BTreeMap<&str, &str>| {
        row.when.iter().all(|when| {
            let is = household.get(when.fact.as_str());
            is.is_some_and(|is| when.any_of.iter().any(|word| word == is))
        })
    };
    let lost = households.iter().find(|one| !table.rows.iter().any(|row| fits(row, one)))?;
    Some(lost.iter().map(|(id, is)| format!("{id} = {is}")).collect::<Vec<_>>().join(", "))
}
