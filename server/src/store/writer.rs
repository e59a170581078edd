//! Writing: one thread, and many jobs per commit. A caller hears of success only after the commit.

use super::batch::{Job, commit_all};
use super::{Ballast, StoreError};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Most jobs in one commit.
const BATCH_MAX: usize = 64;
/// Most jobs that wait; beyond that callers wait to be let in.
const QUEUE_MAX: usize = 256;
/// After so many jobs what stands in the write-ahead log moves to the database, as soon as no job came
/// for a while: nobody waits for it then. Fewer are not worth the two waits for the disk. When it is
/// never quiet, SQLite moves it (`schema`).
const MOVE_AFTER_JOBS: usize = 32;
const QUIET: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::SyncSender<Job>,
    counts: Arc<Counts>,
    ballast: Arc<Ballast>,
    /// Held by who writes.
    turn: Arc<Mutex<()>>,
}

/// How the writer did since the start, for the metrics.
#[derive(Debug, Default)]
pub struct Counts {
    pub commits: AtomicU64,
    pub jobs: AtomicU64,
    pub largest_batch: AtomicU64,
}

impl Writer {
    /// Starts the thread. It ends when the last handle is dropped. When the disk turns out to be
    /// full, the ballast goes.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn start(connection: Connection, ballast: Ballast) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::sync_channel(QUEUE_MAX);
        let counts = Arc::new(Counts::default());
        let ballast = Arc::new(ballast);
        let turn = Arc::new(Mutex::new(()));
        let (seen, beside, own) = (counts.clone(), ballast.clone(), turn.clone());
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&connection, &queue, &own, &seen, &beside))?;
        Ok(Writer { jobs, counts, ballast, turn })
    }

    /// Runs `work`, which writes on a connection of its own and may take long, between two batches. Jobs and
    /// other such work wait in line meanwhile; without this they would wait for SQLite, which gives up.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn between<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.turn.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            work()
        });
        done.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs `job` in a transaction shared with others. When it fails, all it did is undone and the
    /// others are not touched. Returns after the commit.
    ///
    /// # Errors
    /// Those of the job; `Commit` when nothing of the whole batch was kept.
    pub async fn write<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel::<Result<T, E>>();
        // A caller that went away needs no answer.
        let job = Job::new(job, |result| drop(reply.send(result)));
        self.hand_in(job).await?;
        outcome.await.map_err(|_| StoreError::Stopped)?
    }

    /// As `write`, of a job that may be done again after all it did was undone.
    ///
    /// # Errors
    /// As `write`.
    pub async fn write_repeatable<T, E>(
        &self,
        job: impl Fn(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel::<Result<T, E>>();
        let job = Job::repeatable(job, |result| drop(reply.send(result)));
        self.hand_in(job).await?;
        outcome.await.map_err(|_| StoreError::Stopped)?
    }

    async fn hand_in(&self, job: Job) -> Result<(), StoreError> {
        let job = match self.jobs.try_send(job) {
            Ok(()) => return Ok(()),
            Err(mpsc::TrySendError::Disconnected(_)) => return Err(StoreError::Stopped),
            Err(mpsc::TrySendError::Full(job)) => job,
        };
        let jobs = self.jobs.clone();
        let handed = tokio::task::spawn_blocking(move || jobs.send(job));
        handed.await.map_err(|_| StoreError::Stopped)?.map_err(|_| StoreError::Stopped)
    }

    /// Whether there is room, and for whom.
    pub fn ballast(&self) -> &Arc<Ballast> {
        &self.ballast
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

fn run(
    connection: &Connection,
    queue: &mpsc::Receiver<Job>,
    turn: &Mutex<()>,
    counts: &Counts,
    ballast: &Ballast,
) {
    let mut unmoved = 0;
    loop {
        let first = match next(queue, unmoved >= MOVE_AFTER_JOBS) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                move_to_database(connection);
                unmoved = 0;
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut batch = VecDeque::from([first]);
        batch.extend(queue.try_iter().take(BATCH_MAX - 1));
        unmoved += batch.len();
        counts.commits.fetch_add(1, Ordering::Relaxed);
        counts.jobs.fetch_add(batch.len() as u64, Ordering::Relaxed);
        counts.largest_batch.fetch_max(batch.len() as u64, Ordering::Relaxed);
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        commit_all(connection, batch, || ballast.throw_out());
    }
}

/// The next job. `Timeout` only when there is something to do meanwhile.
fn next(queue: &mpsc::Receiver<Job>, may_give_up: bool) -> Result<Job, RecvTimeoutError> {
    if may_give_up {
        return queue.recv_timeout(QUIET);
    }
    queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
}

/// Stops nobody who reads. What it cannot move stays where it is, until the next time.
fn move_to_database(connection: &Connection) {
    let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = moved {
        tracing::warn!(%error, "the write-ahead log stays longer");
    }
}
