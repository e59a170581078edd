//! One household under the law of one day: its amounts, and the norms that count for it.

use super::facts::Facts;
use super::formula::cost_sharers;
use super::model::{
    Amount, Catalogue, Compare, Day, Fact, FactChoice, FactKind, HolidayPay, Limit, Norm,
    NormVersion, Row,
};
use super::money::{Span, part};
use crate::form::Truth;

/// The net income per month, and whether it includes holiday pay.
pub(super) const INCOME: &str = "inkomen_netto";
const INCOME_WITH_HOLIDAY_PAY: &str = "inkomen_incl_vakantiegeld";
/// Adults of 27 and older in the home who are not part of the household.
pub(super) const SHARERS: &str = "medebewoners_27_plus";
const HOLIDAY_PAY: &str = "pw.vakantietoeslag_bp";
/// Holiday pay is at most this part of an income without it: a safe bound, used to compare only.
const HOLIDAY_PAY_AT_MOST_BP: i64 = 1_000;

/// What rules look at.
#[derive(Clone, Copy)]
pub struct Household<'a> {
    pub catalogue: &'a Catalogue,
    pub facts: &'a Facts,
    pub on: Day,
}

/// A norm as it counts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NormUse<'a> {
    pub norm: &'a Norm,
    pub version: &'a NormVersion,
}

/// A limit for one household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdLimit<'a> {
    pub span: Span,
    /// The norm it comes from, when only one can count.
    pub norm: Option<NormUse<'a>>,
    /// The amount when it may be shown: read in a source, and certain for this household.
    pub shown: Option<i64>,
    /// False when it may turn out that there is no norm for this household at all.
    pub certain: bool,
}

/// Why there is no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoLimit {
    /// The norm has no figure on this day; its last day when it had one before.
    NotCurrent(Option<Day>),
    /// The table holds no norm for such a household.
    NoneForHousehold,
}

impl<'a> Household<'a> {
    /// The version of a norm on this day.
    pub fn norm(&self, id: &str) -> Option<NormUse<'a>> {
        let norm = self.catalogue.norm(id)?;
        let on = self.on;
        let version = norm.versions.iter().find(|v| v.valid_from <= on && on <= v.valid_to)?;
        Some(NormUse { norm, version })
    }

    /// The figure of a norm on this day; `None` when there is none.
    pub fn figure(&self, id: &str) -> Option<Span> {
        span_of(self.norm(id)?.version.amount)
    }

    /// The norm that counts for this household, or the range of those that may.
    ///
    /// Errors: no figure on this day for one of those that may count, or no norm at all.
    pub fn table(&self, id: &str) -> Result<HouseholdLimit<'a>, NoLimit> {
        let table = self.catalogue.table(id).ok_or(NoLimit::NoneForHousehold)?;
        let mut candidates = Vec::new();
        for row in &table.rows {
            let holds = row.when.iter().fold(Truth::Yes, |all, when| {
                if all == Truth::No { all } else { all.and(self.facts.holds(self.catalogue, when)) }
            });
            if holds != Truth::No {
                candidates.push(row.norm.as_deref());
            }
            if holds == Truth::Yes {
                break;
            }
        }
        let mut limit: Option<HouseholdLimit<'a>> = None;
        let certain = !candidates.contains(&None);
        for id in candidates.into_iter().flatten() {
            let one = self.limit_of(id)?;
            limit = Some(match limit {
                None => one,
                Some(before) if before.norm == one.norm => before,
                Some(before) => {
                    let span = before.span.or(one.span);
                    HouseholdLimit { span, norm: None, shown: None, ..before }
                }
            });
        }
        let limit = limit.ok_or(NoLimit::NoneForHousehold)?;
        let limit = HouseholdLimit { certain, ..limit };
        Ok(if table.cost_sharers { cost_sharers::lower(self, limit) } else { limit })
    }

    /// A part of a table's norm, in cents; with the norm's holiday pay taken off when the rule says so.
    ///
    /// Errors: as [`Household::table`].
    pub fn limit(&self, limit: &Limit) -> Result<HouseholdLimit<'a>, NoLimit> {
        self.part_of(self.table(&limit.table)?, limit)
    }

    /// The limit for households of one row of its table, whatever this household is.
    ///
    /// Errors: as [`Household::table`].
    pub fn row_limit(&self, row: &Row, limit: &Limit) -> Result<HouseholdLimit<'a>, NoLimit> {
        let norm = row.norm.as_deref().ok_or(NoLimit::NoneForHousehold)?;
        self.part_of(self.limit_of(norm)?, limit)
    }

    fn part_of(
        &self,
        mut found: HouseholdLimit<'a>,
        limit: &Limit,
    ) -> Result<HouseholdLimit<'a>, NoLimit> {
        let bp = i64::from(limit.basis_points);
        if limit.without_holiday_pay {
            let share = self.figure(HOLIDAY_PAY).ok_or(NoLimit::NotCurrent(None))?;
            let without = |cents, share| part(cents, 10_000 - share);
            let span = Span {
                low: without(found.span.low, share.high),
                high: without(found.span.high, share.low),
            };
            found = HouseholdLimit { span, shown: found.shown.and(span.exact()), ..found };
        }
        Ok(if bp == 10_000 { found } else { found.map(|cents| part(cents, bp)) })
    }

    /// What is known of an amount: exactly, or by its band.
    pub fn amount(&self, fact: &str) -> Option<Span> {
        if let Some(exact) = self.facts.number(fact) {
            return Some(Span::exactly(exact));
        }
        self.band_span(self.band_of(fact)?)
    }

    /// Compares an amount with a limit; not known when either is not.
    pub fn compare(&self, fact: &str, how: Compare, limit: &Limit) -> Truth {
        // An amount without a limit to hold it against leaves what the band said.
        match self.compare_amount(fact, how, limit) {
            Truth::Unknown => self.compare_band(fact, how, limit).unwrap_or(Truth::Unknown),
            truth => truth,
        }
    }

    fn compare_amount(&self, fact: &str, how: Compare, limit: &Limit) -> Truth {
        let (Some(amount), Ok(against)) = (self.amount(fact), self.limit(limit)) else {
            return Truth::Unknown;
        };
        if !against.certain {
            return Truth::Unknown;
        }
        let amount = if fact == INCOME { self.income_as(amount, limit, &against) } else { amount };
        amount.compare(how, against.span)
    }

    /// Whether the net income was given with holiday pay. Not said: with, as the norm of the law.
    pub fn income_with_holiday_pay(&self) -> bool {
        self.facts.yes_no(INCOME_WITH_HOLIDAY_PAY).unwrap_or(true)
    }

    /// The income on the footing of the limit: with or without holiday pay.
    fn income_as(&self, income: Span, limit: &Limit, against: &HouseholdLimit) -> Span {
        let included = against.norm.map(|used| used.norm.holiday_pay);
        let wants_with = !limit.without_holiday_pay && included != Some(HolidayPay::Excluded);
        let Span { low, high } = income;
        match (self.income_with_holiday_pay(), wants_with) {
            (true, true) | (false, false) => income,
            (true, false) => Span { low: low * 10_000 / (10_000 + HOLIDAY_PAY_AT_MOST_BP), high },
            (false, true) => Span { low, high: part(high, 10_000 + HOLIDAY_PAY_AT_MOST_BP) },
        }
    }

    /// True when some fact is a band of this amount.
    pub(super) fn has_band(&self, amount: &str) -> bool {
        let is_band = |fact: &Fact| matches!(&fact.kind, FactKind::Band { of, .. } if of == amount);
        self.catalogue.facts.iter().any(is_band)
    }

    /// An income that was given without holiday pay is only known within bounds.
    pub(super) fn given_amount(&self, of: &str, cents: i64, with_holiday_pay: bool) -> Span {
        match of == INCOME && !with_holiday_pay {
            true => Span { low: cents, high: part(cents, 10_000 + HOLIDAY_PAY_AT_MOST_BP) },
            false => Span::exactly(cents),
        }
    }

    fn band_of(&self, amount: &str) -> Option<&'a Fact> {
        let catalogue = self.catalogue;
        catalogue.facts.iter().find(|fact| match &fact.kind {
            FactKind::Band { of, .. } => of == amount && self.facts.knows(fact),
            _ => false,
        })
    }

    /// The amounts of the band that was chosen.
    pub(super) fn band_span(&self, band: &'a Fact) -> Option<Span> {
        let chosen = self.chosen(band)?;
        let edge = |limit: &Option<Limit>| -> Option<Span> {
            self.limit(limit.as_ref()?).ok().filter(|limit| limit.certain).map(|limit| limit.span)
        };
        Some(Span {
            low: edge(&chosen.over).map_or(0, |edge| edge.low + 1),
            high: edge(&chosen.up_to).map_or(Span::ANY.high, |edge| edge.high),
        })
    }

    /// A limit that is itself an edge of the band settles it, whatever the amount of that edge is.
    /// Nobody knows better than the band whether an amount is exactly the limit, so "below" and "at
    /// most" are the same here.
    fn compare_band(&self, amount: &str, how: Compare, limit: &Limit) -> Option<Truth> {
        let chosen = self.chosen(self.band_of(amount)?)?;
        let same = |edge: &&Limit| edge.table == limit.table;
        let share = limit.basis_points;
        let within = match (chosen.over.as_ref().filter(same), chosen.up_to.as_ref().filter(same)) {
            (_, Some(up_to)) if up_to.basis_points <= share => Truth::Yes,
            (Some(over), _) if over.basis_points >= share => Truth::No,
            _ => return None,
        };
        Some(if how == Compare::Above { !within } else { within })
    }

    fn chosen(&self, band: &'a Fact) -> Option<&'a FactChoice> {
        if !self.facts.knows(band) {
            return None;
        }
        let super::facts::Given::Word(word) = self.facts.get(&band.id)? else { return None };
        band.choice(word)
    }

    fn limit_of(&self, norm: &str) -> Result<HouseholdLimit<'a>, NoLimit> {
        let last = || {
            let versions = &self.catalogue.norm(norm)?.versions;
            versions.iter().rev().find(|v| v.valid_to < self.on).map(|v| v.valid_to)
        };
        let used = self.norm(norm).ok_or_else(|| NoLimit::NotCurrent(last()))?;
        let span = span_of(used.version.amount).ok_or_else(|| NoLimit::NotCurrent(last()))?;
        Ok(HouseholdLimit { span, norm: Some(used), shown: span.exact(), certain: true })
    }
}

impl HouseholdLimit<'_> {
    /// The same limit with every amount changed by a rising function.
    #[must_use]
    pub fn map(self, of: impl Fn(i64) -> i64) -> Self {
        HouseholdLimit { span: self.span.rising(&of), shown: self.shown.map(&of), ..self }
    }
}

fn span_of(amount: Amount) -> Option<Span> {
    match amount {
        Amount::Exact(cents) => Some(Span::exactly(cents)),
        Amount::Between(low, high) => Some(Span { low, high }),
        Amount::NotFound => None,
    }
}
