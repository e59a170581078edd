//! What the loader refuses: every problem is named at once, with file and line.

use aanbel_shared::scheme::load::{File, read};

/// The real catalogue's facts, groups and norms, so that a broken scheme is the only thing wrong.
const WHOLE: [(&str, &str); 4] = [
    ("checklist.toml", include_str!("../catalogue/checklist.toml")),
    ("facts.toml", include_str!("../catalogue/facts.toml")),
    ("national.toml", include_str!("../catalogue/national.toml")),
    ("norms.toml", include_str!("../catalogue/norms.toml")),
];

fn asked(field: &str) -> Option<Vec<String>> {
    let (kind, key) = field.split_once('.')?;
    let form = aanbel_shared::form::Forms::built_in().form(kind)?;
    let field = form.fields().find(|field| field.key == key)?;
    Some(field.choices.iter().map(|choice| choice.key.clone()).collect())
}

/// Problems of the national catalogue with one more file, as `line: sentence`.
fn problems(text: &str) -> Vec<String> {
    let mut files: Vec<File> = WHOLE.iter().map(|(name, text)| File { name, text }).collect();
    files.push(File { name: "mine.toml", text });
    match read(&files, &asked) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

const HEAD: &str = r#"[municipality]
scope = "GM9999"
name = "Voorbeeldstad"
organisation = "gem-voorbeeldstad"

[[organisation]]
id = "gem-voorbeeldstad"
name = "Gemeente Voorbeeldstad"
"#;

fn scheme(rules: &str) -> String {
    format!(
        r#"{HEAD}
[[scheme]]
id = "voorbeeldstad.pas"
name = "Voorbeeldpas"
group = "participation"
line = "Een pas met korting."
line_en = "A pass."
decides = "gem-voorbeeldstad"
apply_at = "gem-voorbeeldstad"

[[scheme.version]]
status = "open"
source = "unread"
checked = 2026-11-21
rules = [
{rules}
]
"#
    )
}

#[test]
fn a_municipality_adds_a_scheme_of_its_own() {
    let rule = r#"  { role = "required", fact = "inkomen_netto", at_most = "pw.norm", percent = 120, text = "Tot 120%.", source = "unread" },"#;
    assert_eq!(problems(&scheme(rule)), Vec::<String>::new());
}

#[test]
fn a_broken_rule_is_named_with_its_line() {
    let rows = [
        (r#"fact = "schoenmaat", in = ["43"]"#, "fact schoenmaat does not exist"),
        (r#"fact = "woning", in = ["kasteel"]"#, "fact woning cannot be kasteel"),
        (r#"fact = "inkomen_netto", at_most = "niets""#, "table niets does not exist"),
        (
            r#"fact = "jaarinkomen_cent", at_most = "pw.norm""#,
            "jaarinkomen_cent and pw.norm are not counted in one unit",
        ),
        (r#"fact = "studeert", at_least = 2"#, "studeert is no number that is asked"),
        (r#"fact = "woning", at_most = "pw.norm""#, "woning is no amount of money that is asked"),
        (r#"fact = "studeert", yes = true, everyone = true"#, "a rule tests one thing"),
    ];
    for (test, sentence) in rows {
        let good = r#"  { role = "remark", text = "Goed.", source = "unread" },"#;
        let rule = format!(
            "{good}\n  {{ role = \"required\", {test}, text = \"Kapot.\", source = \"unread\" }},"
        );
        let found = problems(&scheme(&rule));
        assert_eq!(found.len(), 1, "{test}: {found:?}");
        assert!(found[0].starts_with("mine.toml:25: "), "{found:?}");
        assert!(found[0].ends_with(sentence), "{found:?}");
    }
}

#[test]
fn every_broken_reference_is_named_at_once() {
    let text = scheme("").replace("\"participation\"", "\"nowhere\"").replace(
        "decides = \"gem-voorbeeldstad\"",
        "decides = \"nobody\"\nrefines = \"nl.y\"\nafter = [\"nl.z\"]",
    );
    let text = text.replace("source = \"unread\"", "source = \"unheard\"");
    let found = problems(&text);
    for sentence in
        ["group nowhere", "decides nobody", "scheme nl.y", "scheme nl.z", "source unheard"]
    {
        assert!(found.iter().any(|one| one.contains(sentence)), "{sentence} in {found:#?}");
    }
    assert_eq!(found.len(), 5, "{found:#?}");
}

fn norm(versions: &str) -> String {
    format!(
        "{HEAD}\n[[norm]]\nid = \"voorbeeldstad.grens\"\nname = \"Grens\"\nunit = \"cents_month\"\nversions = [\n{versions}\n]\n"
    )
}

#[test]
fn a_figure_needs_a_source_a_period_and_an_honest_mark() {
    let first = "{ from = 2026-01-01, to = 2026-06-30, amount = 1, mark = \"FOUND\", source = \"unread\", checked = 2026-11-21 },";
    let rows = [
        ("amount = 2, mark = \"FOUND\", checked = 2026-11-21", "2026-07-01", "needs a source"),
        ("amount = 2, mark = \"FOUND\", source = \"unread\"", "2026-07-01", "needs a source"),
        (
            "amount = 2, mark = \"MEMORY\", source = \"unread\", checked = 2026-11-21",
            "2026-07-01",
            "from memory",
        ),
        (
            "amount = 2, mark = \"DERIVED\", source = \"unread\", checked = 2026-11-21",
            "2026-07-01",
            "how it was computed",
        ),
        (
            "amount = 2, mark = \"ESTIMATE\", source = \"unread\", checked = 2026-11-21",
            "2026-07-01",
            "FOUND, SEED or DERIVED",
        ),
        (
            "between = [2, 3], mark = \"FOUND\", source = \"unread\", checked = 2026-11-21",
            "2026-07-01",
            "marked ESTIMATE",
        ),
        ("not_found = true", "2026-06-01", "overlap on 2026-06-01"),
        ("not_found = true", "2026-09-01", "nothing is said from 2026-07-01 up to 2026-09-01"),
    ];
    for (second, from, sentence) in rows {
        let second = format!("{{ from = {from}, to = 2026-12-31, {second} }},");
        let found = problems(&norm(&format!("{first}\n{second}")));
        assert!(found.iter().any(|one| one.contains(sentence)), "{sentence} in {found:#?}");
    }
    let second = "{ from = 2026-07-01, to = 2026-12-31, not_found = true },";
    assert_eq!(problems(&norm(&format!("{first}\n{second}"))), Vec::<String>::new());
}

#[test]
fn a_misspelt_word_names_its_file_and_line() {
    let found = problems("[[organisation]]\nid = \"o\"\nnaam = \"O\"\n");
    assert!(found[0].starts_with("mine.toml:"), "{found:?}");
    assert!(found[0].contains("naam"), "{found:?}");
}
