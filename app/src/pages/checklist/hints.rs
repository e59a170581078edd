//! What the rules say about one household today, worked out once per change of its answers.

use super::super::now::today;
use crate::browser::timing;
use crate::kit::kit;
use crate::schemes::Held;
use crate::ui::prelude::*;
use aanbel_shared::record::RecordId;
use aanbel_shared::scheme::{Facts, Hint, Standing, Verdict, evaluate};

/// Name under which the time of a whole evaluation stands in the browser's own timeline.
const MEASURE: &str = "aanbel-hints";

/// One scheme of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemeHint {
    /// Among the schemes of the catalogue.
    pub place: usize,
    pub verdict: Verdict,
    pub standing: Standing,
    /// Why, in one sentence.
    pub line: String,
}

/// The answers of a household as the rules know them.
pub fn facts(held: Held, household: RecordId) -> Memo<Facts> {
    let session = kit().session;
    Memo::new(move |_| {
        session.device.with(|device| {
            let record = device.records().get(household);
            Facts::of_form(held.catalogue, "household", |key| record?.get(key).cloned())
        })
    })
}

/// One per scheme that belongs on the checklist today.
pub fn hints(held: Held, facts: Memo<Facts>) -> Memo<Vec<SchemeHint>> {
    Memo::new(move |_| facts.with(|facts| timing::measure(MEASURE, || listed(held, facts))))
}

fn listed(held: Held, facts: &Facts) -> Vec<SchemeHint> {
    let (catalogue, on) = (held.catalogue, today());
    let all = evaluate(catalogue, facts, on).into_iter().enumerate();
    let listed = |hint: &Hint| hint.scheme.is_listed(on) && !catalogue.is_refined(&hint.scheme.id);
    all.filter(|(_, hint)| listed(hint))
        .map(|(place, hint)| SchemeHint {
            place,
            verdict: hint.verdict,
            standing: hint.standing,
            line: hint.line(catalogue),
        })
        .collect()
}
