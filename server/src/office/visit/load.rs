//! Everything the office knows of one visit: its records folded from the log, with who wrote what.

use crate::error::AppError;
use crate::store::log::{OP, Ops};
use aanbel_shared::record::{DeviceNo, Dot, Op, Record, RecordId, Records, WorklistId};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::collections::BTreeMap;
use uuid::Uuid;

/// In this order the parts of a visit stand on the page.
const ORDER: [&str; 9] = [
    "attempt",
    "talk",
    "household",
    "scheme_check",
    "referral",
    "follow_up",
    "note",
    "question",
    "address",
];

/// One visit with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub attempt: RecordId,
    pub worklist: WorklistId,
    pub street: String,
    pub district: String,
    pub campaign: String,
    pub campaign_id: Uuid,
    /// Folded, in the order of the page.
    pub parts: Vec<Record>,
    /// The log of all parts, oldest first.
    pub entries: Vec<Entry>,
    /// Who wrote the op with this number.
    pub writers: BTreeMap<Dot, Writer>,
}

/// One op as the log has it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub op: Op,
    pub received_ms: i64,
}

/// Who wrote something, and on which phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    pub person: String,
    pub phone: String,
}

impl Loaded {
    pub fn part(&self, kind: &str) -> Option<&Record> {
        self.parts.iter().find(|record| record.kind == kind && !record.is_withdrawn())
    }

    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> {
        self.parts.iter().filter(move |record| record.kind == kind && !record.is_withdrawn())
    }

    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.parts.iter().find(|record| record.id == id)
    }

    pub fn is_reviewed(&self) -> bool {
        self.part("attempt").and_then(|attempt| attempt.bool("reviewed")) == Some(true)
    }

    /// Whether a question was answered after the office last reviewed the visit.
    pub fn is_answered_since(&self) -> bool {
        let answered = |entry: &Entry| entry.op.kind == "question" && has(entry, "answered");
        let reviewed = |entry: &Entry| entry.op.record == self.attempt && has(entry, "reviewed");
        let newest = self.entries.iter().rev().find(|entry| answered(entry) || reviewed(entry));
        newest.is_some_and(answered)
    }

    /// Whether two people disagree somewhere in this visit.
    pub fn contradicts(&self) -> bool {
        self.parts.iter().any(|record| record.contradictions().next().is_some())
    }

    /// Street and number, as an address is written.
    pub fn address(&self) -> String {
        let Some(record) = self.part("address") else { return "Adres onbekend".to_owned() };
        let text = |field| record.str(field).unwrap_or_default();
        let dash = if text("addition").is_empty() { "" } else { "-" };
        let number = record.int("number").map(|number| number.to_string()).unwrap_or_default();
        let (street, letter, addition) = (text("street"), text("letter"), text("addition"));
        format!("{street} {number}{letter}{dash}{addition}")
    }

    pub fn postcode_and_town(&self) -> String {
        let text = |field| self.part("address").and_then(|r| r.str(field)).unwrap_or_default();
        format!("{} {}", text("postcode"), text("town")).trim().to_owned()
    }
}

fn has(entry: &Entry, field: &str) -> bool {
    entry.op.get(field).is_some()
}

/// Loads the visit. An address may be asked for too: a page without an attempt, on which the office
/// can settle what people disagree on at a door. `NotFound` for anything else.
pub fn load(conn: &Connection, attempt: RecordId) -> Result<Loaded, AppError> {
    let head = conn
        .query_row(
            "SELECT v.worklist, w.name, w.district, c.name, c.id
             FROM record v JOIN worklist w ON w.id = v.worklist JOIN campaign c ON c.id = w.campaign
             WHERE v.id = ?1 AND v.kind IN ('attempt', 'address')",
            [attempt.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )
        .optional()?;
    let (worklist, street, district, campaign, campaign_id) = head.ok_or(AppError::NotFound)?;
    let (entries, writers) = entries(conn, &part_ids(conn, attempt)?)?;
    let mut records = Records::default();
    for entry in &entries {
        records.apply(&entry.op);
    }
    let mut parts: Vec<Record> = records.iter().cloned().collect();
    let place = |record: &Record| ORDER.iter().position(|kind| *kind == record.kind);
    parts.sort_by_key(|record| (place(record).unwrap_or(ORDER.len()), record.id));
    Ok(Loaded {
        attempt,
        worklist: WorklistId(worklist),
        street,
        district,
        campaign,
        campaign_id,
        parts,
        entries,
        writers,
    })
}

/// The attempt, its address, its talks, their households with checks, and what hangs on those.
fn part_ids(conn: &Connection, attempt: RecordId) -> rusqlite::Result<Vec<Uuid>> {
    conn.prepare_cached(
        "WITH talk (id, household) AS (SELECT id, household FROM record
                                       WHERE parent = ?1 AND kind = 'talk'),
              home (id) AS (SELECT DISTINCT household FROM talk WHERE household IS NOT NULL),
              part (id) AS (
                  SELECT ?1
                  UNION SELECT parent FROM record WHERE id = ?1 AND parent IS NOT NULL
                  UNION SELECT id FROM talk
                  UNION SELECT id FROM home
                  UNION SELECT r.id FROM record r JOIN home ON r.parent = home.id
                        WHERE r.kind = 'scheme_check'
                  UNION SELECT r.id FROM record r JOIN talk ON r.parent = talk.id
                        WHERE r.kind IN ('referral', 'follow_up'))
         SELECT id FROM part
         UNION SELECT r.id FROM record r JOIN part ON r.parent = part.id
               WHERE r.kind IN ('note', 'question')",
    )?
    .query_map([attempt.0], |row| row.get(0))?
    .collect()
}

pub type Told = (Vec<Entry>, BTreeMap<Dot, Writer>);

/// The log of these records, oldest first, with who wrote each op.
pub fn entries(conn: &Connection, ids: &[Uuid]) -> Result<Told, AppError> {
    let marks = vec!["?"; ids.len()].join(", ");
    // Ops that were erased have no payload any more; what they said is gone from here too.
    let sql = format!(
        "SELECT {OP}, coalesce(p.name, ''), coalesce(d.label, '')
         FROM entry LEFT JOIN person p ON p.id = entry.author
                    LEFT JOIN device d ON d.number = entry.device
         WHERE entry.entry IN (SELECT entry FROM record_entry WHERE record IN ({marks}))
         ORDER BY entry.entry"
    );
    let mut query = conn.prepare(&sql)?;
    let mut rows = query.query(params_from_iter(ids))?;
    let (reader, mut entries, mut writers) = (Ops::new(conn), Vec::new(), BTreeMap::new());
    while let Some(row) = rows.next()? {
        let Some(op) = reader.read(row)? else { continue };
        let writer = writer(op.device(), row.get(6)?, &row.get::<_, String>(7)?);
        writers.insert(op.dot, writer);
        entries.push(Entry { op, received_ms: row.get(4)? });
    }
    Ok((entries, writers))
}

fn writer(device: DeviceNo, person: String, label: &str) -> Writer {
    let person = if person.is_empty() { "Systeem".to_owned() } else { person };
    Writer { person, phone: phone_name(device, label) }
}

/// How a phone is called on office pages.
pub fn phone_name(device: DeviceNo, label: &str) -> String {
    match (device, label) {
        (DeviceNo::OFFICE, _) => "kantoor".to_owned(),
        (device, "") => format!("telefoon {}", device.0),
        (device, label) => format!("{label} (nr. {})", device.0),
    }
}
