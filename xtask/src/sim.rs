//! `cargo xtask sim`: builds and starts the simulator of the `tests` crate, which does the rest.

use crate::steps::{cargo, run as run_command};
use anyhow::Result;
use pico_args::Arguments;

/// Every option goes to the simulator. A night of it is worth a release build: a seed then takes an
/// eighth of a second.
pub fn run(args: Arguments) -> Result<()> {
    let options = args.finish();
    let mut sim = cargo();
    sim.args(["run", "--quiet", "--locked", "--package", "aanbel-tests", "--bin", "sim"]);
    sim.args(options.iter().any(|option| option == "--nightly").then_some("--release"));
    run_command(sim.arg("--").args(options))
}
