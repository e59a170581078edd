//! Playing many seeds, and what is said about those that go wrong.

use super::plan::{Size, plan};
use super::planted::Fault;
use super::shrink;
use super::step::Timed;
use super::world::{World, Wrong};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A seed that went wrong.
#[derive(Clone, Debug)]
pub struct Failed {
    pub seed: u64,
    pub wrong: Wrong,
}

/// Plays one seed.
///
/// # Errors
/// What went wrong.
pub fn one(seed: u64, size: Size, fault: Option<Fault>) -> Result<(), Wrong> {
    shrink::play(seed, size, fault, &plan(seed, size))
}

/// A digest of everything that was said and kept in one seed.
///
/// # Errors
/// What went wrong.
pub fn digest(seed: u64, size: Size) -> Result<[u8; 32], Wrong> {
    let mut world = World::new(seed, size, None).map_err(|error| Wrong(error.to_string()))?;
    world.play(&plan(seed, size))?;
    Ok(world.digest())
}

/// Plays `count` seeds from `from`, on `threads` threads; `done` hears how many are done.
pub fn many(
    from: u64,
    count: u64,
    size: Size,
    threads: usize,
    done: impl Fn(u64) + Sync,
) -> Vec<Failed> {
    let (next, finished) = (AtomicU64::new(from), AtomicU64::new(0));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count {
                        break;
                    }
                    if let Err(wrong) = one(seed, size, None) {
                        let mut failed = failed.lock().expect("no thread panics with it");
                        failed.push(Failed { seed, wrong });
                    }
                    done(finished.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let mut failed = failed.into_inner().expect("no thread panics with it");
    failed.sort_by_key(|one| one.seed);
    failed
}

/// The first of so many seeds that catches a planted fault, and what it saw.
pub fn catch(fault: Fault, seeds: u64, size: Size) -> Option<Failed> {
    (fault.first_seed()..)
        .take(seeds as usize)
        .find_map(|seed| one(seed, size, Some(fault)).err().map(|wrong| Failed { seed, wrong }))
}

/// A seed that went wrong, made short: what is wrong in it, and event by event how it came to that.
pub fn story(seed: u64, size: Size, fault: Option<Fault>) -> Option<(Wrong, Vec<String>)> {
    let steps = plan(seed, size);
    let first = shrink::play(seed, size, fault, &steps).err()?;
    let (steps, _) = shrink::shrink(seed, size, fault, steps, first);
    tell(seed, size, fault, &steps)
}

fn tell(
    seed: u64,
    size: Size,
    fault: Option<Fault>,
    steps: &[Timed],
) -> Option<(Wrong, Vec<String>)> {
    let mut world = World::new(seed, size, fault).ok()?;
    world.tell_story();
    let wrong = world.play(steps).err()?;
    Some((wrong, world.story()))
}
