//! Child budget (*kindgebonden budget*), Wet op het kindgebonden budget art. 2: an amount per child,
//! more for older children and for a lone parent, less above an income.

use super::super::facts::Given;
use super::super::household::Household;
use super::super::money::{Span, divide_half_up};
use super::{Missing, Needs, Outcome, Step, month_of_year};

/// The figures of one year, in cents a year; the reduction in hundredths of a percent.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub per_child: i64,
    pub extra_12_15: i64,
    pub extra_16_17: i64,
    pub lone_parent: i64,
    /// The income above which less is paid.
    pub threshold_income: i64,
    pub reduction_bp: i64,
}

/// Children under 18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Children {
    pub all: i64,
    pub aged_12_15: i64,
    pub aged_16_17: i64,
}

/// The budget for a year in cents, rounded half up to whole euros as the other benefits of the tax
/// office are.
#[must_use]
pub fn yearly(rates: Rates, children: Children, lone_parent: bool, income_cents: i64) -> i64 {
    let whole = children.all * rates.per_child
        + children.aged_12_15 * rates.extra_12_15
        + children.aged_16_17 * rates.extra_16_17
        + if lone_parent { rates.lone_parent } else { 0 };
    let above = (income_cents - rates.threshold_income).max(0);
    let rest = i128::from(whole) * 10_000 - i128::from(above) * i128::from(rates.reduction_bp);
    if rest <= 0 { 0 } else { divide_half_up(rest, 10_000 * 100) * 100 }
}

pub(super) fn monthly(household: &Household) -> Result<Outcome, Vec<Missing>> {
    let mut needs = Needs::of(household);
    let mut rates = Rates {
        per_child: needs.figure("kgb.per_kind"),
        extra_12_15: needs.figure("kgb.extra_12_15"),
        extra_16_17: needs.figure("kgb.extra_16_17"),
        lone_parent: needs.figure("kgb.alo_kop"),
        threshold_income: needs.figure("toeslag.drempelinkomen"),
        reduction_bp: needs.figure("kgb.afbouw_bp"),
    };
    let partner = super::has_partner(household);
    match partner {
        Some(true) => rates.threshold_income += needs.figure("kgb.drempel_partner_opslag"),
        Some(false) => {}
        None => needs.missing.push(Missing::Fact("huishouden")),
    }
    let lone_parent = partner == Some(false);
    let income = needs.amount("jaarinkomen_cent");
    let Some((fewest, most)) = children(household) else {
        needs.missing.push(Missing::Fact("kinderen_leeftijden"));
        return Err(needs.missing);
    };
    let year = Span {
        low: yearly(rates, fewest, lone_parent, income.high),
        high: yearly(rates, most, lone_parent, income.low),
    };
    let steps = vec![
        Step { label: "per kind per jaar", cents: Some(rates.per_child), norm: "kgb.per_kind" },
        Step {
            label: "minder vanaf dit inkomen per jaar",
            cents: Some(rates.threshold_income),
            norm: "toeslag.drempelinkomen",
        },
        Step { label: "kindgebonden budget per jaar", cents: year.exact(), norm: "" },
    ];
    let may_be_shown = needs.exact && year.exact().is_some();
    needs.done(Outcome { monthly: year.rising(month_of_year), may_be_shown, steps })
}

/// The fewest and the most that the age groups and the number of children allow, by what they cost.
fn children(household: &Household) -> Option<(Children, Children)> {
    const MOST: i64 = 12;
    let Given::Words(ages) = household.facts.get("kinderen_leeftijden")? else { return None };
    let has = |age: &str| ages.iter().any(|one| one == age);
    let young = i64::from(has("0_3")) + i64::from(has("4_11"));
    let (middle, old) = (i64::from(has("12_15")), i64::from(has("16_17")));
    let least = Children { all: young + middle + old, aged_12_15: middle, aged_16_17: old };
    let all = household.facts.number("kinderen_onder_18");
    let more = |all: i64, dear: bool| {
        let rest = (all - least.all).max(0);
        // The rest has an age of a group that was named: the cheapest or the dearest of them.
        let to_old = old == 1 && (dear || (young == 0 && middle == 0));
        let to_middle = !to_old && middle == 1 && (dear || young == 0);
        Children {
            all: least.all + rest,
            aged_12_15: middle + if to_middle { rest } else { 0 },
            aged_16_17: old + if to_old { rest } else { 0 },
        }
    };
    if least.all == 0 {
        return Some((least, least));
    }
    Some((more(all.unwrap_or(least.all), false), more(all.unwrap_or(MOST), true)))
}

#[cfg(test)]
mod tests {
    use super::{Children, Rates, month_of_year, yearly};

    const ALONE: Rates = Rates {
        per_child: 258_000,
        extra_12_15: 72_400,
        extra_16_17: 96_400,
        lone_parent: 341_600,
        threshold_income: 2_973_600,
        reduction_bp: 760,
    };
    const TOGETHER: Rates = Rates { threshold_income: 2_973_600 + 940_500, ..ALONE };

    /// Wet op het kindgebonden budget art. 2, version of 1 July 2026; computed from its amounts.
    #[test]
    fn the_amounts_of_the_law_come_out() {
        let one = Children { all: 1, aged_12_15: 0, aged_16_17: 0 };
        let three = Children { all: 3, aged_12_15: 1, aged_16_17: 1 };
        assert_eq!(yearly(ALONE, one, true, 2_973_600), 599_600);
        assert_eq!(yearly(TOGETHER, three, false, 3_914_100), 942_800);
        assert_eq!(yearly(ALONE, one, true, 3_973_600), 599_600 - 76_000);
        assert_eq!(month_of_year(yearly(ALONE, one, true, 0)), 49_900);
        assert_eq!(yearly(TOGETHER, one, false, 10_000_000), 0);
    }
}
