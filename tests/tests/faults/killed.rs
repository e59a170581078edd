//! The server is killed while phones send: what it acknowledged is on its disk.

use aanbel_tests::client::Phone;
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PHONES: usize = 8;
/// Most acknowledgements in a round before the server dies.
const ENOUGH: usize = 30;
/// What the project promises of a restart.
const RESTART: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_op_survives_a_killed_server() -> Result<()> {
    let mut server = Server::street().await?;
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let person = WALKERS[number % WALKERS.len()];
        phones.push(phone_of(&server, person, &format!("p{number}")).await?);
    }
    let mut chance = Chance::new(1);
    let mut restarts = Vec::new();
    for round in 0..times(50, 2_000) {
        phones = walk_until_killed(&mut server, phones, round, chance.below(ENOUGH)).await?;
        server.verify().await?;
        let started = Instant::now();
        server.start().await?;
        restarts.push(started.elapsed());
        for phone in &mut phones {
            let promised = phone.device.meta().kept;
            let reply = phone.exchange().await?;
            ensure!(reply.kept >= promised, "{} of {promised} are left", reply.kept);
            phone.sync().await?;
            ensure!(phone.device.waiting() == 0, "everything was sent");
        }
    }
    restarts.sort();
    let (half, worst) = (restarts[restarts.len() / 2], restarts[restarts.len() - 1]);
    println!("{} restarts: half within {half:?}, the slowest {worst:?}", restarts.len());
    ensure!(half < RESTART, "a restart takes {half:?}");
    all_agree(&server, phones).await
}

async fn walk_until_killed(
    server: &mut Server,
    phones: Vec<Phone>,
    round: usize,
    enough: usize,
) -> Result<Vec<Phone>> {
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut walks = Vec::new();
    for (number, phone) in phones.into_iter().enumerate() {
        walks.push(tokio::spawn(walk(phone, number, round, Arc::clone(&acknowledged))));
    }
    wait::until("phones to be busy", async || {
        (acknowledged.load(Ordering::SeqCst) >= enough).then_some(())
    })
    .await?;
    server.kill().await?;
    let mut phones = Vec::new();
    for walk in walks {
        phones.push(walk.await??);
    }
    Ok(phones)
}

/// Rings and sends until the server is gone. The last op may wait.
async fn walk(
    mut phone: Phone,
    number: usize,
    round: usize,
    acknowledged: Arc<AtomicUsize>,
) -> Result<Phone> {
    for visit in 0.. {
        let own_door = door(&phone, visit % 20)?;
        let id = made_up(&format!("{number}/{round}/{visit}"));
        phone.write(vec![nobody(id, own_door)])?;
        if phone.exchange().await.is_err() {
            break;
        }
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    Ok(phone)
}

/// All phones end up with the same records, and so does a new one.
async fn all_agree(server: &Server, mut phones: Vec<Phone>) -> Result<()> {
    for phone in &mut phones {
        phone.sync().await?;
    }
    let fresh = phone_of(server, WALKERS[0], "fresh").await?;
    for phone in &phones {
        ensure!(phone.device.records() == fresh.device.records(), "phones differ");
    }
    Ok(())
}
