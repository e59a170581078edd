//! `cargo xtask dist`: the release build in `dist/`, ready to copy to a server.

use crate::build_app::{self, Purpose};
use crate::build_server;
use crate::steps::{house, step};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const README: &str = "\
Aanbel, ready to install.

  aanbel     the server; one program, its database (SQLite) included
  app/       the field app, served by the server under /app/
  LICENSE    EUPL-1.2

Start it:

  ./aanbel serve --data /var/lib/aanbel --listen 127.0.0.1:8080 --app app

The first start prints a link, valid once, to make the first coordinator. Phones keep their data
and start without signal only over HTTPS, so put a reverse proxy with a certificate in front.
`./aanbel --help` explains the other commands: importing addresses, users, backup, verify.
";

/// Builds both halves and replaces `dist/`.
pub fn run() -> Result<()> {
    let app = build_app::build(Purpose::Release)?;
    let server = build_server::build(true)?;
    step("Fill dist/", || fill(&house().join("dist"), &app, &server))?;
    eprintln!("\nReady in dist/; dist/README.txt says how to start it.");
    Ok(())
}

fn fill(dist: &Path, app: &Path, server: &Path) -> Result<()> {
    if dist.exists() {
        fs::remove_dir_all(dist).context("cannot empty dist/")?;
    }
    copy_all(app, &dist.join("app"))?;
    let name = server.file_name().context("the server is a file")?;
    fs::copy(server, dist.join(name)).context("copying the server")?;
    fs::copy(house().join("LICENSE"), dist.join("LICENSE")).context("copying LICENSE")?;
    fs::write(dist.join("README.txt"), README).context("writing README.txt")
}

/// Copies every file below `from` into `to`.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let goal = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &goal)?;
        } else {
            fs::copy(entry.path(), goal)?;
        }
    }
    Ok(())
}
