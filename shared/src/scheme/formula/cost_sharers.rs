//! The lower norm of those who share the costs of their home (*kostendelersnorm*), Participatiewet
//! art. 22a: per person `(40% + A x 30%) / A` of the norm for a couple, where A counts the adults of 27
//! and older in the home, the applicant among them whatever the age.

use super::super::facts::Given;
use super::super::household::{Household, HouseholdLimit, SHARERS};
use super::super::money::{Span, divide_half_up};

/// The norm per month for `persons` applicants (1 or 2) of a home with `adults` who count, from the
/// norm for a couple. Euro cents; rounded half up per person, as the amounts of the law are.
#[must_use]
pub fn norm(couple_cents: i64, adults: i64, persons: i64) -> i64 {
    let share = i128::from(couple_cents) * i128::from(40 + 30 * adults);
    divide_half_up(share, i128::from(100 * adults)) * persons
}

/// Takes the place of the limit when others of 27 and older live here. Nobody asked yet: the limit
/// stays, and the checklist asks.
pub(in crate::scheme) fn lower<'a>(
    household: &Household<'a>,
    limit: HouseholdLimit<'a>,
) -> HouseholdLimit<'a> {
    let others = household.facts.number(SHARERS).unwrap_or(0);
    if others == 0 {
        return limit;
    }
    let partners: &[i64] = match super::has_partner(household) {
        Some(true) => &[2],
        Some(false) => &[1],
        None => &[1, 2],
    };
    let couples = couple_norms(household).into_iter().filter_map(|id| household.figure(id));
    let shared = couples.flat_map(|couple| {
        partners.iter().map(move |persons| couple.rising(|c| norm(c, others + persons, *persons)))
    });
    // Below 21 nothing is shared; while the age is not known, that stays possible.
    let alone = may_be_young(household).then_some(limit.span);
    match alone.into_iter().chain(shared).reduce(Span::or) {
        None => limit,
        Some(span) => {
            let norm = limit.norm.filter(|_| span.exact().is_some());
            HouseholdLimit { span, norm, shown: limit.shown.and(span.exact()), ..limit }
        }
    }
}

/// The norms for a couple that may count, by age; none below 21.
fn couple_norms(household: &Household) -> Vec<&'static str> {
    match household.facts.get("leeftijd_groep") {
        Some(Given::Word(age)) if age == "aow_leeftijd" => vec!["pw.aow.gehuwd"],
        Some(Given::Word(age)) if age == "onder_18" || age == "18_20" => Vec::new(),
        Some(_) => vec!["pw.gehuwd"],
        None => vec!["pw.gehuwd", "pw.aow.gehuwd"],
    }
}

fn may_be_young(household: &Household) -> bool {
    match household.facts.get("leeftijd_groep") {
        Some(Given::Word(age)) => age == "onder_18" || age == "18_20",
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::norm;

    /// Participatiewet art. 22a over the couple norm of 1 July 2026.
    #[test]
    fn sharing_lowers_the_norm_as_the_law_says() {
        let per_person = [(1, 141_945), (2, 101_390), (3, 87_871), (4, 81_112), (5, 77_056)];
        for (adults, cents) in per_person {
            assert_eq!(norm(202_779, adults, 1), cents, "{adults} adults");
        }
        assert_eq!(norm(202_779, 3, 2), 175_742, "a couple and one other: each the same share");
    }
}
