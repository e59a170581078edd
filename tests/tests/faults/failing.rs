//! Each write and each sync of the database fails once, in turn: nothing is acknowledged that is not
//! kept, the phone gets a sentence, and the next try works.

use aanbel_tests::client::Phone;
use aanbel_tests::disk::{Disk, Fault};
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::{Context, Result, ensure};

const BATCHES: usize = 3;
const OPS: usize = 5;

#[tokio::test]
async fn every_write_may_fail_on_a_broken_disk() -> Result<()> {
    each_fails(Fault::Broken, &["500 Internal Server Error server: Er ging iets mis"]).await
}

/// SQLite tells a full disk from a broken one when it writes, not when it syncs.
#[tokio::test]
async fn every_write_may_fail_on_a_full_disk() -> Result<()> {
    let full = "507 Insufficient Storage disk_full: De schijf van de server is vol";
    each_fails(Fault::Full, &[full, "500 Internal Server Error server: Er ging iets mis"]).await
}

async fn each_fails(fault: Fault, sentences: &[&str]) -> Result<()> {
    let mut server = Server::street_stopped().await?;
    server.disk = Some(Disk::new()?);
    server.start().await?;
    let mut walker = phone_of(&server, WALKERS[0], "a").await?;
    let disk = server.disk.as_ref().context("it was put in")?;
    let before = disk.count()?;
    ensure!(three_batches(&mut walker, "none").await?.is_empty(), "nothing fails by itself");
    let writes = disk.count()? - before;
    let mut told = 0;
    for nth in 1..=usize::try_from(writes)? {
        disk.strike(nth, fault)?;
        for sentence in three_batches(&mut walker, &nth.to_string()).await? {
            let known = sentences.iter().any(|known| sentence.contains(known));
            ensure!(known, "write {nth}: {sentence}");
            told += 1;
        }
        ensure!(!disk.is_armed()?, "there were {writes} writes before, and not {nth} now");
    }
    println!("{fault:?}: {writes} writes and syncs failed in turn, {told} were told to the phone");
    ensure!(told * 2 > writes, "most of them keep a batch from being kept");
    // What was acknowledged after a failure is synced: the power may go now.
    disk.strike(1, Fault::PowerCut)?;
    let promised = walker.device.meta().kept;
    walker.write(vec![nobody(made_up("last"), door(&walker, 0)?)])?;
    ensure!(walker.exchange().await.is_err(), "the power is gone");
    server.kill().await?;
    server.verify().await?;
    server.start().await?;
    ensure!(walker.exchange().await?.kept >= promised, "acknowledged and lost");
    let fresh = phone_of(&server, WALKERS[1], "b").await?;
    walker.sync().await?;
    ensure!(walker.device.records() == fresh.device.records(), "the same everywhere");
    Ok(())
}

/// Sends three batches, each until it is kept, and gives the sentences of those that failed.
async fn three_batches(phone: &mut Phone, name: &str) -> Result<Vec<String>> {
    let mut sentences = Vec::new();
    for batch in 0..BATCHES {
        for op in 0..OPS {
            let visit = made_up(&format!("{name} {batch} {op}"));
            phone.write(vec![nobody(visit, door(phone, op)?)])?;
        }
        if let Err(refusal) = phone.exchange().await {
            ensure!(phone.device.waiting() == OPS, "nothing was acknowledged");
            sentences.push(refusal.to_string());
            phone.exchange().await.context("the next try works")?;
        }
        ensure!(phone.device.waiting() == 0, "the batch is kept");
    }
    Ok(sentences)
}
