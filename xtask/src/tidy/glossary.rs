//! Rule: a term of the glossary that is written as a type exists as a type.

use super::{Problem, repo::Repo, rust_text};

const GLOSSARY: &str = "docs/GLOSSARY.md";
const KINDS: [&str; 4] = ["struct", "enum", "trait", "type"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let Some(glossary) = repo.file(GLOSSARY) else {
        return vec![Problem::new(GLOSSARY, 0, "is missing")];
    };
    let code: Vec<String> = repo.rust("").map(|file| rust_text::code_only(&file.text)).collect();
    let exists = |name: &str| {
        KINDS.iter().any(|kind| {
            let declared = format!("{kind} {name}");
            code.iter().any(|code| rust_text::says(code, &declared))
        })
    };
    let mut problems = Vec::new();
    for (number, line) in glossary.lines() {
        for name in types_of_row(line).into_iter().filter(|name| !exists(name)) {
            let what = format!("no type `{name}` in the code");
            problems.push(Problem::new(GLOSSARY, number, what));
        }
    }
    problems
}

/// The type names in backticks in the first column of a table row: one capital, then letters.
fn types_of_row(line: &str) -> Vec<&str> {
    let Some(first) = line.strip_prefix('|').and_then(|row| row.split('|').next()) else {
        return Vec::new();
    };
    let is_type = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.contains(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_alphanumeric())
    };
    first.split('`').skip(1).step_by(2).filter(is_type).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_without_its_type_is_found() {
        let rows =
            "| term | meaning |\n|---|---|\n| `Visit` | x |\n| `Ghost`, geest | `Nothing` |\n";
        let code = "/// enum Ghost\npub struct Visit;";
        let repo = Repo::sample(&[(GLOSSARY, rows), ("shared/src/a.rs", code)]);
        assert_eq!(check(&repo), [Problem::new(GLOSSARY, 4, "no type `Ghost` in the code")]);
    }
}
