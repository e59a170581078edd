//! The files of the repository as text: what git knows plus what is new and not ignored. No rules.

use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// One text file. `path` is relative to the root, with `/` between.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// Whether the name ends in one of `extensions`, given without their dot.
    pub fn is(&self, extensions: &[&str]) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').is_some_and(|(_, ext)| extensions.contains(&ext))
    }

    /// Pairs of line number, from 1, and line.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Everything a rule may look at.
pub struct Repo {
    /// Text files, in the order of their paths.
    pub files: Vec<File>,
    /// Every path, those of pictures and other bytes included.
    pub paths: Vec<String>,
}

impl Repo {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    /// When git is missing or `root` is no clone.
    pub fn read(root: &Path) -> Result<Repo> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = git.current_dir(root).output().context("cannot start git")?;
        anyhow::ensure!(listed.status.success(), "git cannot list the files of {}", root.display());
        let listed = String::from_utf8_lossy(&listed.stdout);
        let mut paths: Vec<String> = listed
            .split_terminator('\0')
            .filter(|path| root.join(path).is_file())
            .map(str::to_owned)
            .collect();
        paths.sort();
        paths.dedup();
        let read = |path: &String| {
            let text = String::from_utf8(std::fs::read(root.join(path)).ok()?).ok()?;
            Some(File { path: path.clone(), text })
        };
        Ok(Repo { files: paths.iter().filter_map(read).collect(), paths })
    }

    /// The text file at `path`.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Rust files below `folder` (`""` for all).
    pub fn rust(&self, folder: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.is(&["rs"]))
    }

    /// Whether `path` is a file or a folder; `*` stands for any part of one name.
    pub fn has(&self, path: &str) -> bool {
        let wanted: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        self.paths.iter().any(|path| {
            let parts: Vec<&str> = path.split('/').collect();
            parts.len() >= wanted.len() && wanted.iter().zip(&parts).all(|(w, p)| fits(w, p))
        })
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}

#[cfg(test)]
impl Repo {
    /// A made-up repository of pairs of path and text.
    pub fn sample(files: &[(&str, &str)]) -> Repo {
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Repo { files: files.iter().map(file).collect(), paths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_files_and_patterns_are_found() {
        let repo = Repo::sample(&[("shared/forms/visit.toml", "")]);
        for path in ["shared", "shared/forms/", "shared/forms/visit.toml", "shared/forms/*.toml"] {
            assert!(repo.has(path), "{path}");
        }
        for path in ["share", "shared/form", "shared/forms/*.rs", "forms/visit.toml"] {
            assert!(!repo.has(path), "{path}");
        }
    }
}
