//! The map of `cargo xtask`: which command lives in which file. No work is done here.

mod app_finish;
mod bench;
mod build_app;
mod build_server;
mod checks;
mod dist;
mod faults;
mod fuzz;
mod run;
mod schemathesis;
mod screenshots;
mod sim;
mod small;
mod steps;
mod test;
mod test_tools;
mod tidy;
mod tools;
mod wasm_imports;
mod wasm_sections;

use anyhow::{Result, bail};
use pico_args::Arguments;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run          build everything and start Aanbel on this machine, with demo data
                 --fresh       empty the data folder first
                 --port N      listen on 127.0.0.1:N (default 8080)
                 --data DIR    keep the data in DIR (default data/)
                 --no-demo     no demo data; the server prints a link for the first coordinator
                 --release     build for speed instead of for a quick start
  test         install what tests need, check the house, run every test
                 FILTER        only tests whose name contains FILTER, without the house checks
  faults       only the tests of power, disk, net and clocks; all are part of `test` too
                 FILTER        only those whose name contains FILTER
                 --long        many more tries of each, for a night
  fuzz TARGET  try one decoder with bytes that learn from what they reach
                 FILE          only with the bytes of FILE
                 --seconds N   for so long (default 60)
  schemathesis let schemathesis make up requests, and see that none is the server's fault
                 --examples N  so many per operation (default 100)
  ci           what CI runs: test without a filter
  tidy         only the rules of the house: heads, sizes, layers, live paths, glossary
  dist         make the release build in dist/, ready to install
  bench        measure the release build
                 --json        end with one line of JSON
                 --only GROUP  size, app, sync, load or crowd
  sim          play invented towns with everything that can go wrong, one per seed
                 --seeds N     so many seeds (default 200)
                 --nightly     20,000 of them, and 1,300 of towns of other sizes
                 --from S      from this seed on (default 1)
                 --devices D   phones per town (default 20)
                 --days T      days per town (default 10)
                 --planted     show which seed catches which planted fault
  screenshots  photograph every screen and page into target/screenshots
  tools        only install the build tools at their pinned versions into target/tools

Everything is built below target/; `cargo clean` takes it all away.";

fn main() -> ExitCode {
    match dispatch(Arguments::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut args: Arguments) -> Result<()> {
    if args.contains(["-h", "--help"]) {
        println!("{HELP}");
        return Ok(());
    }
    match args.subcommand()?.as_deref() {
        None | Some("help") => {
            println!("{HELP}");
            Ok(())
        }
        Some("run") => run::run(args),
        Some("test") => test::run(args),
        Some("faults") => faults::run(args),
        Some("fuzz") => fuzz::run(args),
        Some("schemathesis") => schemathesis::run(args),
        Some("ci") => plain(args, test::everything),
        Some("tidy") => plain(args, tidy::run),
        Some("dist") => plain(args, dist::run),
        Some("bench") => bench::run(args),
        Some("sim") => sim::run(args),
        Some("screenshots") => plain(args, screenshots::run),
        Some("tools") => plain(args, tools::ensure),
        Some(other) => bail!("there is no command '{other}'. `cargo xtask` alone shows them all."),
    }
}

/// Runs a command that takes no options, and says so when it gets one.
fn plain(args: Arguments, command: fn() -> Result<()>) -> Result<()> {
    steps::no_more(args)?;
    command()
}
