//! Builds the field app with trunk into one folder that the server can serve as it is. What
//! happens to the files after trunk is in `app_finish.rs`.

use crate::steps::{cargo, house, run, step, target};
use crate::{app_finish, tools};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// How the field app is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Compiles quickly; for `run` and `test`.
    Test,
    /// As small as it gets; for `dist`, `bench` and `screenshots`.
    Release,
}

impl Profile {
    fn cargo_name(self) -> &'static str {
        match self {
            Profile::Test => "wasm-test",
            Profile::Release => "wasm-release",
        }
    }

    /// Two folders, so that a measurement never meets a test build.
    fn folder(self) -> &'static str {
        match self {
            Profile::Test => "field-app",
            Profile::Release => "field-app-release",
        }
    }

    /// Brotli's quality: 11 is smallest and slow, 5 is quick.
    fn brotli_quality(self) -> i32 {
        match self {
            Profile::Test => 5,
            Profile::Release => 11,
        }
    }
}

/// Builds the field app and returns its folder, absolute. Installs the tools when needed.
pub fn build(profile: Profile) -> Result<PathBuf> {
    tools::ensure()?;
    let folder = target().join(profile.folder());
    step(&format!("Build the field app ({})", profile.cargo_name()), || {
        // Trunk is kept offline and passes that on to cargo, so cargo fetches beforehand.
        run(cargo().args(["fetch", "--locked", "--quiet"]))?;
        trunk(profile, &folder)?;
        app_finish::finish(&folder, &house().join("public"), profile.brotli_quality())
            .context("finishing the folder of the field app")
    })?;
    Ok(folder)
}

fn trunk(profile: Profile, folder: &PathBuf) -> Result<()> {
    let mut trunk = Command::new(tools::bin_of("trunk"));
    trunk.current_dir(house()).env("PATH", tools::path());
    // Trunk takes `NO_COLOR=1` for a value it does not know and refuses to start.
    trunk.env_remove("NO_COLOR");
    trunk.args(["build", "--log", "warn", "--cargo-profile", profile.cargo_name()]);
    run(trunk.arg("--dist").arg(folder))
}
