//! What is known of one household, checked against the facts that the catalogue knows.

use super::model::{Catalogue, Day, Fact, FactKind, When};
use super::money::{Span, euros};
use crate::form::Truth;
use std::collections::BTreeMap;

/// A fact as somebody gives it: from a form, a file or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    YesNo(bool),
    Word(String),
    Words(Vec<String>),
    /// A number or euro cents.
    Number(i64),
}

/// Facts of one household (family unit) that passed [`Facts::check`]. What is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    given: BTreeMap<String, Given>,
}

/// Why a fact is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    #[error("onbekend gegeven \"{id}\"; bekend zijn: {known}")]
    Unknown { id: String, known: String },
    #[error("\"{id}\": verwacht wordt {expected}")]
    Kind { id: String, expected: String },
    #[error("{sentence} ({facts})")]
    Impossible { sentence: String, facts: String },
    #[error("\"{band}\" en \"{amount}\" spreken elkaar tegen: {value} hoort niet in deze groep")]
    Contradicts { band: String, amount: String, value: String },
}

impl FactError {
    /// No fact has this id.
    #[must_use]
    pub fn unknown(catalogue: &Catalogue, id: &str) -> FactError {
        FactError::Unknown { id: id.to_owned(), known: known_ids(catalogue) }
    }
}

impl Facts {
    /// Takes what was given when all of it can be true.
    ///
    /// Errors: every refusal at once: unknown ids, wrong types, impossible combinations, and amounts
    /// that lie outside the band that was given for them on day `on`.
    pub fn check(
        catalogue: &Catalogue,
        given: impl IntoIterator<Item = (String, Given)>,
        on: Day,
    ) -> Result<Facts, Vec<FactError>> {
        let mut facts = Facts::default();
        let mut errors = Vec::new();
        for (id, value) in given {
            match catalogue.fact(&id) {
                None => errors.push(FactError::unknown(catalogue, &id)),
                Some(fact) if !fact.accepts(&value) => {
                    errors.push(FactError::Kind { id, expected: fact.expected() });
                }
                Some(_) => {
                    facts.given.insert(id, value);
                }
            }
        }
        facts.imply(catalogue);
        for impossible in &catalogue.impossible {
            if impossible.all.iter().all(|when| facts.holds(catalogue, when) == Truth::Yes) {
                let ids = impossible.all.iter().map(|when| when.fact.as_str());
                let facts = ids.collect::<Vec<_>>().join(", ");
                let sentence = impossible.sentence.clone();
                errors.push(FactError::Impossible { sentence, facts });
            }
        }
        errors.extend(facts.outside_bands(catalogue, on));
        if errors.is_empty() { Ok(facts) } else { Err(errors) }
    }

    /// What a household's forms say. Unlike [`Facts::check`] this refuses nothing: an answer that a
    /// rule does not know is simply not known, and of an impossible combination both parts stay.
    pub fn of_answers(
        catalogue: &Catalogue,
        mut answer: impl FnMut(&Fact) -> Option<Given>,
    ) -> Facts {
        let known = |fact: &Fact| {
            let value = answer(fact)?;
            fact.accepts(&value).then(|| (fact.id.clone(), value))
        };
        let mut facts = Facts { given: BTreeMap::new() };
        for (id, value) in catalogue.facts.iter().filter_map(known) {
            facts.given.insert(id, value);
        }
        facts.imply(catalogue);
        facts
    }

    /// The same facts and one more; replaces what was there.
    #[must_use]
    pub fn with(&self, catalogue: &Catalogue, id: &str, value: Given) -> Facts {
        let mut more = self.clone();
        more.given.insert(id.to_owned(), value);
        more.imply(catalogue);
        more
    }

    /// Who said to live without children did not have to say which ages they have.
    fn imply(&mut self, catalogue: &Catalogue) {
        for implied in &catalogue.implied {
            let follows = implied.all.iter().all(|when| self.holds(catalogue, when) == Truth::Yes);
            if follows && !self.given.contains_key(&implied.none_of) {
                self.given.insert(implied.none_of.clone(), Given::Words(Vec::new()));
            }
        }
    }

    /// What was given for this fact, also when it was "don't know".
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Given> {
        self.given.get(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.given.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// True when something is known: "don't know" is not.
    #[must_use]
    pub fn knows(&self, fact: &Fact) -> bool {
        match self.given.get(&fact.id) {
            None => false,
            Some(Given::Word(word)) => fact.choice(word).is_none_or(|choice| !choice.not_known),
            Some(_) => true,
        }
    }

    /// Whether the fact has one of these values; not known when the fact is not.
    #[must_use]
    pub fn holds(&self, catalogue: &Catalogue, when: &When) -> Truth {
        let Some(fact) = catalogue.fact(&when.fact) else { return Truth::Unknown };
        if !self.knows(fact) {
            return if fact.optional { Truth::No } else { Truth::Unknown };
        }
        let wanted = |word: &String| when.any_of.contains(word);
        Truth::from(match &self.given[&fact.id] {
            Given::YesNo(yes) => wanted(&if *yes { "ja" } else { "nee" }.to_owned()),
            Given::Word(word) => wanted(word),
            Given::Words(words) => words.iter().any(wanted),
            Given::Number(number) => wanted(&number.to_string()),
        })
    }

    /// The number or amount of cents, when exactly that was given.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<i64> {
        match self.given.get(id) {
            Some(Given::Number(number)) => Some(*number),
            _ => None,
        }
    }

    #[must_use]
    pub fn yes_no(&self, id: &str) -> Option<bool> {
        match self.given.get(id) {
            Some(Given::YesNo(yes)) => Some(*yes),
            _ => None,
        }
    }

    fn outside_bands(&self, catalogue: &Catalogue, on: Day) -> Vec<FactError> {
        let household = super::household::Household { catalogue, facts: self, on };
        let mut errors = Vec::new();
        for band in &catalogue.facts {
            let FactKind::Band { of, .. } = &band.kind else { continue };
            let Some(amount) = self.number(of) else { continue };
            let span = household.band_span(band).unwrap_or(Span::ANY);
            if !span.contains(amount) {
                let (band, value) = (band.id.clone(), euros(amount));
                errors.push(FactError::Contradicts { band, amount: of.clone(), value });
            }
        }
        errors
    }
}

impl Fact {
    fn accepts(&self, value: &Given) -> bool {
        let in_range = |number: i64, max: i64| (0..=max).contains(&number);
        match (&self.kind, value) {
            (FactKind::YesNo, Given::YesNo(_)) => true,
            (FactKind::Choice(_) | FactKind::Band { .. }, Given::Word(word)) => {
                self.choice(word).is_some()
            }
            (FactKind::Several(_), Given::Words(words)) => {
                words.iter().all(|word| self.choice(word).is_some())
            }
            (FactKind::Whole { max } | FactKind::Cents { max, .. }, Given::Number(number)) => {
                in_range(*number, *max)
            }
            (FactKind::Place, Given::Word(word)) => is_municipality(word),
            _ => false,
        }
    }

    /// What would be accepted, in Dutch.
    #[must_use]
    pub fn expected(&self) -> String {
        let ids = || {
            let ids = self.choices().iter().map(|choice| format!("\"{}\"", choice.id));
            ids.collect::<Vec<_>>().join(", ")
        };
        match &self.kind {
            FactKind::YesNo => "true of false".to_owned(),
            FactKind::Choice(_) | FactKind::Band { .. } => format!("een van {}", ids()),
            FactKind::Several(_) => format!("een lijst met nul of meer van {}", ids()),
            FactKind::Whole { max } => format!("een heel getal van 0 tot en met {max}"),
            FactKind::Cents { max, .. } => {
                format!("een heel aantal eurocenten van 0 tot en met {max}")
            }
            FactKind::Place => "een CBS-gemeentecode, zoals \"GM0034\"".to_owned(),
        }
    }
}

fn is_municipality(word: &str) -> bool {
    word.strip_prefix("GM")
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn known_ids(catalogue: &Catalogue) -> String {
    catalogue.facts.iter().map(|fact| fact.id.as_str()).collect::<Vec<_>>().join(", ")
}
