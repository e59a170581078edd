//! What any bytes must not do to a decoder: crash it, or come out as something that cannot be written
//! down again. Plain functions of bytes, for the property tests of every run and for `cargo xtask fuzz`.

mod files;
mod wire;

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

const fn target(
    name: &'static str,
    body: fn(&[u8]) -> bool,
    seeds: fn() -> Vec<Vec<u8>>,
) -> Target {
    Target { name, body, seeds }
}

/// All of them.
pub fn targets() -> impl Iterator<Item = Target> {
    messages().chain(files::TARGETS)
}

/// Those of messages, which are quick.
pub fn messages() -> impl Iterator<Item = Target> {
    wire::TARGETS.into_iter()
}

/// The one of this name.
pub fn named(name: &str) -> Option<Target> {
    targets().find(|target| target.name == name)
}
