//! The next best question: the one whose answer settles most schemes.

use super::evaluate::{Hint, Verdict, evaluate};
use super::facts::{Facts, Given};
use super::model::{Catalogue, Day, Fact, FactKind};

/// How many answers of one question are tried; a longer list is sampled from its start.
const ANSWERS_MAX: usize = 8;

/// Questions that a form asks, best first: by how many schemes leave *not known yet*, on average over
/// the answers. At most `count`; none when every hint is settled or waits for something no form asks.
#[must_use]
pub fn next_questions<'a>(
    catalogue: &'a Catalogue,
    facts: &Facts,
    on: Day,
    count: usize,
) -> Vec<&'a Fact> {
    let hints = evaluate(catalogue, facts, on);
    let open = |hint: &Hint| hint.verdict == Verdict::Unknown;
    let asked: Vec<&str> = hints.iter().filter(|h| open(h)).flat_map(|h| h.ask.clone()).collect();
    let before = hints.iter().filter(|hint| open(hint)).count();
    let mut scored: Vec<(usize, usize, &Fact)> = Vec::new();
    let candidates =
        catalogue.facts.iter().filter(|fact| fact.field.is_some() && fact.answers(&asked));
    for (place, fact) in candidates.enumerate() {
        let answers = fact.sample_answers();
        let settled: usize = answers
            .iter()
            .map(|answer| {
                let more = facts.with(catalogue, &fact.id, answer.clone());
                let left = evaluate(catalogue, &more, on);
                before.saturating_sub(left.iter().filter(|hint| open(hint)).count())
            })
            .sum();
        // A question that settles nothing by itself may still be half of an answer: it comes last.
        let waiting =
            hints.iter().filter(|h| open(h) && h.ask.iter().any(|id| fact.answers_one(id))).count();
        let score = settled * 1_000 / answers.len().max(1) + waiting;
        scored.push((score, place, fact));
    }
    // Equal scores: in the order in which the form asks.
    scored.sort_by_key(|(score, place, _)| (std::cmp::Reverse(*score), *place));
    scored.into_iter().take(count).map(|(_, _, fact)| fact).collect()
}

impl Fact {
    /// True when an answer to this says something about one of the facts that are waited for: itself,
    /// or the amount of which it is the band.
    fn answers(&self, asked: &[&str]) -> bool {
        asked.iter().any(|id| self.answers_one(id))
    }

    #[must_use]
    pub fn answers_one(&self, id: &str) -> bool {
        self.id == id || matches!(&self.kind, FactKind::Band { of, .. } if of == id)
    }

    fn sample_answers(&self) -> Vec<Given> {
        let words = || {
            let known = self.choices().iter().filter(|c| !c.not_known && !c.form_choice.is_empty());
            known.take(ANSWERS_MAX).map(|choice| choice.id.clone())
        };
        match &self.kind {
            FactKind::YesNo => vec![Given::YesNo(true), Given::YesNo(false)],
            FactKind::Choice(_) | FactKind::Band { .. } => words().map(Given::Word).collect(),
            FactKind::Several(_) => {
                let one_each = words().map(|word| Given::Words(vec![word]));
                std::iter::once(Given::Words(Vec::new())).chain(one_each).collect()
            }
            FactKind::Whole { max } => vec![Given::Number(0), Given::Number(*max)],
            FactKind::Cents { .. } | FactKind::Place => Vec::new(),
        }
    }
}
