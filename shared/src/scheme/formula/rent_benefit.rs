//! Rent benefit (*huurtoeslag*) of 2026, Wet op de huurtoeslag art. 13 and 17 to 21: slices of the rent
//! above what everybody pays, minus a part of the income above a reference point.
//!
//! Since 2026 a rent above the limit no longer excludes: the part above it is not counted. The official
//! reference point (*minimum-inkomensijkpunt*) of 2026 was not found, so it is only known within
//! bounds, and no amount is ever shown.

use super::super::facts::Given;
use super::super::household::Household;
use super::super::money::{Span, part};
use super::{Missing, Needs, Outcome, Step, has_partner};

/// The figures of one year. Cents a month, except the reference point: cents a year.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub own_share: i64,
    /// Up to here the rent counts in full.
    pub first: i64,
    /// Up to here it counts for `second_bp`.
    pub second: i64,
    /// Up to here it counts for `third_bp`; above it not at all.
    pub most: i64,
    pub second_bp: i64,
    pub third_bp: i64,
    pub reference_income: i64,
    pub reduction_bp: i64,
}

/// The benefit per month in cents.
#[must_use]
pub fn monthly_cents(rates: Rates, rent_cents: i64, yearly_income_cents: i64) -> i64 {
    let rent = rent_cents.min(rates.most);
    let slice = |from: i64, to: i64| (rent.min(to) - from).max(0);
    let whole = slice(rates.own_share, rates.first)
        + part(slice(rates.first.max(rates.own_share), rates.second), rates.second_bp)
        + part(slice(rates.second, rates.most), rates.third_bp);
    let above = (yearly_income_cents - rates.reference_income).max(0);
    (whole - part(above, rates.reduction_bp) / 12).max(0)
}

pub(super) fn monthly(household: &Household) -> Result<Outcome, Vec<Missing>> {
    let mut needs = Needs::of(household);
    let alone = lives_alone(household);
    if alone.is_none() {
        needs.missing.push(Missing::Fact("huishouden"));
    }
    let alone = alone == Some(true);
    let (share, point, reduction) = if alone {
        ("ht.basishuur_1p", "ht.ijkpunt_1p", "ht.afbouw_1p_bp")
    } else {
        ("ht.basishuur_mp", "ht.ijkpunt_mp", "ht.afbouw_mp_bp")
    };
    let most = if is_young(household) { "ht.max_huur_jong" } else { "ht.max_huur" };
    let point = needs.norm(point);
    let base = Rates {
        own_share: needs.figure(share),
        first: needs.figure("ht.kwaliteitskorting"),
        second: needs.figure("ht.aftopping_1_2"),
        most: needs.figure(most),
        second_bp: needs.figure("ht.pct_tussen_bp"),
        third_bp: needs.figure("ht.pct_boven_bp"),
        reference_income: point.low,
        reduction_bp: needs.figure(reduction),
    };
    let large = needs.figure("ht.aftopping_3");
    let rent = needs.amount("kale_huur_cent");
    let income = income(&mut needs, household);
    let least = monthly_cents(base, rent.low, income.high);
    let best = Rates {
        second: if alone { base.second } else { large.max(base.second) },
        reference_income: point.high,
        ..base
    };
    let monthly = Span { low: least, high: monthly_cents(best, rent.high, income.low) };
    let steps = vec![
        Step {
            label: "dit deel van de huur betaalt u altijd zelf",
            cents: Some(base.own_share),
            norm: share,
        },
        Step { label: "huur boven dit bedrag telt niet mee", cents: Some(base.most), norm: most },
    ];
    needs.done(Outcome { monthly, may_be_shown: false, steps })
}

/// The income of everybody in the home whose income counts.
fn income(needs: &mut Needs, household: &Household) -> Span {
    let own = needs.amount("jaarinkomen_cent");
    let others = household.facts.number(super::super::household::SHARERS).unwrap_or(0);
    let theirs = match household.facts.number("medebewoners_jaarinkomen_cent") {
        Some(cents) => Span::exactly(cents),
        None if others > 0 => needs.amount("medebewoners_jaarinkomen_cent"),
        None => Span::exactly(0),
    };
    Span { low: own.low + theirs.low, high: own.high + theirs.high }
}

/// One person in the home; not asked about others yet: as the household itself is.
fn lives_alone(household: &Household) -> Option<bool> {
    let Given::Word(form) = household.facts.get("huishouden")? else { return None };
    let others = household.facts.number(super::super::household::SHARERS).unwrap_or(0);
    Some(form == "alleenstaand" && others == 0 && has_partner(household) == Some(false))
}

/// Everybody is 18 to 20 and there is no child: the low limit.
fn is_young(household: &Household) -> bool {
    let age = matches!(household.facts.get("leeftijd_groep"), Some(Given::Word(w)) if w == "18_20");
    let parent = matches!(household.facts.get("huishouden"),
        Some(Given::Word(w)) if w == "alleenstaande_ouder" || w == "samenwonend_met_kinderen");
    age && !parent
}

#[cfg(test)]
mod tests {
    use super::{Rates, monthly_cents};

    /// Wet op de huurtoeslag, version of 1 January 2026, one person; the reference point is the lower
    /// bound 23.275.
    const ALONE: Rates = Rates {
        own_share: 26_267,
        first: 49_820,
        second: 71_302,
        most: 93_293,
        second_bp: 6_500,
        third_bp: 4_000,
        reference_income: 2_327_500,
        reduction_bp: 2_700,
    };

    #[test]
    fn rent_counts_in_slices_and_not_above_the_limit() {
        assert_eq!(monthly_cents(ALONE, 26_267, 0), 0);
        assert_eq!(monthly_cents(ALONE, 49_820, 0), 23_553);
        assert_eq!(monthly_cents(ALONE, 71_302, 0), 23_553 + 13_963);
        let most = monthly_cents(ALONE, 93_293, 0);
        assert_eq!(most, 23_553 + 13_963 + 8_796);
        assert_eq!(monthly_cents(ALONE, 95_000, 0), most, "above the limit nothing is added");
    }

    /// A newspaper of November 2024 projected about 2 euro a month at 44.100 for one person in 2026.
    #[test]
    fn the_highest_income_is_where_it_was_projected() {
        assert!(monthly_cents(ALONE, 93_293, 4_380_000) > 0);
        assert_eq!(monthly_cents(ALONE, 93_293, 4_410_000), 0);
    }
}
