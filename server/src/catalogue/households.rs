//! Households of visits that the office has not reviewed yet, and what a new catalogue would say of
//! them. Read from the projection; nothing is written.

use crate::store::StoreError;
use aanbel_shared::scheme::{Catalogue, Day, Fact, FactKind, Facts, Given, Verdict, evaluate};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The answers of one household, by key of the form's field.
pub type Answers = BTreeMap<String, Sql>;

/// A household of an open visit.
#[derive(Clone, Debug)]
pub struct OpenHousehold {
    pub attempt: Uuid,
    /// Street and number; empty when unknown.
    pub address: String,
    pub answers: Answers,
}

/// One scheme of which hints change, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub scheme: String,
    pub old: Option<Verdict>,
    pub new: Option<Verdict>,
    /// Visit and address.
    pub visits: Vec<(Uuid, String)>,
}

/// # Errors
/// Those of the database.
pub fn open(db: &Connection) -> Result<Vec<OpenHousehold>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT v.attempt, coalesce(field(d.live, 'street'), ''), coalesce(field(d.live, 'number'), ''),
                coalesce(field(d.live, 'letter'), ''), coalesce(field(d.live, 'addition'), ''),
                f.field, f.value
         FROM visit v
         CROSS JOIN record talk ON talk.id = v.talk
         CROSS JOIN shown f ON f.record = talk.household
         LEFT JOIN record d ON d.id = v.address
         WHERE v.withdrawn = 0 AND v.reviewed = 0
         ORDER BY v.at_ms, v.attempt",
    )?;
    let mut found: Vec<OpenHousehold> = Vec::new();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let attempt: Uuid = row.get(0)?;
        if found.last().is_none_or(|last| last.attempt != attempt) {
            let (street, letter): (String, String) = (row.get(1)?, row.get(3)?);
            let number: Sql = row.get(2)?;
            let addition: String = row.get(4)?;
            let number = crate::office::house_number(&number, &letter, &addition);
            let address = format!("{street} {number}").trim().to_owned();
            found.push(OpenHousehold { attempt, address, answers: Answers::new() });
        }
        if let Some(last) = found.last_mut() {
            last.answers.insert(row.get(5)?, row.get(6)?);
        }
    }
    Ok(found)
}

/// What the rules of a catalogue may look at in these answers.
#[must_use]
pub fn facts(catalogue: &Catalogue, answers: &Answers) -> Facts {
    Facts::of_answers(catalogue, |fact| answer(fact, answers))
}

fn answer(fact: &Fact, answers: &Answers) -> Option<Given> {
    let key = fact.field.as_deref()?.strip_prefix("household.")?;
    let choice = |key: &str| fact.choices().iter().find(|choice| choice.form_choice == key);
    if let FactKind::Several(choices) = &fact.kind {
        let ticked = |choice: &str| answers.get(&format!("{key}.{choice}"));
        let known = choices.iter().filter(|one| ticked(&one.form_choice).is_some()).count() > 0;
        let chosen =
            choices.iter().filter(|one| ticked(&one.form_choice) == Some(&Sql::Integer(1)));
        return known.then(|| Given::Words(chosen.map(|one| one.id.clone()).collect()));
    }
    match (&fact.kind, answers.get(key)?) {
        (FactKind::YesNo, Sql::Integer(yes)) => Some(Given::YesNo(*yes == 1)),
        (FactKind::Whole { .. }, Sql::Integer(number)) => Some(Given::Number(*number)),
        (FactKind::Choice(_) | FactKind::Band { .. }, Sql::Text(word)) => {
            Some(Given::Word(choice(word)?.id.clone()))
        }
        _ => None,
    }
}

/// Every hint that would be another one, by scheme in the order of the new catalogue. A scheme that
/// only one of both lists has no hint in the other.
#[must_use]
pub fn changes(
    old: &Catalogue,
    new: &Catalogue,
    households: &[OpenHousehold],
    on: Day,
) -> Vec<Changed> {
    let mut found: BTreeMap<(usize, String, u8, u8), Changed> = BTreeMap::new();
    for household in households {
        let (before, after) = (verdicts(old, household, on), verdicts(new, household, on));
        let place = |id: &str| new.schemes.iter().position(|one| one.id == id);
        let mut ids: Vec<&String> = before.keys().chain(after.keys()).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let (old, new) = (before.get(id).copied(), after.get(id).copied());
            if old == new {
                continue;
            }
            let rank = |verdict: Option<Verdict>| verdict.map_or(0, |one| one as u8 + 1);
            let key = (place(id).unwrap_or(usize::MAX), id.clone(), rank(old), rank(new));
            let entry = found.entry(key);
            let changed = entry.or_insert_with(|| Changed {
                scheme: id.clone(),
                old,
                new,
                visits: Vec::new(),
            });
            changed.visits.push((household.attempt, household.address.clone()));
        }
    }
    found.into_values().collect()
}

/// The hints of a checklist, by scheme.
fn verdicts(
    catalogue: &Catalogue,
    household: &OpenHousehold,
    on: Day,
) -> BTreeMap<String, Verdict> {
    let facts = facts(catalogue, &household.answers);
    let hints = evaluate(catalogue, &facts, on);
    let listed = hints
        .into_iter()
        .filter(|hint| hint.scheme.is_listed(on) && !catalogue.is_refined(&hint.scheme.id));
    listed.map(|hint| (hint.scheme.id.clone(), hint.verdict)).collect()
}
