//! Properties of the engine: merge and wire, over generated histories. Every run uses the same seed, so
//! a failure is a failure for everyone. Whole exchanges are the simulator's, in `tests/world`.

mod arbitrary;
mod decoders;
mod history;
mod merging;
mod wire;

use proptest::test_runner::{Config, RngSeed};

/// The same cases on every machine; a failing one becomes a named test, not a seed in a file.
pub fn cases(count: u32) -> Config {
    Config {
        cases: count,
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    }
}
