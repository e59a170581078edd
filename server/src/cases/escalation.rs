//! What a coordinator must hear of: a clock that ran out, a decision past its term, a referral that was
//! refused. Looked at once a day by the server itself, and when somebody opens the list.

use super::records;
use crate::office::time;
use crate::state::AppState;
use crate::store::{self, StoreError};
use aanbel_shared::programme::{CLOCK_DAYS, Case, Clock, DECISION_DAYS, is_refused};
use aanbel_shared::record::{Record, RecordId, Records};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The setting that says on which day the server looked last.
const LOOKED: &str = "escalation_looked_on";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    ClockRed,
    DecisionLate,
    ReferralRefused,
}

impl Reason {
    pub const ALL: [Reason; 3] = [Reason::ClockRed, Reason::DecisionLate, Reason::ReferralRefused];

    pub fn key(self) -> &'static str {
        match self {
            Reason::ClockRed => "clock_red",
            Reason::DecisionLate => "decision_late",
            Reason::ReferralRefused => "referral_refused",
        }
    }

    /// As a heading.
    pub fn name_nl(self) -> &'static str {
        match self {
            Reason::ClockRed => "Meer dan 7 dagen en nog niets aangevraagd",
            Reason::DecisionLate => "Besluit is later dan mag",
            Reason::ReferralRefused => "Doorverwijzing geweigerd",
        }
    }
}

/// One thing to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    pub reason: Reason,
    /// The case itself, its application or its referral.
    pub record: RecordId,
    pub case: RecordId,
    /// Since which day it is so; none when only the look itself can say.
    pub since_on: Option<i32>,
}

/// All there is on this day, oldest first within each reason. Closed cases ask for nothing.
pub fn found(records: &Records, today: i32) -> Vec<Escalation> {
    let mut found = Vec::new();
    let cases = records.of_kind("case").filter_map(|record| Case::of(records, record.id));
    for case in cases.filter(|case| !case.is_closed()) {
        let mut add = |reason, record: &Record, since_on| {
            let (record, case) = (record.id, case.record.id);
            found.push(Escalation { reason, record, case, since_on });
        };
        if let Clock::Red(day) = case.clock(today, time::day_of) {
            add(Reason::ClockRed, case.record, Some(today - day + CLOCK_DAYS + 1));
        }
        for late in case.late_decisions(today) {
            let filed = late.date("filed_on");
            add(Reason::DecisionLate, late, filed.map(|day| day + DECISION_DAYS + 1));
        }
        let refused = case.referrals.iter().filter(|one| is_refused(one));
        refused.for_each(|one| add(Reason::ReferralRefused, one, one.date("answered_on")));
    }
    found.sort_by_key(|one| (one.reason, one.since_on, one.record));
    found
}

/// Looks, and keeps what it found with the day on which it was found first.
///
/// # Errors
/// Those of the database.
pub fn look(tx: &Connection, today: i32) -> Result<Vec<Escalation>, StoreError> {
    let mut found = found(&records::of_cases(tx, None)?, today);
    let mut known: BTreeMap<(Uuid, String), i32> = BTreeMap::new();
    let mut query = tx.prepare_cached("SELECT record, reason, since_on FROM escalation")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        known.insert((row.get(0)?, row.get(1)?), row.get(2)?);
    }
    tx.execute("DELETE FROM escalation", [])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO escalation (record, reason, worklist, since_on) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for one in &mut found {
        let first = known.get(&(one.record.0, one.reason.key().to_owned())).copied();
        let since_on = one.since_on.or(first).unwrap_or(today);
        one.since_on = Some(since_on);
        insert.execute(params![one.record.0, one.reason.key(), one.case.0, since_on])?;
    }
    Ok(found)
}

/// Looks when the server did not yet today. Tells how much there is when it did.
///
/// # Errors
/// Those of the database.
pub async fn look_daily(state: &AppState) -> Result<Option<usize>, StoreError> {
    let today = time::day_of(state.now_ms());
    let last = state.reader.read(|db| store::text(db, LOOKED)).await?;
    if last.is_some_and(|day| day == today.to_string()) {
        return Ok(None);
    }
    let job = move |tx: &Connection| -> Result<usize, StoreError> {
        let found = look(tx, today)?.len();
        store::set_text(tx, LOOKED, &today.to_string())?;
        Ok(found)
    };
    let found = state.writer.write(job).await?;
    tracing::info!(found, "looked at the cases");
    Ok(Some(found))
}
