//! The server's disk is lost and a backup is put in its place, made while everybody was sending: the
//! phones notice, send again what they hold, and nothing is lost.

use super::walkers::Walkers;
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};

const PHONES: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn backup_made_under_load_brings_everything_back() -> Result<()> {
    let mut server = Server::street().await?;
    let mut walkers = Walkers::enrol(&server, PHONES).await?;
    let mut chance = Chance::new(5);
    for round in 0..times(5, 20) {
        let copy = server.data().join(format!("copy-{round}"));
        let lives = walkers.epochs();
        walkers.set_out();
        busy(&walkers, 3 + chance.below(20)).await?;
        let file = copy.to_str().context("a temporary folder has a plain name")?;
        server.run(&["backup", file]).await?;
        busy(&walkers, walkers.acknowledged() + 5 + chance.below(20)).await?;
        server.kill().await?;
        walkers.come_home().await?;
        let ahead = walkers.promised();
        for name in ["aanbel.db", "aanbel.db-wal", "aanbel.db-shm"] {
            drop(std::fs::remove_file(server.data().join(name)));
        }
        std::fs::rename(&copy, server.data().join("aanbel.db"))?;
        server.verify().await?;
        server.start().await?;
        let found = walkers.start_anew().await?;
        ensure!(
            found < ahead,
            "the backup is older than what was acknowledged: {found} of {ahead}"
        );
        let now = walkers.epochs();
        ensure!(lives.iter().zip(&now).all(|(old, new)| old != new), "each saw another epoch");
        walkers.agree(&server).await?;
        println!("the backup had {found} of {ahead} acknowledged ops; all {ahead} are back");
    }
    server.kill().await?;
    server.verify().await
}

async fn busy(walkers: &Walkers, acknowledged: usize) -> Result<()> {
    wait::until("phones to be busy", async || {
        (walkers.acknowledged() >= acknowledged).then_some(())
    })
    .await
}
