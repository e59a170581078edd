//! The history of a visit as a line of changes: who, when, on which phone, and what it replaced.
//! Computed by folding the log in its order with the one fold there is.

use super::load::{Loaded, Writer};
use crate::office::values;
use aanbel_shared::record::{Op, Record, RecordId, Records, Value};

/// Ops of one phone on one record this close together are shown as one step.
const TOGETHER_MS: i64 = 5 * 60_000;

/// One step: what one person wrote on one record in a few minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub record: RecordId,
    /// What was changed, such as `Gesprek` or `Regeling: Huurtoeslag`.
    pub subject: String,
    pub writer: Writer,
    /// What the phone's clock said.
    pub at_ms: i64,
    pub received_ms: i64,
    pub changes: Vec<Line>,
    device: u32,
}

/// One field that got a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub label: String,
    /// What it replaced; empty for a first answer.
    pub old: Vec<String>,
    pub new: String,
    pub fate: Fate,
}

/// What became of the value when it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Taken,
    /// It stands beside another answer that its writer had not seen.
    Contradicts,
    /// A newer answer was there already.
    Late,
}

/// All steps, newest first.
pub fn steps(loaded: &Loaded) -> Vec<Step> {
    let mut records = Records::default();
    let mut steps: Vec<Step> = Vec::new();
    for entry in &loaded.entries {
        let lines = fold(&mut records, &entry.op);
        // The import makes an address; that is no news about a visit.
        let import = entry.op.kind == "address" && entry.op.get("street").is_some();
        if lines.is_empty() || import {
            continue;
        }
        let op = &entry.op;
        if let Some(last) = steps.last_mut().filter(|last| last.goes_on_with(op)) {
            last.changes.extend(lines);
            continue;
        }
        let Some(writer) = loaded.writers.get(&op.dot).cloned() else { continue };
        steps.push(Step {
            record: op.record,
            subject: loaded.get(op.record).map(subject).unwrap_or_default(),
            writer,
            at_ms: op.at_ms,
            received_ms: entry.received_ms,
            changes: lines,
            device: op.device().0,
        });
    }
    steps.reverse();
    steps
}

impl Step {
    fn goes_on_with(&self, op: &Op) -> bool {
        self.record == op.record
            && self.device == op.device().0
            && (op.at_ms - self.at_ms).abs() <= TOGETHER_MS
    }
}

fn fold(records: &mut Records, op: &Op) -> Vec<Line> {
    let replaced = records.apply(op);
    let Some(record) = records.get(op.record) else { return Vec::new() };
    op.set
        .iter()
        .filter(|one| !values::is_plumbing(&op.kind, &one.field))
        .map(|one| {
            let text = |value: &Value| values::text(&op.kind, &one.field, value);
            Line {
                label: values::label(&op.kind, &one.field),
                old: replaced
                    .iter()
                    .filter(|old| old.field == one.field && old.old.value != one.value)
                    .map(|old| text(&old.old.value))
                    .collect(),
                new: text(&one.value),
                fate: fate(record, op, &one.field),
            }
        })
        .collect()
}

fn fate(record: &Record, op: &Op, field: &str) -> Fate {
    let Some(register) = record.fields.get(field) else { return Fate::Late };
    match register.live().iter().any(|live| live.dot == op.dot) {
        false => Fate::Late,
        true if register.contradicts() => Fate::Contradicts,
        true => Fate::Taken,
    }
}

/// What a record is, in words: its kind, and for a checklist entry the scheme.
pub fn subject(record: &Record) -> String {
    let kind = values::kind_name(&record.kind);
    match record.str("scheme") {
        Some(scheme) if record.kind == "scheme_check" => {
            format!("{kind}: {}", values::scheme_name(scheme))
        }
        _ => kind,
    }
}
