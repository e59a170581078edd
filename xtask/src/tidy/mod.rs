//! The rules of the house, one file each: map, registry and report. A rule gets the files of the
//! repository as text and answers with problems; it never reads or writes anything itself.

mod glossary;
mod heads;
mod hosts;
mod indexed_db;
mod inputs;
mod layers;
mod live_paths;
mod marks;
mod purity;
mod repo;
mod rust_text;
mod sizes;

use crate::steps::step;
use anyhow::{Result, bail};
use repo::Repo;

/// A place that breaks a rule. `line` counts from 1; 0 means the file as a whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    line: usize,
    what: String,
}

impl Problem {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Problem {
        Problem { path: path.to_owned(), line, what: what.into() }
    }
}

/// A name to print, and the check.
type Rule = (&'static str, fn(&Repo) -> Vec<Problem>);

/// Every rule. A new one is a file and a line here.
const RULES: [Rule; 10] = [
    ("every file says what it is", heads::check),
    ("files and functions stay small", sizes::check),
    ("layers hold", layers::check),
    ("shared stays pure", purity::check),
    ("one file says IndexedDB", indexed_db::check),
    ("no browser completes what is typed", inputs::check),
    ("the documents name live paths", live_paths::check),
    ("the glossary names live types", glossary::check),
    ("nothing is left for later", marks::check),
    ("no registry hosts, no paths of one machine", hosts::check),
];

/// Checks the repository against every rule and prints each place that breaks one.
pub fn run() -> Result<()> {
    step("House rules (tidy)", || {
        let repo = Repo::read(&crate::steps::house())?;
        let mut count = 0;
        for (name, check) in RULES {
            for problem in check(&repo) {
                count += 1;
                let Problem { path, line, what } = problem;
                eprintln!("   {path}:{line}: {what} (rule: {name})");
            }
        }
        match count {
            0 => Ok(()),
            1 => bail!("one place breaks a rule of the house"),
            _ => bail!("{count} places break a rule of the house"),
        }
    })
}
