//! Rule: who may import whom. `shared` imports no other member; `app` and `server` know only
//! `shared`; inside `shared`, what is about records and rules knows nothing of sync.

use super::repo::{File, Repo};
use super::{Problem, rust_text};

const MEMBERS: [&str; 4] = ["app", "server", "shared", "tests"];
/// A member, and the members it may import.
const MAY_IMPORT: [(&str, &[&str]); 3] =
    [("shared", &[]), ("app", &["shared"]), ("server", &["shared"])];
const BELOW_SYNC: [&str; 4] = ["record", "form", "scheme", "programme"];

pub fn check(repo: &Repo) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (member, may) in MAY_IMPORT {
        let strangers: Vec<&str> =
            MEMBERS.into_iter().filter(|other| *other != member && !may.contains(other)).collect();
        if let Some(manifest) = repo.file(&format!("{member}/Cargo.toml")) {
            problems.extend(manifest_problems(manifest, &strangers));
        }
        for file in repo.rust(&format!("{member}/")) {
            problems.extend(import_problems(file, &strangers));
        }
    }
    for module in BELOW_SYNC {
        let inside = format!("shared/src/{module}");
        for file in repo.rust(&inside) {
            if file.path[inside.len()..].starts_with(['/', '.']) {
                problems.extend(sync_problems(file));
            }
        }
    }
    problems
}

fn manifest_problems(manifest: &File, strangers: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in manifest.lines() {
        for stranger in strangers {
            if line.trim_start().starts_with(&format!("aanbel-{stranger}")) {
                let what = format!("depends on `{stranger}`, which it may not know");
                problems.push(Problem::new(&manifest.path, number, what));
            }
        }
    }
    problems
}

fn import_problems(file: &File, strangers: &[&str]) -> Vec<Problem> {
    let code = rust_text::code_only(&file.text);
    let mut problems = Vec::new();
    for (index, line) in code.lines().enumerate() {
        for stranger in strangers {
            if rust_text::says(line, &format!("aanbel_{stranger}")) {
                let what = format!("imports `{stranger}`, which it may not know");
                problems.push(Problem::new(&file.path, index + 1, what));
            }
        }
    }
    problems
}

fn sync_problems(file: &File) -> Vec<Problem> {
    let code = rust_text::code_only(&file.text);
    let mut problems = Vec::new();
    let mut in_crate_group = false;
    for (index, line) in code.lines().enumerate() {
        in_crate_group |= line.contains("crate::{");
        let direct = ["crate::sync", "super::sync", "super::super::sync"];
        let named = direct.iter().any(|path| rust_text::says(line, path));
        if named || (in_crate_group && rust_text::says(line, "sync")) {
            let what = "imports `crate::sync`; sync is built on this, not the other way round";
            problems.push(Problem::new(&file.path, index + 1, what));
        }
        in_crate_group &= !line.contains(';');
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(path: &str, text: &str) -> bool {
        !check(&Repo::sample(&[(path, text)])).is_empty()
    }

    #[test]
    fn members_know_only_what_they_may() {
        assert!(bad("app/src/main.rs", "use aanbel_server::x;"));
        assert!(bad("server/src/main.rs", "use aanbel_app::x;"));
        assert!(bad("shared/src/lib.rs", "use aanbel_app::x;"));
        assert!(bad("server/Cargo.toml", "[dependencies]\naanbel-app.workspace = true"));
        assert!(!bad("server/Cargo.toml", "[package]\nname = \"aanbel-server\""));
        assert!(!bad("server/src/main.rs", "use aanbel_shared::x; // not aanbel_app"));
        assert!(!bad("tests/src/lib.rs", "use aanbel_server::x;"));
    }

    #[test]
    fn records_and_rules_know_nothing_of_sync() {
        assert!(bad("shared/src/record/op.rs", "use crate::sync::Envelope;"));
        assert!(bad("shared/src/form.rs", "use crate::{\n    record,\n    sync::Envelope,\n};"));
        assert!(!bad("shared/src/record/op.rs", "use std::sync::Arc;\nuse crate::record::Op;"));
        assert!(!bad("shared/src/sync/device.rs", "use crate::sync::Envelope;"));
        assert!(!bad("shared/src/format.rs", "use crate::sync::Envelope;"));
    }
}
