//! What a target of fuzzing is. Knows none of them.

/// One decoder that meets bytes from outside, or from a disk.
#[derive(Clone, Copy)]
pub struct Target {
    /// As `cargo xtask fuzz` is told it.
    pub name: &'static str,
    /// True when the bytes were taken for what they should be. Panics when the decoder is wrong.
    pub body: fn(&[u8]) -> bool,
    /// Bytes that it takes, to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// A target, in one line.
pub const fn target(
    name: &'static str,
    body: fn(&[u8]) -> bool,
    seeds: fn() -> Vec<Vec<u8>>,
) -> Target {
    Target { name, body, seeds }
}
