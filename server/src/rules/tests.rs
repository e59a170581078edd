//! The rule list of both municipalities on days that matter.

use super::{Block, Place, csv, list, markdown, text};
use aanbel_shared::scheme::{Amount, Catalogue, Day, Unit, catalogue};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn blocks(scope: &str, name: &str, on: &str) -> Vec<Block> {
    list(&catalogue(scope), day(on), Place { municipality: name, version: "(versie)" })
}

#[test]
fn almere_as_text() {
    insta::assert_snapshot!(text(&blocks("GM0034", "Almere", "2026-11-21")));
}

#[test]
fn tilburg_as_markdown() {
    insta::assert_snapshot!(markdown(&blocks("GM0855", "Tilburg", "2026-11-21")));
}

#[test]
fn national_as_csv() {
    insta::assert_snapshot!(csv(&catalogue("nl"), day("2026-11-21")).replace('\r', ""));
}

#[test]
fn what_has_lapsed_stands_on_top() {
    let text = text(&blocks("GM0034", "Almere", "2027-07-01"));
    let at = text.find("Voorbij de datum").expect("rules of 2026 have ended by then");
    assert!(at < text.find("Wonen\n-----").expect("the first group"));
    assert!(text.contains("Huurtoeslag: de regel gold tot en met 31 december 2026."), "{text}");
}

/// A figure of which only bounds are known, in every way that the list could write it.
#[test]
fn no_estimate_appears_anywhere() {
    let all = Catalogue::load();
    let mut forbidden = Vec::new();
    for norm in &all.norms {
        for version in &norm.versions {
            if let Amount::Between(low, high) = version.amount {
                forbidden.extend([low, high].map(|bound| (norm, bound)));
            }
        }
    }
    assert!(!forbidden.is_empty(), "the catalogue has estimates to hide");
    for on in ["2025-03-01", "2026-01-01", "2026-11-21", "2027-01-01"] {
        for scope in ["nl", "GM0034", "GM0855"] {
            let catalogue = catalogue(scope);
            let place = Place { municipality: "", version: "" };
            let blocks = list(&catalogue, day(on), place);
            for file in [text(&blocks), markdown(&blocks), csv(&catalogue, day(on))] {
                for (norm, bound) in &forbidden {
                    let words = norm.unit.words(*bound);
                    // Five percent is an ordinary number elsewhere; money is not.
                    if norm.unit != Unit::BasisPoints {
                        assert!(!file.contains(&words), "{}: {words} on {on}", norm.id);
                    }
                }
            }
        }
    }
}

#[test]
fn every_row_of_a_table_has_a_line_with_period_and_source() {
    let catalogue = catalogue("nl");
    let all = blocks("nl", "", "2026-11-21");
    let heading = |block: &Block| *block == Block::Heading(3, "AIO-aanvulling".to_owned());
    let at = all.iter().position(heading).expect("a scheme with the norm of the law");
    let conditions = all[at..].iter().filter_map(|block| match block {
        Block::Condition(one) => Some(one),
        _ => None,
    });
    let income = conditions.into_iter().find(|one| !one.limits.is_empty()).expect("a limit");
    let rows = catalogue.table("pw.norm").expect("in norms.toml").rows.len();
    // And the six ways of sharing the costs of a home.
    assert_eq!(income.limits.len(), rows + 6);
    let (known, none): (Vec<_>, Vec<_>) = income.limits.iter().partition(|l| l.cents.is_some());
    assert_eq!(none.len(), 1, "the law has no norm below 18: {none:?}");
    assert_eq!(none[0].amount, "hiervoor bestaat geen norm");
    for limit in known {
        assert_eq!(limit.valid_from, "2026-07-01");
        assert!(limit.source.contains("Participatiewet"), "{limit:?}");
        assert_eq!(limit.checked_on, "2026-11-21");
    }
}

#[test]
fn nothing_in_the_file_runs_or_breaks_a_line() {
    let mut catalogue = catalogue("nl");
    let scheme = catalogue.schemes.first_mut().expect("a scheme");
    scheme.name = "=HYPERLINK(\"x\")".to_owned();
    let file = csv(&catalogue, day("2026-11-21"));
    assert!(file.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{file}");
    let mut reader = ::csv::ReaderBuilder::new().from_reader(file.as_bytes());
    let records: Vec<_> = reader.records().map(|one| one.expect("as wide as the head")).collect();
    assert!(records.len() > 100);
    assert!(file.ends_with("\r\n") && !file.replace("\r\n", "").contains('\n'));
}

#[test]
fn markup_in_a_text_stays_text() {
    let words = "Een *regel* met | en <b>".to_owned();
    let text = markdown(&[Block::Paragraph(words)]);
    assert_eq!(text, "Een \\*regel\\* met \\| en \\<b\\>\n");
}
