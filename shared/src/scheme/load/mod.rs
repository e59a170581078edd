//! Reads a catalogue from its TOML files and refuses it with everything that is wrong, each with file
//! and line.
//!
//! Compiled into the build script and, with the feature `load`, into the server, where a municipality
//! publishes a catalogue of its own. It never travels to the phone.

mod assemble;
mod check;
mod check_rules;
mod check_tables;
mod raw;

use super::model::{Catalogue, Day};
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// From 1; 0 when it concerns no line in particular.
    pub line: usize,
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.sentence),
            line => write!(out, "{}:{line}: {}", self.file, self.sentence),
        }
    }
}

/// One TOML file.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

/// The choices of a form's field, `household.age_band`; `None` when no form has that field. A field
/// without choices has an empty list.
pub type Asked<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

/// The catalogue that these files make together.
///
/// Errors: every problem of every file. A file that is no TOML gives one problem and hides the problems
/// of what refers to it.
pub fn read(files: &[File], asked: Asked) -> Result<Catalogue, Vec<Problem>> {
    let mut desk = Desk::default();
    let mut parsed = Vec::new();
    for file in files {
        match toml::from_str::<raw::RawFile>(file.text) {
            Ok(raw) => parsed.push((*file, raw)),
            Err(error) => {
                let at = error.span().map_or(0, |span| line_of(file.text, span.start));
                desk.say(file.name, at, error.message().replace('\n', " "));
            }
        }
    }
    if !desk.problems.is_empty() {
        return Err(desk.problems);
    }
    // National files first: a local scheme is read against what it refines.
    parsed.sort_by_key(|(file, raw)| (raw.municipality.is_some(), file.name));
    let (catalogue, places) = assemble::assemble(parsed, &mut desk);
    check::check(&catalogue, &places, asked, &mut desk);
    check_rules::check(&catalogue, &places, &mut desk);
    desk.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    if desk.problems.is_empty() { Ok(catalogue) } else { Err(desk.problems) }
}

/// Where the parts of the catalogue stand in their files, in the catalogue's own order.
#[derive(Default)]
struct Places {
    groups: Vec<Place>,
    use_states: Vec<Place>,
    sources: Vec<Place>,
    organisations: Vec<Place>,
    municipalities: Vec<Place>,
    facts: Vec<Place>,
    implied: Vec<Place>,
    impossible: Vec<Place>,
    norms: Vec<Place>,
    tables: Vec<Place>,
    schemes: Vec<Place>,
    /// Per scheme, version and rule.
    rules: Vec<Vec<Vec<Place>>>,
}

#[derive(Clone, Debug)]
struct Place {
    file: String,
    line: usize,
}

/// Where problems are collected.
#[derive(Default)]
struct Desk {
    problems: Vec<Problem>,
}

impl Desk {
    fn say(&mut self, file: &str, line: usize, sentence: impl Into<String>) {
        self.problems.push(Problem { file: file.to_owned(), line, sentence: sentence.into() });
    }

    fn at(&mut self, place: &Place, sentence: impl Into<String>) {
        self.say(&place.file, place.line, sentence);
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Days since 1970 of a date of the civil calendar; `None` for a TOML value that is no date.
fn day(value: &toml::value::Datetime) -> Option<Day> {
    let date = value.date?;
    let (month, day) = (u32::from(date.month), u32::from(date.day));
    let date = chrono::NaiveDate::from_ymd_opt(i32::from(date.year), month, day)?;
    Some(Day(date.to_epoch_days()))
}

/// `2026-11-21`, as it stands in the file.
fn written(day: Day) -> String {
    chrono::NaiveDate::from_epoch_days(day.0).map_or_else(String::new, |date| date.to_string())
}
