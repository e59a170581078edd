//! Rule: no input of the field app may be completed by the browser. What a form may complete, it also writes
//! down to restore its session: in the clear.

use super::{Problem, repo::Repo};

const TAGS: [&str; 3] = ["<input", "<select", "<textarea"];
/// Behind the tag stands its name; in prose or a selector it does not.
const AFTER: [char; 2] = [' ', '\n'];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in repo.rust("app/src/") {
        for tag in TAGS {
            for (at, _) in file.text.match_indices(tag) {
                let rest = &file.text[at + tag.len()..];
                let own = rest.find("/>").into_iter().chain(rest.find("</")).min();
                let own = &rest[..own.unwrap_or(rest.len())];
                if rest.starts_with(AFTER) && !own.contains("autocomplete=\"off\"") {
                    let line = file.text[..at].matches('\n').count() + 1;
                    let what = format!("`{tag}` lacks autocomplete=\"off\"");
                    problems.push(Problem::new(&file.path, line, what));
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
    fn input_that_a_browser_may_complete_is_found() {
        let found = |text: &str| check(&Repo::sample(&[("app/src/form/day.rs", text)])).len();
        assert_eq!(found("<select class=\"input\" id=id><option/></select>"), 1);
        assert_eq!(found("<p/>\n<input\n    type=\"date\" />\n<input autocomplete=\"off\" />"), 1);
        assert_eq!(found("<textarea autocomplete=\"off\" id=id></textarea>"), 0);
    }
}
