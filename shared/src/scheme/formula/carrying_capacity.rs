//! Carrying capacity (*draagkracht*): the part of the income above the social minimum that somebody
//! pays from special assistance. Its brackets are data; the rule of Almere in 2010 had two.

use super::super::household::Household;
use super::super::money::{Span, divide_half_up};
use super::{Missing, Needs, Outcome, Step};

/// Up to this part of the income above the norm, this share of it is paid. Cents a month.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    /// `None`: without end.
    pub up_to: Option<i64>,
    pub share_bp: i64,
}

/// What somebody pays per month in cents, of `above_cents` a month above the norm.
#[must_use]
pub fn contribution(brackets: &[Bracket], above_cents: i64) -> i64 {
    let mut from = 0;
    let mut sum = 0_i128;
    for bracket in brackets {
        let to = bracket.up_to.unwrap_or(i64::MAX);
        let within = (above_cents.min(to) - from).max(0);
        sum += i128::from(within) * i128::from(bracket.share_bp);
        from = to;
    }
    divide_half_up(sum, 10_000)
}

pub(super) fn monthly(household: &Household) -> Result<Outcome, Vec<Missing>> {
    let mut needs = Needs::of(household);
    let first = needs.figure("almere.draagkracht.schijf1_grens");
    let brackets = [
        Bracket { up_to: Some(first), share_bp: needs.figure("almere.draagkracht.schijf1_bp") },
        Bracket { up_to: None, share_bp: needs.figure("almere.draagkracht.schijf2_bp") },
    ];
    let above = needs.amount("inkomen_boven_norm_cent");
    let own = above.rising(|cents| contribution(&brackets, cents));
    let steps = vec![
        Step {
            label: "eerste deel boven de norm",
            cents: Some(first),
            norm: "almere.draagkracht.schijf1_grens",
        },
        Step { label: "u betaalt zelf per maand", cents: own.exact(), norm: "" },
    ];
    // What the household pays is no amount that it receives, so nothing is shown as such.
    needs.done(Outcome { monthly: Span::ANY, may_be_shown: false, steps })
}

#[cfg(test)]
mod tests {
    use super::{Bracket, contribution};

    /// Verwey-Jonker, Almere 2010, ch. 3.1: 5% of the first 100 euro above the norm, 35% of the rest.
    #[test]
    fn the_brackets_of_almere_in_2010() {
        let brackets = [
            Bracket { up_to: Some(10_000), share_bp: 500 },
            Bracket { up_to: None, share_bp: 3_500 },
        ];
        let rows = [(0, 0), (5_000, 250), (10_000, 500), (20_000, 4_000), (30_000, 7_500)];
        for (above, own) in rows {
            assert_eq!(contribution(&brackets, above), own, "{above}");
        }
    }
}
