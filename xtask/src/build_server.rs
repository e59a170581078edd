//! Builds the server. Nothing about starting it.

use crate::steps::{cargo, run, step, target};
use anyhow::Result;
use std::path::PathBuf;

/// Builds the binary `aanbel` and returns its file, absolute.
///
/// The whole workspace is selected although one binary is wanted: cargo then chooses the same
/// features as for the tests, and nothing is compiled twice.
pub fn build(release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    step(&format!("Build the server ({profile})"), || {
        let mut build = cargo();
        build.args(["build", "--locked", "--workspace"]);
        build.args(["--bin", "aanbel"]).args(release.then_some("--release"));
        run(&mut build)
    })?;
    Ok(target().join(profile).join(format!("aanbel{}", std::env::consts::EXE_SUFFIX)))
}
