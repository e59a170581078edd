//! A tenant who changed her mind: her name and all that was told goes out of the log by itself, with what
//! the law makes the municipality keep left standing. What is kept, and why, is the table here.

use super::apply::{self, new_id};
use super::find::{Dossier, Found};
use super::{Cause, Erasure, Ledger};
use crate::cases::withdrawal::{self, Withdrawal};
use crate::state::AppState;
use crate::store::{StoreError, log, projection};
use aanbel_shared::form::{FieldKind, Forms, Purpose};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use rusqlite::Connection;

/// Kinds of records of a case that stay, and why.
pub const KEPT: [(&str, &str); 4] = [
    (
        "case_source",
        "Dat er toestemming was, met welke tekst, en wanneer zij is ingetrokken. Dat moeten wij kunnen laten zien (AVG artikel 7, lid 1).",
    ),
    (
        "application",
        "Welke aanvraag wanneer bij de gemeente is ingediend, en het besluit; niet welke papieren meegingen. Dat hoort bij het archief van de gemeente (Archiefwet). Er staat geen naam en geen adres bij.",
    ),
    (
        "talk",
        "Alleen dat er een gesprek was, wanneer en hoe lang, voor de verantwoording (AVG artikel 5, lid 2).",
    ),
    ("appointment", "Alleen wanneer, en dat zij is afgezegd."),
];

/// Kinds of which nothing stays.
const GONE: [&str; 6] = ["note", "household", "scheme_check", "referral", "follow_up", "question"];

/// Fields that stay beside those that are kept to count or to show that all was right.
const STAYS: [(&str, &str); 10] = [
    ("offer", "answer"),
    ("application", "scheme"),
    ("application", "objection"),
    ("case", "closed"),
    ("case", "closed_on"),
    ("case", "opened_on"),
    ("talk", "at"),
    ("talk", "minutes"),
    ("appointment", "at"),
    ("appointment", "state"),
];

/// Whether somebody's name is still to be erased.
///
/// # Errors
/// Those of the database.
pub fn is_due(db: &Connection) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("SELECT 1 FROM withdrawal_due")?.exists([])?)
}

/// Erases now what is due, and cleans the files behind it. What fails is logged: the daily run tries
/// again.
pub async fn begin(state: &AppState) {
    match erase(state).await {
        Ok(0) => {}
        Ok(_) => {
            let state = state.clone();
            tokio::spawn(async move {
                if let Err(error) = crate::retention::scrub(&state).await {
                    tracing::warn!(%error, "the files still hold remains of an erasure");
                }
            });
        }
        Err(error) => tracing::warn!(%error, "a withdrawal was not erased; it is tried again"),
    }
}

/// Erases what is due. Gives how many erasures that were; the files may still hold remains.
///
/// # Errors
/// Those of the database and of the ledger.
pub async fn erase(state: &AppState) -> Result<usize, StoreError> {
    let (ledger, now_ms) = (Ledger::of(&state.config), state.now_ms());
    state.writer.write(move |tx| erase_due(tx, &ledger, now_ms)).await
}

/// As `erase`, in a transaction.
///
/// # Errors
/// As `erase`.
pub fn erase_due(tx: &Connection, ledger: &Ledger, now_ms: i64) -> Result<usize, StoreError> {
    let mut done = 0;
    for due in withdrawal::take_due(tx)? {
        let erasure = plan(tx, &due, now_ms)?;
        if erasure.records.is_empty() && erasure.fields.is_empty() {
            continue;
        }
        let id = erasure.id;
        apply::perform(tx, ledger, erasure)?;
        if let Some(case) = due.case {
            // So that the page can show what is kept.
            let mut note = tx.prepare_cached("UPDATE erasure SET door = ?2 WHERE id = ?1")?;
            note.execute((id, case.0))?;
        }
        done += 1;
    }
    Ok(done)
}

fn plan(tx: &Connection, due: &Withdrawal, now_ms: i64) -> Result<Erasure, StoreError> {
    let mut erasure = Erasure {
        id: new_id(now_ms),
        cause: Cause::Withdrawn,
        at_ms: now_ms,
        by: Vec::new(),
        doors: Vec::new(),
        records: Vec::new(),
        fields: Vec::new(),
        after_seq: None,
    };
    if let Some(offer) = due.offer {
        add_fields(tx, offer, "offer", &mut erasure)?;
    }
    let Some(case) = due.case else { return Ok(erasure) };
    let mut query = tx.prepare_cached("SELECT id, kind FROM record WHERE worklist = ?1")?;
    let found = query.query_map([case.0], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
    for (record, kind) in found.collect::<Result<Vec<(RecordId, String)>, _>>()? {
        match kind.as_str() {
            "case_source" => {}
            kind if GONE.contains(&kind) => erasure.records.push((record, WorklistId(case.0))),
            kind => add_fields(tx, record, kind, &mut erasure)?,
        }
    }
    Ok(erasure)
}

/// The fields of a record that go: all but those that count, show that all was right, or hold it
/// together.
fn add_fields(
    tx: &Connection,
    record: RecordId,
    kind: &str,
    erasure: &mut Erasure,
) -> Result<(), StoreError> {
    let (form, ops) = (Forms::built_in().form(kind), log::ops_of(tx, record)?);
    let was_said =
        |name: &str| ops.iter().any(|op| op.get(name).is_some_and(|one| *one != Value::Nothing));
    for (name, _) in projection::fields(tx, record)?.iter() {
        let field = form.and_then(|form| form.field(name));
        let stays = field.is_some_and(|field| {
            let field = field.field();
            matches!(field.purpose, Purpose::CountResults | Purpose::KeepRight)
                || field.kind == FieldKind::Reference
        });
        // The four steps that the caretaker reads are days and nothing more.
        let is_step = kind == "offer" && field.is_some_and(|f| f.field().kind == FieldKind::Date);
        if !stays && !is_step && !STAYS.contains(&(kind, name)) && was_said(name) {
            erasure.fields.push((record, name.to_owned()));
        }
    }
    Ok(())
}

/// What is left of a case after its resident changed her mind.
///
/// # Errors
/// Those of the database.
pub fn left(db: &Connection, case: RecordId) -> Result<Dossier, StoreError> {
    let mut query = db.prepare_cached("SELECT id, kind FROM record WHERE worklist = ?1")?;
    let found = query.query_map([case.0], |row| {
        Ok((RecordId(row.get(0)?), Found { kind: row.get(1)?, worklist: WorklistId(case.0) }))
    })?;
    Ok(Dossier { records: found.collect::<Result<_, _>>()?, ..Dossier::default() })
}
