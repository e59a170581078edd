//! How often a fault is tried: a few times in every test run, many times with
//! `cargo xtask faults --long`.

/// Set to anything for the long run.
const LONG: &str = "AANBEL_LONG";

/// The number for this run.
pub fn times(small: usize, long: usize) -> usize {
    if std::env::var_os(LONG).is_some() { long } else { small }
}

/// Numbers that look like chance and are the same in every run, so that a failure is a failure for
/// everyone. A linear congruence with Knuth's constants; nothing secret hangs on it.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// A number below `end`, which is at least 1.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}
