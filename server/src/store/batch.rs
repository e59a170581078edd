//! Many jobs in one commit, on whatever thread the caller has. Nobody hears of success before the
//! commit; a job that fails is undone alone.

use super::StoreError;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One thing to write.
pub struct Job(Box<dyn Work>);

trait Work: Send {
    /// Whether it may run again after all that it did was undone.
    fn is_repeatable(&self) -> bool;

    /// Says whether to keep what it did.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Gives the outcome to its caller, once it is known whether the commit succeeded. Says nothing when
    /// the job panicked.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Task<W, A, R> {
    work: W,
    is_repeatable: bool,
    result: Option<R>,
    answer: A,
}

impl<W, A, T, E> Work for Task<W, A, Result<T, E>>
where
    W: FnMut(&Connection) -> Option<Result<T, E>> + Send,
    A: FnOnce(Result<T, E>) + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn run(&mut self, connection: &Connection) -> bool {
        self.result = None;
        self.result = (self.work)(connection);
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        match (commit, self.result) {
            (_, None) => {}
            (Err(error), Some(Ok(_))) => (self.answer)(Err(error.into())),
            (_, Some(result)) => (self.answer)(result),
        }
    }
}

impl Job {
    /// `answer` hears what `work` gave, or that the commit failed. It hears nothing when `work`
    /// panics or its turn never comes.
    pub fn new<T, E>(
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Job
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let mut work = Some(work);
        let once = move |connection: &Connection| work.take().map(|work| work(connection));
        Job(Box::new(Task { work: once, is_repeatable: false, result: None, answer }))
    }

    /// As `new`, of work that may be done again after it was undone. Many of these share one undo, which
    /// is most of what writing to many pages costs; so this is for what comes in by the hundreds.
    pub fn repeatable<T, E>(
        work: impl Fn(&Connection) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Job
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let again = move |connection: &Connection| Some(work(connection));
        Job(Box::new(Task { work: again, is_repeatable: true, result: None, answer }))
    }

    /// False when it failed or panicked; then what it did is to be undone.
    fn run(&mut self, connection: &Connection) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.0.run(connection))).unwrap_or(false)
    }
}

/// Runs all jobs, in one transaction as long as SQLite allows. `on_full` hears of a full disk.
pub fn commit_all(connection: &Connection, mut jobs: VecDeque<Job>, on_full: impl Fn()) {
    while !jobs.is_empty() {
        let result = match together(connection, &mut jobs) {
            Some(result) => result,
            None => apart(connection, &mut jobs),
        };
        if result.is_err_and(|error| is_full(&error)) {
            on_full();
        }
    }
}

/// Commits the repeatable jobs in front with nothing to undo one alone. None when there are none, or one
/// failed: then nothing was done, and they are all to be run apart.
fn together(connection: &Connection, jobs: &mut VecDeque<Job>) -> Option<rusqlite::Result<()>> {
    let count = jobs.iter().take_while(|job| job.0.is_repeatable()).count();
    if count == 0 || connection.execute_batch("BEGIN IMMEDIATE").is_err() {
        return None;
    }
    let mut front = jobs.iter_mut().take(count);
    if !front.all(|job| job.run(connection) && !connection.is_autocommit()) {
        undo(connection);
        return None;
    }
    let result = connection.execute_batch("COMMIT");
    if result.is_err() {
        undo(connection);
    }
    tell(jobs.drain(..count), &result);
    Some(result)
}

/// Runs jobs up to the end of the batch, each with an undo of its own, or until SQLite itself gave up
/// the transaction, as it does on a full disk; the jobs after that get a transaction of their own.
fn apart(connection: &Connection, jobs: &mut VecDeque<Job>) -> rusqlite::Result<()> {
    let mut done: Vec<Job> = Vec::new();
    let result = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
        while let Some(job) = jobs.pop_front() {
            done.push(run_one(connection, job)?);
            if connection.is_autocommit() {
                let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
                return Err(rusqlite::Error::SqliteFailure(full, None));
            }
        }
        connection.execute_batch("COMMIT")
    });
    if result.is_err() {
        undo(connection);
    }
    if result.is_err() && done.is_empty() {
        // Not even begun. Dropping the jobs tells their callers; trying again would never end.
        jobs.clear();
    }
    tell(done, &result);
    result
}

/// One job in its savepoint.
fn run_one(connection: &Connection, mut job: Job) -> rusqlite::Result<Job> {
    connection.execute_batch("SAVEPOINT job")?;
    let keep = job.run(connection);
    if connection.is_autocommit() {
        return Ok(job);
    }
    if !keep {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.execute_batch("RELEASE job")?;
    Ok(job)
}

fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
}

fn tell(jobs: impl IntoIterator<Item = Job>, result: &rusqlite::Result<()>) {
    for job in jobs {
        job.0.answer(match result {
            Ok(()) => Ok(()),
            Err(error) => {
                Err(StoreError::Commit { full: is_full(error), sentence: error.to_string() })
            }
        });
    }
}

fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}
