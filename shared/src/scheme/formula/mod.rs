//! The computations that the law prescribes, one per file: whole cents, the law's own rounding, no
//! floating point. Where an input is only known within bounds, so is the outcome.

pub mod carrying_capacity;
pub mod child_budget;
pub mod cost_sharers;
pub mod health_care_benefit;
pub mod rent_benefit;

use super::household::Household;
use super::model::{Formula, SchemeVersion, Test};
use super::money::Span;

/// What a computation gives, and how it came to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Euro cents per month; from zero, which means that nothing is paid.
    pub monthly: Span,
    /// False when a figure was used that may not be shown, or that is only known within bounds.
    pub may_be_shown: bool,
    pub steps: Vec<Step>,
}

/// One line of a computation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub label: &'static str,
    /// Euro cents, in the period that the label names; `None` when it is not exactly known.
    pub cents: Option<i64>,
    /// The id of the norm it comes from; empty for a computed line.
    pub norm: &'static str,
}

/// What stands in the way of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The id of a fact.
    Fact(&'static str),
    /// The id of a norm that has no figure on this day.
    Norm(&'static str),
}

impl SchemeVersion {
    /// The computation that this rule hangs on, or that says how much it is.
    #[must_use]
    pub fn formula(&self) -> Option<Formula> {
        let decides = self.criteria.iter().find_map(|criterion| match criterion.test {
            Test::Pays(formula) => Some(formula),
            _ => None,
        });
        decides.or(self.amount)
    }
}

impl Formula {
    /// Facts that are amounts and that it needs exactly.
    #[must_use]
    pub fn amounts(self) -> &'static [&'static str] {
        match self {
            Formula::HealthCareBenefit | Formula::ChildBudget => &["jaarinkomen_cent"],
            Formula::RentBenefit => &["jaarinkomen_cent", "kale_huur_cent"],
            Formula::CarryingCapacity => &["inkomen_boven_norm_cent"],
        }
    }

    /// The amount per month for this household.
    ///
    /// Errors: everything that is missing.
    pub fn of(self, household: &Household) -> Result<Outcome, Vec<Missing>> {
        match self {
            Formula::HealthCareBenefit => health_care_benefit::monthly(household),
            Formula::ChildBudget => child_budget::monthly(household),
            Formula::RentBenefit => rent_benefit::monthly(household),
            Formula::CarryingCapacity => carrying_capacity::monthly(household),
        }
    }
}

/// Gathers what a computation needs and remembers what is missing.
struct Needs<'h, 'a> {
    household: &'h Household<'a>,
    missing: Vec<Missing>,
    exact: bool,
}

impl<'h, 'a> Needs<'h, 'a> {
    fn of(household: &'h Household<'a>) -> Self {
        Needs { household, missing: Vec::new(), exact: true }
    }

    fn norm(&mut self, id: &'static str) -> Span {
        let found = self.household.figure(id);
        if found.is_none() {
            self.missing.push(Missing::Norm(id));
        }
        let span = found.unwrap_or(Span::exactly(0));
        self.exact &= span.exact().is_some();
        span
    }

    /// A norm that is known exactly, or zero with a note that it is missing.
    fn figure(&mut self, id: &'static str) -> i64 {
        self.norm(id).low
    }

    fn amount(&mut self, fact: &'static str) -> Span {
        let found = self.household.amount(fact);
        if found.is_none() {
            self.missing.push(Missing::Fact(fact));
        }
        found.unwrap_or(Span::exactly(0))
    }

    fn done<T>(self, outcome: T) -> Result<T, Vec<Missing>> {
        if self.missing.is_empty() { Ok(outcome) } else { Err(self.missing) }
    }
}

/// `huishouden`: with a partner or not.
fn has_partner(household: &Household) -> Option<bool> {
    match household.facts.get("huishouden") {
        Some(super::facts::Given::Word(word)) => Some(word.starts_with("samenwonend")),
        _ => None,
    }
}

/// Whole euros a year, in cents, to whole euros a month: cut off, as the tax office pays out.
fn month_of_year(year_cents: i64) -> i64 {
    year_cents / 1_200 * 100
}
