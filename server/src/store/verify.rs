//! Whether what is kept is whole: the chain of the log, the tables against a rebuild from it, what
//! points at nothing, what was set aside. Reads only.

use super::log::{self, ENVELOPE, Envelope, Hash, OP, Ops, Salt};
use super::{StoreError, projection, schema};
use crate::access::{audit, hex};
use crate::sync::set_aside::ERASED;
use aanbel_shared::record::{DeviceNo, Dot, WorklistId};
use aanbel_shared::sync::Reason;
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// Most problems told one by one.
const TOLD_MAX: usize = 100;

/// The tables that follow from the log, with their columns, the key first.
const TABLES: [(&str, &str); 2] = [
    (
        "record",
        "id, nr, kind, worklist, parent, household, created_ms, changed_ms, author, device, open, live",
    ),
    ("visit", "*"),
];

/// What a check found. `problems` is empty when all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub problems: Vec<String>,
    /// Problems beyond those told.
    pub more: usize,
    pub entries: i64,
    pub records: i64,
    pub set_aside: i64,
    pub open: i64,
    /// The last link of the log; note it elsewhere, and cutting the log short shows too.
    pub chain: String,
    pub audit_lines: i64,
    /// The last link of the audit.
    pub audit_chain: String,
}

impl Report {
    fn wrong(&mut self, problem: String) {
        if self.problems.len() < TOLD_MAX {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }
}

/// Checks the database of `folder`, at one moment, also while a server runs.
///
/// # Errors
/// When the database cannot be read at all; what is wrong in it is in the report.
pub fn verify(folder: &Path) -> Result<Report, StoreError> {
    let mut connection = schema::open_for_reading(&folder.join(schema::DATABASE))?;
    let moment = connection.transaction()?;
    let mut report = Report::default();
    pages(&moment, &mut report)?;
    chain(&moment, &mut report)?;
    let aside = set_aside(&moment, &mut report)?;
    sequences(&moment, &mut report)?;
    tables(&moment, &mut report)?;
    references(&moment, &aside, &mut report)?;
    trail(&moment, &mut report)?;
    remains(&moment, &mut report)?;
    report.records = count(&moment, "SELECT COUNT(*) FROM record")?;
    report.open = count(&moment, "SELECT COUNT(*) FROM quarantine WHERE resolved_ms IS NULL")?;
    moment.finish()?;
    Ok(report)
}

/// Every line of the audit is as it was written.
fn trail(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let found = audit::check(db)?;
    (report.audit_lines, report.audit_chain) = (found.lines, found.chain);
    found.problems.into_iter().for_each(|problem| report.wrong(problem));
    Ok(())
}

fn count(db: &Connection, query: &str) -> Result<i64, StoreError> {
    Ok(db.query_row(query, [], |row| row.get(0))?)
}

/// SQLite's own check.
fn pages(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut query = db.prepare("PRAGMA integrity_check")?;
    let lines = query.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        if line != "ok" {
            report.wrong(format!("database file: {line}"));
        }
    }
    let mut query = db.prepare("PRAGMA foreign_key_check")?;
    let tables = query.query_map([], |row| row.get::<_, String>(0))?;
    for table in tables {
        report.wrong(format!("a row of {} points at a row that is not there", table?));
    }
    Ok(())
}

/// Every log entry follows from the one before, and says what it said when it was linked.
fn chain(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut query = db.prepare(&format!(
        "SELECT {OP}, {ENVELOPE}, {ROW} FROM entry
         LEFT JOIN log AS begin ON begin.entry = entry.first ORDER BY entry.entry"
    ))?;
    let mut rows = query.query([])?;
    let reader = Ops::new(db);
    let mut before: Hash = [0; 32];
    let mut last_in: BTreeMap<WorklistId, i64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        report.entries += 1;
        let entry: i64 = row.get(6)?;
        if entry != report.entries {
            report.wrong(format!("log: entry {} is missing", report.entries));
            report.entries = entry;
        }
        // Whatever is wrong with this row, the next is held against the link that stands in it.
        match linked(row, &reader, &before) {
            Ok((worklist, seq)) => {
                let last = last_in.entry(worklist).or_default();
                *last += 1;
                if *last != seq {
                    report.wrong(format!("log: entry {entry} has number {seq} in its list"));
                    *last = seq;
                }
            }
            Err(fault) => report.wrong(format!("log: entry {entry} {fault}")),
        }
        before = row.get(14).unwrap_or_default();
    }
    report.chain = hex(&before);
    begun_twice(db, report)?;
    last_numbers(db, &last_in, report)
}

/// What the check reads of an entry beyond op and envelope: its link, its salt, what is left of it after
/// an erasure, and whether it is filed under a record as it should.
const ROW: &str = "entry.chain, entry.salt, entry.payload_hash,
     EXISTS (SELECT 1 FROM erasure WHERE erasure.id = entry.erasure AND done = 1),
     IIF(entry.first IS NULL, 1, entry.first < entry.entry AND begin.record = entry.record),
     entry.erasure IS NULL";

/// List and number in it of an entry that says what was written; otherwise what is wrong with it.
fn linked(
    row: &Row<'_>,
    reader: &Ops<'_>,
    before: &Hash,
) -> Result<(WorklistId, i64), &'static str> {
    let unreadable = "cannot be read";
    let (envelope, salt, left, erased, filed, stands) = columns(row).map_err(|_| unreadable)?;
    let op = reader.read(row).map_err(|_| unreadable)?;
    let hash = match (op, salt, left) {
        (Some(op), Some(salt), None) if stands => log::sealed(&salt, &op),
        (Some(_), Some(_), None) => return Err("says that it was erased, and was not"),
        (None, None, Some(left)) if erased => left,
        (None, ..) => return Err("lost what it says, and no erasure took that"),
        _ => return Err("does not say what was written"),
    };
    let link: Hash = row.get(14).map_err(|_| unreadable)?;
    if envelope.chained_to(before, &hash) != link {
        return Err("is not what was written, or not in its place: the chain breaks here");
    }
    if !filed {
        return Err("is filed under another record");
    }
    Ok((envelope.worklist, envelope.seq))
}

type Columns = (Envelope, Option<Salt>, Option<Hash>, bool, bool, bool);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    let envelope = Envelope::read(row, 6)?;
    Ok((envelope, row.get(15)?, row.get(16)?, row.get(17)?, row.get(18)?, row.get(19)?))
}

/// A record begins once: its later entries are found by the number of the first.
fn begun_twice(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut query = db.prepare(
        "SELECT MAX(entry) FROM log WHERE record IS NOT NULL GROUP BY record HAVING COUNT(*) > 1",
    )?;
    let entries = query.query_map([], |row| row.get::<_, i64>(0))?;
    for entry in entries {
        report.wrong(format!("log: entry {} begins a record that was there", entry?));
    }
    Ok(())
}

fn last_numbers(
    db: &Connection,
    last_in: &BTreeMap<WorklistId, i64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut query = db.prepare("SELECT id, last_seq FROM worklist")?;
    let rows = query.query_map([], |row| Ok((WorklistId(row.get(0)?), row.get::<_, i64>(1)?)))?;
    for row in rows {
        let (worklist, last) = row?;
        if last_in.get(&worklist).copied().unwrap_or(0) != last {
            report.wrong(format!("list {worklist}: its last {last} is not what the log has"));
        }
    }
    Ok(())
}

/// Ops set aside can be read and stand in the log once accepted. Gives the records they are on.
fn set_aside(db: &Connection, report: &mut Report) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut query = db.prepare(
        "SELECT quarantine.device, quarantine.device_seq, reason, quarantine.payload, resolution,
                log.entry IS NOT NULL,
                erased_record IS NOT NULL
         FROM quarantine LEFT JOIN log
           ON log.device = quarantine.device AND log.device_seq = quarantine.device_seq",
    )?;
    let mut rows = query.query([])?;
    let mut records = BTreeSet::new();
    while let Some(row) = rows.next()? {
        report.set_aside += 1;
        let dot = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
        let (reason, resolution): (String, Option<String>) = (row.get(2)?, row.get(4)?);
        match row.get::<_, Option<Vec<u8>>>(3)?.map(|payload| log::decode(&payload)) {
            Some(Ok(op)) => drop(records.insert(op.record.0)),
            Some(Err(_)) => report.wrong(format!("set aside: op {dot} cannot be read")),
            None if row.get(6)? => {}
            None => report.wrong(format!("set aside: op {dot} is gone, and no erasure took it")),
        }
        if Reason::from_key(&reason).is_none() && reason != ERASED {
            report.wrong(format!("set aside: op {dot} has no known reason"));
        }
        let accepted = resolution.as_deref() == Some("accepted");
        if accepted != row.get::<_, bool>(5)? {
            report.wrong(format!("set aside: op {dot} and the log do not agree"));
        }
    }
    Ok(records)
}

/// What a device was told is kept, is there: in the log, set aside, or noted as gone.
fn sequences(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut query = db.prepare(
        "SELECT number, kept,
                (SELECT COUNT(*) FROM (SELECT device_seq FROM log WHERE device = number
                                       UNION
                                       SELECT device_seq FROM quarantine WHERE device = number)),
                (SELECT COALESCE(SUM(to_seq - from_seq + 1), 0) FROM hole WHERE device = number),
                (SELECT COALESCE(MAX(device_seq), 0) FROM log WHERE device = number)
         FROM device",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (number, kept): (u32, i64) = (row.get(0)?, row.get(1)?);
        let (found, gone, highest): (i64, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        // The office's own numbers leave room after a restore.
        if number != 0 && found + gone < kept {
            report.wrong(format!("device {number}: {kept} kept, {} found", found + gone));
        }
        if highest > kept {
            report.wrong(format!("device {number}: the log has {highest}, beyond {kept} kept"));
        }
    }
    Ok(())
}

/// The tables that pages read are what the log makes of them.
fn tables(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let rebuilt = schema::open_in_memory()?;
    if let Err(error) = projection::rebuild(db, &rebuilt) {
        report.wrong(format!("the tables cannot be rebuilt: {error}"));
        return Ok(());
    }
    for (table, columns) in TABLES {
        let query = format!("SELECT {columns} FROM {table} ORDER BY 1");
        let (mut kept, mut made) = (db.prepare(&query)?, rebuilt.prepare(&query)?);
        let (mut kept, mut made) = (kept.query([])?, made.query([])?);
        let mut place = 0;
        loop {
            let (one, other) = (cells(kept.next()?)?, cells(made.next()?)?);
            if one.is_none() && other.is_none() {
                break;
            }
            place += 1;
            if one != other {
                report.wrong(format!("table {table}: row {place} differs from the log"));
                break;
            }
        }
    }
    Ok(())
}

fn cells(row: Option<&Row<'_>>) -> Result<Option<Vec<Value>>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let cells = (0..row.as_ref().column_count()).map(|column| row.get(column));
    Ok(Some(cells.collect::<Result<_, _>>()?))
}

/// Nothing is left of what was erased.
fn remains(db: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let mut query = db.prepare(
        "SELECT record FROM erased
         WHERE record IN (SELECT record FROM entry WHERE payload IS NOT NULL)
            OR record IN (SELECT id FROM record)",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let record: Uuid = row.get(0)?;
        report.wrong(format!("record {record} was erased, and something of it is left"));
    }
    Ok(())
}

/// Records point at records that exist, here or among what was set aside, or that were erased.
fn references(
    db: &Connection,
    aside: &BTreeSet<Uuid>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut query = db.prepare(
        "SELECT shown.record, shown.field, shown.value FROM shown
         LEFT JOIN record ON record.id = shown.value
         WHERE typeof(shown.value) = 'blob' AND record.id IS NULL
           AND NOT EXISTS (SELECT 1 FROM erased WHERE erased.record = shown.value)",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (record, field, target): (Uuid, String, Uuid) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !aside.contains(&target) {
            report
                .wrong(format!("record {record}: {field} points at {target}, which is not there"));
        }
    }
    Ok(())
}
