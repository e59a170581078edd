//! What is not needed any more goes by itself: how long each kind of record is kept, what is due, and
//! the daily run. Erasing itself is in `erase`; the page is in `office::residents`.
//!
//! The forms say per field whether it is kept by the campaign, by the case or by the register of
//! addresses. A record stays as long as its longest field, and as long as something that hangs on it
//! stays; a shorter field leaves earlier. Attempts without a talk so go three months after the campaign,
//! and talks with all that came of them twelve. A case is counted from the day on which it was closed.

mod cases;

use crate::access::audit::{self, Action, Actor};
use crate::cases::withdrawal;
use crate::erase::{Cause, Erasure, Ledger, UNSCRUBBED, apply, phones, withdrawn};
use crate::state::AppState;
use crate::store::{self, StoreError, log, projection};
use crate::sync::set_aside;
use aanbel_shared::form::{Form, Forms, Retention};
use aanbel_shared::record::{DeviceNo, Dot, RecordId, Value, WorklistId};
use chrono::{DateTime, Months};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Longest that a coordinator can set, in months.
pub const MONTHS_MAX: u32 = 24;
/// How long a line of the audit is kept, in months: longer than anything that it is about.
pub const AUDIT_MONTHS: u32 = 36;
/// Between two runs.
const DAY_MS: i64 = 86_400_000;
/// Records per commit, so that phones are served meanwhile.
const CHUNK: usize = 1_000;
/// How the runs count what was set aside and fields that went alone.
const ASIDE: &str = "apart";
const FIELDS: &str = "velden";

/// How long things are kept after a campaign was closed, in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What only says what happened at a door.
    pub campaign: u32,
    /// Talks and what came of them.
    pub case: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Terms { campaign: 3, case: 12 }
    }
}

impl Terms {
    /// As the coordinator set them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn read(db: &Connection) -> Result<Terms, StoreError> {
        let usual = Terms::default();
        let months = |key, usual| -> Result<u32, StoreError> {
            let set = store::text(db, key)?.and_then(|text| text.parse().ok());
            Ok(set.filter(|months| *months <= MONTHS_MAX).unwrap_or(usual))
        };
        Ok(Terms {
            campaign: months("retention_campaign", usual.campaign)?,
            case: months("retention_case", usual.case)?,
        })
    }

    /// # Errors
    /// Those of the database.
    pub fn write(self, tx: &Connection) -> Result<(), StoreError> {
        store::set_text(tx, "retention_campaign", &self.campaign.to_string())?;
        store::set_text(tx, "retention_case", &self.case.to_string())
    }

    /// Until when something is kept of a campaign closed at that moment; none for what stays.
    pub fn until_ms(self, retention: Retention, closed_ms: i64) -> Option<i64> {
        let months = match retention {
            Retention::Campaign => self.campaign,
            Retention::Case => self.case,
            Retention::Register => return None,
        };
        let closed = DateTime::from_timestamp_millis(closed_ms)?;
        Some(closed.checked_add_months(Months::new(months))?.timestamp_millis())
    }
}

/// What is due. `counts` is per kind of record, and for what was set aside and single fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(pub BTreeMap<String, usize>);

impl Counts {
    fn add(&mut self, kind: &str, number: usize) {
        if number > 0 {
            *self.0.entry(kind.to_owned()).or_default() += number;
        }
    }

    pub fn total(&self) -> usize {
        self.0.values().sum()
    }
}

/// What a run would take away.
#[derive(Clone, Debug, Default)]
pub struct Due {
    pub counts: Counts,
    records: Vec<(RecordId, WorklistId)>,
    fields: Vec<(RecordId, String)>,
    aside: Vec<(Dot, RecordId)>,
}

/// What is due at this moment. Changes nothing.
///
/// # Errors
/// Those of the database.
pub fn due(db: &Connection, terms: Terms, now_ms: i64) -> Result<Due, StoreError> {
    let mut due = Due::default();
    let mut query = db.prepare("SELECT id, closed_ms FROM campaign WHERE closed_ms IS NOT NULL")?;
    let closed = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for campaign in closed.collect::<Result<Vec<(Uuid, i64)>, _>>()? {
        let is_over = |retention| is_over(terms, retention, campaign.1, now_ms);
        if is_over(Retention::Campaign) || is_over(Retention::Case) {
            of_rows(db, &rows(db, OF_CAMPAIGN, campaign.0)?, is_over, &mut due)?;
        }
    }
    cases::of_cases(db, terms, now_ms, &mut due)?;
    cases::of_offers(db, terms, now_ms, &mut due)?;
    aside(db, terms, now_ms, &mut due)?;
    Ok(due)
}

struct Row {
    kind: String,
    worklist: WorklistId,
    parent: Option<RecordId>,
    household: Option<RecordId>,
    of_case: bool,
}

fn is_over(terms: Terms, retention: Retention, end_ms: i64, now_ms: i64) -> bool {
    terms.until_ms(retention, end_ms).is_some_and(|until_ms| until_ms <= now_ms)
}

/// What of these records is over as a whole, and which fields are of those that stay.
fn of_rows(
    db: &Connection,
    rows: &BTreeMap<RecordId, Row>,
    is_over: impl Fn(Retention) -> bool,
    due: &mut Due,
) -> Result<(), StoreError> {
    let form = |row: &Row| Forms::built_in().form(&row.kind);
    let mut kept: BTreeSet<RecordId> = rows
        .iter()
        .filter(|(_, row)| !form(row).is_some_and(|form| is_over(row.retention(form))))
        .map(|(id, _)| *id)
        .collect();
    let mut looked_at: Vec<RecordId> = kept.iter().copied().collect();
    while let Some(id) = looked_at.pop() {
        let Some(row) = rows.get(&id) else { continue };
        for above in row.parent.into_iter().chain(row.household) {
            if rows.contains_key(&above) && kept.insert(above) {
                looked_at.push(above);
            }
        }
    }
    for (id, row) in rows {
        if !kept.contains(id) {
            due.counts.add(&row.kind, 1);
            due.records.push((*id, row.worklist));
            continue;
        }
        let fields = form(row).into_iter().flat_map(|form| form.fields());
        for field in fields.filter(|field| is_over(field.retention)) {
            // Of a kind that is over as a whole, what stays does so for what hangs on it.
            let is_shorter = form(row).is_some_and(|form| field.retention < form.retention());
            if is_shorter && is_shown(db, *id, &field.key)? {
                due.counts.add(FIELDS, 1);
                due.fields.push((*id, field.key.clone()));
            }
        }
    }
    Ok(())
}

impl Row {
    /// The address in the list of a case tells who had a case, so it goes with it.
    fn retention(&self, form: &Form) -> Retention {
        if self.of_case && self.kind == "address" { Retention::Case } else { form.retention() }
    }
}

/// Records of a campaign; cases and offers have an end of their own.
const OF_CAMPAIGN: &str = "worklist.campaign = ?1 AND worklist.kind NOT IN ('case', 'offers')";
const OF_LIST: &str = "worklist.id = ?1";

fn rows(db: &Connection, which: &str, id: Uuid) -> Result<BTreeMap<RecordId, Row>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT record.id, record.kind, record.worklist, parent, household, worklist.kind = 'case'
         FROM record JOIN worklist ON worklist.id = record.worklist WHERE {which}"
    ))?;
    let rows = query.query_map([id], |row| {
        let id = |column| row.get::<_, Option<Uuid>>(column).map(|id| id.map(RecordId));
        let (parent, household) = (id(3)?, id(4)?);
        let worklist = WorklistId(row.get(2)?);
        let (kind, of_case) = (row.get(1)?, row.get(5)?);
        Ok((RecordId(row.get(0)?), Row { kind, worklist, parent, household, of_case }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn is_shown(db: &Connection, record: RecordId, field: &str) -> Result<bool, StoreError> {
    let register = projection::register(db, record, field)?;
    Ok(register.shown().is_some_and(|live| live.value != Value::Nothing))
}

/// Ops that never came into the log: those left out that long ago, and those of campaigns that are over.
fn aside(db: &Connection, terms: Terms, now_ms: i64, due: &mut Due) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT device, device_seq, payload, resolved_ms FROM quarantine
         WHERE payload IS NOT NULL AND COALESCE(resolution, '') <> 'accepted'",
    )?;
    let mut closed = db.prepare_cached(
        "SELECT closed_ms FROM worklist JOIN campaign ON campaign.id = campaign WHERE worklist.id = ?1",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let op = log::decode(&row.get::<_, Vec<u8>>(2)?)?;
        let of_campaign: Option<Option<i64>> =
            closed.query_row([op.worklist.0], |row| row.get(0)).optional()?;
        let ends = [row.get::<_, Option<i64>>(3)?, of_campaign.flatten()];
        let is_over =
            |end_ms| terms.until_ms(Retention::Campaign, end_ms).is_some_and(|at| at <= now_ms);
        if ends.into_iter().flatten().any(is_over) {
            let place = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
            due.counts.add(ASIDE, 1);
            due.aside.push((place, op.record));
        }
    }
    Ok(())
}

/// Takes away what is due, in commits of a thousand, and notes the run.
///
/// # Errors
/// Those of the database and of the ledger; what was committed stays, the next run goes on.
pub async fn run(state: &AppState, by: Actor) -> Result<Counts, StoreError> {
    let now_ms = state.now_ms();
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
        for (place, record) in &aside {
            set_aside::forget(tx, *place, *record, now_ms)?;
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
    let erasure = Erasure { id, cause: Cause::Retention, at_ms, by, doors, records, fields };
    let job = move |tx: &Connection| {
        ledger.append(&erasure)?;
        apply(tx, &erasure)
    };
    state.writer.write(job).await
}

/// Cleans the files after an erasure, away from the threads that answer.
///
/// # Errors
/// Those of the database.
pub async fn scrub(state: &AppState) -> Result<(), StoreError> {
    // Two at once would each keep the log of the other in use.
    static CLEANING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _alone = CLEANING.lock().await;
    let folder = state.config.data.clone();
    let cleaning = tokio::task::spawn_blocking(move || store::scrub::scrub(&folder));
    cleaning.await.map_err(|_| StoreError::Stopped)??;
    state.writer.write(|tx| store::set_text(tx, UNSCRUBBED, "0")).await
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

/// Runs when the last run is a day ago. Gives whether it did.
///
/// # Errors
/// As `run`.
pub async fn run_daily(state: &AppState) -> Result<bool, StoreError> {
    let unscrubbed = state.reader.read(|db| store::text(db, UNSCRUBBED)).await?;
    if unscrubbed.as_deref() == Some("1") {
        // Somebody read all the while when it was tried.
        scrub(state).await?;
    }
    state.writer.write(|tx| withdrawal::note_late(tx, None)).await?;
    if withdrawn::erase(state).await? > 0 {
        scrub(state).await?;
    }
    let last = state.reader.read(|db| runs(db, 1)).await?;
    let now_ms = state.now_ms();
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
