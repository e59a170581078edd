//! `cargo xtask test`: the house checks and every test, the browser's included. What the tests are
//! is in `tests/` and beside the code.

use crate::build_app::{self, Purpose};
use crate::steps::{announce, ask, cargo, no_more, run as run_command};
use crate::{build_server, checks, test_tools, tools};
use anyhow::{Context, Result};
use pico_args::Arguments;
use std::path::PathBuf;
use std::process::Command;

/// The built things that the `tests` crate works with; absolute paths.
pub struct Built {
    /// The server, `AANBEL_BIN`.
    pub server: PathBuf,
    /// The folder of the field app, `AANBEL_APP`.
    pub app: PathBuf,
    /// axe-core's script, `AANBEL_AXE`.
    pub axe: PathBuf,
}

impl Built {
    /// Installs and builds all of it.
    pub fn new(purpose: Purpose, release_server: bool) -> Result<Built> {
        tools::ensure()?;
        let axe = test_tools::ensure()?;
        let app = build_app::build(purpose)?;
        let server = build_server::build(release_server)?;
        Ok(Built { server, app, axe })
    }

    /// Tells `command` where everything is.
    pub fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("AANBEL_BIN", &self.server)
            .env("AANBEL_APP", &self.app)
            .env("AANBEL_AXE", &self.axe)
    }
}

/// Without a filter everything; with one only the tests whose name contains it.
pub fn run(mut args: Arguments) -> Result<()> {
    let filter: Option<String> = args.opt_free_from_str()?;
    no_more(args)?;
    match filter {
        Some(filter) => tests(Some(filter)),
        None => everything(),
    }
}

/// The house checks, then every test.
pub fn everything() -> Result<()> {
    checks::run_all()?;
    tests(None)
}

fn tests(filter: Option<String>) -> Result<()> {
    let built = Built::new(Purpose::Test, false)?;
    announce("Tests");
    let mut tests = runner(None)?;
    tests.args(filter);
    run_command(built.tell(&mut tests)).context("step 'Tests' failed")
}

/// nextest when it is there, else cargo's own; all tests, or one program of them. The same tests,
/// never tried twice.
pub fn runner(only: Option<&str>) -> Result<Command> {
    let schemathesis = test_tools::schemathesis()?;
    let nextest = ask(cargo().args(["nextest", "--version"])).is_some();
    let mut tests = cargo();
    tests.args(if nextest { &["nextest", "run"][..] } else { &["test"][..] });
    tests.args(["--no-fail-fast", "--locked", "--workspace"]);
    match only {
        Some(program) => tests.args(["--test", program]),
        // Naming the kinds of targets leaves doctests out.
        None if !nextest => tests.args(["--lib", "--bins", "--tests"]),
        None => &mut tests,
    };
    tests.env("AANBEL_SCHEMATHESIS", schemathesis);
    Ok(tests)
}
