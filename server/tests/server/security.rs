//! `docs/SECURITY.md` names files and tests that are there, and every threat has one.

use std::path::Path;

const TEXT: &str = include_str!("../../../docs/SECURITY.md");

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_file_and_test_it_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut tests = 0;
    for word in quoted(TEXT).filter(|word| word.contains('/')) {
        let (path, test) =
            word.split_once("::").map_or((word, None), |(path, test)| (path, Some(test)));
        if path == "path" {
            continue;
        }
        assert!(root.join(path).exists(), "{path}");
        if let Some(test) = test {
            tests += 1;
            let source = std::fs::read_to_string(root.join(path)).expect("text");
            let place = source.find(&format!("fn {test}("));
            let before = &source[..place.unwrap_or_else(|| panic!("{path} has no {test}"))];
            let last = before.rsplit("\n}").next().unwrap_or_default();
            assert!(last.contains("test"), "{test} in {path} is no test");
        }
    }
    assert!(tests > 40, "{tests}");
}

#[test]
fn every_threat_has_a_measure_and_a_test() {
    for number in 1..=14 {
        let start = format!("| T{number} |");
        let row = TEXT.lines().find(|line| line.starts_with(&start)).expect("a row");
        let cells: Vec<&str> = row.split('|').collect();
        assert_eq!(cells.len(), 7, "{row}");
        assert!(quoted(cells[4]).count() > 0, "T{number} has no place in the code");
        assert!(quoted(cells[5]).any(|word| word.contains("::")), "T{number} has no test");
    }
}
