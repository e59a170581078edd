//! `cargo xtask run`: from a fresh clone to a running Aanbel on this machine. What is printed about
//! signing in and enrolling is the server's own; nothing about it is known here.

use crate::build_app::{self, Purpose};
use crate::steps::{announce, house, no_more, run as run_command, step};
use crate::{build_server, tools};
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server's database; only a folder that holds it is ever emptied.
const DATABASE: &str = "aanbel.db";

struct Options {
    fresh: bool,
    port: u16,
    data: PathBuf,
    demo: bool,
    release: bool,
}

/// Builds what changed and starts the server; ends when the server does.
pub fn run(args: Arguments) -> Result<()> {
    let options = read(args)?;
    // Before the build: nobody wants to wait for minutes to hear this.
    port_is_free(options.port)?;
    data_folder(&options.data, options.fresh)?;
    tools::ensure()?;
    let purpose = if options.release { Purpose::Release } else { Purpose::Run };
    let app = build_app::build(purpose)?;
    let server = build_server::build(options.release)?;
    if options.demo {
        step("Demo data", || {
            let mut demo = Command::new(&server);
            demo.args(["demo", "--data"]).arg(&options.data);
            run_command(demo.arg("--address").arg(format!("http://127.0.0.1:{}", options.port)))
        })?;
    }
    announce(&format!("Aanbel on http://127.0.0.1:{} (Ctrl-C stops it)", options.port));
    let mut serve = Command::new(&server);
    serve.args(["serve", "--data"]).arg(&options.data);
    serve.arg("--listen").arg(format!("127.0.0.1:{}", options.port));
    become_server(serve.arg("--app").arg(app))
}

fn read(mut args: Arguments) -> Result<Options> {
    let options = Options {
        fresh: args.contains("--fresh"),
        port: args.opt_value_from_str("--port").context("--port wants a number")?.unwrap_or(8080),
        data: args
            .opt_value_from_os_str("--data", |dir| std::path::absolute(dir))
            .context("--data wants a folder")?
            .unwrap_or_else(|| house().join("data")),
        demo: !args.contains("--no-demo"),
        release: args.contains("--release"),
    };
    no_more(args)?;
    Ok(options)
}

fn port_is_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {port} on 127.0.0.1 cannot be used ({error}). Is Aanbel running already? \
             Stop it, or choose another port: `cargo xtask run --port {}`.",
            port.saturating_add(1)
        ),
    }
}

/// Makes the folder, empties it when asked, and finds out now whether it can be written.
fn data_folder(folder: &Path, fresh: bool) -> Result<()> {
    let why = || format!("the data folder {} cannot be written", folder.display());
    if fresh && folder.exists() {
        empty(folder)?;
    }
    std::fs::create_dir_all(folder).with_context(why)?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, "").with_context(why)?;
    std::fs::remove_file(&probe).with_context(why)
}

/// Removes `folder` with its content, provided that it is ours.
fn empty(folder: &Path) -> Result<()> {
    let unreadable = || format!("the data folder {} cannot be read", folder.display());
    let has_content = std::fs::read_dir(folder).with_context(unreadable)?.next().is_some();
    if has_content && !folder.join(DATABASE).is_file() {
        bail!(
            "{} holds something, but no {DATABASE}: it does not look like a data folder of Aanbel. \
             --fresh leaves it alone; empty it yourself or name another folder with --data.",
            folder.display()
        );
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))
}

/// Turns this process into the server, so that Ctrl-C and every other signal reach the server
/// alone, and its exit code is ours.
#[cfg(unix)]
fn become_server(serve: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = serve.exec();
    Err(error).context("cannot start the server")
}

/// Elsewhere Ctrl-C reaches both processes; the server decides how it ends.
#[cfg(not(unix))]
fn become_server(serve: &mut Command) -> Result<()> {
    run_command(serve)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_never_empties_a_folder_that_is_not_ours() {
        let folder = std::env::temp_dir().join(format!("aanbel-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        std::fs::write(folder.join("thesis.txt"), "years of work").expect("a file");
        assert!(data_folder(&folder, true).is_err());
        assert!(folder.join("thesis.txt").is_file());
        std::fs::write(folder.join(DATABASE), "").expect("a file");
        data_folder(&folder, true).expect("now it is ours");
        assert!(!folder.join("thesis.txt").exists());
        std::fs::remove_dir_all(&folder).expect("cleaning up");
    }

    #[test]
    fn a_port_in_use_is_a_sentence() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).expect("any port");
        let port = taken.local_addr().expect("an address").port();
        let told = port_is_free(port).expect_err("it is in use").to_string();
        assert!(told.contains("--port"), "{told}");
    }
}
