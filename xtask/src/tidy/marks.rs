//! Rule: no mark that something is left for later. What is not done belongs in an issue.

use super::{Problem, repo::Repo, rust_text};

/// In two halves, so that this file may name them.
const MARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const SOURCES: [&str; 9] = ["rs", "sql", "js", "css", "html", "toml", "sh", "yml", "svg"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repo.files.iter().filter(|file| file.is(&SOURCES)) {
        for (number, line) in file.lines() {
            if let Some(mark) = MARKS.iter().find(|mark| rust_text::says(line, mark)) {
                let what = format!("`{mark}`: do it now, or write an issue");
                problems.push(Problem::new(&file.path, number, what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_sources() {
        let text = format!("//! A file.\n// {}: later\n", MARKS[0]);
        assert_eq!(check(&Repo::sample(&[("a.rs", &text)])).len(), 1);
        assert!(check(&Repo::sample(&[("a.md", &text)])).is_empty());
        assert!(check(&Repo::sample(&[("a.rs", "// todos and XXXL")])).is_empty());
    }
}
