//! Rule: one place of the field app speaks to IndexedDB, so that the promise "kept before shown"
//! can be read in one file.

use super::{Problem, repo::Repo, rust_text};

const ALLOWED: &str = "app/src/store/indexed_db.rs";
const NAMES: [&str; 5] =
    ["indexed_db_futures", "IdbFactory", "IdbDatabase", "IdbTransaction", "IdbObjectStore"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repo.rust("").filter(|file| file.path != ALLOWED) {
        let code = rust_text::code_only(&file.text);
        for (index, line) in code.lines().enumerate() {
            if let Some(name) = NAMES.iter().find(|name| rust_text::says(line, name)) {
                let what = format!("`{name}` belongs in {ALLOWED} alone");
                problems.push(Problem::new(&file.path, index + 1, what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexed_db_outside_its_file_is_found() {
        let code = "use indexed_db_futures::database::Database;";
        assert_eq!(check(&Repo::sample(&[("app/src/session.rs", code)])).len(), 1);
        assert!(check(&Repo::sample(&[(ALLOWED, code)])).is_empty());
    }
}
