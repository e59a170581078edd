//! Hints as data for other programs: what `aanbel hint` prints, and the API documents.

use super::evaluate::{Hint, Reason};
use super::explain::Mark;
use super::model::{Catalogue, Day, Formula, Test};
use crate::form::Truth;
use serde::Serialize;

/// All hints for one household on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report<'a> {
    /// The version of the catalogue.
    pub catalogue: &'a str,
    /// `YYYY-MM-DD`
    pub on: String,
    pub schemes: Vec<SchemeReport<'a>>,
}

/// One scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemeReport<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// `open`, `closed`, `unconfirmed`, `lapsed`, `unchecked` or `not_yet`.
    pub standing: &'static str,
    /// `possible`, `unlikely` or `unknown`.
    pub verdict: &'static str,
    /// Why, in one Dutch sentence.
    pub line: String,
    /// Euro cents a month, when it can be said exactly.
    pub monthly_cents: Option<i64>,
    pub reasons: Vec<ReasonReport<'a>>,
    /// Facts that would settle it.
    pub ask: Vec<&'a str>,
}

/// One criterion of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonReport<'a> {
    /// The condition, in Dutch.
    pub criterion: &'a str,
    /// The fact it looks at; of a computation its main one; `null` when it looks at none.
    pub fact: Option<&'a str>,
    /// The norm it was compared with, when only one can count.
    pub norm: Option<&'a str>,
    /// The limit in euro cents, when it is known exactly.
    pub amount_cents: Option<i64>,
    /// `passed`, `failed`, `unknown`, or `note` when it decides nothing.
    pub verdict: &'static str,
    pub source: &'a str,
    /// First and last day of the norm, or of the rule where there is no norm.
    pub valid_from: Option<String>,
    pub valid_to: Option<String>,
    /// Lines of a computation: label, euro cents, norm.
    pub steps: Vec<StepReport>,
}

/// One line of a computation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepReport {
    pub label: &'static str,
    pub cents: Option<i64>,
    pub norm: &'static str,
}

impl<'a> Report<'a> {
    #[must_use]
    pub fn of(catalogue: &'a Catalogue, version: &'a str, on: Day, hints: &[Hint<'a>]) -> Self {
        let schemes = hints.iter().map(|hint| SchemeReport::of(hint, catalogue)).collect();
        Report { catalogue: version, on: on.to_string(), schemes }
    }
}

impl<'a> SchemeReport<'a> {
    fn of(hint: &Hint<'a>, catalogue: &'a Catalogue) -> Self {
        SchemeReport {
            id: &hint.scheme.id,
            name: &hint.scheme.name,
            standing: hint.standing.key(),
            verdict: hint.verdict.key(),
            line: hint.line(catalogue),
            monthly_cents: hint.monthly_cents,
            reasons: hint.reasons.iter().map(|reason| ReasonReport::of(reason, hint)).collect(),
            ask: hint.ask.clone(),
        }
    }
}

impl<'a> ReasonReport<'a> {
    fn of(reason: &Reason<'a>, hint: &Hint<'a>) -> Self {
        let used = reason.limit.as_ref().and_then(|limit| limit.norm);
        let (from, to) = match (used, hint.version) {
            (Some(used), _) => (Some(used.version.valid_from), Some(used.version.valid_to)),
            (None, Some(version)) => (version.valid_from, version.valid_to),
            (None, None) => (None, None),
        };
        let steps = reason.outcome.iter().flat_map(|outcome| &outcome.steps);
        ReasonReport {
            criterion: &reason.criterion.text,
            fact: match &reason.criterion.test {
                Test::OneOf { when, .. } | Test::NoneOf(when) => Some(&when.fact),
                Test::AtLeast { fact, .. } | Test::Money { fact, .. } => Some(fact),
                Test::Pays(Formula::CarryingCapacity) => Some("inkomen_boven_norm_cent"),
                Test::Pays(_) => Some("jaarinkomen_cent"),
                Test::Everyone | Test::Unstated => None,
            },
            norm: used.map(|used| used.norm.id.as_str()),
            amount_cents: reason.limit.as_ref().and_then(|limit| limit.shown),
            verdict: match reason.mark() {
                Mark::Remark | Mark::Urgent => "note",
                _ if reason.in_favour() == Truth::Yes => "passed",
                _ if reason.in_favour() == Truth::No => "failed",
                _ => "unknown",
            },
            source: &reason.criterion.source,
            valid_from: from.map(|day| day.to_string()),
            valid_to: to.map(|day| day.to_string()),
            steps: steps
                .map(|s| StepReport { label: s.label, cents: s.cents, norm: s.norm })
                .collect(),
        }
    }
}
