//! One decoder under libFuzzer: `AANBEL_FUZZ` names it, `AANBEL_CORPUS` is the folder in which its own
//! seeds are put. Started by `cargo xtask fuzz`; what must hold is in `tests/src/fuzz`.

#![no_main]

use aanbel_tests::fuzz::{Target, named, targets};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("AANBEL_FUZZ").expect("start this with: cargo xtask fuzz TARGET");
    named(&name).unwrap_or_else(|| {
        let names: Vec<_> = targets().map(|target| target.name).collect();
        panic!("there is no target {name}; there are: {}", names.join(", "))
    })
});

fn put_seeds() {
    let Some(folder) = std::env::var_os("AANBEL_CORPUS").map(PathBuf::from) else { return };
    for (place, seed) in (TARGET.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{place}")), seed).expect("a folder for the corpus");
    }
}

fuzz_target!(init: put_seeds(), |bytes: &[u8]| {
    (TARGET.body)(bytes);
});
