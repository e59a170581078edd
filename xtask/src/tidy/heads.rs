//! Rule: every source file opens with a comment that says what lives in it.

use super::{Problem, repo::Repo};

const OPENINGS: [(&str, &[&str]); 4] =
    [("rs", &["//!"]), ("sql", &["--"]), ("js", &["//", "/*"]), ("css", &["/*"])];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &repo.files {
        let Some((_, openings)) = OPENINGS.iter().find(|(ext, _)| file.is(&[ext])) else {
            continue;
        };
        if !openings.iter().any(|opening| says_something(&file.text, opening)) {
            let what = format!("open the file with `{}` and what lives in it", openings[0]);
            problems.push(Problem::new(&file.path, 1, what));
        }
    }
    problems
}

fn says_something(text: &str, opening: &str) -> bool {
    text.strip_prefix(opening).is_some_and(|after| {
        after.lines().take(2).any(|line| line.contains(|c: char| c.is_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_head_is_found() {
        let repo = Repo::sample(&[
            ("a.rs", "//! Says what it is.\n"),
            ("b.rs", "// not a doc\nfn b() {}\n"),
            ("c.sql", "CREATE TABLE c (x);\n"),
            ("d.css", "/*\n * Colours.\n */\n"),
            ("e.js", "let e;\n"),
            ("f.rs", "//!\n"),
            ("g.txt", "anything"),
        ]);
        let paths: Vec<String> = check(&repo).into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["b.rs", "c.sql", "e.js", "f.rs"]);
    }
}
