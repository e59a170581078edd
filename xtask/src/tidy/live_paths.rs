//! Rule: a path of this repository named in a document exists. A map with dead paths is worse than
//! none. Decisions (`docs/adr/`) and the changelog are left out: they speak of their own day.

use super::{Problem, repo::Repo};

const REQUIRED: [&str; 2] = ["README.md", "docs/ARCHITECTURE.md"];
/// Made by a build, so not in git.
const BUILT: [&str; 3] = ["target", "dist", "data"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let missing = REQUIRED.iter().filter(|name| repo.file(name).is_none());
    let mut problems: Vec<Problem> =
        missing.map(|name| Problem::new(name, 0, "is missing")).collect();
    for file in repo.files.iter().filter(|file| is_document(&file.path)) {
        let mut fenced = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
                continue;
            }
            for path in named(line, fenced).into_iter().filter(|path| is_ours(repo, path)) {
                if !repo.has(path) {
                    let what = format!("`{path}` does not exist");
                    problems.push(Problem::new(&file.path, number, what));
                }
            }
        }
    }
    problems
}

fn is_document(path: &str) -> bool {
    let name = path.strip_prefix("docs/").unwrap_or(path);
    name.ends_with(".md") && !name.contains('/') && name != "CHANGELOG.md"
}

/// What `line` may mean as paths: everything in backticks, and every word inside a fenced block.
fn named(line: &str, fenced: bool) -> Vec<&str> {
    if fenced {
        return line
            .split_whitespace()
            .map(|word| word.trim_end_matches([',', '.', ';']))
            .collect();
    }
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|text| !text.contains(char::is_whitespace)).collect()
}

/// Whether `word` looks like a path of ours: below one of our folders, or a file with a familiar
/// ending at the root.
fn is_ours(repo: &Repo, word: &str) -> bool {
    if word.contains(['<', '(', '{', '$', ':', '=']) {
        return false;
    }
    match word.split_once('/') {
        Some((top, _)) if BUILT.contains(&top) => false,
        Some((top, _)) => repo.paths.iter().any(|path| path.split('/').next() == Some(top)),
        None => word.rsplit_once('.').is_some_and(|(name, ending)| {
            let at_root = name.starts_with(|c: char| c.is_uppercase());
            at_root && ["md", "toml", "lock"].contains(&ending)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(text: &str) -> Vec<String> {
        let repo = Repo::sample(&[
            ("README.md", text),
            ("docs/ARCHITECTURE.md", ""),
            ("app/src/main.rs", ""),
            ("shared/forms/visit.toml", ""),
        ]);
        check(&repo).into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn dead_paths_are_found() {
        assert_eq!(dead("see `app/src/gone.rs`"), ["`app/src/gone.rs` does not exist"]);
        assert_eq!(
            dead("```text\ntap  app/src/gone.rs, then\n```"),
            ["`app/src/gone.rs` does not exist"]
        );
        assert_eq!(dead("see `MISSING.md`"), ["`MISSING.md` does not exist"]);
    }

    #[test]
    fn live_paths_and_other_words_are_fine() {
        let text = "`app/`, `shared/forms/*.toml`, `README.md`, `application/json`, `a/b`, \
                    `target/field-app`, `GET /app/x`, `app/src/<page>.rs`";
        assert_eq!(dead(text), Vec::<String>::new());
    }

    #[test]
    fn a_missing_document_is_found() {
        assert_eq!(check(&Repo::sample(&[("README.md", "")])).len(), 1);
    }
}
