//! Builds the field app with trunk into one folder that the server can serve as it is. What
//! happens to the files after trunk is in `app_finish.rs`, how the release gets small in
//! `small.rs`.

use crate::steps::{cargo, house, run, step, target};
use crate::{app_finish, small, tools};
use aanbel_shared::card;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the field app is compiled for.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// Trying it out: compiles quickly.
    Run,
    /// The tests: compiles quickly, and has the hidden page with the store's conformance suite.
    Test,
    /// Real phones, and measuring: as small as it gets.
    Release,
}

/// How that is done.
struct Recipe {
    cargo_profile: &'static str,
    features: &'static str,
    /// Below the build folder. One each, so that no measurement ever meets a test build.
    folder: &'static str,
    /// 11 is smallest and slow, 5 is quick.
    brotli_quality: i32,
    /// Whether the standard library is compiled along.
    with_std: bool,
}

impl Recipe {
    /// Tells cargo, also the one that trunk starts, what this recipe needs of it.
    fn fit<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if self.with_std { small::with_std(command) } else { command }
    }
}

impl Purpose {
    fn recipe(self) -> Recipe {
        let quick = Recipe {
            cargo_profile: "wasm-test",
            features: "",
            folder: "field-app",
            brotli_quality: 5,
            with_std: false,
        };
        match self {
            Purpose::Run => quick,
            Purpose::Test => Recipe { features: "conformance", folder: "field-app-test", ..quick },
            Purpose::Release => Recipe {
                cargo_profile: "wasm-release",
                features: "",
                folder: "field-app-release",
                brotli_quality: 11,
                with_std: small::can(),
            },
        }
    }
}

/// Builds the field app and returns its folder, absolute. Installs the tools when needed.
pub fn build(purpose: Purpose) -> Result<PathBuf> {
    tools::ensure()?;
    let recipe = purpose.recipe();
    let folder = target().join(recipe.folder);
    step(&format!("Build the field app ({})", recipe.cargo_profile), || {
        // Trunk is kept offline and passes that on to cargo, so cargo fetches beforehand.
        run(recipe.fit(cargo().args(["fetch", "--locked", "--quiet"])))?;
        trunk(&recipe, &folder)?;
        let made = [(card::FILE_NAME, card::FILE)];
        app_finish::finish(&folder, &house().join("public"), &made, recipe.brotli_quality)
            .context("finishing the folder of the field app")
    })?;
    Ok(folder)
}

fn trunk(recipe: &Recipe, folder: &Path) -> Result<()> {
    let mut trunk = Command::new(tools::bin_of("trunk"));
    trunk.current_dir(house()).env("PATH", tools::path());
    // Trunk takes `NO_COLOR=1` for a value it does not know and refuses to start.
    trunk.env_remove("NO_COLOR");
    trunk.args(["build", "--log", "warn", "--cargo-profile", recipe.cargo_profile]);
    if !recipe.features.is_empty() {
        trunk.args(["--features", recipe.features]);
    }
    run(recipe.fit(trunk.arg("--dist").arg(folder)))
}
