//! What the rules say about one household on one day: a hint per scheme, never a decision.

use super::facts::Facts;
use super::formula::{Missing, Outcome};
use super::household::{Household, HouseholdLimit, NoLimit};
use super::model::{
    Amount, Catalogue, Criterion, Day, Formula, Limit, Norm, Role, Scheme, SchemeVersion, Status,
    Test, When,
};
use crate::form::Truth;

/// What a hint says. There is no word for "no": somebody else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Possible,
    Unlikely,
    /// A fact is missing, or the rule itself is not known well enough.
    Unknown,
}

/// How the rule of a scheme stands on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    Closed,
    /// Nobody has confirmed that the scheme exists.
    Unconfirmed,
    /// The last version ended on this day and nobody has entered a newer one.
    Lapsed(Day),
    /// Somebody should have looked at the source again by this day.
    Unchecked(Day),
    /// The catalogue knows no rule for a day so long ago.
    NotYet,
}

/// One scheme for one household.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint<'a> {
    pub scheme: &'a Scheme,
    /// The version that was looked at; of a lapsed rule its last one.
    pub version: Option<&'a SchemeVersion>,
    pub standing: Standing,
    pub verdict: Verdict,
    /// One per criterion of the version, in its order.
    pub reasons: Vec<Reason<'a>>,
    /// What it may be per month, when that can be said exactly. Euro cents.
    pub monthly_cents: Option<i64>,
    /// Ids of facts that are not known and that this scheme still waits for.
    pub ask: Vec<&'a str>,
}

/// One criterion and how it came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'a> {
    pub criterion: &'a Criterion,
    /// Whether the test holds. For a criterion that excludes, `Yes` speaks against the scheme.
    pub truth: Truth,
    /// The limit it was compared with.
    pub limit: Option<HouseholdLimit<'a>>,
    /// True when it compares with a figure that is not current on the day.
    pub figure_missing: bool,
    /// The computation, when it asks for one.
    pub outcome: Option<Outcome>,
    /// Ids of facts that would settle it.
    pub ask: Vec<&'a str>,
}

impl Reason<'_> {
    /// How it bears on the hint: an exclusion that does not hold is good.
    #[must_use]
    pub fn in_favour(&self) -> Truth {
        if self.criterion.role == Role::Excludes { !self.truth } else { self.truth }
    }

    /// True when the hint depends on it.
    #[must_use]
    pub fn decides(&self) -> bool {
        matches!(self.criterion.role, Role::Required | Role::Excludes)
    }
}

/// Evaluates every scheme of the catalogue, in its order.
#[must_use]
pub fn evaluate<'a>(catalogue: &'a Catalogue, facts: &'a Facts, on: Day) -> Vec<Hint<'a>> {
    let household = Household { catalogue, facts, on };
    catalogue.schemes.iter().map(|scheme| household.hint(scheme)).collect()
}

impl Scheme {
    /// The version that counts on a day, and how it stands.
    #[must_use]
    pub fn on(&self, day: Day) -> (Option<&SchemeVersion>, Standing) {
        let begun = |v: &&SchemeVersion| v.valid_from.is_none_or(|from| from <= day);
        let Some(version) = self.versions.iter().rev().find(begun) else {
            return (None, Standing::NotYet);
        };
        let standing = match (version.status, version.valid_to) {
            (Status::Closed, _) => Standing::Closed,
            (_, Some(to)) if to < day => Standing::Lapsed(to),
            (Status::Unconfirmed, _) => Standing::Unconfirmed,
            // A version with an end is history: it cannot go out of date before it.
            (Status::Open, None) if version.check_by < day => Standing::Unchecked(version.check_by),
            (Status::Open, _) => Standing::Open,
        };
        (Some(version), standing)
    }

    /// The last day on which the rule that counts on `day` can be used, with the open versions that
    /// follow it; `None` when it cannot be used on `day` itself.
    #[must_use]
    pub fn last_day(&self, day: Day) -> Option<Day> {
        let (Some(version), Standing::Open) = self.on(day) else { return None };
        let end = |version: &SchemeVersion| version.valid_to.unwrap_or(version.check_by);
        let mut last = end(version);
        for next in self.versions.iter().filter(|next| next.status == Status::Open) {
            if next.valid_from == Some(last.plus_days(1)) {
                last = end(next);
            }
        }
        Some(last)
    }

    /// True when it belongs on a checklist of that day.
    #[must_use]
    pub fn is_listed(&self, day: Day) -> bool {
        !matches!(self.on(day).1, Standing::Closed | Standing::NotYet)
    }
}

impl Norm {
    /// The last day that has a figure, from `day` on without a gap; `None` when `day` has none.
    #[must_use]
    pub fn last_day(&self, day: Day) -> Option<Day> {
        let mut known = self.versions.iter().filter(|one| one.amount != Amount::NotFound);
        let mut last = known.find(|one| one.valid_from <= day && day <= one.valid_to)?.valid_to;
        for next in known {
            if next.valid_from == last.plus_days(1) {
                last = next.valid_to;
            }
        }
        Some(last)
    }
}

impl<'a> Household<'a> {
    /// The hint for one scheme.
    #[must_use]
    pub fn hint(&self, scheme: &'a Scheme) -> Hint<'a> {
        let (version, standing) = scheme.on(self.on);
        let criteria = version.map_or(&[][..], |version| &version.criteria);
        let reasons: Vec<Reason<'a>> = criteria.iter().map(|one| self.reason(one)).collect();
        let verdict = match standing {
            Standing::Closed => Verdict::Unlikely,
            Standing::Open => verdict(&reasons),
            _ => Verdict::Unknown,
        };
        let amount =
            version.and_then(|version| version.amount).filter(|_| standing == Standing::Open);
        let monthly_cents = amount
            .filter(|_| verdict == Verdict::Possible)
            .and_then(|formula| formula.of(self).ok())
            .filter(|outcome| outcome.may_be_shown)
            .and_then(|outcome| outcome.monthly.exact());
        let mut ask = Vec::new();
        if verdict == Verdict::Unknown && standing == Standing::Open {
            let deciding = reasons.iter().any(Reason::decides);
            let waiting = reasons.iter().filter(|r| r.decides() || !deciding);
            for id in waiting.flat_map(|reason| reason.ask.iter().copied()) {
                if !ask.contains(&id) {
                    ask.push(id);
                }
            }
        }
        Hint { scheme, version, standing, verdict, reasons, monthly_cents, ask }
    }

    fn reason(&self, criterion: &'a Criterion) -> Reason<'a> {
        let mut reason = Reason {
            criterion,
            truth: Truth::Unknown,
            limit: None,
            figure_missing: false,
            outcome: None,
            ask: Vec::new(),
        };
        let known = |id: &str| self.catalogue.fact(id).is_some_and(|fact| self.facts.knows(fact));
        match &criterion.test {
            Test::Everyone => reason.truth = Truth::Yes,
            Test::Unstated => {}
            Test::OneOf { when, maybe } => {
                let open = When { fact: when.fact.clone(), any_of: maybe.clone() };
                reason.truth = match self.facts.holds(self.catalogue, when) {
                    Truth::No if self.facts.holds(self.catalogue, &open) == Truth::Yes => {
                        Truth::Unknown
                    }
                    truth => truth,
                };
            }
            Test::NoneOf(when) => reason.truth = !self.facts.holds(self.catalogue, when),
            Test::AtLeast { fact, number } => {
                let given = self.facts.number(fact);
                reason.truth = given.map_or(Truth::Unknown, |given| (given >= *number).into());
            }
            Test::Money { fact, compare, limit } => {
                reason.truth = self.compare(fact, *compare, limit);
                self.hold_against(fact, limit, &mut reason);
            }
            Test::Pays(formula) => self.compute(*formula, &mut reason),
        }
        if let Test::OneOf { when, .. } | Test::NoneOf(when) = &criterion.test {
            reason.ask.extend(Some(when.fact.as_str()).filter(|id| !known(id)));
        }
        if let Test::AtLeast { fact, .. } = &criterion.test {
            reason.ask.push(fact);
        }
        if reason.truth != Truth::Unknown {
            reason.ask.clear();
        }
        reason
    }

    fn hold_against(&self, fact: &'a str, limit: &'a Limit, reason: &mut Reason<'a>) {
        match self.limit(limit) {
            Ok(found) => reason.limit = Some(found),
            Err(NoLimit::NotCurrent(_)) => reason.figure_missing = true,
            Err(NoLimit::NoneForHousehold) => {}
        }
        // Without a figure of this day an amount settles nothing; a band that names the limit may.
        if reason.figure_missing && !self.has_band(fact) {
            return;
        }
        let known = |id: &str| self.catalogue.fact(id).is_some_and(|fact| self.facts.knows(fact));
        reason.ask.extend(self.limit_facts(&limit.table).filter(|id| !known(id)));
        reason.ask.extend(Some(fact).filter(|_| self.amount(fact).is_none()));
    }

    fn compute(&self, formula: Formula, reason: &mut Reason<'a>) {
        match formula.of(self) {
            Ok(outcome) => {
                reason.truth = match outcome.monthly {
                    monthly if monthly.low > 0 => Truth::Yes,
                    monthly if monthly.high <= 0 => Truth::No,
                    _ => Truth::Unknown,
                };
                reason.outcome = Some(outcome);
            }
            Err(missing) => {
                for one in missing {
                    match one {
                        Missing::Fact(id) => reason.ask.push(id),
                        Missing::Norm(_) => reason.figure_missing = true,
                    }
                }
            }
        }
    }

    /// Facts that decide which row of a table counts.
    pub(super) fn limit_facts(&self, table: &str) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        let rows = self.catalogue.table(table).map_or(&[][..], |table| &table.rows);
        let ids = rows.iter().flat_map(|row| row.when.iter().map(|when| when.fact.as_str()));
        ids.filter(|id| self.catalogue.fact(id).is_some_and(|fact| !fact.optional))
    }
}

/// All that is required holds, and nothing that excludes. Where nothing decides, signs do; a rule
/// without any criterion says nothing.
fn verdict(reasons: &[Reason]) -> Verdict {
    let of_role = |role| reasons.iter().filter(move |reason| reason.criterion.role == role);
    let deciding = reasons.iter().filter(|reason| reason.decides());
    let truth = if deciding.clone().next().is_some() {
        deciding.fold(Truth::Yes, |all, reason| all.and(reason.in_favour()))
    } else if of_role(Role::Indication).next().is_some() {
        of_role(Role::Indication).fold(Truth::No, |any, reason| any.or(reason.truth))
    } else {
        Truth::Unknown
    };
    match truth {
        Truth::Yes => Verdict::Possible,
        Truth::No => Verdict::Unlikely,
        Truth::Unknown => Verdict::Unknown,
    }
}
