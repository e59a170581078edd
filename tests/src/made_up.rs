//! Lets schemathesis loose on the interface that `/api/openapi.json` describes, as a phone that is
//! enrolled. Whatever it makes up: no answer may be the server's own fault.

use crate::built;
use crate::phones::{ANNA, phone_of};
use crate::server::Server;
use crate::street::database;
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// Gives each request an address of its own, or all but the first would be told that it is too many.
const HOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/made_up.py");

/// Makes up so many requests per operation and phase, the same ones every time.
///
/// # Errors
/// With schemathesis' own words and the server's log, when an answer was a 5xx or the data suffered.
pub async fn try_requests(examples: usize) -> Result<()> {
    let mut server = Server::demo_stopped().await?;
    server.behind_proxy = true;
    server.start().await?;
    let phone = phone_of(&server, ANNA, "schemathesis").await?;
    let token = &phone.device.me().context("enrolled")?.token;
    // What is made up is not signed: this phone has no key, or all of it would be refused unread.
    database(server.data())?.execute("UPDATE device SET signing_key = NULL", [])?;
    // What it writes beside its report goes with this folder.
    let folder = tempfile::tempdir()?;
    let mut run = Command::new(built::schemathesis());
    run.args(["run", &server.url("/api/openapi.json"), "--checks", "not_a_server_error"]);
    run.args(["--header", &format!("Authorization: Bearer {token}"), "--seed", "1"]);
    // A phone that said it is empty gets nothing more.
    run.args(["--exclude-path", "/api/wiped"]);
    run.args(["--phases", "coverage,fuzzing", "--max-examples", &examples.to_string()]);
    run.current_dir(folder.path()).env("COLUMNS", "120").kill_on_drop(true);
    run.env("SCHEMATHESIS_HOOKS", HOOKS);
    let done = run.output().await.context("schemathesis cannot be started")?;
    let said = String::from_utf8_lossy(&done.stdout);
    ensure!(
        done.status.success(),
        "schemathesis found something:\n{said}{}\nthe server said:\n{}",
        String::from_utf8_lossy(&done.stderr),
        server.log()
    );
    println!("{said}");
    ensure!(!said.contains("Rate limited"), "what is behind the limits was not reached");
    server.kill().await?;
    server.verify().await
}
