//! Where the built things are. Nothing is built here: `cargo xtask` does that and tells us.

use std::path::PathBuf;

fn told(name: &str, what: &str) -> PathBuf {
    let Some(path) = std::env::var_os(name) else {
        panic!("{name} does not say where {what} is. Please run these tests with: cargo xtask test")
    };
    PathBuf::from(path)
}

/// The server's program.
///
/// # Panics
/// When the environment does not tell; run through `cargo xtask`.
pub fn server() -> PathBuf {
    told("AANBEL_BIN", "the server's program")
}

/// The folder of the built field app.
///
/// # Panics
/// When the environment does not tell; run through `cargo xtask`.
pub fn app() -> PathBuf {
    told("AANBEL_APP", "the built field app")
}

/// axe-core's script.
///
/// # Panics
/// When the environment does not tell; run through `cargo xtask`.
pub fn axe() -> PathBuf {
    told("AANBEL_AXE", "axe-core's script")
}

/// The program schemathesis.
///
/// # Panics
/// When the environment does not tell; run through `cargo xtask`.
pub fn schemathesis() -> PathBuf {
    told("AANBEL_SCHEMATHESIS", "the program schemathesis")
}

/// Where photographs go.
///
/// # Panics
/// When the environment does not tell; run through `cargo xtask`.
pub fn shots() -> PathBuf {
    told("AANBEL_SHOTS", "the folder for photographs")
}
