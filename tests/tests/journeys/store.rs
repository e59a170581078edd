//! The conformance suite of the phone's store, in real browsers. The same suite runs on the
//! memory store beside the app's code.

use aanbel_tests::browser::{Browser, Engine, Look};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::Result;
use thirtyfour::By;

#[tokio::test(flavor = "multi_thread")]
async fn indexed_db_store_passes_the_conformance_suite() -> Result<()> {
    conforms(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn indexed_db_store_passes_the_conformance_suite_in_firefox() -> Result<()> {
    conforms(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn indexed_db_store_passes_the_conformance_suite_in_webkit() -> Result<()> {
    conforms(Engine::WebKit).await
}

async fn conforms(engine: Engine) -> Result<()> {
    let server = Server::empty().await?;
    let phone = Browser::start_of(engine, Look::PHONE).await?;
    phone.goto(&server.url("/app/#proef")).await?;
    let outcome = wait::until("the suite to end", async || {
        phone.page().find(By::Id("proef")).await.ok()?.text().await.ok()
    });
    assert_eq!(outcome.await?, "ok");
    Ok(())
}
