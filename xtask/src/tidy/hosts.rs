//! Rule: nothing names a package registry's host or a folder of one particular machine; a clone
//! must work anywhere, behind any mirror.

use super::{Problem, repo::Repo};

/// In two halves, so that this file may name them.
const HOSTS: [&str; 7] = [
    concat!("crates", ".io"),
    concat!("static.rust", "-lang.org"),
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("pypi", ".org"),
    concat!("proxy.go", "lang.org"),
    concat!("deb.debian", ".org"),
];
const FOLDERS: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/tm", "p/"),
];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Cargo writes the registry's name into its lock file itself.
    for file in repo.files.iter().filter(|file| file.path != "Cargo.lock") {
        for (number, line) in file.lines() {
            if let Some(host) = HOSTS.iter().find(|host| line.contains(**host)) {
                let what = format!("names the registry host {host}");
                problems.push(Problem::new(&file.path, number, what));
            }
            if let Some(folder) = FOLDERS.iter().find(|folder| starts_a_path(line, folder)) {
                let what = format!("names a folder below {folder}, which is of one machine");
                problems.push(Problem::new(&file.path, number, what));
            }
        }
    }
    problems
}

/// Whether a path in `line` begins with `folder`; a folder in the middle of an address does not count.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || ['.', '_', '-', '}', '/'].contains(&c))
            || line[..at].ends_with("file://")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_machine_folders_are_found() {
        for line in [
            format!("see https://{}/x", HOSTS[0]),
            format!("cd {}x", FOLDERS[0]),
            format!("open file://{}x", FOLDERS[1]),
        ] {
            assert_eq!(check(&Repo::sample(&[("README.md", &line)])).len(), 1, "{line}");
            assert!(check(&Repo::sample(&[("Cargo.lock", &line)])).is_empty());
        }
        let fine = format!("GET /office{}list", FOLDERS[0]);
        assert!(check(&Repo::sample(&[("README.md", &fine)])).is_empty());
    }
}
