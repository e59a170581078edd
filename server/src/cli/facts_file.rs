//! A file of facts: one JSON object whose keys are the ids of facts. Everything that is wrong with it
//! is named at once. Nothing here knows what the facts are for.

use aanbel_shared::scheme::{Catalogue, Day, FactError, Facts, Given};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// What a file is told that is no object of facts.
const EXPECTED: &str = r#"verwacht wordt een JSON-object, zoals {"huishouden": "alleenstaand"}"#;

/// The object as it stands in the file: in its order, with keys that stand there twice.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("an object of facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

/// The facts of a file that can be read, still to be checked together.
#[derive(Debug, Default)]
pub struct FactsFile {
    given: Vec<(String, Given)>,
    refused: Vec<Refused>,
}

#[derive(Debug)]
enum Refused {
    Twice(String),
    /// A value that is no fact of any kind, and what it is.
    Kind(String, &'static str),
}

/// # Errors
/// A Dutch sentence when the text is no JSON object.
pub fn read(text: &str) -> Result<FactsFile, String> {
    let text = text.trim_start_matches('\u{feff}');
    let Entries(entries) = serde_json::from_str(text).map_err(|error| {
        let place = format!("regel {}, teken {}", error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => format!("dit is geen JSON-object; {EXPECTED}"),
            _ => format!("dit is geen goede JSON ({place}); {EXPECTED}"),
        }
    })?;
    let mut file = FactsFile::default();
    let mut seen = BTreeSet::new();
    for (id, value) in entries {
        if !seen.insert(id.clone()) {
            file.refused.push(Refused::Twice(id));
            continue;
        }
        match given(value) {
            Ok(value) => file.given.push((id, value)),
            Err(what) => file.refused.push(Refused::Kind(id, what)),
        }
    }
    Ok(file)
}

fn given(value: Value) -> Result<Given, &'static str> {
    match value {
        Value::Bool(yes) => Ok(Given::YesNo(yes)),
        Value::String(word) => Ok(Given::Word(word)),
        // What is written with a point or an exponent is no whole number, whatever its value.
        Value::Number(number) => number
            .as_i64()
            .map(Given::Number)
            .ok_or("een getal met een komma, of een te groot getal"),
        Value::Array(words) => {
            let words = words.into_iter().map(|word| match word {
                Value::String(word) => Ok(word),
                _ => Err("een lijst met iets anders dan woorden"),
            });
            words.collect::<Result<_, _>>().map(Given::Words)
        }
        Value::Null => Err("niets (null); laat een onbekend gegeven weg"),
        Value::Object(_) => Err("een object"),
    }
}

impl FactsFile {
    /// The municipality that the file names, when it is a word.
    pub fn municipality(&self) -> Option<&str> {
        self.given.iter().find_map(|(id, value)| match value {
            Given::Word(word) if id == super::asked::MUNICIPALITY => Some(word.as_str()),
            _ => None,
        })
    }

    /// # Errors
    /// Every refusal as a Dutch sentence with what was expected.
    pub fn check(self, catalogue: &Catalogue, on: Day) -> Result<Facts, Vec<String>> {
        let mut refused: Vec<String> =
            self.refused.iter().map(|one| one.sentence(catalogue)).collect();
        match Facts::check(catalogue, self.given, on) {
            Ok(facts) if refused.is_empty() => return Ok(facts),
            Ok(_) => {}
            Err(errors) => refused.extend(errors.iter().map(FactError::to_string)),
        }
        Err(refused)
    }
}

impl Refused {
    fn sentence(&self, catalogue: &Catalogue) -> String {
        let expected = |id: &str| match catalogue.fact(id) {
            Some(fact) => format!("\"{id}\": verwacht wordt {}", fact.expected()),
            None => FactError::unknown(catalogue, id).to_string(),
        };
        match self {
            Refused::Twice(id) => {
                format!("{}; het staat er meer dan een keer, verwacht wordt een keer", expected(id))
            }
            Refused::Kind(id, what) => format!("{}; gegeven is {what}", expected(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use aanbel_shared::scheme::{Day, catalogue};

    fn refusals(text: &str) -> Vec<String> {
        let on = Day::parse("2026-11-21").expect("a day");
        match read(text) {
            Err(sentence) => vec![sentence],
            Ok(file) => file.check(&catalogue("nl"), on).err().unwrap_or_default(),
        }
    }

    #[test]
    fn every_refusal_says_what_was_expected() {
        let rows = [
            (r#"{"schoenmaat": 43}"#, "onbekend gegeven \"schoenmaat\"; bekend zijn: gemeente"),
            (r#"{"studeert": "ja"}"#, "\"studeert\": verwacht wordt true of false"),
            (r#"{"studeert": 1}"#, "true of false"),
            (r#"{"studeert": null}"#, "niets (null)"),
            (r#"{"huishouden": "kasteel"}"#, "\"huishouden\": verwacht wordt een van \"alleenst"),
            (r#"{"huishouden": ["alleenstaand"]}"#, "een van \"alleenstaand\""),
            (r#"{"kinderen_leeftijden": "0_3"}"#, "een lijst met nul of meer van \"0_3\""),
            (r#"{"kinderen_leeftijden": ["5"]}"#, "een lijst met nul of meer van"),
            (r#"{"kinderen_leeftijden": [3]}"#, "een lijst met iets anders dan woorden"),
            (r#"{"jaarinkomen_cent": 2950000.5}"#, "gegeven is een getal met een komma"),
            (r#"{"jaarinkomen_cent": 2950000.0}"#, "een heel aantal eurocenten van 0"),
            (r#"{"jaarinkomen_cent": 3e6}"#, "een heel aantal eurocenten"),
            (r#"{"jaarinkomen_cent": 99999999999999999999}"#, "een te groot getal"),
            (r#"{"jaarinkomen_cent": -1}"#, "van 0 tot en met 1000000000"),
            (r#"{"jaarinkomen_cent": "2950000"}"#, "een heel aantal eurocenten"),
            (r#"{"kinderen_onder_18": 21}"#, "een heel getal van 0 tot en met 20"),
            (r#"{"kinderen_onder_18": {"a": 1}}"#, "gegeven is een object"),
            (r#"{"gemeente": "Almere"}"#, "een CBS-gemeentecode, zoals \"GM0034\""),
            (r#"{"studeert": true, "studeert": true}"#, "het staat er meer dan een keer"),
            (r#"["studeert"]"#, "geen JSON-object"),
            ("", "geen goede JSON (regel 1, teken 0)"),
            ("{\"studeert\": true,\n}", "geen goede JSON (regel 2, teken 1)"),
            (r#"{"studeert": true} {}"#, "geen goede JSON"),
        ];
        for (text, sentence) in rows {
            let found = refusals(text);
            assert_eq!(found.len(), 1, "{text}: {found:#?}");
            assert!(found[0].contains(sentence), "{text}: {found:#?}");
        }
    }

    #[test]
    fn what_cannot_be_true_together_is_refused() {
        let rows = [
            (
                r#"{"huishouden": "alleenstaand", "kinderen_leeftijden": ["0_3"]}"#,
                "zonder kinderen",
            ),
            (r#"{"huishouden": "alleenstaand", "kinderen_onder_18": 1}"#, "zonder kinderen"),
            (r#"{"kinderen_leeftijden": ["0_3"], "kinderen_onder_18": 0}"#, "jonger dan 18"),
            (r#"{"leeftijd_groep": "18_20", "geboren_voor_1965": true}"#, "voor 1965"),
            (r#"{"vermogen_band": "daarboven", "vermogen": 100}"#, "spreken elkaar tegen"),
            (r#"{"woning": "koop", "huur_band": "tot_huurgrens"}"#, "eigen huis"),
        ];
        for (text, sentence) in rows {
            let found = refusals(text);
            assert!(found.iter().any(|one| one.contains(sentence)), "{text}: {found:#?}");
        }
    }

    #[test]
    fn all_refusals_come_at_once() {
        let text = r#"{"schoenmaat": 43, "studeert": "ja", "jaarinkomen_cent": 1.5,
            "leeftijd_groep": "18_20", "geboren_voor_1965": true}"#;
        assert_eq!(refusals(text).len(), 4, "{:#?}", refusals(text));
    }

    #[test]
    fn good_facts_pass_also_behind_a_byte_order_mark() {
        let text = "\u{feff}{\"huishouden\": \"samenwonend_met_kinderen\", \"studeert\": false,
            \"kinderen_leeftijden\": [\"0_3\", \"18_plus_thuis\"], \"jaarinkomen_cent\": 2950000}";
        assert_eq!(refusals(text), Vec::<String>::new());
    }
}
