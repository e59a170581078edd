//! `cargo xtask sim`: builds and starts the simulator of the `tests` crate, which does the rest.

use crate::steps::{cargo, run as run_command};
use anyhow::Result;
use pico_args::Arguments;

/// Every option goes to the simulator.
pub fn run(args: Arguments) -> Result<()> {
    let mut sim = cargo();
    sim.args(["run", "--quiet", "--locked", "--package", "aanbel-tests", "--bin", "sim", "--"]);
    run_command(sim.args(args.finish()))
}
