//! The history of a visit as a line of changes: who, when, on which phone, and what it replaced.
//! Computed by folding the log in its order with the one fold there is.

use super::load::{Loaded, Writer};
use crate::office::values;
use aanbel_shared::record::{Op, Record, RecordId, Records};

/// What one phone wrote this close together is shown as one step.
const TOGETHER_MS: u64 = 10 * 60_000;

/// One step: what one person wrote in a few minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub writer: Writer,
    /// What the phone's clock said at the first change.
    pub at_ms: i64,
    pub received_ms: i64,
    pub parts: Vec<Part>,
    device: u32,
}

/// What was changed on one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    record: RecordId,
    /// Such as `Gesprek`, or `Regeling: Huurtoeslag`.
    pub subject: String,
    pub lines: Vec<Line>,
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
        let op = &entry.op;
        let lines = fold(&mut records, op);
        // The import makes an address; that is no news about a visit.
        let import = op.kind == "address" && op.get("street").is_some();
        if lines.is_empty() || import {
            continue;
        }
        if !steps.last().is_some_and(|last| last.goes_on_with(op)) {
            let Some(writer) = loaded.writers.get(&op.dot).cloned() else { continue };
            steps.push(Step {
                writer,
                at_ms: op.at_ms,
                received_ms: entry.received_ms,
                parts: Vec::new(),
                device: op.device().0,
            });
        }
        if let Some(step) = steps.last_mut() {
            let subject = loaded.get(op.record).map(subject).unwrap_or_default();
            step.part(op.record, subject).take(lines);
        }
    }
    steps.reverse();
    steps
}

impl Step {
    fn goes_on_with(&self, op: &Op) -> bool {
        self.device == op.device().0 && op.at_ms.abs_diff(self.at_ms) <= TOGETHER_MS
    }

    fn part(&mut self, record: RecordId, subject: String) -> &mut Part {
        let place = self.parts.iter().position(|part| part.record == record);
        let place = place.unwrap_or_else(|| {
            self.parts.push(Part { record, subject, lines: Vec::new() });
            self.parts.len() - 1
        });
        &mut self.parts[place]
    }
}

impl Part {
    /// Adds lines; first choices of one set stand together on one.
    fn take(&mut self, lines: Vec<Line>) {
        for line in lines {
            match self.lines.last_mut() {
                Some(last) if last.goes_with(&line) => {
                    last.new = format!("{}, {}", last.new, line.new);
                }
                _ => self.lines.push(line),
            }
        }
    }
}

impl Line {
    fn goes_with(&self, next: &Line) -> bool {
        let same = !next.label.is_empty() && self.label == next.label;
        same && self.is_plain() && next.is_plain()
    }

    fn is_plain(&self) -> bool {
        self.old.is_empty() && self.fate == Fate::Taken
    }
}

fn fold(records: &mut Records, op: &Op) -> Vec<Line> {
    let replaced = records.apply(op);
    let Some(record) = records.get(op.record) else { return Vec::new() };
    op.set
        .iter()
        .filter(|one| !values::is_plumbing(&op.kind, &one.field))
        .map(|one| {
            let (label, new) = values::line(&op.kind, &one.field, &one.value);
            let old = replaced
                .iter()
                .filter(|old| old.field == one.field && old.old.value != one.value)
                .map(|old| values::line(&op.kind, &one.field, &old.old.value).1)
                .collect();
            Line { label, old, new, fate: fate(record, op, &one.field) }
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
    values::subject(&record.kind, record.str("scheme"))
}
