//! `cargo xtask fuzz`: one decoder under libFuzzer, as long as told. The bodies are in
//! `tests/src/fuzz/`, where every test run tries them too; here they learn from what they reach.

use crate::steps::{announce, cargo, house, no_more, run as run_command, target};
use crate::tools;
use anyhow::{Context, Result};
use pico_args::Arguments;
use std::path::PathBuf;

/// Of one run, unless told otherwise.
const SECONDS: u32 = 60;
/// One try may take so long; longer is a find.
const TRY_MAX_SECONDS: u32 = 20;
/// The one decoder that needs the server compiled, under libFuzzer's flags too, which takes long.
const OF_THE_SERVER: &str = "addresses";

/// Brings cargo-fuzz, builds the decoders with its flags, and tries one; or one file on it.
pub fn run(mut args: Arguments) -> Result<()> {
    let seconds = args.opt_value_from_str("--seconds").context("--seconds wants a number")?;
    let name: String = args.free_from_str().context(
        "which decoder? `cargo xtask fuzz TARGET`; their names are in tests/src/fuzz/wire.rs and \
         tests/src/fuzz/files.rs",
    )?;
    let file: Option<PathBuf> = args.opt_free_from_str()?;
    no_more(args)?;
    tools::ensure_fuzz()?;
    let home = target().join("fuzz");
    let corpus = home.join("corpus").join(&name);
    let finds = home.join("finds").join(&name);
    for folder in [&corpus, &finds] {
        std::fs::create_dir_all(folder)?;
    }
    // The house's versions; cargo adds libFuzzer to its copy.
    std::fs::copy(house().join("Cargo.lock"), house().join("fuzz").join("Cargo.lock"))?;
    announce(&format!("Fuzz {name}"));
    let mut fuzz = cargo();
    // Without a sanitizer no nightly compiler is needed. Sanitizers look for what unsafe code does,
    // and this house has none.
    fuzz.args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none"]);
    if name == OF_THE_SERVER {
        fuzz.args(["--features", OF_THE_SERVER]);
    }
    // cargo-fuzz would compile each crate in one piece, on one core.
    fuzz.args(["--codegen-units", "16", "--target-dir"])
        .arg(home.join("build"))
        .arg("decoder")
        .arg(file.as_ref().unwrap_or(&corpus));
    fuzz.args(["--", &format!("-max_total_time={}", seconds.unwrap_or(SECONDS))]);
    fuzz.arg(format!("-timeout={TRY_MAX_SECONDS}"));
    fuzz.arg(format!("-artifact_prefix={}/", finds.display()));
    fuzz.current_dir(house()).env("PATH", tools::path());
    if file.is_none() {
        fuzz.env("AANBEL_CORPUS", &corpus);
    }
    run_command(fuzz.env("AANBEL_FUZZ", &name)).with_context(|| {
        format!("{name}: what crashed it is in {}; each find becomes a named test", finds.display())
    })
}
