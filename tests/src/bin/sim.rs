//! `cargo xtask sim`: plays seeds, and tells the shortest story of one that goes wrong.

use aanbel_tests::world::runs::{self, Failed};
use aanbel_tests::world::{Fault, Size};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pico_args::Arguments;
use std::process::ExitCode;

/// Seeds of a night.
const NIGHTLY: u64 = 20_000;
/// Seeds within which a planted fault must be caught.
const CATCH_WITHIN: u64 = 200;
/// After so many it says how far it is, for a log.
const PORTION: u64 = 500;

struct Options {
    seeds: u64,
    from: u64,
    size: Size,
    planted: bool,
}

fn main() -> Result<ExitCode> {
    let options = options(Arguments::from_env())?;
    let right = if options.planted { planted(options.size) } else { seeds(&options) };
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options(mut args: Arguments) -> Result<Options> {
    let nightly = args.contains("--nightly");
    let options = Options {
        seeds: args.opt_value_from_str("--seeds")?.unwrap_or(if nightly { NIGHTLY } else { 200 }),
        from: args.opt_value_from_str("--from")?.unwrap_or(1),
        size: Size {
            devices: args.opt_value_from_str("--devices")?.unwrap_or(20),
            days: args.opt_value_from_str("--days")?.unwrap_or(10),
        },
        planted: args.contains("--planted"),
    };
    if let Some(word) = args.finish().first() {
        bail!("'{}' is not understood here", word.to_string_lossy());
    }
    if options.size.devices == 0 {
        bail!("a world has at least one device");
    }
    Ok(options)
}

fn seeds(options: &Options) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let bar = ProgressBar::new(options.seeds);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {eta} to go");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut failed: Vec<Failed> = Vec::new();
    let mut played = 0;
    while played < options.seeds {
        let count = PORTION.min(options.seeds - played);
        let done = |done| bar.set_position(played + done);
        let wrong = runs::many(options.from + played, count, options.size, threads, done);
        played += count;
        // At once: whoever ends a night early keeps what it found.
        bar.suspend(|| wrong.iter().for_each(|one| replay(one, options.size)));
        failed.extend(wrong);
        if bar.is_hidden() {
            println!("{played} of {} seeds played, {} failed", options.seeds, failed.len());
        }
    }
    bar.finish_and_clear();
    if let Some(first) = failed.first() {
        tell(first.seed, options.size);
    }
    println!("{} passed, {} failed", options.seeds - failed.len() as u64, failed.len());
    failed.is_empty()
}

/// What went wrong, and how to see it again.
fn replay(one: &Failed, size: Size) {
    println!("seed {} failed: {}", one.seed, one.wrong.0);
    let Size { devices, days } = size;
    println!("  cargo xtask sim --seeds 1 --from {} --devices {devices} --days {days}", one.seed);
}

fn tell(seed: u64, size: Size) {
    let Some((wrong, story)) = runs::story(seed, size, None) else { return };
    println!("The shortest story of seed {seed}:\n");
    story.iter().for_each(|line| println!("  {line}"));
    println!("\n  So: {}\n", wrong.0);
}

fn planted(size: Size) -> bool {
    let mut all = true;
    for fault in Fault::ALL {
        match runs::catch(fault, CATCH_WITHIN, size) {
            Some(caught) => {
                println!("seed {:3} caught: {}", caught.seed, fault.told());
                println!("         by: {}", caught.wrong.0);
            }
            None => {
                all = false;
                println!("NOT caught in {CATCH_WITHIN} seeds: {}", fault.told());
            }
        }
    }
    all
}
