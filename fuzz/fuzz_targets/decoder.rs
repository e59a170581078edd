//! One decoder under libFuzzer: `AANBEL_FUZZ` names it, `AANBEL_CORPUS` is the folder in which its own
//! seeds are put. Started by `cargo xtask fuzz`; what must hold is in `tests/src/fuzz`, whose files are
//! taken in here one by one: with the whole of `tests` the server is compiled for each of them.

#![no_main]

#[cfg(feature = "addresses")]
#[path = "../../tests/src/fuzz/addresses.rs"]
mod addresses;
#[path = "../../tests/src/fuzz/files.rs"]
mod files;
#[path = "../../tests/src/fuzz/target.rs"]
mod target;
#[path = "../../tests/src/fuzz/wire.rs"]
mod wire;

use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;
use target::Target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("AANBEL_FUZZ").expect("start this with: cargo xtask fuzz TARGET");
    named(&name).unwrap_or_else(|| {
        let names: Vec<_> = targets().map(|target| target.name).collect();
        panic!("there is no target {name}; there are: addresses, {}", names.join(", "))
    })
});

fn targets() -> impl Iterator<Item = Target> {
    wire::TARGETS.into_iter().chain(files::TARGETS)
}

#[cfg(feature = "addresses")]
fn named(name: &str) -> Option<Target> {
    targets().chain([addresses::TARGET]).find(|target| target.name == name)
}

#[cfg(not(feature = "addresses"))]
fn named(name: &str) -> Option<Target> {
    targets().find(|target| target.name == name)
}

fn put_seeds() {
    let Some(folder) = std::env::var_os("AANBEL_CORPUS").map(PathBuf::from) else { return };
    for (place, seed) in (TARGET.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{place}")), seed)
            .expect("a folder for the corpus");
    }
}

fuzz_target!(init: put_seeds(), |bytes: &[u8]| {
    (TARGET.body)(bytes);
});
