//! Reading: a few read-only connections, each job one consistent moment of the database.

use super::{StoreError, schema};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Readers at one time; more wait their turn.
const CONNECTIONS: usize = 4;

#[derive(Clone)]
pub struct Reader {
    pool: Arc<Pool>,
}

struct Pool {
    path: PathBuf,
    turns: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Reader {
    /// Connections are opened when they are first needed.
    pub fn new(path: PathBuf) -> Self {
        let turns = Semaphore::new(CONNECTIONS);
        Reader { pool: Arc::new(Pool { path, turns, idle: Mutex::default() }) }
    }

    /// Runs `job` on a thread that may block. All its queries see the same moment.
    ///
    /// # Errors
    /// Those of the job and of the database.
    pub async fn read<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = self.pool.turns.acquire().await.map_err(|_| StoreError::Stopped)?;
        let pool = self.pool.clone();
        let done = tokio::task::spawn_blocking(move || pool.run(job));
        done.await.map_err(|_| StoreError::Stopped)?
    }
}

impl Pool {
    fn run<T, E: From<StoreError>>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => schema::open_for_reading(&self.path)?,
        };
        let moment = connection.transaction().map_err(StoreError::from)?;
        let result = job(&moment);
        moment.finish().map_err(StoreError::from)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}
