//! Bodies that nobody sends by accident: each is refused with a sentence, and none costs the server
//! more than 32 MiB. The bodies themselves are in `bodies.rs`.

use super::bodies::{Body, corpus};
use aanbel_server::access::MadeUpKey;
use aanbel_shared::sync::Problem;
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::{Context, Result, ensure};
use reqwest::{Client, header};

const MIB: u64 = 1024 * 1024;
const GROWTH_MAX: u64 = 32 * MIB;

#[tokio::test]
async fn hostile_bodies_are_refused_and_cost_little() -> Result<()> {
    let mut server = Server::street().await?;
    let mut walker = phone_of(&server, WALKERS[0], "a").await?;
    let token = walker.device.me().context("enrolled")?.token.clone();
    // Whoever is refused half-way loses the connection; the next body gets one of its own.
    let client = Client::builder().pool_max_idle_per_host(0).build()?;
    let good = serde_json::to_string(&walker.device.request("proef", 0))?;
    let mut worst = (0, "nothing");
    let mut wrong = Vec::new();
    let begin = server.memory_now()?;
    for body in corpus(&good)? {
        for path in ["/api/sync", "/api/enrol"] {
            server.memory_now()?;
            let fault = refused(&client, &server.url(path), &token, &body).await.err();
            wrong.extend(fault.map(|fault| format!("{} to {path}: {fault:#}", body.name)));
            worst = worst.max((server.peak_memory()?.saturating_sub(begin), body.name));
        }
    }
    let (growth, name) = worst;
    println!("memory grew by at most {:.1} MiB, by: {name}", growth as f64 / MIB as f64);
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    ensure!(growth < GROWTH_MAX, "memory grew by {} MiB, by: {name}", growth / MIB);
    // Whoever behaves notices nothing of it.
    walker.write(vec![nobody(made_up("after"), door(&walker, 0)?)])?;
    walker.sync().await?;
    ensure!(walker.device.waiting() == 0, "the server goes on");
    server.kill().await?;
    server.verify().await
}

async fn refused(client: &Client, url: &str, token: &str, body: &Body) -> Result<()> {
    let mut request = client.post(url).bearer_auth(token);
    request = request.header(header::CONTENT_TYPE, body.kind);
    request = request.header(header::ACCEPT, "application/json");
    // Signed as the phone itself would, or nothing of it would be looked at.
    let path = url.rsplit_once("/api/").map_or("", |(_, name)| name);
    for (name, value) in MadeUpKey::of(token).headers(&format!("/api/{path}"), token, &body.bytes) {
        request = request.header(name, value);
    }
    for layer in body.packing {
        request = request.header(header::CONTENT_ENCODING, *layer);
    }
    let answer = request.body(body.bytes.clone()).send().await?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_client_error(), "{status} {text:.200}");
    let problem: Problem = serde_json::from_str(&text).with_context(|| format!("{text:.200}"))?;
    ensure!(problem.sentence.ends_with('.'), "a sentence: {}", problem.sentence);
    Ok(())
}
