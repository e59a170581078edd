//! The house checks that other programs do: format, clippy for both worlds, licences and sources
//! of dependencies. Our own rules are in `tidy/`.

use crate::steps::{cargo, run, step};
use crate::{tidy, tools};
use anyhow::{Context, Result};
use std::process::Command;

/// Every check, the quick ones first.
pub fn run_all() -> Result<()> {
    tools::ensure()?;
    tools::ensure_lints()?;
    tools::ensure_deny()?;
    step("Format (cargo fmt)", || {
        run(cargo().args(["fmt", "--all", "--check"])).context("`cargo fmt --all` repairs it")
    })?;
    tidy::run()?;
    step("Dependencies (cargo deny)", deny)?;
    step("Clippy, native", || {
        let mut clippy = cargo();
        clippy.args(["clippy", "--locked", "--workspace"]);
        run(clippy.args(["--all-targets", "--", "-D", "warnings"]))
    })?;
    step("Clippy, server without passkeys", || {
        let mut clippy = cargo();
        clippy.args(["clippy", "--locked", "--package", "aanbel-server", "--no-default-features"]);
        run(clippy.args(["--", "-D", "warnings"]))
    })?;
    // On its own: in one build with the server, Leptos would get the features of both worlds.
    step("Clippy, field app on wasm32", || {
        let mut clippy = cargo();
        clippy.args(["clippy", "--locked", "--package", "aanbel-app", "--all-features"]);
        run(clippy.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]))
    })
}

/// Advisories are left out: their database is a git repository elsewhere, and the checks must give
/// the same answer without a network and on any day.
fn deny() -> Result<()> {
    eprintln!("   bans, licences and sources; `cargo deny check advisories` wants a network");
    let mut deny = Command::new(tools::bin_of("cargo-deny"));
    deny.current_dir(crate::steps::house());
    run(deny.args(["--log-level", "error", "--locked", "check", "bans", "licenses", "sources"]))
}
