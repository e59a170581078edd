//! The build's own check of the card: every problem is named at once, with its file.

use aanbel_shared::card::{CardFile, FILE, Phrase};
use aanbel_shared::form::Forms;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../build/card.rs"]
mod card;

/// A crate folder with the house's own texts, of which one file is changed by `change`.
fn folder(name: &str, file: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("texts")).expect("a folder of our own");
    fs::create_dir_all(root.join("catalogue")).expect("a folder of our own");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    for entry in fs::read_dir(ours).expect("the texts").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a text");
        let is_it = entry.file_name() == file;
        let text = if is_it { change(&text) } else { text };
        fs::write(root.join("texts").join(entry.file_name()), text).expect("a file of our own");
    }
    let site = "[[organisation]]\nid = \"o\"\nname = \"O\"\nsite = \"voorbeeld.example\"\n";
    fs::write(root.join("catalogue/one.toml"), site).expect("a file of our own");
    root
}

fn problems(root: &Path) -> Vec<String> {
    let problems = card::build(root, root).expect_err("texts full of problems");
    assert!(!root.join("card.txt").exists(), "nothing is written then");
    problems
}

#[test]
fn what_is_wrong_in_a_language_is_named_at_once() {
    let root = folder("card-wrong", "pl.toml", |text| {
        let text = text.replace("direction = \"ltr\"", "direction = \"rtl\"");
        let text = text.replace("checked_by = \"\"", "").replace("bring_card = ", "bring_kaart = ");
        let text = text.replace("(Belastingdienst)", "");
        let text = text.replace("\"Wizyta jest bezpłatna.\"", "\"Het bezoek is gratis.\"");
        text.replace("\"Gdzie\"", "\" \"")
    });
    let problems = problems(&root);
    for expected in [
        "direction should be \"ltr\"",
        "checked_by is missing",
        "bring_card is missing",
        "bring_kaart is unknown",
        "visit_not_tax should keep the Dutch name Belastingdienst",
        "visit_free is still Dutch",
        "where is empty",
    ] {
        let named =
            problems.iter().any(|one| one.starts_with("texts/pl.toml: ") && one.contains(expected));
        assert!(named, "{expected} in {problems:#?}");
    }
}

#[test]
fn the_source_must_be_there_and_needs_no_check() {
    let claimed = folder("card-source", "nl.toml", |text| {
        text.replace("[texts]", "checked_by = \"Iemand\"\n[texts]")
    });
    assert!(problems(&claimed)[0].contains("the source is not checked"));
    fs::remove_file(claimed.join("texts/nl.toml")).expect("our own file");
    assert!(problems(&claimed).iter().any(|one| one.contains("nl.toml is missing")));
}

#[test]
fn a_pictogram_for_nothing_is_named() {
    let root = folder("card-pictogram", "pictograms.toml", |text| {
        text.replace("help_ask = \"M", "help_aks = \"<script>M")
    });
    let problems = problems(&root);
    assert!(problems.iter().any(|one| one.contains("help_aks is no phrase")), "{problems:?}");
    assert!(problems.iter().any(|one| one.contains("is not the path")), "{problems:?}");
}

#[test]
fn a_checked_language_says_so_and_a_site_gets_its_code() {
    let root = folder("card-right", "tr.toml", |text| {
        text.replace("checked_by = \"\"", "checked_by = \"Iemand die Turks spreekt\"")
    });
    card::build(&root, &root).expect("these texts are right");
    let text = fs::read_to_string(root.join("card.txt")).expect("it was written");
    assert!(!text.contains("Iemand die Turks"), "who checked stays in the house");
    let card = CardFile::parse(&text).expect("whole");
    assert!(card.languages[card.place_of("tr")].is_checked);
    assert_eq!(
        card.languages[card.place_of("tr")].says(Phrase::VisitFree),
        "Bu ziyaret ücretsizdir."
    );
    let square = card.square("voorbeeld.example").expect("drawn");
    let code = qrcode::QrCode::new("https://voorbeeld.example").expect("a code");
    assert_eq!(square.width, code.width());
    let drawn = drawn(&square.path());
    for (at, color) in code.to_colors().iter().enumerate() {
        let place = (at % square.width, at / square.width);
        assert_eq!(drawn.contains(&place), *color == qrcode::Color::Dark, "{place:?}");
    }
}

/// The modules that a path fills: `M x y h width ...` for each bar.
fn drawn(path: &str) -> BTreeSet<(usize, usize)> {
    let mut modules = BTreeSet::new();
    for bar in path.split('M').skip(1) {
        let (x, rest) = bar.split_once(' ').expect("x, then y");
        let (y, rest) = rest.split_once('h').expect("y, then the width");
        let (width, _) = rest.split_once('v').expect("the width, then down");
        let number = |text: &str| text.parse::<usize>().expect("a number");
        modules.extend((0..number(width)).map(|step| (number(x) + step, number(y))));
    }
    modules
}

#[test]
fn every_language_of_a_talk_has_a_card_and_the_other_way_round() {
    let card = CardFile::parse(FILE).expect("the build wrote it");
    let cards: BTreeSet<&str> = card.languages.iter().map(|one| one.code.as_str()).collect();
    let talk = Forms::built_in().form("talk").and_then(|form| form.field("language"));
    let field = talk.expect("asked in every talk");
    let choices = field.field().choices.iter().map(|choice| choice.key.as_str());
    assert_eq!(choices.filter(|key| *key != "other").collect::<BTreeSet<_>>(), cards);
}
