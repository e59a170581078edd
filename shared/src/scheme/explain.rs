//! A hint in words: one line for the list, and the whole rule for whoever wants to know. Never "no",
//! and never a figure that was not read in a source.

use super::evaluate::{Hint, Reason, Standing, Verdict};
use super::household::{HouseholdLimit, NormUse};
use super::model::{Catalogue, Compare, HolidayPay, Limit, Role, Test, Unit};
use super::money::euros;
use crate::form::Truth;

/// The whole rule: a heading per hint with its reasons, each with what it was compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Why, in one sentence.
    pub line: String,
    pub nodes: Vec<Node>,
}

/// One criterion in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub mark: Mark,
    /// The condition, in Dutch.
    pub text: String,
    /// The limit with its period and dates, or why there is none; empty when there is nothing to say.
    pub detail: String,
    /// The title of the source, with its date.
    pub source: String,
    /// Lines of a computation.
    pub steps: Vec<String>,
}

/// How a criterion came out for the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Fits,
    DoesNotFit,
    NotKnown,
    /// Good to know; decides nothing.
    Remark,
    /// Somebody must act fast.
    Urgent,
}

impl Verdict {
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Possible => "possible",
            Verdict::Unlikely => "unlikely",
            Verdict::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn from_key(key: &str) -> Option<Verdict> {
        [Verdict::Possible, Verdict::Unlikely, Verdict::Unknown]
            .into_iter()
            .find(|v| v.key() == key)
    }

    #[must_use]
    pub fn name_nl(self) -> &'static str {
        match self {
            Verdict::Possible => "Mogelijk",
            Verdict::Unlikely => "Waarschijnlijk niet",
            Verdict::Unknown => "Nog niet te zeggen",
        }
    }
}

impl Standing {
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Closed => "closed",
            Standing::Unconfirmed => "unconfirmed",
            Standing::Lapsed(_) => "lapsed",
            Standing::Unchecked(_) => "unchecked",
            Standing::NotYet => "not_yet",
        }
    }

    /// True when the rule is past its date and is shown grey.
    #[must_use]
    pub fn is_grey(self) -> bool {
        matches!(self, Standing::Lapsed(_) | Standing::Unchecked(_))
    }
}

impl Hint<'_> {
    /// Why, in one sentence for the list.
    #[must_use]
    pub fn line(&self, catalogue: &Catalogue) -> String {
        let ask_at = || {
            let there = catalogue.organisation(&self.scheme.apply_at);
            format!("Vraag na bij {}.", there.map_or("de gemeente", |one| one.name.as_str()))
        };
        match self.standing {
            Standing::Closed => "Deze regeling is gestopt.".to_owned(),
            Standing::Unconfirmed => {
                format!("Niet zeker of deze regeling er nu is. {}", ask_at())
            }
            Standing::Lapsed(on) => {
                format!("Deze regel gold tot en met {}. {}", on.dutch(), ask_at())
            }
            Standing::Unchecked(on) => {
                format!("Deze regel is na {} niet meer nagekeken. {}", on.dutch(), ask_at())
            }
            Standing::NotYet => "Voor die dag kennen wij de regel niet.".to_owned(),
            Standing::Open => match self.verdict {
                Verdict::Possible => self.line_possible(),
                Verdict::Unlikely => self.line_unlikely(),
                Verdict::Unknown => self.line_unknown(catalogue, &ask_at()),
            },
        }
    }

    /// The whole rule in words.
    #[must_use]
    pub fn explanation(&self, catalogue: &Catalogue) -> Explanation {
        let nodes = self.reasons.iter().map(|reason| reason.node(catalogue)).collect();
        Explanation { line: self.line(catalogue), nodes }
    }

    fn line_possible(&self) -> String {
        match self.monthly_cents {
            Some(cents) if cents > 0 => format!("Misschien ongeveer {} per maand.", euros(cents)),
            _ => "Wat wij nu weten, past bij deze regeling.".to_owned(),
        }
    }

    fn line_unlikely(&self) -> String {
        let against = |reason: &&Reason| reason.decides() && reason.in_favour() == Truth::No;
        match self.reasons.iter().find(against) {
            Some(reason) => {
                let limit = reason.limit_words();
                let limit = if limit.is_empty() { limit } else { format!(" ({limit})") };
                let text = reason.criterion.text.trim_end_matches('.');
                match reason.criterion.role {
                    Role::Excludes => format!("Dit staat in de weg: {text}{limit}."),
                    _ => format!("Dit lijkt niet te kloppen: {text}{limit}."),
                }
            }
            None => "Er is nu geen reden voor deze regeling.".to_owned(),
        }
    }

    fn line_unknown(&self, catalogue: &Catalogue, ask_at: &str) -> String {
        let labels: Vec<String> = self
            .ask
            .iter()
            .filter_map(|id| Some(catalogue.fact(id)?.label.to_ascii_lowercase()))
            .collect();
        if !labels.is_empty() {
            return format!("Nog te vragen: {}.", labels.join(", "));
        }
        if self.reasons.iter().any(|reason| reason.figure_missing) {
            return format!("Het bedrag van deze regel is niet actueel. {ask_at}");
        }
        let computed = |reason: &Reason| reason.decides() && reason.truth == Truth::Unknown;
        if self.reasons.iter().any(|reason| computed(reason) && reason.outcome.is_some()) {
            return "Dit hangt af van de precieze bedragen.".to_owned();
        }
        format!("De regels kennen wij niet precies. {ask_at}")
    }
}

impl Reason<'_> {
    /// The limit with its period: `niet meer dan € 40.857 per jaar`; empty when none may be shown.
    #[must_use]
    pub fn limit_words(&self) -> String {
        let Test::Money { compare, limit: rule, .. } = &self.criterion.test else {
            return String::new();
        };
        let Some((limit, cents)) = self.limit.as_ref().and_then(|l| Some((l, l.shown?))) else {
            return String::new();
        };
        limit_words(*compare, rule, limit.norm, cents)
    }

    #[must_use]
    pub fn mark(&self) -> Mark {
        match (self.criterion.role, self.truth) {
            (Role::Remark | Role::Indication, _) => Mark::Remark,
            (Role::Urgent, Truth::Yes) => Mark::Urgent,
            (Role::Urgent, _) => Mark::Remark,
            _ => match self.in_favour() {
                Truth::Yes => Mark::Fits,
                Truth::No => Mark::DoesNotFit,
                Truth::Unknown => Mark::NotKnown,
            },
        }
    }

    fn node(&self, catalogue: &Catalogue) -> Node {
        let detail = match (&self.limit, self.figure_missing) {
            (_, true) => "Het bedrag voor deze dag is niet bekend.".to_owned(),
            (Some(limit), _) => match limit.norm.filter(|_| limit.shown.is_some()) {
                Some(used) => format!("{}; {}", self.limit_words(), valid_words(used)),
                None => "Het bedrag hangt af van het huishouden.".to_owned(),
            },
            (None, _) => String::new(),
        };
        let steps = self.outcome.iter().flat_map(|outcome| &outcome.steps);
        let steps =
            steps.filter_map(|step| Some(format!("{}: {}", step.label, euros(step.cents?))));
        Node {
            mark: self.mark(),
            text: self.criterion.text.clone(),
            detail,
            source: catalogue.source_words(&self.criterion.source),
            steps: steps.collect(),
        }
    }
}

/// `niet meer dan € 1.419,46 per maand, met vakantiegeld`; `cents` is what [`Household::limit`] says.
///
/// [`Household::limit`]: super::household::Household::limit
#[must_use]
pub fn limit_words(how: Compare, rule: &Limit, used: Option<NormUse>, cents: i64) -> String {
    let how = how.words();
    let period = used.map_or("", |used| used.norm.unit.period_nl());
    let part = match rule.basis_points {
        10_000 => String::new(),
        bp => format!(", {}% van de norm", bp / 100),
    };
    let holiday = holiday_pay_nl(rule, used);
    format!("{how} {}{period}{part}{holiday}", euros(cents))
}

fn holiday_pay_nl(rule: &Limit, used: Option<NormUse>) -> &'static str {
    match (rule.without_holiday_pay, used.map(|used| used.norm.holiday_pay)) {
        (true, _) | (_, Some(HolidayPay::Excluded)) => ", zonder vakantiegeld",
        (_, Some(HolidayPay::Included)) => ", met vakantiegeld",
        _ => "",
    }
}

impl HouseholdLimit<'_> {
    /// The period of a limit and whether it includes holiday pay: ` per maand, met vakantiegeld`.
    pub(super) fn footing_nl(&self, rule: &Limit) -> String {
        let period = self.norm.map_or("", |used| used.norm.unit.period_nl());
        format!("{period}{}", holiday_pay_nl(rule, self.norm))
    }
}

/// `geldt van 1 januari 2026 tot en met 31 december 2026`
#[must_use]
pub fn valid_words(used: NormUse) -> String {
    let version = used.version;
    format!("geldt van {} tot en met {}", version.valid_from.dutch(), version.valid_to.dutch())
}

impl Compare {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Compare::Below => "minder dan",
            Compare::AtMost => "niet meer dan",
            Compare::Above => "meer dan",
        }
    }
}

impl Unit {
    fn period_nl(self) -> &'static str {
        match self {
            Unit::CentsMonth => " per maand",
            Unit::CentsQuarter => " per kwartaal",
            Unit::CentsYear => " per jaar",
            Unit::CentsHour => " per uur",
            _ => "",
        }
    }

    /// A figure in this unit: `€ 1.419,46 per maand`, `13,7%`, `67 jaar`.
    #[must_use]
    pub fn words(self, figure: i64) -> String {
        match self {
            Unit::BasisPoints => percent(figure, 2),
            Unit::MilliPercent => percent(figure, 3),
            Unit::Months if figure % 12 == 0 => format!("{} jaar", figure / 12),
            Unit::Months => format!("{} jaar en {} maanden", figure / 12, figure % 12),
            Unit::HoursMonth => format!("{figure} uur per maand"),
            _ => format!("{}{}", euros(figure), self.period_nl()),
        }
    }
}

/// A percentage of which the last `decimals` digits stand behind the comma.
fn percent(figure: i64, decimals: usize) -> String {
    let digits = format!("{figure:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    match part.trim_end_matches('0') {
        "" => format!("{whole}%"),
        part => format!("{whole},{part}%"),
    }
}

impl Catalogue {
    /// The title of a source and its date.
    #[must_use]
    pub fn source_words(&self, id: &str) -> String {
        match self.source(id) {
            Some(source) if source.dated.is_empty() => format!("{} (zonder datum)", source.title),
            Some(source) => format!("{} ({})", source.title, source.dated),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn figures_are_written_in_their_unit() {
        let rows = [
            (Unit::CentsMonth, 141_946, "€ 1.419,46 per maand"),
            (Unit::Cents, 800_000, "€ 8.000"),
            (Unit::BasisPoints, 1_370, "13,7%"),
            (Unit::BasisPoints, 6, "0,06%"),
            (Unit::MilliPercent, 1_912, "1,912%"),
            (Unit::Months, 804, "67 jaar"),
            (Unit::Months, 807, "67 jaar en 3 maanden"),
            (Unit::HoursMonth, 230, "230 uur per maand"),
        ];
        for (unit, figure, words) in rows {
            assert_eq!(unit.words(figure), words);
        }
    }
}
