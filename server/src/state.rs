//! What every handler gets: the store, the settings, the clock and the limits on guessing.

use crate::access::Limits;
use crate::catalogue::Catalogues;
use crate::config::Config;
use crate::erase;
use crate::metrics::Metrics;
use crate::store::{self, Reader, StoreError, Writer};
use crate::sync::crowd::Crowd;
use std::sync::Arc;

/// Milliseconds since 1970 UTC, from outside, so that tests decide what time it is.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

#[derive(Clone)]
pub struct AppState {
    pub reader: Reader,
    pub writer: Writer,
    pub config: Arc<Config>,
    pub limits: Arc<Limits>,
    pub metrics: Arc<Metrics>,
    pub catalogues: Arc<Catalogues>,
    pub crowd: Arc<Crowd>,
    clock: Clock,
}

impl AppState {
    /// Opens the data folder of the settings, making it when it is new. What the ledger of erasures has
    /// and the database has not, is erased first.
    ///
    /// # Errors
    /// When the folder cannot be written or the database is not ours.
    pub fn open(config: Config, clock: Clock) -> Result<Self, StoreError> {
        let mut connection = store::open_for_writing(&config.data, clock())?;
        let ledger = erase::Ledger::of(&config);
        // A restore leaves it beside the database, wherever the settings keep it.
        ledger.take_in(&config.data.join(erase::ledger::NAME))?;
        if erase::replay(&mut connection, &ledger)? > 0 {
            store::scrub::vacuum(&connection)?;
        }
        let (reader, writer) = store::start(&config.data, connection)?;
        let limits = Arc::new(Limits::default());
        let catalogues = Arc::new(Catalogues::new(config.municipality.clone()));
        let (config, metrics, crowd) = (Arc::new(config), Arc::default(), Arc::default());
        Ok(AppState { reader, writer, config, limits, metrics, catalogues, crowd, clock })
    }

    /// Says no to phones while the disk is full, so that the office can clear up.
    ///
    /// # Errors
    /// `Full`.
    pub async fn room_for_phones(&self) -> Result<(), StoreError> {
        let (ballast, now_ms) = (self.writer.ballast().clone(), self.now_ms());
        if !ballast.is_gone() {
            return Ok(());
        }
        let looking = tokio::task::spawn_blocking(move || ballast.leaves_room(now_ms));
        if looking.await.unwrap_or(false) { Ok(()) } else { Err(StoreError::Full) }
    }

    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }
}

/// The clock of the machine.
pub fn wall_clock() -> Clock {
    Arc::new(|| chrono::Utc::now().timestamp_millis())
}
