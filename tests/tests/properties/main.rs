//! Properties of the engine: merge, wire and exchange, over generated histories. Every run uses
//! the same seed, so a failure is a failure for everyone. No browser and no server process here.

mod arbitrary;
mod decoders;
mod exchange;
mod history;
mod merging;
mod named;
mod phone;
mod server;
mod wire;
mod world;

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
