//! `cargo xtask screenshots`: photographs of every screen and page, for a person to look at. The
//! photographer is in the `tests` crate.

use crate::build_app::Purpose;
use crate::steps::{cargo, run as run_command, step, target};
use crate::test::Built;
use anyhow::Result;

/// Builds, then photographs into `target/screenshots`.
pub fn run() -> Result<()> {
    let built = Built::new(Purpose::Release, false)?;
    let shots = target().join("screenshots");
    step("Screenshots", || {
        std::fs::create_dir_all(&shots)?;
        let mut photographer = cargo();
        photographer.args(["run", "--locked", "--package", "aanbel-tests", "--bin", "screenshots"]);
        run_command(built.tell(&mut photographer).env("AANBEL_SHOTS", &shots))
    })?;
    eprintln!("\nThe photographs are in {}.", shots.display());
    Ok(())
}
