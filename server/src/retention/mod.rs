//! What is not needed any more goes by itself, every day: the run, and the runs of the past. Erasing
//! itself is in `erase`; the page is in `office::residents`.
//!
//! The forms say per field by what it is kept. A record stays as long as its longest field, and as long as
//! something that hangs on it stays; a shorter field leaves earlier. `rule` says for every kind of record
//! from when its term is counted, `terms` how long it is, `due` finds what is over; `cases` and `joint` do
//! so for what has an end of its own, whatever its campaign does.

mod cases;
mod clock;
mod due;
mod joint;
pub mod rule;
mod terms;

pub use due::{Counts, Due, due};
pub use terms::{MONTHS_MAX, Terms};

use crate::access::audit::{self, Action, Actor};
use crate::cases::withdrawal;
use crate::erase::{Cause, Erasure, Ledger, part, perform, phones, withdrawn};
use crate::state::AppState;
use crate::store::{self, StoreError};
use crate::sync::set_aside;
use aanbel_shared::form::Forms;
use aanbel_shared::record::{RecordId, WorklistId};
use chrono::{DateTime, Months};
use due::{ASIDE, FIELDS};
use rusqlite::{Connection, params};

/// How long a line of the audit is kept, in months: longer than anything that it is about.
pub const AUDIT_MONTHS: u32 = 36;
/// Between two runs.
const DAY_MS: i64 = 86_400_000;
/// Records per commit, so that phones are served meanwhile.
const CHUNK: usize = 1_000;

/// Takes away what is due, in commits of a thousand, and notes the run.
///
/// # Errors
/// Those of the database and of the ledger; what was committed stays, the next run goes on.
pub async fn run(state: &AppState, by: Actor) -> Result<Counts, StoreError> {
    let now_ms = state.now_ms();
    let ledger = Ledger::of(&state.config);
    state.writer.write(move |tx| ledger.take_back_failed(tx)).await?;
    let found = move |db: &Connection| due(db, Terms::read(db)?, now_ms);
    let Due { counts, records, fields, aside } = state.reader.read(found).await?;
    for chunk in records.chunks(CHUNK) {
        erase(state, chunk.to_vec(), Vec::new(), now_ms).await?;
    }
    for chunk in fields.chunks(CHUNK) {
        erase(state, Vec::new(), chunk.to_vec(), now_ms).await?;
    }
    let told = serde_json::to_string(&counts).map_err(|_| StoreError::Damaged("a count"))?;
    let (line, total) = (by.did(Action::RetentionRun, now_ms), counts.total());
    let note = move |tx: &Connection| -> Result<(), StoreError> {
        for (place, op) in &aside {
            // A copy's other word under that number is then still known as another.
            part::note_op(tx, *place, op)?;
            set_aside::forget(tx, *place, op.record, now_ms)?;
        }
        phones::clear_old(tx, now_ms)?;
        audit::forget_before(tx, audit_from_ms(now_ms), by, now_ms)?;
        tx.execute(
            "INSERT INTO retention_run (at_ms, counts) VALUES (?1, ?2)",
            params![now_ms, told],
        )?;
        audit::record(tx, line.with("went", total))
    };
    state.writer.write(note).await?;
    if total > 0 {
        scrub(state).await?;
    }
    Ok(counts)
}

/// The moment from which on lines of the audit stay.
fn audit_from_ms(now_ms: i64) -> i64 {
    let now = DateTime::from_timestamp_millis(now_ms);
    let from = now.and_then(|now| now.checked_sub_months(Months::new(AUDIT_MONTHS)));
    from.map_or(i64::MIN, |from| from.timestamp_millis())
}

async fn erase(
    state: &AppState,
    records: Vec<(RecordId, WorklistId)>,
    fields: Vec<(RecordId, String)>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let ledger = Ledger::of(&state.config);
    let id = RecordId::at(at_ms, crate::access::random()).0;
    let (by, doors) = (Vec::new(), Vec::new());
    let (cause, after_seq) = (Cause::Retention, None);
    let erasure = Erasure { id, cause, at_ms, by, doors, records, fields, after_seq };
    let job = move |tx: &Connection| perform(tx, &ledger, erasure);
    state.writer.write(job).await
}

/// Cleans the files after an erasure, away from the threads that answer. Who wants to write waits.
///
/// # Errors
/// Those of the database.
pub async fn scrub(state: &AppState) -> Result<(), StoreError> {
    let folder = state.config.data.clone();
    state.writer.between(move || store::scrub::scrub(&folder)).await
}

/// One run of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub at_ms: i64,
    pub counts: Counts,
}

/// The last runs, newest first.
///
/// # Errors
/// Those of the database.
pub fn runs(db: &Connection, most: usize) -> Result<Vec<Run>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT at_ms, counts FROM retention_run ORDER BY id DESC LIMIT ?1")?;
    let runs = query.query_map([most as i64], |row| {
        let counts = serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default();
        Ok(Run { at_ms: row.get(0)?, counts })
    })?;
    Ok(runs.collect::<Result<_, _>>()?)
}

/// Runs when the last run is a day ago, and the clock can be believed. Gives whether it did.
///
/// # Errors
/// As `run`.
pub async fn run_daily(state: &AppState) -> Result<bool, StoreError> {
    if state.reader.read(store::scrub::is_needed).await? {
        // Somebody read all the while when it was tried.
        scrub(state).await?;
    }
    state.writer.write(|tx| withdrawal::note_late(tx, None)).await?;
    if withdrawn::erase(state).await? > 0 {
        scrub(state).await?;
    }
    let last = state.reader.read(|db| runs(db, 1)).await?;
    let now_ms = state.now_ms();
    let is_believed = state.writer.write(move |tx| clock::is_believed(tx, now_ms)).await?;
    if !is_believed {
        return Ok(false);
    }
    if last.first().is_some_and(|last| (0..DAY_MS).contains(&(now_ms - last.at_ms))) {
        return Ok(false);
    }
    let counts = run(state, Actor::SYSTEM).await?;
    tracing::info!(went = counts.total(), "retention");
    Ok(true)
}

/// What a kind in the counts is called.
pub fn name_nl(kind: &str) -> &str {
    match kind {
        ASIDE => "Apart gezet",
        FIELDS => "Losse antwoorden",
        kind => Forms::built_in().form(kind).map_or(kind, |form| &form.title),
    }
}
