//! The build tools, at pinned versions, installed by cargo into `target/tools`. What only tests
//! need lives in `test_tools.rs`.

use crate::steps::{ask, cargo, house, run, step, target};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Newer ones ask for a newer compiler than ours.
const TRUNK: &str = "0.21.14";
/// Must equal the `wasm-bindgen` in `Cargo.lock`: the tool reads what the crate wrote.
const WASM_BINDGEN: &str = "0.2.130";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const WASM: &str = "wasm32-unknown-unknown";

/// Brings everything that building the field app needs. Instant when it is all there.
pub fn ensure() -> Result<()> {
    wasm_bindgen_matches_lock()?;
    wasm_target()?;
    // `--debug`: a tool in trunk's own release profile takes an hour on a small machine and
    // saves a second per build.
    installed("trunk", TRUNK, &["--locked", "--no-default-features", "trunk"])?;
    // Without `--locked`: its lock file names a version that was withdrawn.
    installed(
        "wasm-bindgen",
        WASM_BINDGEN,
        &["--no-default-features", "--bin", "wasm-bindgen", "wasm-bindgen-cli"],
    )
}

/// Brings cargo-deny, which only the house checks need.
pub fn ensure_deny() -> Result<()> {
    installed("cargo-deny", CARGO_DENY, &["--locked", "cargo-deny"])
}

/// Brings cargo-fuzz, which only fuzzing needs.
pub fn ensure_fuzz() -> Result<()> {
    installed("cargo-fuzz", CARGO_FUZZ, &["--locked", "cargo-fuzz"])
}

/// Brings clippy and rustfmt; a minimal rustup profile comes without them.
pub fn ensure_lints() -> Result<()> {
    for (component, command) in [("clippy", "clippy"), ("rustfmt", "fmt")] {
        if ask(cargo().args([command, "--version"])).is_none() {
            step(&format!("Install {component}"), || {
                run(Command::new("rustup").args(["component", "add", component]))
            })?;
        }
    }
    Ok(())
}

/// `PATH` with our own tools in front.
pub fn path() -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(bin()).chain(std::env::split_paths(&old));
    std::env::join_paths(dirs).unwrap_or(old)
}

/// The file of one of our tools.
pub fn bin_of(tool: &str) -> PathBuf {
    bin().join(tool)
}

fn bin() -> PathBuf {
    target().join("tools").join("bin")
}

fn wasm_target() -> Result<()> {
    if wasm_target_is_there() {
        return Ok(());
    }
    step(&format!("Install the {WASM} target"), || {
        run(Command::new("rustup").args(["target", "add", WASM]).current_dir(house()))
            .context("without rustup, install the target the way this compiler was installed")
    })
}

fn wasm_target_is_there() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = ["--print", "target-libdir", "--target", WASM];
    ask(Command::new(rustc).args(asked).current_dir(house()))
        .is_some_and(|libdir| PathBuf::from(libdir).is_dir())
}

fn installed(tool: &str, version: &str, cargo_args: &[&str]) -> Result<()> {
    let answer = ask(Command::new(bin_of(tool)).arg("--version")).unwrap_or_default();
    if answer.split_whitespace().any(|word| word == version) {
        return Ok(());
    }
    step(&format!("Install {tool} {version} into target/tools (once, some minutes)"), || {
        let mut install = cargo();
        install.args(["install", "--debug", "--force", "--version", version, "--root"]);
        install.arg(target().join("tools")).args(cargo_args);
        // Away from target/debug, whose content has other features; taken away by cargo itself.
        // With the folder on `PATH`, cargo does not advise to add it.
        run(install.env_remove("CARGO_TARGET_DIR").env("PATH", path()))
    })
}

fn wasm_bindgen_matches_lock() -> Result<()> {
    let lock = std::fs::read_to_string(house().join("Cargo.lock")).context("reading Cargo.lock")?;
    match locked_version(&lock, "wasm-bindgen") {
        Some(locked) if locked != WASM_BINDGEN => bail!(
            "Cargo.lock has wasm-bindgen {locked}, but the tool is pinned at {WASM_BINDGEN} in \
             xtask/src/tools.rs. They must be equal: change the pin, or run \
             `cargo update -p wasm-bindgen --precise {WASM_BINDGEN}`."
        ),
        _ => Ok(()),
    }
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_one_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
