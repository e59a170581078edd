//! `cargo xtask faults`: only the tests of what breaks; at length with `--long`. The faults are in
//! `tests/tests/faults/`.

use crate::build_app::Purpose;
use crate::steps::{announce, no_more, run as run_command};
use crate::test::{Built, runner};
use anyhow::{Context, Result};
use pico_args::Arguments;

/// Tells the tests to try everything at length.
const LONG: &str = "AANBEL_LONG";
/// nextest then also shows what a test said that passed: how often it tried, and what it counted.
const TOLD: &str = "NEXTEST_SUCCESS_OUTPUT";

/// Builds what the faults need, then tries them.
pub fn run(mut args: Arguments) -> Result<()> {
    let long = args.contains("--long");
    let filter: Option<String> = args.opt_free_from_str()?;
    no_more(args)?;
    let built = Built::new(Purpose::Test, false)?;
    announce(if long { "Faults, at length" } else { "Faults" });
    let mut faults = runner(Some("faults"))?;
    faults.args(filter);
    if long {
        faults.env(LONG, "1").env(TOLD, "immediate");
    }
    run_command(built.tell(&mut faults)).context("step 'Faults' failed")
}
