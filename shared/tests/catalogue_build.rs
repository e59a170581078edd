//! The build's own check of the catalogue: every problem is named at once, with file or id.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../build/catalogue.rs"]
mod catalogue;

/// A crate folder with this text as its only catalogue file.
fn folder(name: &str, text: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("catalogue")).expect("a folder of our own");
    fs::write(root.join("catalogue/one.toml"), text).expect("a file of our own");
    root
}

#[test]
fn every_broken_reference_is_named_at_once() {
    let scheme = r#"
        [[scheme]]
        id = "nl.x"
        name = "X"
        group = "nowhere"
        line = ""
        line_en = "x"
        decides = "nobody"
        apply_at = "o"
        status = "open"
        status_source = "unheard"
        refines = "nl.y"
    "#;
    let organisation = "[[organisation]]\nid = \"o\"\nname = \"O\"\n";
    let text = format!("{organisation}{organisation}{scheme}");
    let root = folder("references", &text);
    let problems = catalogue::build(&root, &root).expect_err("a catalogue full of problems");
    for (start, end) in [
        ("catalogue: no file has compiled_on", ""),
        ("catalogue: organisation id \"o\"", "twice"),
        ("catalogue: scheme nl.x: group nowhere", "does not exist"),
        ("catalogue: scheme nl.x: decides nobody", "does not exist"),
        ("catalogue: scheme nl.x: status_source unheard", "does not exist"),
        ("catalogue: scheme nl.x: refines nl.y", "does not exist"),
        ("catalogue: scheme nl.x: name, line", "is empty"),
    ] {
        let named = problems.iter().any(|one| one.starts_with(start) && one.ends_with(end));
        assert!(named, "{start} … {end} in {problems:#?}");
    }
    assert!(!root.join("catalogue.postcard").exists(), "nothing is written then");
}

#[test]
fn a_misspelt_field_names_its_file() {
    let root = folder("misspelt", "[[organisation]]\nid = \"o\"\nnaam = \"O\"\n");
    let problems = catalogue::build(&root, &root).expect_err("an unknown field");
    assert!(problems[0].starts_with("catalogue/one.toml: "), "{problems:?}");
}
