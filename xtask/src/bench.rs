//! `cargo xtask bench`: builds what is measured. Measuring is done in the `tests` crate, whose
//! stdout is passed on untouched.

use crate::build_app::Purpose;
use crate::steps::{announce, cargo, run as run_command};
use crate::test::Built;
use anyhow::{Context, Result};
use pico_args::Arguments;

/// Builds the release, then measures; every option goes to the measuring program.
pub fn run(args: Arguments) -> Result<()> {
    let options = args.finish();
    let built = Built::new(Purpose::Release, true)?;
    announce("Measure");
    let mut bench = cargo();
    bench.args(["run", "--quiet", "--locked", "--release", "--package", "aanbel-tests"]);
    bench.args(["--bin", "bench", "--"]).args(options);
    run_command(built.tell(&mut bench)).context("step 'Measure' failed")
}
