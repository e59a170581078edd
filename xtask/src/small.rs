//! How the field app's release gets small: the standard library compiled along, without words about
//! panics (`docs/adr/0009-the-release-compiles-the-standard-library.md`). Where that cannot be, the app is
//! built as everything else is, works the same and weighs more.

use crate::steps::{announce, ask, cargo, house, run, step, target};
use std::path::PathBuf;
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";
/// The first as `.cargo/config.toml` has it; the others only the smallest build gets.
const FLAGS: &str = "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort \
                     -Zlocation-detail=none -Zfmt-debug=none";

/// Tells cargo to compile the standard library along, small.
pub fn with_std(command: &mut Command) -> &mut Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        // With these settings nothing is shared with the other builds.
        .env("CARGO_TARGET_DIR", target().join("small"))
}

/// Whether this machine can do it; brings the source of the standard library when it is missing.
pub fn can() -> bool {
    let missing = if !flags_are_known() {
        "this compiler does not know the settings in xtask/src/small.rs"
    } else if !source_is_here() {
        "the source of the standard library cannot be had (rustup component rust-src)"
    } else if ask(&mut fetch_std()).is_none() {
        "what the standard library itself is made of cannot be fetched"
    } else {
        return true;
    };
    announce(&format!("The field app will weigh a sixth more: {missing}"));
    false
}

/// Flags behind `-Z` can change with a compiler.
fn flags_are_known() -> bool {
    let mut rustc = rustc();
    rustc.args(["--print", "cfg", "--target", WASM]).args(FLAGS.split_whitespace());
    ask(rustc.env("RUSTC_BOOTSTRAP", "1")).is_some()
}

/// Where this compiler has the source of the standard library, when it has.
fn source() -> Option<PathBuf> {
    let sysroot = PathBuf::from(ask(rustc().args(["--print", "sysroot"]))?);
    Some(sysroot.join("lib/rustlib/src/rust/library"))
}

/// Fetching for the house does not bring what the standard library is made of, whatever cargo is told; it
/// has a lock file of its own.
fn fetch_std() -> Command {
    let mut fetch = cargo();
    let manifest = source().unwrap_or_default().join("Cargo.toml");
    fetch.args(["fetch", "--locked", "--quiet", "--target", WASM, "--manifest-path"]).arg(manifest);
    fetch.env("RUSTC_BOOTSTRAP", "1");
    fetch
}

fn source_is_here() -> bool {
    let there = || source().is_some_and(|source| source.join("Cargo.lock").is_file());
    let add = || {
        let mut rustup = Command::new("rustup");
        run(rustup.args(["component", "add", "rust-src"]).current_dir(house()))
    };
    there() || (step("Install the source of the standard library", add).is_ok() && there())
}

fn rustc() -> Command {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(house());
    rustc
}
