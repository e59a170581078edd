//! `cargo xtask schemathesis`: brings schemathesis and lets it make up requests for as long as told.
//! What it does to which server is in `tests/src/made_up.rs`.

use crate::build_app::Purpose;
use crate::steps::{announce, cargo, no_more, run as run_command};
use crate::test::Built;
use crate::test_tools;
use anyhow::{Context, Result};
use pico_args::Arguments;

/// Requests per operation and phase; a minute on a small machine.
const EXAMPLES: u32 = 100;

/// Builds the server, then tries it.
pub fn run(mut args: Arguments) -> Result<()> {
    let wanted = args.opt_value_from_str("--examples").context("--examples wants a number")?;
    no_more(args)?;
    let program = test_tools::schemathesis()?;
    let built = Built::new(Purpose::Test, false)?;
    announce("Schemathesis");
    let mut run = cargo();
    run.args(["run", "--quiet", "--locked", "--package", "aanbel-tests"]);
    run.args(["--bin", "schemathesis", "--", &wanted.unwrap_or(EXAMPLES).to_string()]);
    run_command(built.tell(&mut run).env("AANBEL_SCHEMATHESIS", program))
        .context("step 'Schemathesis' failed")
}
