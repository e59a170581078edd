//! Bands beside amounts: what a choice means in euros for one household, and which choice an amount
//! belongs to. The amount itself is compared and forgotten.

use super::household::{Household, HouseholdLimit, INCOME, NoLimit};
use super::model::{Fact, FactChoice, FactKind, Limit};
use super::money::{Span, euros};

/// Which choice of a band an amount belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed<'a> {
    In(&'a FactChoice),
    /// Without holiday pay it may lie on either side of a limit.
    TooClose,
    /// The limit depends on what is not known of the household yet.
    HouseholdUnknown,
    /// There is no figure for this day.
    NotCurrent,
}

impl<'a> Household<'a> {
    /// What a choice means in money: `meer dan € 1.419,46, tot en met € 1.703,35 per maand, met
    /// vakantiegeld`. `None` when one of its limits may not be shown, or it has none.
    #[must_use]
    pub fn choice_words(&self, choice: &FactChoice) -> Option<String> {
        let edge = |limit: &Option<Limit>| -> Option<Option<(String, String)>> {
            let Some(limit) = limit else { return Some(None) };
            let found = self.limit(limit).ok()?;
            Some(Some((euros(found.shown?), found.footing_nl(limit))))
        };
        match (edge(&choice.over)?, edge(&choice.up_to)?) {
            (None, None) => None,
            (None, Some((to, footing))) => Some(format!("tot en met {to}{footing}")),
            (Some((over, footing)), None) => Some(format!("meer dan {over}{footing}")),
            (Some((over, _)), Some((to, footing))) => {
                Some(format!("meer dan {over}, tot en met {to}{footing}"))
            }
        }
    }

    /// The choice that a form offers for an amount of euro cents. `with_holiday_pay` says how an
    /// income was given; for other amounts it does not matter.
    #[must_use]
    pub fn place(&self, band: &'a Fact, cents: i64, with_holiday_pay: bool) -> Placed<'a> {
        let FactKind::Band { of, choices } = &band.kind else { return Placed::HouseholdUnknown };
        let amount = self.given_amount(of, cents, with_holiday_pay);
        let offered = choices.iter().filter(|one| !one.not_known && !one.form_choice.is_empty());
        let mut obstacle = Placed::TooClose;
        for choice in offered {
            match self.surely_holds(choice, amount) {
                Ok(true) => return Placed::In(choice),
                Ok(false) => {}
                Err(why) => obstacle = why,
            }
        }
        obstacle
    }

    /// The first fact that must be known before the limits of this band have an amount for this
    /// household; `None` when they have one, or no question would help.
    #[must_use]
    pub fn first_for(&self, band: &'a Fact) -> Option<&'a Fact> {
        let FactKind::Band { choices, .. } = &band.kind else { return None };
        let limits = choices.iter().flat_map(|one| one.over.iter().chain(&one.up_to));
        let open: Vec<&str> = limits
            .filter(|limit| self.limit(limit).is_ok_and(|found| found.span.exact().is_none()))
            .flat_map(|limit| self.limit_facts(&limit.table))
            .collect();
        let unknown = |fact: &&Fact| open.contains(&fact.id.as_str()) && !self.facts.knows(fact);
        self.catalogue.facts.iter().find(unknown)
    }

    fn surely_holds(&self, choice: &FactChoice, amount: Span) -> Result<bool, Placed<'a>> {
        let edge = |limit: &Option<Limit>| -> Result<Option<Span>, Placed<'a>> {
            let Some(limit) = limit else { return Ok(None) };
            match self.limit(limit) {
                Ok(HouseholdLimit { span, .. }) if span.exact().is_some() => Ok(Some(span)),
                Ok(_) | Err(NoLimit::NoneForHousehold) => Err(Placed::HouseholdUnknown),
                Err(NoLimit::NotCurrent(_)) => Err(Placed::NotCurrent),
            }
        };
        let (over, up_to) = (edge(&choice.over)?, edge(&choice.up_to)?);
        let above = over.is_none_or(|over| amount.low > over.high);
        Ok(above && up_to.is_none_or(|up_to| amount.high <= up_to.low))
    }
}

impl Fact {
    /// True for the band of the net income per month, of which holiday pay is part of the question.
    #[must_use]
    pub fn is_net_income(&self) -> bool {
        matches!(&self.kind, FactKind::Band { of, .. } if of == INCOME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::{Catalogue, Day, Facts, Given, catalogue};

    fn facts(catalogue: &Catalogue, given: &[(&str, &str)]) -> Facts {
        given.iter().fold(Facts::default(), |facts, (id, word)| {
            facts.with(catalogue, id, Given::Word((*word).to_owned()))
        })
    }

    const SINGLE: [(&str, &str); 2] =
        [("huishouden", "alleenstaand"), ("leeftijd_groep", "27_tot_aow")];

    #[test]
    fn a_choice_shows_its_amounts_for_this_household() {
        let catalogue = catalogue("GM0034");
        let facts = facts(&catalogue, &SINGLE);
        let on = Day::parse("2026-11-21").expect("a day");
        let household = Household { catalogue: &catalogue, facts: &facts, on };
        let band = catalogue.fact("inkomen_band").expect("there");
        let words = |id: &str| household.choice_words(band.choice(id).expect("there"));
        let rows = [
            ("tot_100", Some("tot en met € 1.419,46 per maand, met vakantiegeld")),
            (
                "100_120",
                Some("meer dan € 1.419,46, tot en met € 1.703,35 per maand, met vakantiegeld"),
            ),
            ("boven_140", Some("meer dan € 1.987,24 per maand, met vakantiegeld")),
            ("weet_niet", None),
        ];
        for (id, expected) in rows {
            assert_eq!(words(id).as_deref(), expected, "{id}");
        }
        let nobody = Facts::default();
        let household = Household { facts: &nobody, ..household };
        assert_eq!(household.choice_words(band.choice("tot_100").expect("there")), None);
    }

    #[test]
    fn a_band_first_asks_for_what_its_amount_depends_on() {
        let catalogue = catalogue("GM0034");
        let on = Day::parse("2026-11-21").expect("a day");
        let band = catalogue.fact("inkomen_band").expect("there");
        for (known, first) in [(0, Some("huishouden")), (1, Some("leeftijd_groep")), (2, None)] {
            let facts = facts(&catalogue, &SINGLE[..known]);
            let household = Household { catalogue: &catalogue, facts: &facts, on };
            assert_eq!(household.first_for(band).map(|fact| fact.id.as_str()), first);
        }
    }

    #[test]
    fn an_amount_finds_its_choice_or_says_why_not() {
        let catalogue = catalogue("GM0034");
        let (single, nobody) = (facts(&catalogue, &SINGLE), Facts::default());
        let on = Day::parse("2026-11-21").expect("a day");
        let band = catalogue.fact("inkomen_band").expect("there");
        let name = |placed| match placed {
            Placed::In(choice) => choice.id.clone(),
            other => format!("{other:?}"),
        };
        let rows = [
            (&single, "2026-11-21", 141_946, true, "tot_100"),
            (&single, "2026-11-21", 141_947, true, "100_120"),
            (&single, "2026-11-21", 170_335, true, "100_120"),
            (&single, "2026-11-21", 170_336, true, "120_130"),
            (&single, "2026-11-21", 0, true, "tot_100"),
            (&single, "2026-11-21", 500_000, true, "boven_140"),
            // Without holiday pay: 1.290 is at most 1.419, 1.400 may be on either side.
            (&single, "2026-11-21", 129_000, false, "tot_100"),
            (&single, "2026-11-21", 140_000, false, "TooClose"),
            (&nobody, "2026-11-21", 141_946, true, "HouseholdUnknown"),
            (&single, "2027-07-01", 141_946, true, "NotCurrent"),
        ];
        for (facts, day, cents, with, expected) in rows {
            let on = Day::parse(day).unwrap_or(on);
            let household = Household { catalogue: &catalogue, facts, on };
            assert_eq!(name(household.place(band, cents, with)), expected, "{cents} on {day}");
        }
    }
}
