//! What is due, looked up without changing anything: the dry run, and the first half of a run.

use super::terms::Terms;
use super::{cases, joint};
use crate::store::{StoreError, log, projection};
use aanbel_shared::form::{Form, Forms, Retention};
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId, Value, WorklistId};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How the runs count what was set aside and fields that went alone.
pub(super) const ASIDE: &str = "apart";
pub(super) const FIELDS: &str = "velden";

/// What is due. `counts` is per kind of record, and for what was set aside and single fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(pub BTreeMap<String, usize>);

impl Counts {
    fn add_one(&mut self, kind: &str) {
        *self.0.entry(kind.to_owned()).or_default() += 1;
    }

    pub fn total(&self) -> usize {
        self.0.values().sum()
    }
}

/// What a run would take away.
#[derive(Clone, Debug, Default)]
pub struct Due {
    pub counts: Counts,
    pub(super) records: Vec<(RecordId, WorklistId)>,
    pub(super) fields: Vec<(RecordId, String)>,
    pub(super) aside: Vec<(Dot, Op)>,
}

impl Due {
    pub(super) fn add(&mut self, kind: &str, record: RecordId, worklist: WorklistId) {
        self.counts.add_one(kind);
        self.records.push((record, worklist));
    }

    /// Records that go as a whole.
    pub(super) fn whole(&self) -> BTreeSet<RecordId> {
        self.records.iter().map(|(record, _)| *record).collect()
    }
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
        let is_over = |retention| terms.is_over(retention, campaign.1, now_ms);
        if is_over(Retention::Campaign) || is_over(Retention::Case) {
            of_rows(db, &rows(db, OF_CAMPAIGN, campaign.0)?, is_over, &mut due)?;
        }
    }
    cases::of_cases(db, terms, now_ms, &mut due)?;
    cases::of_offers(db, terms, now_ms, &mut due)?;
    joint::of_visits(db, terms, now_ms, &mut due)?;
    joint::of_plans(db, terms, now_ms, &mut due)?;
    aside(db, terms, now_ms, &mut due)?;
    Ok(due)
}

/// What a run must know of a record.
pub(super) struct Row {
    kind: String,
    worklist: WorklistId,
    parent: Option<RecordId>,
    household: Option<RecordId>,
    /// The kind of its worklist.
    list: String,
}

/// What of these records is over as a whole, and which fields are of those that stay.
pub(super) fn of_rows(
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
            due.add(&row.kind, *id, row.worklist);
            continue;
        }
        let fields = form(row).into_iter().flat_map(|form| form.fields());
        for field in fields.filter(|field| is_over(field.retention)) {
            // Of a kind that is over as a whole, what stays does so for what hangs on it.
            let is_shorter = form(row).is_some_and(|form| field.retention < form.retention());
            if is_shorter && is_said(db, *id, &field.key)? {
                due.counts.add_one(FIELDS);
                due.fields.push((*id, field.key.clone()));
            }
        }
    }
    Ok(())
}

impl Row {
    /// The address in the list of a case or a joint visit tells who had one, so it goes with it.
    fn retention(&self, form: &Form) -> Retention {
        match (self.kind.as_str(), self.list.as_str()) {
            ("address", "case") => Retention::Case,
            ("address", "joint") => Retention::Visit,
            _ => form.retention(),
        }
    }
}

/// Records of the streets of a campaign; all else has an end of its own.
const OF_CAMPAIGN: &str = "worklist.campaign = ?1 AND worklist.kind = 'turf'";
pub(super) const OF_LIST: &str = "worklist.id = ?1";

/// The records in lists that `which` chooses by `id`.
///
/// # Errors
/// Those of the database.
pub(super) fn rows(
    db: &Connection,
    which: &str,
    id: Uuid,
) -> Result<BTreeMap<RecordId, Row>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT record.id, record.kind, record.worklist, parent, household, worklist.kind
         FROM record JOIN worklist ON worklist.id = record.worklist WHERE {which}"
    ))?;
    let rows = query.query_map([id], |row| {
        let id = |column| row.get::<_, Option<Uuid>>(column).map(|id| id.map(RecordId));
        let (parent, household) = (id(3)?, id(4)?);
        let worklist = WorklistId(row.get(2)?);
        let (kind, list) = (row.get(1)?, row.get(5)?);
        Ok((RecordId(row.get(0)?), Row { kind, worklist, parent, household, list }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Also when what is shown says nothing: a value that came in after an erasure stands beside that.
fn is_said(db: &Connection, record: RecordId, field: &str) -> Result<bool, StoreError> {
    let register = projection::register(db, record, field)?;
    Ok(register.live().iter().any(|live| live.value != Value::Nothing))
}

/// Ops that never came into the log: those left out that long ago, those of campaigns that are over, and
/// those on which nobody decides, of a list that has no campaign which ends.
fn aside(db: &Connection, terms: Terms, now_ms: i64, due: &mut Due) -> Result<(), StoreError> {
    let mut query = db.prepare_cached(
        "SELECT device, device_seq, payload, resolved_ms, received_ms FROM quarantine
         WHERE payload IS NOT NULL AND COALESCE(resolution, '') <> 'accepted'",
    )?;
    let mut closed = db.prepare_cached(
        "SELECT closed_ms, worklist.kind FROM worklist JOIN campaign ON campaign.id = campaign
         WHERE worklist.id = ?1",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let op = log::decode(&row.get::<_, Vec<u8>>(2)?)?;
        let list = closed.query_row([op.worklist.0], |row| Ok((row.get(0)?, row.get(1)?)));
        let (closed_ms, kind): (Option<i64>, Option<String>) = list.optional()?.unwrap_or_default();
        let ends = [row.get::<_, Option<i64>>(3)?, closed_ms];
        let is_over = |end_ms| terms.is_over(Retention::Campaign, end_ms, now_ms);
        let received_ms = row.get(4)?;
        let is_too_old = kind.as_deref() != Some("turf")
            && [Retention::Case, Retention::Visit]
                .iter()
                .all(|one| terms.is_over(*one, received_ms, now_ms));
        if is_too_old || ends.into_iter().flatten().any(is_over) {
            let place = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
            due.counts.add_one(ASIDE);
            due.aside.push((place, op));
        }
    }
    Ok(())
}
