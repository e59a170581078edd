//! What any bytes must not do to a decoder: crash it, or come out as something that cannot be written
//! down again. Plain functions of bytes, for the property tests of every run and for `cargo xtask fuzz`,
//! which takes these files into a crate of its own: only `addresses` may need the server.

mod addresses;
mod files;
mod target;
mod wire;

pub use target::Target;

/// All of them.
pub fn targets() -> impl Iterator<Item = Target> {
    messages().chain(files::TARGETS).chain([addresses::TARGET])
}

/// Those of messages, which are quick.
pub fn messages() -> impl Iterator<Item = Target> {
    wire::TARGETS.into_iter()
}
