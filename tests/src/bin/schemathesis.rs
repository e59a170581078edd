//! Lets schemathesis loose on the interface that `/api/openapi.json` describes, as a phone that is
//! enrolled. Whatever it makes up: no answer may be the server's own fault.

use aanbel_tests::built;
use aanbel_tests::phones::{ANNA, phone_of};
use aanbel_tests::server::Server;
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

#[tokio::main]
async fn main() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = phone_of(&server, ANNA, "schemathesis").await?;
    let token = &phone.device.me().context("enrolled")?.token;
    let mut run = Command::new(built::schemathesis());
    run.args(["run", &server.url("/api/openapi.json"), "--checks", "not_a_server_error"]);
    run.args(["--header", &format!("Authorization: Bearer {token}"), "--seed", "1"]);
    run.args(["--phases", "coverage,fuzzing", "--max-examples"]);
    let done = run.args(std::env::args().nth(1)).status().await?;
    ensure!(done.success(), "schemathesis found something; the server said:\n{}", server.log());
    server.kill().await?;
    server.verify().await
}
