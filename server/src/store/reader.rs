//! Reading: a few read-only connections, each job one consistent moment of the database.

use super::{StoreError, schema};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Readers of pages at one time; more wait their turn.
const PAGES: usize = 4;
/// Phones that read at one time. They have turns of their own: however many come, the office waits for
/// none of them.
const PHONES: usize = 2;

#[derive(Clone)]
pub struct Reader {
    pool: Arc<Pool>,
}

struct Pool {
    path: PathBuf,
    pages: Semaphore,
    phones: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Reader {
    /// Connections are opened when they are first needed.
    pub fn new(path: PathBuf) -> Self {
        let (pages, phones) = (Semaphore::new(PAGES), Semaphore::new(PHONES));
        Reader { pool: Arc::new(Pool { path, pages, phones, idle: Mutex::default() }) }
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
        self.turn(&self.pool.pages, job).await
    }

    /// As `read`, for what a phone asks.
    ///
    /// # Errors
    /// As `read`.
    pub async fn read_for_phone<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.turn(&self.pool.phones, job).await
    }

    /// As `read_for_phone`, of a row or two, on the thread that asks: handing that to another takes longer
    /// than reading it.
    ///
    /// # Errors
    /// Those of the job and of the database.
    pub async fn look_for_phone<T, E: From<StoreError>>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.pool.phones.acquire().await.map_err(|_| StoreError::Stopped)?;
        self.pool.run(job)
    }

    async fn turn<T, E>(
        &self,
        turns: &Semaphore,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let _turn = turns.acquire().await.map_err(|_| StoreError::Stopped)?;
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
