//! The server loses its power while phones send: what it acknowledged is on its disk.

use super::phones::{ANNA, BILAL, door, made_up, nobody, phone_of};
use aanbel_tests::client::Phone;
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PHONES: usize = 4;
const ROUNDS: usize = 3;
/// Acknowledgements in a round before the power goes.
const ENOUGH: usize = 25;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_op_survives_a_power_cut() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let person = if number % 2 == 0 { ANNA } else { BILAL };
        phones.push(phone_of(&server, person, &format!("p{number}")).await?);
    }
    for round in 0..ROUNDS {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut walks = Vec::new();
        for (number, phone) in phones.into_iter().enumerate() {
            walks.push(tokio::spawn(walk(phone, number, round, Arc::clone(&acknowledged))));
        }
        wait::until("phones to be busy", async || {
            (acknowledged.load(Ordering::SeqCst) >= ENOUGH).then_some(())
        })
        .await?;
        server.kill().await?;
        phones = Vec::new();
        for walk in walks {
            phones.push(walk.await??);
        }
        server.verify().await?;
        server.start().await?;
        for phone in &mut phones {
            let promised = phone.device.meta().kept;
            let reply = phone.exchange().await?;
            assert!(reply.kept >= promised, "{} of {promised} are left", reply.kept);
            phone.sync().await?;
            assert_eq!(phone.device.waiting(), 0);
        }
    }
    all_agree(&server, phones).await
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

/// Phones of the same person end up with the same records, and so does a new one.
async fn all_agree(server: &Server, mut phones: Vec<Phone>) -> Result<()> {
    for phone in &mut phones {
        phone.sync().await?;
    }
    for (person, token) in [(ANNA, "new a"), (BILAL, "new b")] {
        let fresh = phone_of(server, person, token).await?;
        let name = |phone: &&Phone| phone.device.me().is_some_and(|me| me.person == person);
        for phone in phones.iter().filter(name) {
            assert_eq!(phone.device.records(), fresh.device.records());
        }
    }
    Ok(())
}
