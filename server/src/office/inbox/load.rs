//! What waits for a person: contradictions, set-aside ops, answered questions, silent phones.

use crate::error::AppError;
use crate::office::place::{self, Place};
use crate::office::values;
use crate::office::visit::load::{Writer, phone_name};
use crate::store::{StoreError, log, projection};
use aanbel_shared::record::{DeviceNo, Dot, RecordId};
use aanbel_shared::sync::Reason;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

/// A phone that says nothing for longer than this is worth a call.
pub const SILENT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// So many of each kind stand on the page; the rest follows when these are done.
pub const LISTED_MAX: usize = 50;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    pub contradictions: Vec<Contradiction>,
    pub set_aside: Vec<SetAside>,
    pub answers: Vec<Answer>,
    pub silent: Vec<Silent>,
}

/// One field on which people disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub place: Place,
    /// The record, such as `Gesprek`.
    pub subject: String,
    pub label: String,
    pub sides: Vec<Side>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub text: String,
    pub writer: Writer,
    pub at_ms: i64,
}

/// Ops on one record that were set aside for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub dots: Vec<Dot>,
    pub reason: Option<Reason>,
    pub writer: Writer,
    pub received_ms: i64,
    pub place: Place,
    pub kind: String,
    /// Label and value of what it says.
    pub says: Vec<(String, String)>,
    record: RecordId,
}

/// A question that was answered about a visit that nobody reviewed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub place: Place,
    pub asked: String,
    pub answered: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    pub phone: String,
    pub person: String,
    /// None for a phone that never sent anything.
    pub seen_ms: Option<i64>,
    pub waiting: i64,
}

impl Inbox {
    pub fn len(&self) -> usize {
        self.contradictions.len() + self.set_aside.len() + self.answers.len() + self.silent.len()
    }
}

pub fn load(conn: &Connection, now_ms: i64) -> Result<Inbox, AppError> {
    Ok(Inbox {
        contradictions: contradictions(conn)?,
        set_aside: set_aside(conn)?,
        answers: answers(conn)?,
        silent: silent(conn, now_ms)?,
    })
}

fn contradictions(conn: &Connection) -> Result<Vec<Contradiction>, AppError> {
    let mut query = conn.prepare_cached(
        "SELECT r.id, r.kind, l.field, s.value FROM record r
         JOIN live l ON l.record = r.id
         LEFT JOIN shown s ON s.record = r.id AND s.field = 'scheme'
         WHERE r.open > 0
         GROUP BY r.id, l.field HAVING count(DISTINCT l.value) > 1
         ORDER BY r.changed_ms, r.id, l.field LIMIT ?1",
    )?;
    let mut rows = query.query([LISTED_MAX as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (record, kind, field): (Uuid, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let register = projection::register(conn, RecordId(record), &field)?;
        let mut sides = Vec::new();
        for live in register.live() {
            let writer = writer_of(conn, live.dot)?;
            let text = values::text(&kind, &field, &live.value);
            sides.push(Side { text, writer, at_ms: live.at_ms });
        }
        found.push(Contradiction {
            place: place::of_record(conn, record)?,
            label: values::label(&kind, &field),
            subject: values::subject(&kind, row.get::<_, Option<String>>(3)?.as_deref()),
            sides,
        });
    }
    Ok(found)
}

fn writer_of(conn: &Connection, dot: Dot) -> Result<Writer, AppError> {
    let found = conn
        .prepare_cached(
            "SELECT coalesce(p.name, 'Systeem'), coalesce(d.label, '') FROM log l
             LEFT JOIN person p ON p.id = l.author LEFT JOIN device d ON d.number = l.device
             WHERE l.device = ?1 AND l.device_seq = ?2",
        )?
        .query_row((dot.device.0, dot.seq as i64), |row| {
            let label: String = row.get(1)?;
            Ok(Writer { person: row.get(0)?, phone: phone_name(dot.device, &label) })
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| Writer {
        person: "Onbekend".to_owned(),
        phone: phone_name(dot.device, ""),
    }))
}

/// Oldest first; what one phone wrote on one record stands together.
fn set_aside(conn: &Connection) -> Result<Vec<SetAside>, AppError> {
    let mut query = conn.prepare_cached(
        "SELECT q.device, q.device_seq, q.reason, q.received_ms, q.payload,
                coalesce(p.name, 'Onbekend'), coalesce(d.label, '')
         FROM quarantine q LEFT JOIN person p ON p.id = q.author
         LEFT JOIN device d ON d.number = q.device
         WHERE q.resolved_ms IS NULL ORDER BY q.received_ms, q.device, q.device_seq",
    )?;
    let mut rows = query.query([])?;
    let mut found: Vec<SetAside> = Vec::new();
    while let Some(row) = rows.next()? {
        let dot = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
        let reason = Reason::from_key(&row.get::<_, String>(2)?);
        let bytes = row.get_ref(4)?.as_blob().map_err(|_| StoreError::Damaged("an op"))?;
        let op = log::decode(bytes)?;
        let says =
            op.set.iter().filter(|one| !values::is_plumbing(&op.kind, &one.field)).map(|one| {
                let text = values::text(&op.kind, &one.field, &one.value);
                (values::label(&op.kind, &one.field), text)
            });
        let same = |item: &&mut SetAside| {
            item.record == op.record && item.reason == reason && item.dots[0].device == dot.device
        };
        if let Some(item) = found.iter_mut().find(same) {
            item.dots.push(dot);
            item.says.extend(says);
            continue;
        }
        if found.len() == LISTED_MAX {
            break;
        }
        let label: String = row.get(6)?;
        found.push(SetAside {
            dots: vec![dot],
            reason,
            writer: Writer { person: row.get(5)?, phone: phone_name(dot.device, &label) },
            received_ms: row.get(3)?,
            place: place::of_op(conn, &op)?,
            kind: values::kind_name(&op.kind),
            says: says.collect(),
            record: op.record,
        });
    }
    Ok(found)
}

fn answers(conn: &Connection) -> Result<Vec<Answer>, AppError> {
    let mut reviewed = conn.prepare_cached("SELECT reviewed FROM visit WHERE attempt = ?1")?;
    let mut query = conn.prepare_cached(
        "SELECT r.id, coalesce(q.value, ''), a.value FROM record r
         JOIN shown a ON a.record = r.id AND a.field = 'answered' AND a.value <> ''
         LEFT JOIN shown q ON q.record = r.id AND q.field = 'asked'
         WHERE r.kind = 'question' ORDER BY r.changed_ms",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()?.filter(|_| found.len() < LISTED_MAX) {
        // A question may be about any part of a visit; reviewing the visit settles it.
        let place = place::of_record(conn, row.get(0)?)?;
        let done: Option<bool> = reviewed.query_row([place.page], |row| row.get(0)).optional()?;
        if done != Some(true) {
            found.push(Answer { place, asked: row.get(1)?, answered: row.get(2)? });
        }
    }
    Ok(found)
}

fn silent(conn: &Connection, now_ms: i64) -> Result<Vec<Silent>, AppError> {
    let found = conn
        .prepare_cached(
            "SELECT d.number, d.label, p.name, d.seen_ms, d.waiting FROM device d
             JOIN person p ON p.id = d.person
             WHERE d.revoked_ms IS NULL AND p.active = 1
               AND coalesce(d.seen_ms, d.enrolled_ms) < ?1
             ORDER BY coalesce(d.seen_ms, d.enrolled_ms)",
        )?
        .query_map([now_ms - SILENT_MS], |row| {
            let label: String = row.get(1)?;
            Ok(Silent {
                phone: phone_name(DeviceNo(row.get(0)?), &label),
                person: row.get(2)?,
                seen_ms: row.get(3)?,
                waiting: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}
