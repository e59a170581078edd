//! The catalogue that this program was built with. Only where the feature `built-in` asks for it:
//! phones get theirs from the server.

use super::model::Catalogue;

/// Written by the build script, which refuses a catalogue that does not hang together.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.postcard"));

/// What is offered in one municipality (`GM0034`): its own schemes beside the national ones. For a
/// scope without a file of its own: the national schemes alone.
#[must_use]
pub fn catalogue(scope: &str) -> Catalogue {
    Catalogue::load().into_scope(scope)
}

impl Catalogue {
    /// Everything that was built in, of all municipalities.
    #[must_use]
    pub fn load() -> Self {
        postcard::from_bytes(PACKED).expect("packed by this crate's own build script")
    }
}
