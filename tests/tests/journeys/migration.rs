//! The change from a phone of before there was a lock, ended at every single step of it: all is there
//! afterwards, once, and nothing is readable.

use aanbel_tests::hands::PIN;
use aanbel_tests::old_phone::OldPhone;
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use anyhow::{Context, Result, ensure};
use std::future::pending;
use tokio::select;

const ASKS: &str = "Aanbel krijgt een slot";

#[tokio::test(flavor = "multi_thread")]
async fn phone_of_before_the_lock_keeps_all_at_whichever_step_it_dies() -> Result<()> {
    let server = Server::street().await?;
    let steps = steps_of_the_change(&server).await?;
    ensure!(steps.iter().any(|step| step == "clear ops"), "the change is in it: {steps:?}");
    // Two phones at once, because a browser that starts mostly waits.
    tokio::try_join!(
        die_at_every_other(&server, &steps, 1),
        die_at_every_other(&server, &steps, 2)
    )?;
    Ok(())
}

/// All steps of a change that nothing disturbs, up to the moment at which the vault is kept.
async fn steps_of_the_change(server: &Server) -> Result<Vec<String>> {
    let old = OldPhone::start(server, 0).await?;
    old.browser.stop_before(None).await?;
    old.browser.goto(&server.url("/app/")).await?;
    old.browser.choose_pin().await?;
    old.browser.see("Mijn straten").await?;
    let mut steps = old.browser.steps().await?;
    all_is_there_once(server, &old).await?;
    let wrapped = steps.iter().position(|step| step == "put keys/wrap").context("a vault")?;
    let kept = steps[wrapped..].iter().position(|step| step == "complete").context("kept")?;
    steps.truncate(wrapped + kept + 1);
    Ok(steps)
}

async fn die_at_every_other(server: &Server, steps: &[String], first: usize) -> Result<()> {
    for number in (first..=steps.len()).step_by(2) {
        let name = &steps[number - 1];
        die_at(server, number, name)
            .await
            .with_context(|| format!("died at step {number} of {}: {name}", steps.len()))?;
    }
    Ok(())
}

async fn die_at(server: &Server, number: usize, name: &str) -> Result<()> {
    let mut old = OldPhone::start(server, number).await?;
    old.browser.stop_before(Some(number)).await?;
    let goes_on = async {
        // It does not get to the end: the page stands still on the way.
        let _ = old.browser.load(&server.url("/app/")).await;
        let _ = old.browser.choose_pin().await;
        pending::<()>().await;
    };
    let told = select! {
        told = old.browser.stopped() => told?,
        () = goes_on => unreachable!("it waits for ever"),
    };
    ensure!(told == format!("{number} {name}"), "stopped elsewhere: {told}");
    old.browser.kill().await?;
    old.browser.again().await?;
    old.browser.goto(&server.url("/app/")).await?;
    let asks = old.browser.words().await?.contains(ASKS);
    match name {
        // The browser was told to keep it, and did not say yet whether it has.
        "committed" => {}
        "complete" => ensure!(!asks, "what was kept is there"),
        _ => ensure!(asks, "half a change counts"),
    }
    if asks {
        let rows = old.browser.rows().await?;
        ensure!(rows["ops"] == old.rows - 1 && rows["side"] == 1, "all is as it was: {rows}");
        ensure!(rows["blocks"] == 0 && rows["keys"] == 0, "nothing was begun: {rows}");
        old.browser.choose_pin().await?;
    }
    all_is_there_once(server, &old).await
}

/// Street and visit are on the phone, the visit came in once, and nothing readable is left.
async fn all_is_there_once(server: &Server, old: &OldPhone) -> Result<()> {
    let phone = &old.browser;
    phone.see("Mijn straten").await?;
    phone.see("Proefstraat").await?;
    phone.see("40 deuren").await?;
    phone.press("Dit toestel").await?;
    phone.see("Alles is bij het kantoor").await?;
    let rows = phone.rows().await?;
    ensure!(rows["ops"] == 0 && rows["side"] == 0, "nothing readable is left: {rows}");
    ensure!(rows["sealed"] == 0 && rows["blocks"] != 0, "all is sealed: {rows}");
    let db = database(server.data())?;
    let has_key = "SELECT signing_key IS NOT NULL FROM device WHERE number = ?1";
    let has_key: bool = db.query_row(has_key, [old.number], |row| row.get(0))?;
    ensure!(has_key, "it brought a key by itself");
    let came = "SELECT COUNT(*) FROM entry WHERE record = ?1";
    let came: i64 = db.query_row(came, [old.visit.0], |row| row.get(0))?;
    ensure!(came == 1, "the visit came in {came} times");
    phone.load(&server.url(&format!("/app/deur/{}", old.door))).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("Wat er eerder gebeurde").await?;
    phone.see("bij kantoor").await
}
