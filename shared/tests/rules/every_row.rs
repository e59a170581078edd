//! The rules against the rows that stand beside them (`catalogue/rows/*.txt`), and what every rule
//! promises whatever the facts are.

use crate::rows::{day, facts, rows};
use aanbel_shared::scheme::{Catalogue, Verdict, catalogue, evaluate};
use std::collections::BTreeSet;

/// Hints that a scheme can never give, and why.
const NEVER: &[(&str, &[Verdict], &str)] = &[
    ("nl.studietoeslag", &[Verdict::Possible], "it asks for an illness, which is never asked"),
    ("nl.toeslagenwet", &[Verdict::Possible, Verdict::Unlikely], "no source was read"),
    ("nl.noodfonds-energie", &[Verdict::Possible], "it asked for an energy bill; closed since"),
    ("nl.publiek-energiefonds", &[Verdict::Possible, Verdict::Unlikely], "announced only"),
    ("nl.collectieve-zorgverzekering", &[Verdict::Possible, Verdict::Unlikely], "per municipality"),
    ("almere.woonkostentoeslag", &[Verdict::Possible, Verdict::Unlikely], "limits not read"),
    ("almere.sjib-zwemles", &[Verdict::Possible, Verdict::Unlikely], "not confirmed since 2010"),
    ("almere.stadspas", &[Verdict::Possible, Verdict::Unlikely], "no page found"),
    ("almere.pootje", &[Verdict::Possible, Verdict::Unlikely], "a line in a budget"),
    ("almere.fixbrigade", &[Verdict::Possible, Verdict::Unlikely], "limits not read"),
    ("almere.spreekuur", &[Verdict::Unlikely], "for everybody"),
    ("almere.juridisch", &[Verdict::Unlikely], "for everybody"),
    ("almere.wijkteam", &[Verdict::Unlikely], "for everybody"),
    ("tilburg.woonkostentoeslag", &[Verdict::Possible, Verdict::Unlikely], "limits not read"),
    ("tilburg.woonlastencompensatie", &[Verdict::Possible, Verdict::Unlikely], "named only"),
];

/// Services for everybody: not known only after somebody should have checked them again.
const ALL: [Verdict; 3] = [Verdict::Possible, Verdict::Unlikely, Verdict::Unknown];

#[test]
fn every_row_comes_out_as_its_source_says() {
    let mut wrong = Vec::new();
    for row in rows() {
        let catalogue = catalogue(row.scope);
        let facts = facts(&catalogue, &row.facts, row.on);
        let hints = evaluate(&catalogue, &facts, row.on);
        let hint = hints.iter().find(|hint| hint.scheme.id == row.scheme);
        let hint = hint.unwrap_or_else(|| panic!("{}: no scheme {}", row.place, row.scheme));
        let cents_fit = row.cents.is_none() || row.cents == hint.monthly_cents;
        if hint.verdict != row.verdict || !cents_fit {
            wrong.push(format!(
                "{}: {} {}: {:?} {:?}, expected {:?} {:?}\n    {}",
                row.place,
                row.scheme,
                row.facts,
                hint.verdict,
                hint.monthly_cents,
                row.verdict,
                row.cents,
                hint.line(&catalogue)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scheme_has_a_row_for_every_hint_it_can_give() {
    let all = Catalogue::load();
    assert_eq!(all.schemes.len(), 49);
    let covered: BTreeSet<(String, &str)> =
        rows().into_iter().map(|row| (row.scheme, row.verdict.key())).collect();
    let never = |id: &str, verdict| {
        NEVER.iter().any(|(scheme, verdicts, _)| *scheme == id && verdicts.contains(&verdict))
    };
    let missing: Vec<String> = all
        .schemes
        .iter()
        .flat_map(|scheme| ALL.map(|verdict| (scheme, verdict)))
        .filter(|(scheme, verdict)| !never(&scheme.id, *verdict))
        .filter(|(scheme, verdict)| !covered.contains(&(scheme.id.clone(), verdict.key())))
        .map(|(scheme, verdict)| format!("{} {}", scheme.id, verdict.key()))
        .filter(|one| !SELDOM_UNKNOWN.contains(&one.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// For everybody, so only a lapsed check makes them unknown; one row shows it for all three.
const SELDOM_UNKNOWN: [&str; 2] = ["almere.spreekuur unknown", "almere.juridisch unknown"];

#[test]
fn what_is_said_never_to_come_out_never_does() {
    for row in rows() {
        let catalogue = catalogue(row.scope);
        let facts = facts(&catalogue, &row.facts, row.on);
        for hint in evaluate(&catalogue, &facts, row.on) {
            let never = NEVER.iter().find(|(scheme, ..)| *scheme == hint.scheme.id);
            let said = never.is_some_and(|(_, verdicts, _)| verdicts.contains(&hint.verdict));
            assert!(!said, "{}: {} {:?}", row.place, hint.scheme.id, hint.verdict);
        }
    }
}

#[test]
fn no_word_of_a_hint_is_a_refusal() {
    for row in rows() {
        let catalogue = catalogue(row.scope);
        let facts = facts(&catalogue, &row.facts, row.on);
        for hint in evaluate(&catalogue, &facts, row.on) {
            let whole = hint.explanation(&catalogue);
            let words = whole.nodes.iter().flat_map(|n| [&n.text, &n.detail]).chain([&whole.line]);
            for text in words {
                let low = text.to_lowercase();
                for refusal in ["geen recht", "niet in aanmerking", "afgewezen", "krijgt u niet"] {
                    assert!(!low.contains(refusal), "{}: {text}", hint.scheme.id);
                }
            }
        }
    }
}

#[test]
fn nothing_is_current_after_its_date() {
    let catalogue = catalogue("GM0034");
    let facts = facts(
        &catalogue,
        "huishouden=alleenstaand leeftijd_groep=27_tot_aow inkomen_band=tot_100 \
         vermogen_band=onder_bijstandsgrens zorgverzekering_nl=ja jaarinkomen_cent=2000000",
        day("2026-11-21"),
    );
    let grey = |on: &str| {
        let hints = evaluate(&catalogue, &facts, day(on));
        hints.iter().filter(|hint| hint.standing.is_grey()).count()
    };
    let all = catalogue.checklist(day("2026-11-21")).iter().map(|(_, s)| s.len()).sum::<usize>();
    assert_eq!(grey("2026-11-21"), 0);
    assert!(grey("2027-01-01") >= 9, "the figures of 2026: {}", grey("2027-01-01"));
    assert!(grey("2027-07-01") >= all / 2, "and what nobody checked: {}", grey("2027-07-01"));
    for on in ["2027-01-01", "2027-07-01"] {
        for hint in evaluate(&catalogue, &facts, day(on)) {
            assert_eq!(hint.monthly_cents, None, "{} on {on}", hint.scheme.id);
        }
    }
}
