//! How many exchanges may be under way. Who comes on top of that is asked to come back a little later,
//! before anything of what it sends is read: waiting in line takes memory, and nobody waits for ever.

use crate::error::AppError;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Exchanges at one time. The writer takes 64 in one commit, so this is four commits' worth.
const PLACES: usize = 256;
/// Of those, how many requests are unpacked at one time. Enough to keep the writer busy while these are
/// answered.
const UNPACKED: usize = 64;
/// Those who were turned away come back over so many seconds, each at another one.
const BACK_FIRST_S: u64 = 2;
const BACK_SPREAD_S: u64 = 8;

/// The exchanges that are under way.
#[derive(Debug)]
pub struct Crowd {
    places: Semaphore,
    unpacked: Semaphore,
    turned_away: AtomicU64,
}

impl Default for Crowd {
    fn default() -> Self {
        let (places, unpacked) = (Semaphore::new(PLACES), Semaphore::new(UNPACKED));
        Crowd { places, unpacked, turned_away: AtomicU64::new(0) }
    }
}

impl Crowd {
    /// A place until the answer is there.
    ///
    /// # Errors
    /// `Busy` when all are taken.
    pub fn enter(&self) -> Result<SemaphorePermit<'_>, AppError> {
        self.places.try_acquire().map_err(|_| {
            let before = self.turned_away.fetch_add(1, Ordering::Relaxed);
            AppError::Busy { again_s: BACK_FIRST_S + before % BACK_SPREAD_S }
        })
    }

    /// A turn to unpack what came in, until it is let go of. None only when the server stops.
    pub async fn unpack(&self) -> Option<SemaphorePermit<'_>> {
        self.unpacked.acquire().await.ok()
    }

    /// How many were turned away since the start.
    pub fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_place_hears_when_to_come_back() {
        let crowd = Crowd::default();
        let mut places: Vec<_> = (0..PLACES).map(|_| crowd.enter().expect("a place")).collect();
        let moments: Vec<u64> = (0..BACK_SPREAD_S)
            .map(|_| match crowd.enter() {
                Err(AppError::Busy { again_s }) => again_s,
                _ => 0,
            })
            .collect();
        assert_eq!(moments, (2..10).collect::<Vec<_>>());
        assert_eq!(crowd.turned_away(), BACK_SPREAD_S);
        places.pop();
        assert!(crowd.enter().is_ok(), "somebody left");
    }
}
