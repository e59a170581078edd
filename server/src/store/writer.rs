//! Writing: one thread, and many jobs per commit. A caller hears of success only after the commit.

use super::{Ballast, StoreError};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use tokio::sync::oneshot;

/// Most jobs in one commit.
const BATCH_MAX: usize = 64;
/// Most jobs that wait; beyond that callers wait to be let in.
const QUEUE_MAX: usize = 256;

/// Gives one job's outcome to its caller, once it is known whether the commit succeeded.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs inside a savepoint; says whether to keep what it did.
type Job = Box<dyn FnOnce(&Connection) -> (bool, Answer) + Send>;

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::SyncSender<Job>,
    counts: Arc<Counts>,
    ballast: Arc<Ballast>,
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
        let (seen, beside) = (counts.clone(), ballast.clone());
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&connection, &queue, &seen, &beside))?;
        Ok(Writer { jobs, counts, ballast })
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
        let boxed: Job = Box::new(move |connection| {
            let result = job(connection);
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |commit| {
                // A caller that went away needs no answer.
                drop(reply.send(match commit {
                    Err(error) if keep => Err(error.into()),
                    _ => result,
                }));
            });
            (keep, answer)
        });
        self.hand_in(boxed).await?;
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

fn run(connection: &Connection, queue: &mpsc::Receiver<Job>, counts: &Counts, ballast: &Ballast) {
    while let Ok(first) = queue.recv() {
        let mut batch = VecDeque::from([first]);
        batch.extend(queue.try_iter().take(BATCH_MAX - 1));
        counts.commits.fetch_add(1, Ordering::Relaxed);
        counts.jobs.fetch_add(batch.len() as u64, Ordering::Relaxed);
        counts.largest_batch.fetch_max(batch.len() as u64, Ordering::Relaxed);
        while !batch.is_empty() {
            if commit_some(connection, &mut batch).is_err_and(|error| is_full(&error)) {
                ballast.throw_out();
            }
        }
    }
}

/// Runs jobs up to the end of the batch, or until SQLite itself gave up the transaction, as it
/// does on a full disk; the jobs after that get a transaction of their own.
fn commit_some(connection: &Connection, batch: &mut VecDeque<Job>) -> rusqlite::Result<()> {
    let mut answers: Vec<Answer> = Vec::new();
    let result = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
        while let Some(job) = batch.pop_front() {
            answers.extend(run_one(connection, job)?);
            if connection.is_autocommit() {
                let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
                return Err(rusqlite::Error::SqliteFailure(full, None));
            }
        }
        connection.execute_batch("COMMIT")
    });
    if result.is_err() && !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
    if result.is_err() && answers.is_empty() {
        // Not even begun. Dropping the jobs tells their callers; trying again would never end.
        batch.clear();
    }
    for answer in answers {
        answer(match &result {
            Ok(()) => Ok(()),
            Err(error) => {
                Err(StoreError::Commit { full: is_full(error), sentence: error.to_string() })
            }
        });
    }
    result
}

/// One job in its savepoint. No answer when it panicked; its caller then hears `Stopped`.
fn run_one(connection: &Connection, job: Job) -> rusqlite::Result<Option<Answer>> {
    connection.execute_batch("SAVEPOINT job")?;
    let (keep, answer) = match catch_unwind(AssertUnwindSafe(|| job(connection))) {
        Ok((keep, answer)) => (keep, Some(answer)),
        Err(_) => (false, None),
    };
    if connection.is_autocommit() {
        return Ok(answer);
    }
    if !keep {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.execute_batch("RELEASE job")?;
    Ok(answer)
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}
