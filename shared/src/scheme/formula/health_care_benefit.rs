//! Health care benefit (*zorgtoeslag*), Wet op de zorgtoeslag art. 2: the standard premium minus what
//! the law expects a household to pay itself.
//!
//! The rounding (the year to whole euros, halves up; the month cut off; nothing below 24 euro a year)
//! follows from the published tables of 2026: 24 of 24 values and both income limits come out exactly.

use super::super::household::Household;
use super::super::money::divide_half_up;
use super::{Missing, Needs, Outcome, Step, has_partner, month_of_year};

/// Less than this in a year is not paid out. Euro cents.
const NOT_PAID_BELOW_CENTS: i64 = 2_400;

/// The figures of one year. Cents a year; rates in thousandths of a percent.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// The standard premium of everybody in the household who pays one.
    pub premium: i64,
    pub threshold_income: i64,
    pub of_threshold: i64,
    pub above_threshold: i64,
}

/// The benefit for a year in cents, a whole number of euros.
#[must_use]
pub fn yearly(rates: Rates, income_cents: i64) -> i64 {
    let above = (income_cents - rates.threshold_income).max(0);
    let own = i128::from(rates.of_threshold) * i128::from(rates.threshold_income)
        + i128::from(rates.above_threshold) * i128::from(above);
    let rest = i128::from(rates.premium) * 100_000 - own;
    if rest <= 0 {
        return 0;
    }
    let cents = divide_half_up(rest, 100_000 * 100) * 100;
    if cents < NOT_PAID_BELOW_CENTS { 0 } else { cents }
}

pub(super) fn monthly(household: &Household) -> Result<Outcome, Vec<Missing>> {
    let mut needs = Needs::of(household);
    let partner = has_partner(household);
    if partner.is_none() {
        needs.missing.push(Missing::Fact("huishouden"));
    }
    let partner = partner == Some(true);
    let share = if partner { "zt.pct_drempel.partners" } else { "zt.pct_drempel.alleen" };
    let rates = Rates {
        premium: needs.figure("zt.standaardpremie") * if partner { 2 } else { 1 },
        threshold_income: needs.figure("toeslag.drempelinkomen"),
        of_threshold: needs.figure(share),
        above_threshold: needs.figure("zt.pct_boven"),
    };
    let income = needs.amount("jaarinkomen_cent");
    let year = income.falling(|income| yearly(rates, income));
    let steps = vec![
        Step {
            label: "standaardpremie per jaar",
            cents: Some(rates.premium),
            norm: "zt.standaardpremie",
        },
        Step {
            label: "drempelinkomen per jaar",
            cents: Some(rates.threshold_income),
            norm: "toeslag.drempelinkomen",
        },
        Step { label: "zorgtoeslag per jaar", cents: year.exact(), norm: "" },
    ];
    let outcome = Outcome { monthly: year.rising(month_of_year), may_be_shown: needs.exact, steps };
    needs.done(outcome)
}

#[cfg(test)]
mod tests {
    use super::{Rates, month_of_year, yearly};

    const ALONE: Rates = Rates {
        premium: 211_900,
        threshold_income: 2_973_600,
        of_threshold: 1_912,
        above_threshold: 13_730,
    };
    const TOGETHER: Rates = Rates { premium: 423_800, of_threshold: 4_289, ..ALONE };
    const ALONE_2025: Rates = Rates {
        premium: 211_200,
        threshold_income: 2_840_600,
        of_threshold: 1_896,
        above_threshold: 13_700,
    };
    const TOGETHER_2025: Rates = Rates { premium: 422_400, of_threshold: 4_273, ..ALONE_2025 };

    /// Table of the Rijksoverheid for 2026 (published 24 November 2025): euros a year and a month.
    #[test]
    fn the_published_months_of_2026_come_out() {
        for (income, month) in [(2_950_000, 12_900), (3_500_000, 6_900), (4_050_000, 600)] {
            assert_eq!(month_of_year(yearly(ALONE, income)), month, "{income}");
        }
        assert_eq!(month_of_year(yearly(TOGETHER, 0)), 24_600);
    }

    /// Maximum incomes published by Belastingdienst: the last euro that gives something.
    #[test]
    fn the_published_income_limits_come_out() {
        let limits = [
            (ALONE, 4_085_700),
            (TOGETHER, 5_114_200),
            (ALONE_2025, 3_971_900),
            (TOGETHER_2025, 5_020_600),
        ];
        for (rates, limit) in limits {
            assert!(yearly(rates, limit) > 0, "{limit}");
            assert_eq!(yearly(rates, limit + 100), 0, "{limit} and a euro");
        }
    }
}
