//! What waits for a person: contradictions, set-aside ops, answered questions, silent phones.

use crate::error::AppError;
use crate::office::contradiction::{NOT_READ, may_read};
use crate::office::place::{self, Place};
use crate::office::values;
use crate::office::visit::load::{Writer, phone_name};
use crate::store::{StoreError, log, projection};
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId};
use aanbel_shared::sync::Reason;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A phone that says nothing for longer than this is worth a call.
pub const SILENT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// So many of each kind stand on the page; the rest follows when these are done.
pub const LISTED_MAX: usize = 50;
/// So many lines of what a set-aside change says, each with so many letters at most. A phone may
/// send anything; what it sent is kept whole, only the page is cut.
const SAYS_MAX: usize = 20;
const LETTERS_MAX: usize = 200;
/// No more set-aside ops than this are read for one page.
const READ_MAX: usize = LISTED_MAX * LISTED_MAX;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    pub contradictions: Vec<Contradiction>,
    pub set_aside: Vec<SetAside>,
    /// Set-aside ops for which there was no place on the page.
    pub set_aside_rest: usize,
    pub answers: Vec<Answer>,
    pub silent: Vec<Silent>,
}

/// One field on which people disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub place: Place,
    pub record: RecordId,
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
    /// At most [`LISTED_MAX`]; `more` counts those that are left.
    pub dots: Vec<Dot>,
    pub more: usize,
    pub reason: Option<Reason>,
    pub writer: Writer,
    pub received_ms: i64,
    pub place: Place,
    pub kind: String,
    /// Label and value of what it says, cut to what fits on a page.
    pub says: Vec<(String, String)>,
    /// How many lines were left out.
    pub unsaid: usize,
    /// A corporation wrote it for itself, so what it says is not read here.
    pub is_sealed: bool,
    record: RecordId,
}

/// A question that was answered about a visit that nobody reviewed since.
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
    let (set_aside, set_aside_rest) = set_aside(conn)?;
    Ok(Inbox {
        contradictions: contradictions(conn)?,
        set_aside,
        set_aside_rest,
        answers: answers(conn)?,
        silent: silent(conn, now_ms)?,
    })
}

fn contradictions(conn: &Connection) -> Result<Vec<Contradiction>, AppError> {
    let mut query = conn.prepare_cached(
        "SELECT id, kind, live FROM record WHERE open > 0 AND kind <> ?2
         ORDER BY changed_ms, id LIMIT ?1",
    )?;
    let mut rows = query.query(params![LISTED_MAX as i64, NOT_READ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (record, kind): (Uuid, String) = (row.get(0)?, row.get(1)?);
        let live = row.get_ref(2)?.as_blob().map_err(|_| StoreError::Damaged("a record"))?;
        let fields = projection::Fields::unpack(live)?;
        let scheme = fields.get("scheme").and_then(|scheme| scheme.live().first());
        let scheme = scheme.and_then(|live| live.value.as_str());
        for (field, register) in fields.contradictions() {
            let mut sides = Vec::new();
            for live in register.live() {
                let writer = writer_of(conn, live.dot)?;
                let text = values::text(&kind, field, &live.value);
                sides.push(Side { text, writer, at_ms: live.at_ms });
            }
            found.push(Contradiction {
                place: place::of_record(conn, record)?,
                record: RecordId(record),
                label: values::label(&kind, field),
                subject: values::subject(&kind, scheme),
                sides,
            });
        }
    }
    found.truncate(LISTED_MAX);
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

/// Oldest first; what one phone wrote on one record stands together. Also gives how many ops found
/// no place.
fn set_aside(conn: &Connection) -> Result<(Vec<SetAside>, usize), AppError> {
    let waiting: i64 = conn
        .prepare_cached("SELECT count(*) FROM quarantine WHERE resolved_ms IS NULL")?
        .query_row([], |row| row.get(0))?;
    let mut query = conn.prepare_cached(
        "SELECT q.device, q.device_seq, q.reason, q.received_ms, q.payload,
                coalesce(p.name, 'Onbekend'), coalesce(d.label, '')
         FROM quarantine q LEFT JOIN person p ON p.id = q.author
         LEFT JOIN device d ON d.number = q.device
         WHERE q.resolved_ms IS NULL ORDER BY q.received_ms, q.device, q.device_seq LIMIT ?1",
    )?;
    let mut rows = query.query([READ_MAX as i64])?;
    let mut found: Vec<SetAside> = Vec::new();
    while let Some(row) = rows.next()? {
        let dot = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
        let reason = Reason::from_key(&row.get::<_, String>(2)?);
        let bytes = row.get_ref(4)?.as_blob().map_err(|_| StoreError::Damaged("an op"))?;
        let op = log::decode(bytes)?;
        let same = |item: &&mut SetAside| {
            item.record == op.record && item.reason == reason && item.dots[0].device == dot.device
        };
        if let Some(item) = found.iter_mut().find(same) {
            item.take(dot, &op);
            continue;
        }
        if found.len() == LISTED_MAX {
            continue;
        }
        let label: String = row.get(6)?;
        let mut item = SetAside {
            dots: Vec::new(),
            more: 0,
            reason,
            writer: Writer { person: row.get(5)?, phone: phone_name(dot.device, &label) },
            received_ms: row.get(3)?,
            place: place::of_op(conn, &op)?,
            kind: cut(values::kind_name(&op.kind)),
            says: Vec::new(),
            unsaid: 0,
            is_sealed: !may_read(&op.kind),
            record: op.record,
        };
        item.take(dot, &op);
        found.push(item);
    }
    let placed: usize = found.iter().map(|item| item.dots.len() + item.more).sum();
    Ok((found, usize::try_from(waiting).unwrap_or(0).saturating_sub(placed)))
}

impl SetAside {
    /// Adds an op on the same record: whole, or only to the count when there are many.
    fn take(&mut self, dot: Dot, op: &Op) {
        if self.dots.len() == LISTED_MAX {
            self.more += 1;
            return;
        }
        self.dots.push(dot);
        if self.is_sealed {
            return;
        }
        for one in op.set.iter().filter(|one| !values::is_plumbing(&op.kind, &one.field)) {
            if self.says.len() == SAYS_MAX {
                self.unsaid += 1;
                continue;
            }
            let (label, text) = values::line(&op.kind, &one.field, &one.value);
            self.says.push((cut(label), cut(text)));
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LETTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// When a field got the value that stands now, as the number of its line in the log.
fn written(conn: &Connection, record: Uuid, field: &str) -> Result<Option<i64>, StoreError> {
    let mut entry =
        conn.prepare_cached("SELECT entry FROM log WHERE device = ?1 AND device_seq = ?2")?;
    let mut last = None;
    for live in projection::register(conn, RecordId(record), field)?.live() {
        let place = (live.dot.device.0, live.dot.seq as i64);
        last = last.max(entry.query_row(place, |row| row.get(0)).optional()?);
    }
    Ok(last)
}

fn answers(conn: &Connection) -> Result<Vec<Answer>, AppError> {
    let mut reviewed = conn.prepare_cached("SELECT reviewed FROM visit WHERE attempt = ?1")?;
    let mut query = conn.prepare_cached(
        "SELECT id, coalesce(field(live, 'asked'), ''), field(live, 'answered') FROM record
         WHERE kind = 'question' AND field(live, 'answered') <> '' ORDER BY changed_ms",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()?.filter(|_| found.len() < LISTED_MAX) {
        // A question may be about any part of a visit; reviewing the visit after it settles it.
        let question: Uuid = row.get(0)?;
        let place = place::of_record(conn, question)?;
        let done: Option<bool> =
            reviewed.query_row([place.visit()], |row| row.get(0)).optional()?;
        let seen = match place.visit().filter(|_| done == Some(true)) {
            Some(visit) => {
                written(conn, visit, "reviewed")? >= written(conn, question, "answered")?
            }
            None => false,
        };
        if !seen {
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
        .query_map([now_ms.saturating_sub(SILENT_MS)], |row| {
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
