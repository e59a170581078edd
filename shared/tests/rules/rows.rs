//! Reading the rows beside the rules, and facts as they are written there.

use aanbel_shared::scheme::{Catalogue, Day, Fact, FactKind, Facts, Given, Verdict};

/// One row of `catalogue/rows/*.txt`.
pub struct Row {
    pub place: String,
    /// The municipality whose view the row is about.
    pub scope: &'static str,
    pub scheme: String,
    pub on: Day,
    pub facts: String,
    pub verdict: Verdict,
    /// Euro cents a month; not compared when the row names none.
    pub cents: Option<i64>,
}

const FILES: [(&str, &str, &str); 3] = [
    ("nl", "national.txt", include_str!("../../catalogue/rows/national.txt")),
    ("GM0034", "almere.txt", include_str!("../../catalogue/rows/almere.txt")),
    ("GM0855", "tilburg.txt", include_str!("../../catalogue/rows/tilburg.txt")),
];

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of the calendar")
}

pub fn rows() -> Vec<Row> {
    let mut all = Vec::new();
    for (scope, file, text) in FILES {
        let mut names: Vec<(String, String)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let place = format!("{file}:{}", at + 1);
            if let Some((name, facts)) = line.split_once('=').filter(|_| line.starts_with('@')) {
                names.push((name.trim().to_owned(), facts.trim().to_owned()));
            } else if !line.is_empty() && !line.starts_with('#') {
                all.push(row(line, scope, place, &names));
            }
        }
    }
    all
}

fn row(line: &str, scope: &'static str, place: String, names: &[(String, String)]) -> Row {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let [scheme, on, facts, hint, source] = parts[..] else { panic!("{place}: five parts") };
    assert!(!source.is_empty(), "{place}: a row has a source");
    let facts = facts.split_whitespace().map(|word| {
        let named = names.iter().find(|(name, _)| name == word);
        named.map_or(word, |(_, facts)| facts.as_str())
    });
    let facts = facts.collect::<Vec<_>>().join(" ");
    let (verdict, cents) = hint.split_once(' ').unwrap_or((hint, ""));
    Row {
        verdict: Verdict::from_key(verdict).unwrap_or_else(|| panic!("{place}: {verdict}")),
        cents: (!cents.is_empty()).then(|| cents.parse().expect("euro cents")),
        on: day(on),
        scheme: scheme.to_owned(),
        facts,
        scope,
        place,
    }
}

/// `huishouden=alleenstaand vermogen=800000 studeert=ja kinderen_leeftijden=0_3+4_11`
pub fn facts(catalogue: &Catalogue, text: &str, on: Day) -> Facts {
    let given = text.split_whitespace().map(|pair| {
        let (id, value) = pair.split_once('=').expect("fact=value");
        let fact = catalogue.fact(id).unwrap_or_else(|| panic!("no fact {id}"));
        (id.to_owned(), given(fact, value))
    });
    Facts::check(catalogue, given, on).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

fn given(fact: &Fact, value: &str) -> Given {
    match fact.kind {
        FactKind::YesNo => Given::YesNo(value == "ja"),
        FactKind::Several(_) => {
            let words = value.split('+').filter(|word| !word.is_empty());
            Given::Words(words.map(str::to_owned).collect())
        }
        FactKind::Whole { .. } | FactKind::Cents { .. } => {
            Given::Number(value.parse().expect("a whole number"))
        }
        _ => Given::Word(value.to_owned()),
    }
}
