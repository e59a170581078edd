//! `cargo xtask sim`: plays seeds, and tells the shortest story of one that goes wrong.

use aanbel_tests::world::runs::{self, Failed};
use aanbel_tests::world::{ALL_FROM, Fault, Size};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pico_args::Arguments;
use std::process::ExitCode;

/// What is played when nothing else is asked for.
const TOWN: Size = Size { devices: 20, days: 10 };
/// A night: the towns that are always played, and some in which lists, erasures and copies come and go for
/// long, or many phones meet.
const NIGHT: [Part; 3] = [
    Part { seeds: 20_000, size: TOWN },
    Part { seeds: 1_000, size: Size { devices: 4, days: 60 } },
    Part { seeds: 300, size: Size { devices: 50, days: 20 } },
];
/// Seeds within which a planted fault must be caught.
const CATCH_WITHIN: u64 = 200;
/// After so many it says how far it is, for a log.
const PORTION: u64 = 500;

/// So many seeds of one size.
struct Part {
    seeds: u64,
    size: Size,
}

struct Options {
    parts: Vec<Part>,
    from: u64,
    planted: bool,
}

fn main() -> Result<ExitCode> {
    let options = options(Arguments::from_env())?;
    let right = if options.planted { planted(options.parts[0].size) } else { all(&options) };
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options(mut args: Arguments) -> Result<Options> {
    let nightly = args.contains("--nightly");
    let (seeds, from) = (args.opt_value_from_str("--seeds")?, args.opt_value_from_str("--from")?);
    let devices = args.opt_value_from_str("--devices")?;
    let days = args.opt_value_from_str("--days")?;
    let planted = args.contains("--planted");
    if let Some(word) = args.finish().first() {
        bail!("'{}' is not understood here", word.to_string_lossy());
    }
    if devices == Some(0) {
        bail!("a world has at least one device");
    }
    let size = Size { devices: devices.unwrap_or(TOWN.devices), days: days.unwrap_or(TOWN.days) };
    let parts = if nightly && size == TOWN && seeds.is_none() {
        NIGHT.into()
    } else {
        vec![Part { seeds: seeds.unwrap_or(if nightly { NIGHT[0].seeds } else { 200 }), size }]
    };
    Ok(Options { parts, from: from.unwrap_or(ALL_FROM), planted })
}

fn all(options: &Options) -> bool {
    let count = options.parts.iter().map(|part| part.seeds).sum();
    let bar = ProgressBar::new(count);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {eta} to go");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut failed: Vec<(Failed, Size)> = Vec::new();
    for part in &options.parts {
        play(part, options.from, &bar, &mut failed);
    }
    bar.finish_and_clear();
    if let Some((first, size)) = failed.first() {
        tell(first.seed, *size);
    }
    println!("{} passed, {} failed", count - failed.len() as u64, failed.len());
    failed.is_empty()
}

fn play(part: &Part, from: u64, bar: &ProgressBar, failed: &mut Vec<(Failed, Size)>) {
    let Part { seeds, size } = *part;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let before = bar.position();
    let mut played = 0;
    while played < seeds {
        let count = PORTION.min(seeds - played);
        let done = |done| bar.set_position(before + played + done);
        let wrong = runs::many(from + played, count, size, threads, done);
        played += count;
        bar.set_position(before + played);
        // At once: whoever ends a night early keeps what it found.
        bar.suspend(|| wrong.iter().for_each(|one| replay(one, size)));
        failed.extend(wrong.into_iter().map(|one| (one, size)));
        if bar.is_hidden() {
            let Size { devices, days } = size;
            let town = format!("{devices} phones over {days} days");
            println!("{played} of {seeds} seeds of {town} played, {} failed", failed.len());
        }
    }
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
