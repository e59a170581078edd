//! Many jobs in one commit, on whatever thread the caller has. Nobody hears of success before the
//! commit; a job that fails is undone alone.

use super::StoreError;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Gives one job's outcome to its caller, once it is known whether the commit succeeded.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs inside a savepoint; says whether to keep what it did.
type Run = Box<dyn FnOnce(&Connection) -> (bool, Answer) + Send>;

/// One thing to write.
pub struct Job(Run);

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
        Job(Box::new(move |connection| {
            let result = work(connection);
            let keep = result.is_ok();
            let after: Answer = Box::new(move |commit| {
                answer(match commit {
                    Err(error) if keep => Err(error.into()),
                    _ => result,
                });
            });
            (keep, after)
        }))
    }
}

/// Runs all jobs, in one transaction as long as SQLite allows. `on_full` hears of a full disk.
pub fn commit_all(connection: &Connection, mut jobs: VecDeque<Job>, on_full: impl Fn()) {
    while !jobs.is_empty() {
        if commit_some(connection, &mut jobs).is_err_and(|error| is_full(&error)) {
            on_full();
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
    let (keep, answer) = match catch_unwind(AssertUnwindSafe(|| (job.0)(connection))) {
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
