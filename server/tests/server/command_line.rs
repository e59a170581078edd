//! `aanbel hint` and `aanbel rules` as a program: what comes out where, and what is refused.

use crate::office_world::{NOW_MS, Office};
use aanbel_server::access::{second_factor, totp};
use aanbel_server::catalogue::publish;
use aanbel_shared::programme::Role;
use aanbel_shared::scheme::{Day, files};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

const ON: [&str; 2] = ["--on", "2026-11-21"];

fn aanbel(arguments: &[&str], facts: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_aanbel"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = program.stdin.take().expect("piped");
    // A question that is refused before its facts are read closes the pipe.
    drop(stdin.write_all(facts.as_bytes()));
    drop(stdin);
    program.wait_with_output().expect("the program ends")
}

fn hint(more: &[&str], facts: &str) -> Value {
    let done = aanbel(&[&["hint", "--facts", "-"], &ON[..], more].concat(), facts);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

/// Refused: exit code 2, nothing on standard output, and the sentences.
fn refused(arguments: &[&str], facts: &str) -> Vec<String> {
    let done = aanbel(arguments, facts);
    assert_eq!(done.status.code(), Some(2), "{arguments:?}");
    assert_eq!(String::from_utf8_lossy(&done.stdout), "", "{arguments:?}");
    let told = String::from_utf8(done.stderr).expect("text");
    let mut lines = told.lines();
    assert_eq!(lines.next(), Some("Geweigerd:"), "{told}");
    lines.map(|line| line.trim_start_matches("- ").to_owned()).collect()
}

fn scheme<'a>(report: &'a Value, id: &str) -> &'a Value {
    let schemes = report["schemes"].as_array().expect("a list");
    schemes.iter().find(|one| one["id"] == id).expect("in the catalogue")
}

const SINGLE: &str = r#"{"huishouden": "alleenstaand", "leeftijd_groep": "27_tot_aow",
    "zorgverzekering_nl": true, "jaarinkomen_cent": 2950000,
    "vermogen_band": "onder_bijstandsgrens", "woning": "huur_zelfstandig"}"#;

#[test]
fn a_hint_has_the_keys_that_other_programs_read() {
    let report = hint(&["--municipality", "GM0034"], SINGLE);
    assert_eq!(report["on"], "2026-11-21");
    assert!(report["catalogue"].as_str().expect("a version").starts_with("2026-"));
    for scheme in report["schemes"].as_array().expect("a list") {
        let verdict = scheme["verdict"].as_str().expect("a word");
        assert!(["possible", "unlikely", "unknown"].contains(&verdict), "{scheme}");
        assert!(scheme["monthly_cents"].is_i64() || scheme["monthly_cents"].is_null());
        assert!(scheme["ask"].as_array().is_some_and(|ids| ids.iter().all(Value::is_string)));
        for reason in scheme["reasons"].as_array().expect("a list") {
            let reason = reason.as_object().expect("an object");
            for key in ["criterion", "fact", "norm", "amount_cents", "verdict", "source"] {
                assert!(reason.contains_key(key), "{key} in {reason:?}");
            }
            assert!(reason.contains_key("valid_from") && reason.contains_key("valid_to"));
        }
    }
}

#[test]
fn a_hint_as_it_is_printed() {
    let report = hint(&["--municipality", "GM0034"], SINGLE);
    let printed = ["nl.zorgtoeslag", "nl.huurtoeslag", "almere.iit"].map(|id| scheme(&report, id));
    insta::assert_snapshot!(serde_json::to_string_pretty(&printed).expect("JSON"));
}

#[test]
fn the_municipality_is_asked_or_a_fact() {
    let with_fact = SINGLE.replacen('{', r#"{"gemeente": "GM0855", "#, 1);
    let tilburg = hint(&[], &with_fact);
    assert_eq!(tilburg, hint(&["--municipality", "GM0855"], SINGLE));
    let ids = |report: &Value| -> Vec<String> {
        let schemes = report["schemes"].as_array().expect("a list");
        schemes.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert!(ids(&tilburg).iter().any(|id| id.starts_with("tilburg.")));
    assert!(ids(&hint(&[], SINGLE)).iter().all(|id| id.starts_with("nl.")));
}

#[test]
fn a_municipality_without_a_file_gets_national_schemes_and_a_remark() {
    let done =
        aanbel(&["hint", "--facts", "-", "--on", "2026-11-21", "--municipality", "GM0363"], SINGLE);
    assert!(done.status.success());
    let told = String::from_utf8(done.stderr).expect("text");
    assert!(told.contains("geen regelingen van GM0363; alleen landelijke"), "{told}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let facts = r#"{"gemeente": "GM0855", "schoenmaat": 43, "studeert": "ja", "woning": "koop",
        "jaarinkomen_cent": 29500.5, "woning": "kamer", "leeftijd_groep": "18_20",
        "geboren_voor_1965": true}"#;
    let arguments = ["hint", "--facts", "-", "--on", "2026-02-30", "--municipality", "GM0034"];
    insta::assert_snapshot!(refused(&arguments, facts).join("\n"));
}

#[test]
fn what_is_asked_is_refused_with_what_was_expected() {
    let rows: [(&[&str], &str, &str); 9] = [
        (&["hint"], "", "--facts ontbreekt"),
        (&["hint"], "", "--on ontbreekt; verwacht wordt een dag als 2026-11-21"),
        (&["hint", "--facts", "no-such-file.json"], "", "no-such-file.json kan niet gelezen"),
        (&["hint", "--facts", "-", "--on", "gisteren"], "{}", "\"gisteren\" is geen dag"),
        (&["hint", "--facts", "-", "--on", "2026-1-5"], "{}", "\"2026-1-5\" is geen dag"),
        (&["hint", "--facts", "-", "--municipality", "Almere"], "{}", "\"Almere\" is onbekend"),
        (&["hint", "--facts", "-", "--on", "2026-11-21"], "[]", "geen JSON-object"),
        (&["rules"], "", "--on ontbreekt"),
        (
            &["rules", "--on", "2026-13-01", "--municipality", "gm0034"],
            "",
            "\"gm0034\" is onbekend",
        ),
    ];
    for (arguments, facts, sentence) in rows {
        let told = refused(arguments, facts);
        assert!(told.iter().any(|one| one.contains(sentence)), "{sentence} in {told:#?}");
    }
}

#[test]
fn rules_come_in_three_formats() {
    for (format, beginning) in [
        ("text", "Regelingen in Almere op 21 november 2026\n====="),
        ("markdown", "# Regelingen in Almere op 21 november 2026\n"),
        ("csv", "soort,groep,id,naam,"),
    ] {
        let arguments =
            ["rules", "--on", "2026-11-21", "--municipality", "GM0034", "--format", format];
        let done = aanbel(&arguments, "");
        assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
        let printed = String::from_utf8(done.stdout).expect("text");
        assert!(printed.starts_with(beginning), "{}", &printed[..200]);
    }
}

#[tokio::test]
async fn with_a_folder_the_published_rules_count() {
    let office = Office::open();
    let iris = office.person("Iris", Role::Coordinator).await;
    let mut files = files::BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    for (_, text) in &mut files {
        *text = text.replace("name = \"Stadspas\"", "name = \"Proefpas\"");
    }
    let checked = publish::check(&files, Day::of_instant(NOW_MS)).expect("a name is free");
    let view = publish::view(checked, "GM0034");
    let version = view.version.clone();
    office.write(move |tx| publish::publish(tx, &files, &view, iris, NOW_MS)).await;
    let folder = office.path().to_string_lossy().into_owned();
    let asked = ["rules", "--on", "2026-11-21", "--municipality", "GM0034"];
    let printed = |more: &[&str]| {
        let done = aanbel(&[&asked, more].concat(), "");
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).expect("text")
    };
    let published = printed(&["--data", &folder]);
    assert!(published.contains("Proefpas") && published.contains(&version));
    assert!(printed(&[]).contains("Stadspas"), "the program's own rules without a folder");
    let told = refused(&[&asked[..], &["--data", "no-such-folder"]].concat(), "");
    assert!(told[0].contains("--data no-such-folder kan niet gelezen worden"), "{told:#?}");
}

#[tokio::test]
async fn second_step_of_a_lone_coordinator_is_taken_away_and_that_is_in_the_audit() {
    let office = Office::open();
    let iris = office.person("Iris", Role::Coordinator).await;
    let job = move |tx: &rusqlite::Connection| {
        let secret = second_factor::begin(tx, iris)?.expect("nothing was set");
        let code = totp::code(&secret, totp::step(NOW_MS));
        tx.execute(
            "INSERT INTO passkey (person, name, credential, public_key, counter, added_ms)
             VALUES (?1, 'Laptop', x'01', x'02', 0, 0)",
            [iris],
        )?;
        Ok(second_factor::confirm(tx, iris, &code, NOW_MS)?.is_some())
    };
    assert!(office.write(job).await, "the second step is set");
    let data = office.path().display().to_string();
    let reset =
        |login: &str| aanbel(&["user", "reset-second-step", "--data", &data, "--login", login], "");
    assert!(!reset("niemand").status.success());
    assert_eq!(office.count("SELECT COUNT(*) FROM second_factor").await, 1);
    let done = reset("IRIS");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(office.count("SELECT COUNT(*) FROM second_factor").await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM recovery_code").await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM passkey").await, 0);
    let line = "SELECT COUNT(*) FROM audit WHERE action = 'remove_second_factor' AND about = '1'
                AND person IS NULL AND detail = 'by=command_line'";
    assert_eq!(office.count(line).await, 1);
}
