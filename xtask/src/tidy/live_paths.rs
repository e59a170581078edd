//! Rule: a path of this repository named in a document exists. A map with dead paths is worse than
//! none. Decisions (`docs/adr/`) and the changelog are left out: they speak of their own day.

use super::Problem;
use super::repo::{File, Repo};

const REQUIRED: [&str; 2] = ["README.md", "docs/ARCHITECTURE.md"];
/// Made by a build, so not in git.
const BUILT: [&str; 3] = ["target", "dist", "data"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let missing = REQUIRED.iter().filter(|name| repo.file(name).is_none());
    let mut problems: Vec<Problem> =
        missing.map(|name| Problem::new(name, 0, "is missing")).collect();
    for file in repo.files.iter().filter(|file| is_document(&file.path)) {
        for (number, path) in named(repo, file).into_iter().filter(|(_, path)| !repo.has(path)) {
            problems.push(Problem::new(&file.path, number, format!("`{path}` does not exist")));
        }
    }
    problems
}

fn is_document(path: &str) -> bool {
    let name = path.strip_prefix("docs/").unwrap_or(path);
    name.ends_with(".md") && !name.contains('/') && name != "CHANGELOG.md"
}

/// Every path of ours that `document` names, with its line.
fn named(repo: &Repo, document: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    let mut root = None;
    for (number, line) in document.lines() {
        if line.trim_start().starts_with("```") {
            (fenced, root) = (!fenced, None);
        } else if !fenced {
            let quoted = line.split('`').skip(1).step_by(2).filter(|word| is_ours(repo, word));
            found.extend(quoted.map(|path| (number, path.to_owned())));
        } else {
            let indented = line.starts_with(' ');
            let words = line.split_whitespace().map(|word| word.trim_end_matches([',', '.', ';']));
            for (index, word) in words.enumerate() {
                let first = index == 0;
                if first && !indented {
                    root = word.strip_suffix('/');
                }
                if is_ours(repo, word) {
                    found.push((number, word.to_owned()));
                } else if let Some(root) = root.filter(|_| indented) {
                    found.extend(in_tree(repo, root, word, first).map(|path| (number, path)));
                }
            }
        }
    }
    found
}

/// What `word` means in a drawn tree, on an indented line below `root`: the first word of a line
/// is a file or folder there, a later one only when its own first part is.
fn in_tree(repo: &Repo, root: &str, word: &str, first: bool) -> Option<String> {
    let (head, _) = word.split_once('/').unwrap_or((word, ""));
    let looks_right = if first { word.contains(['/', '.']) } else { word.contains('/') };
    let ours = looks_right && !head.is_empty() && (first || repo.has(&format!("{root}/{head}")));
    ours.then(|| format!("{root}/{word}"))
}

/// Whether `word` looks like a path of ours: below one of our folders, or a file with a familiar
/// ending at the root.
fn is_ours(repo: &Repo, word: &str) -> bool {
    if word.contains(['<', '(', '{', '$', ':', '=']) || word.contains(char::is_whitespace) {
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
    fn a_drawn_tree_is_read_below_its_root() {
        let tree = "```text\nshared/  pure\n  forms/*.toml  every form, POST /x/y\n  gone/  x    src/y.rs\n\
                    app/\n  src/main.rs  starts  src/gone.rs\n```";
        assert_eq!(
            dead(tree),
            ["`shared/gone/` does not exist", "`app/src/gone.rs` does not exist"]
        );
    }

    #[test]
    fn a_missing_document_is_found() {
        assert_eq!(check(&Repo::sample(&[("README.md", "")])).len(), 1);
    }
}
