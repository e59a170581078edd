//! What a stored form says, as facts for the rules.

use super::facts::{Facts, Given};
use super::model::{Catalogue, Fact, FactKind};
use crate::record::Value;

impl Facts {
    /// The facts of one record of a form (`household`). `answer` gives what is kept under a key of
    /// the form, `age_band` or `children.0_3`. As [`Facts::of_answers`] it refuses nothing.
    #[must_use]
    pub fn of_form(
        catalogue: &Catalogue,
        kind: &str,
        answer: impl Fn(&str) -> Option<Value>,
    ) -> Facts {
        Facts::of_answers(catalogue, |fact| match fact.key_in(kind) {
            Some(key) => given(fact, key, &answer),
            // Nobody has to say where the street is.
            None if fact.kind == FactKind::Place => {
                Some(Given::Word(catalogue.municipalities.first()?.scope.clone()))
            }
            None => None,
        })
    }
}

impl Fact {
    /// The key of the field of this form that keeps it; `None` when another form or no form does.
    #[must_use]
    pub fn key_in(&self, kind: &str) -> Option<&str> {
        self.field.as_deref()?.strip_prefix(kind)?.strip_prefix('.')
    }
}

fn given(fact: &Fact, key: &str, answer: &impl Fn(&str) -> Option<Value>) -> Option<Given> {
    if let FactKind::Several(choices) = &fact.kind {
        let offered = choices.iter().filter(|choice| !choice.form_choice.is_empty());
        let told: Vec<_> = offered
            .filter_map(|one| {
                Some((one, answer(&format!("{key}.{}", one.form_choice))?.as_bool()?))
            })
            .collect();
        let chosen = told.iter().filter(|(_, yes)| *yes).map(|(choice, _)| choice.id.clone());
        return (!told.is_empty()).then(|| Given::Words(chosen.collect()));
    }
    match (&fact.kind, answer(key)?) {
        (FactKind::YesNo, Value::Bool(yes)) => Some(Given::YesNo(yes)),
        (FactKind::Whole { .. }, Value::Int(number)) => Some(Given::Number(number)),
        (FactKind::Choice(_) | FactKind::Band { .. }, Value::Choice(key)) => {
            let choice = fact.choices().iter().find(|choice| choice.form_choice == key)?;
            Some(Given::Word(choice.id.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::catalogue;
    use std::collections::BTreeMap;

    fn facts(answers: &[(&str, Value)]) -> Facts {
        let answers: BTreeMap<&str, Value> = answers.iter().cloned().collect();
        Facts::of_form(&catalogue("GM0034"), "household", |key| answers.get(key).cloned())
    }

    #[test]
    fn every_kind_of_answer_becomes_its_fact() {
        let facts = facts(&[
            ("composition", Value::choice("single_parent")),
            ("age_band", Value::choice("27_aow")),
            ("children.0_3", Value::Bool(true)),
            ("children.4_11", Value::Bool(false)),
            ("children_count", Value::Int(2)),
            ("insured", Value::Bool(true)),
            ("income_band", Value::choice("unknown")),
        ]);
        let word = |word: &str| Given::Word(word.to_owned());
        for (id, given) in [
            ("huishouden", word("alleenstaande_ouder")),
            ("leeftijd_groep", word("27_tot_aow")),
            ("kinderen_leeftijden", Given::Words(vec!["0_3".to_owned()])),
            ("kinderen_onder_18", Given::Number(2)),
            ("zorgverzekering_nl", Given::YesNo(true)),
            ("inkomen_band", word("weet_niet")),
            ("gemeente", word("GM0034")),
        ] {
            assert_eq!(facts.get(id), Some(&given), "{id}");
        }
        assert_eq!(facts.get("studeert"), None);
    }

    #[test]
    fn what_was_wiped_or_does_not_fit_is_not_known() {
        let facts = facts(&[
            ("composition", Value::Nothing),
            ("age_band", Value::choice("from the future")),
            ("insured", Value::text("ja")),
        ]);
        for id in ["huishouden", "leeftijd_groep", "zorgverzekering_nl", "kinderen_leeftijden"] {
            assert_eq!(facts.get(id), None, "{id}");
        }
    }

    #[test]
    fn nothing_ticked_after_all_says_that_there_are_none() {
        let facts = facts(&[("children.0_3", Value::Bool(false))]);
        assert_eq!(facts.get("kinderen_leeftijden"), Some(&Given::Words(Vec::new())));
    }
}
