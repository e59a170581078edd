//! Rule: files and functions stay small enough to be read in one go; so does the architecture.

use super::{Problem, repo::Repo, rust_text};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";
const ARCHITECTURE_LINES: usize = 150;
/// Sources, not data: a catalogue or a golden file is as long as it is.
const SOURCES: [&str; 6] = ["rs", "sql", "js", "css", "html", "sh"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &repo.files {
        let lines = file.text.lines().count();
        if file.is(&SOURCES) && lines > FILE_LINES {
            let what = format!("{lines} lines; above {FILE_LINES} a file is two subjects");
            problems.push(Problem::new(&file.path, 0, what));
        }
        if file.path == ARCHITECTURE && lines >= ARCHITECTURE_LINES {
            let what = format!("{lines} lines; a map has fewer than {ARCHITECTURE_LINES}");
            problems.push(Problem::new(&file.path, 0, what));
        }
    }
    for file in repo.rust("") {
        for function in rust_text::functions(&rust_text::code_only(&file.text)) {
            if function.length > FUNCTION_LINES {
                let what = format!("`{}` takes {} lines", function.name, function.length);
                problems.push(Problem::new(&file.path, function.line, what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_long_functions_are_found() {
        let long = format!("fn a() {{\n{}}}\n", "    b();\n".repeat(69));
        let fits = format!("fn a() {{\n{}}}\n", "    b();\n".repeat(68));
        let repo = Repo::sample(&[
            ("long.sql", &"-- x\n".repeat(501)),
            ("fits.sql", &"-- x\n".repeat(500)),
            ("data.toml", &"x = 1\n".repeat(900)),
            (ARCHITECTURE, &"x\n".repeat(150)),
            ("long.rs", &long),
            ("fits.rs", &fits),
        ]);
        let paths: Vec<String> = check(&repo).into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["long.sql", ARCHITECTURE, "long.rs"]);
    }
}
