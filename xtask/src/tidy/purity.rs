//! Rule: `shared` has no clock, no randomness, no waiting and no I/O. Time and chance are passed
//! in, so that a simulator can replay a whole day.

use super::{Problem, repo::Repo, rust_text};

const FORBIDDEN: [(&str, &str); 13] = [
    ("SystemTime", "the clock"),
    ("Instant::now", "the clock"),
    ("Utc::now", "the clock"),
    ("Local::now", "the clock"),
    ("now_v7", "the clock and chance"),
    ("new_v4", "chance"),
    ("rand", "chance"),
    ("getrandom", "chance"),
    ("async", "waiting"),
    ("await", "waiting"),
    ("std::fs", "the disk"),
    ("std::net", "the network"),
    ("std::thread", "threads"),
];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repo.rust("shared/src/") {
        let code = rust_text::code_only(&file.text);
        for (index, line) in code.lines().enumerate() {
            for (word, meaning) in FORBIDDEN {
                if rust_text::says(line, word) {
                    let what = format!("`{word}` brings {meaning} into shared; pass it in");
                    problems.push(Problem::new(&file.path, index + 1, what));
                }
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_chance_in_shared_are_found() {
        for code in ["Utc::now()", "std::time::SystemTime::now()", "async fn f() {}", "rand::rng()"]
        {
            assert_eq!(check(&Repo::sample(&[("shared/src/a.rs", code)])).len(), 1, "{code}");
            assert!(check(&Repo::sample(&[("server/src/a.rs", code)])).is_empty(), "{code}");
        }
        let fine = "// Utc::now() is passed in\nfn f(now: Instant) { \"rand\"; }";
        assert!(check(&Repo::sample(&[("shared/src/a.rs", fine)])).is_empty());
    }
}
