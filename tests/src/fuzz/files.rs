//! Files: the rules of a municipality and what a phone makes of them, the resident's card.

use super::target::{Target, target};
use aanbel_shared::card::{self, CardFile, Phrase};
use aanbel_shared::scheme::{
    Catalogue, Day, Fact, FactKind, Facts, Given, catalogue, evaluate, files, next_questions,
};

/// Every decoder of files that phone and office share.
pub const TARGETS: [Target; 3] = [
    target("rules", rules, rule_files),
    target("catalogue", received, || vec![catalogue("nl").pack()]),
    target("card", card_file, || vec![card::FILE.into()]),
];

/// Of the built-in files, those of one municipality.
const MUNICIPAL: [&str; 2] = ["almere.toml", "tilburg.toml"];

/// A municipality's file of rules, beside the national ones: refused with places, or a catalogue.
fn rules(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let national = files::BUILT_IN.iter().filter(|(name, _)| !MUNICIPAL.contains(name));
    let national = national.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let files: Vec<_> = national.chain([("own.toml".to_owned(), text.to_owned())]).collect();
    match files::compile(&files) {
        Ok(catalogue) => {
            used(&catalogue);
            true
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            false
        }
    }
}

fn rule_files() -> Vec<Vec<u8>> {
    let own = include_str!("rules.toml").into();
    let built_in = files::BUILT_IN.iter().filter(|(name, _)| MUNICIPAL.contains(name));
    std::iter::once(own).chain(built_in.map(|(_, text)| (*text).into())).collect()
}

fn received(bytes: &[u8]) -> bool {
    let Ok((_, catalogue)) = Catalogue::received(bytes) else { return false };
    let (_, again) =
        Catalogue::received(&catalogue.pack()).expect("what was read can be read again");
    assert_eq!(again, catalogue);
    used(&catalogue);
    used(&catalogue.into_scope("GM0034"));
    true
}

/// What a phone does with a catalogue during a talk: nobody said anything yet, and everybody answered
/// the first or the last thing that can be said.
fn used(catalogue: &Catalogue) {
    let day = Day::parse("2026-11-21").expect("a day");
    let first = Facts::of_answers(catalogue, |fact| answer(fact, false));
    let last = Facts::of_answers(catalogue, |fact| answer(fact, true));
    for facts in [Facts::default(), first, last] {
        for hint in evaluate(catalogue, &facts, day) {
            let _ = hint.explanation(catalogue);
        }
    }
    // Tries every answer to every question, so only where that is soon done.
    if catalogue.facts.len() <= 20 && catalogue.schemes.len() <= 20 {
        let _ = next_questions(catalogue, &Facts::default(), day, 3);
    }
    let _ = catalogue.checklist(day);
    let _ = CardFile::parse(&catalogue.card);
}

fn answer(fact: &Fact, last: bool) -> Option<Given> {
    let choices = fact.choices();
    let choice = if last { choices.last() } else { choices.first() };
    match &fact.kind {
        FactKind::YesNo => Some(Given::YesNo(last)),
        FactKind::Choice(_) | FactKind::Band { .. } => Some(Given::Word(choice?.id.clone())),
        FactKind::Several(_) => Some(Given::Words(vec![choice?.id.clone()])),
        FactKind::Whole { max } | FactKind::Cents { max, .. } => {
            Some(Given::Number(if last { *max } else { 0 }))
        }
        FactKind::Place => Some(Given::Word("GM0034".into())),
    }
}

/// A card that can be read can be shown, in each of its languages.
fn card_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Some(card) = CardFile::parse(text) else { return false };
    for (place, language) in card.languages.iter().enumerate() {
        assert!(card.place_of(&language.code) <= place);
        for phrase in Phrase::ALL {
            let _ = language.says(*phrase);
            let _ = card.label(place, *phrase);
        }
    }
    for square in text.lines().filter_map(|line| card.square(line.split(' ').next()?)) {
        let _ = square.path();
        let _ = square.view();
    }
    true
}
