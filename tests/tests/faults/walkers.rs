//! Volunteers who ring and send until their server is gone, and what they may expect of it when it
//! is back.

use aanbel_tests::client::Phone;
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::{Result, ensure};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Their phones, and how many exchanges were acknowledged since they last set out.
pub struct Walkers {
    phones: Vec<Phone>,
    walks: Vec<JoinHandle<Result<Phone>>>,
    acknowledged: Arc<AtomicUsize>,
    rounds: usize,
    /// Visits that were kept on a phone, ever.
    rung: Arc<AtomicUsize>,
    /// New phones so far.
    fresh: usize,
}

impl Walkers {
    /// So many, all in the one street.
    ///
    /// # Errors
    /// When one cannot enrol.
    pub async fn enrol(server: &Server, number: usize) -> Result<Walkers> {
        let mut phones = Vec::new();
        for place in 0..number {
            let person = WALKERS[place % WALKERS.len()];
            phones.push(phone_of(server, person, &format!("p{place}")).await?);
        }
        Ok(Walkers {
            phones,
            walks: Vec::new(),
            acknowledged: Arc::default(),
            rounds: 0,
            rung: Arc::default(),
            fresh: 0,
        })
    }

    /// They ring and send, all at once.
    pub fn set_out(&mut self) {
        self.rounds += 1;
        self.acknowledged.store(0, Ordering::SeqCst);
        for (place, phone) in std::mem::take(&mut self.phones).into_iter().enumerate() {
            let name = format!("{place}/{}", self.rounds);
            let counts = (Arc::clone(&self.rung), Arc::clone(&self.acknowledged));
            self.walks.push(tokio::spawn(walk(phone, name, counts)));
        }
    }

    /// Exchanges that were acknowledged since they set out.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until each has noticed that the server is gone.
    ///
    /// # Errors
    /// When one could not write on her own phone.
    pub async fn come_home(&mut self) -> Result<()> {
        for walk in std::mem::take(&mut self.walks) {
            let mut phone = walk.await??;
            phone.hang_up();
            self.phones.push(phone);
        }
        Ok(())
    }

    /// The server that came back has all that it acknowledged, and takes in the rest.
    ///
    /// # Errors
    /// When something is lost.
    pub async fn miss_nothing(&mut self) -> Result<()> {
        for phone in &mut self.phones {
            let promised = phone.device.meta().kept;
            let reply = phone.exchange().await?;
            ensure!(reply.kept >= promised, "{} of {promised} are left", reply.kept);
            phone.sync().await?;
            ensure!(phone.device.waiting() == 0, "everything was sent");
        }
        Ok(())
    }

    /// How many ops the server acknowledged to all of them together.
    pub fn promised(&self) -> u64 {
        self.phones.iter().map(|phone| phone.device.meta().kept).sum()
    }

    /// Which life of the server each of them knows.
    pub fn epochs(&self) -> Vec<Uuid> {
        self.phones.iter().map(|phone| phone.device.meta().epoch).collect()
    }

    /// Against a server that knows less than it acknowledged: all is sent again. Gives how many ops
    /// it had left of what it acknowledged.
    ///
    /// # Errors
    /// When something still waits in the end.
    pub async fn start_anew(&mut self) -> Result<u64> {
        let mut found = 0;
        for phone in &mut self.phones {
            let promised = phone.device.meta().kept;
            let mut request = phone.device.request("proef", phone.clock_ms);
            // Only asks: what waits is sent afterwards.
            (request.ops, request.gone) = (Vec::new(), Vec::new());
            // To who speaks of another life the server acknowledges nothing.
            request.epoch = phone.send(&request).await?.epoch;
            found += phone.send(&request).await?.kept.min(promised);
        }
        for phone in &mut self.phones {
            phone.sync().await?;
            ensure!(phone.device.waiting() == 0, "everything was sent again");
        }
        Ok(found)
    }

    /// All end up with the same records, and so does a new phone; and no visit is missing.
    ///
    /// # Errors
    /// When they differ.
    pub async fn agree(&mut self, server: &Server) -> Result<()> {
        for phone in &mut self.phones {
            phone.sync().await?;
        }
        self.fresh += 1;
        let fresh = phone_of(server, WALKERS[0], &format!("fresh {}", self.fresh)).await?;
        for phone in &self.phones {
            ensure!(phone.device.records() == fresh.device.records(), "phones differ");
        }
        let visits = fresh.device.records().of_kind("attempt").count();
        let rung = self.rung.load(Ordering::SeqCst);
        ensure!(visits == rung, "{visits} visits are left of {rung}");
        Ok(())
    }
}

/// Rings and sends until the server is gone. The last op may wait.
async fn walk(
    mut phone: Phone,
    name: String,
    (rung, acknowledged): (Arc<AtomicUsize>, Arc<AtomicUsize>),
) -> Result<Phone> {
    for visit in 0.. {
        let own_door = door(&phone, visit % 20)?;
        phone.write(vec![nobody(made_up(&format!("{name}/{visit}")), own_door)])?;
        rung.fetch_add(1, Ordering::SeqCst);
        if phone.exchange().await.is_err() {
            break;
        }
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    Ok(phone)
}
