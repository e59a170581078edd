//! Turns `texts/*.toml` into `OUT_DIR/card.txt`, the file that is served to phones, or names
//! everything that is wrong. What the file looks like stands in `src/card/file.rs`.
//!
//! Called by `build.rs`. QR codes are drawn here, so that no phone has to.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

// Reading the file back is the phone's part.
#[allow(dead_code)]
#[path = "../src/card/phrase.rs"]
mod phrase;

use phrase::Phrase;

const SOURCE: &str = "nl";
const PICTOGRAMS: &str = "pictograms";
/// Names that stay Dutch: on an envelope or a counter a resident sees these and no translation.
const DUTCH_NAMES: [&str; 2] = ["Belastingdienst", "BSN"];

/// One language's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    code: String,
    name: String,
    direction: String,
    /// Who read the sentences and speaks the language; empty when nobody did. Not for the source.
    checked_by: Option<String>,
    texts: BTreeMap<String, String>,
}

/// Reads `root/texts/*.toml`, draws the QR code of each public site in `root/catalogue/*.toml`, and
/// writes `out/card.txt`.
///
/// Errors: every problem found, one sentence each with its file; nothing is written then.
pub fn build(root: &Path, out: &Path) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    let mut languages = Vec::new();
    let mut pictograms = BTreeMap::new();
    for (stem, text) in files(&root.join("texts"))? {
        if stem == PICTOGRAMS {
            pictograms = read(&stem, &text, &mut problems).unwrap_or_default();
        } else if let Some(language) = read::<Language>(&stem, &text, &mut problems) {
            check_head(&stem, &language, &mut problems);
            languages.push(language);
        }
    }
    // The source first; the others in the order of their codes.
    languages.sort_by_key(|language| (language.code != SOURCE, language.code.clone()));
    match languages.split_first() {
        Some((source, others)) if source.code == SOURCE => {
            check_keys(SOURCE, &source.texts, &mut problems);
            others.iter().for_each(|other| check_texts(other, source, &mut problems));
        }
        _ => problems.push(format!("texts/{SOURCE}.toml is missing, the source of the others")),
    }
    check_pictograms(&pictograms, &mut problems);
    let names: BTreeSet<&str> = languages.iter().map(|language| language.name.as_str()).collect();
    if names.len() != languages.len() {
        problems.push("texts: two languages carry one name".to_owned());
    }
    let squares = squares(&sites(&root.join("catalogue"))?, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let target = out.join("card.txt");
    fs::write(&target, packed(&languages, &pictograms, &squares))
        .map_err(|error| vec![format!("{}: {error}", target.display())])
}

/// Every TOML file of the folder with its name, in the order of names.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Vec<String>> {
    let one = |what: &Path, error: std::io::Error| vec![format!("{}: {error}", what.display())];
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(|error| one(folder, error))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok((stem, fs::read_to_string(path).map_err(|error| one(path, error))?))
    };
    paths.iter().map(read).collect()
}

fn read<T: for<'a> Deserialize<'a>>(
    stem: &str,
    text: &str,
    problems: &mut Vec<String>,
) -> Option<T> {
    toml::from_str(text)
        .map_err(|error| problems.push(format!("texts/{stem}.toml: {error}").replace('\n', " ")))
        .ok()
}

fn check_head(stem: &str, language: &Language, problems: &mut Vec<String>) {
    let mut say = |what: &str| problems.push(format!("texts/{stem}.toml: {what}"));
    if language.code != stem {
        say("code differs from the name of the file");
    }
    if language.name.trim().is_empty() {
        say("name is empty; it is what speakers call their language");
    }
    let is_rtl_script = |c: char| ('\u{590}'..='\u{8ff}').contains(&c);
    let expected = if language.name.contains(is_rtl_script) { "rtl" } else { "ltr" };
    if language.direction != expected {
        say(&format!("direction should be \"{expected}\", going by the script of the name"));
    }
    match (stem == SOURCE, &language.checked_by) {
        (true, Some(_)) => say("the source is not checked against itself; leave checked_by out"),
        (false, None) => say("checked_by is missing; write \"\" when nobody checked it"),
        _ => {}
    }
}

/// Every phrase is there, and nothing else.
fn check_keys(code: &str, texts: &BTreeMap<String, String>, problems: &mut Vec<String>) {
    let mut say = |what: String| problems.push(format!("texts/{code}.toml: {what}"));
    for phrase in Phrase::ALL {
        match texts.get(phrase.key()) {
            None => say(format!("{} is missing", phrase.key())),
            Some(text) if text.trim().is_empty() => say(format!("{} is empty", phrase.key())),
            Some(text) if text.contains('\n') => say(format!("{} is not one line", phrase.key())),
            Some(_) => {}
        }
    }
    let is_known = |key: &str| Phrase::ALL.iter().any(|phrase| phrase.key() == key);
    texts.keys().filter(|key| !is_known(key)).for_each(|key| say(format!("{key} is unknown")));
}

/// As `check_keys`, and each sentence is a translation that keeps the Dutch names.
fn check_texts(language: &Language, source: &Language, problems: &mut Vec<String>) {
    check_keys(&language.code, &language.texts, problems);
    for (key, text) in &language.texts {
        let Some(dutch) = source.texts.get(key) else { continue };
        let mut say =
            |what: &str| problems.push(format!("texts/{}.toml: {key} {what}", language.code));
        if text == dutch {
            say("is still Dutch");
        }
        for name in DUTCH_NAMES {
            if dutch.contains(name) && !text.contains(name) {
                say(&format!("should keep the Dutch name {name}"));
            }
        }
    }
}

/// A pictogram belongs to a phrase, and is the path of an SVG picture.
fn check_pictograms(pictograms: &BTreeMap<String, String>, problems: &mut Vec<String>) {
    for (key, path) in pictograms {
        let mut say = |what: &str| problems.push(format!("texts/{PICTOGRAMS}.toml: {key} {what}"));
        if Phrase::ALL.iter().all(|phrase| phrase.key() != key) {
            say("is no phrase");
        }
        let is_path = |c: char| c.is_ascii_digit() || " .,-MmLlHhVvCcSsQqAaZz".contains(c);
        if !path.starts_with('M') || !path.chars().all(is_path) {
            say("is not the path of a picture");
        }
    }
}

/// The public sites of all organisations, without `https://`. Whether the catalogue is right
/// otherwise is its own build's question.
fn sites(catalogue: &Path) -> Result<BTreeSet<String>, Vec<String>> {
    let mut sites = BTreeSet::new();
    for (_, text) in files(catalogue)? {
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let organisations = table.get("organisation").and_then(toml::Value::as_array);
        let found = organisations.into_iter().flatten().filter_map(|one| one.get("site")?.as_str());
        sites.extend(found.filter(|site| !site.is_empty()).map(str::to_owned));
    }
    Ok(sites)
}

/// Site, width and modules of each QR code.
fn squares(sites: &BTreeSet<String>, problems: &mut Vec<String>) -> Vec<(String, usize, String)> {
    let mut squares = Vec::new();
    for site in sites {
        match qrcode::QrCode::new(format!("https://{site}")) {
            Ok(code) => {
                let dark: Vec<bool> =
                    code.to_colors().iter().map(|color| *color == qrcode::Color::Dark).collect();
                squares.push((site.clone(), code.width(), hex(&dark)));
            }
            Err(error) => problems.push(format!("catalogue: site {site}: {error}")),
        }
    }
    squares
}

/// Four modules per digit, the first one highest.
fn hex(dark: &[bool]) -> String {
    let digit = |four: &[bool]| {
        let bits = four.iter().enumerate().map(|(at, dark)| u32::from(*dark) << (3 - at));
        char::from_digit(bits.sum(), 16).expect("four bits")
    };
    dark.chunks(4).map(digit).collect()
}

fn packed(
    languages: &[Language],
    pictograms: &BTreeMap<String, String>,
    squares: &[(String, usize, String)],
) -> String {
    let mut file = String::new();
    let mut line = |text: &str| {
        file.push_str(text);
        file.push('\n');
    };
    line(&format!("{} {}", languages.len(), Phrase::keys()));
    for Language { code, name, direction, checked_by, texts } in languages {
        let is_checked = checked_by.as_ref().is_none_or(|name| !name.trim().is_empty());
        let checked = if is_checked { "checked" } else { "unchecked" };
        line(&format!("{code} {direction} {checked} {name}"));
        Phrase::ALL.iter().for_each(|phrase| line(&texts[phrase.key()]));
    }
    for phrase in Phrase::ALL {
        line(pictograms.get(phrase.key()).map_or("-", String::as_str));
    }
    for (site, width, hex) in squares {
        line(&format!("{site} {width} {hex}"));
    }
    file
}
