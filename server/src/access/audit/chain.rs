//! The chain of the trail: appending, checking, and the one way in which old lines go.

use super::{Action, Actor, record};
use crate::access::hex;
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

type Hash = [u8; 32];

const COLUMNS: &str = "at_ms, person, session, device, peer, action, about_kind, about, address, \
                       refused, detail, id, chain";

/// A row as it stands in the table, without its number and its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub at_ms: i64,
    pub person: Option<i64>,
    pub session: Option<i64>,
    pub device: Option<u32>,
    pub peer: String,
    pub action: String,
    pub about_kind: String,
    pub about: String,
    pub address: Option<Uuid>,
    pub refused: bool,
    pub detail: String,
}

impl Row {
    /// The link that this row must carry as number `id`, after the row that carries `before`.
    fn chained_to(&self, before: &Hash, id: i64) -> Hash {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(id.to_be_bytes());
        hash.update(self.at_ms.to_be_bytes());
        for number in [self.person, self.session, self.device.map(i64::from)] {
            hash.update([u8::from(number.is_some())]);
            hash.update(number.unwrap_or_default().to_be_bytes());
        }
        for text in [&self.peer, &self.action, &self.about_kind, &self.about, &self.detail] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.update([u8::from(self.address.is_some()), u8::from(self.refused)]);
        hash.update(self.address.unwrap_or_default().as_bytes());
        hash.finalize().into()
    }

    fn read(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
        Ok(Row {
            at_ms: row.get(0)?,
            person: row.get(1)?,
            session: row.get(2)?,
            device: row.get(3)?,
            peer: row.get(4)?,
            action: row.get(5)?,
            about_kind: row.get(6)?,
            about: row.get(7)?,
            address: row.get(8)?,
            refused: row.get(9)?,
            detail: row.get(10)?,
        })
    }
}

pub(super) fn append(tx: &Connection, row: &Row) -> Result<(), StoreError> {
    let (last, before) = head(tx)?;
    let chain = row.chained_to(&before, last + 1);
    let mut insert = tx.prepare_cached(&format!(
        "INSERT INTO audit ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    ))?;
    insert.execute(params![
        row.at_ms,
        row.person,
        row.session,
        row.device,
        row.peer,
        row.action,
        row.about_kind,
        row.about,
        row.address,
        row.refused,
        row.detail,
        last + 1,
        chain,
    ])?;
    Ok(())
}

/// Number and link of the last line, also when retention cut that one away.
fn head(db: &Connection) -> Result<(i64, Hash), StoreError> {
    let mut query = db.prepare_cached("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1")?;
    let found = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map_or_else(|| start(db), Ok)
}

/// What the first line that is left follows: the newest cut, or nothing.
fn start(db: &Connection) -> Result<(i64, Hash), StoreError> {
    let mut query =
        db.prepare_cached("SELECT last_id, chain FROM audit_cut ORDER BY last_id DESC LIMIT 1")?;
    let found = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.unwrap_or((0, [0; 32])))
}

/// What a check of the trail found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub lines: i64,
    /// The last link; note it elsewhere, and cutting the trail short shows too.
    pub chain: String,
    /// In plain English, each with the number of the line.
    pub problems: Vec<String>,
}

/// Whether every line is as it was written, and none is missing between the first and the last.
///
/// # Errors
/// Those of the database; what is wrong in it is in the answer.
pub fn check(db: &Connection) -> Result<Checked, StoreError> {
    let mut query = db.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY id"))?;
    let mut rows = query.query([])?;
    let (mut last, mut before) = start(db)?;
    let mut found = Checked::default();
    while let Some(sql) = rows.next()? {
        let (id, chain): (i64, Hash) = (sql.get(11)?, sql.get(12)?);
        found.lines += 1;
        if id != last + 1 {
            found.problems.push(format!("audit: line {} is missing", last + 1));
        }
        match Row::read(sql) {
            Ok(row) if row.chained_to(&before, id) == chain => {}
            _ => found.problems.push(format!("audit: line {id} is not as it was written")),
        }
        (last, before) = (id, chain);
    }
    found.chain = hex(&before);
    Ok(found)
}

/// Cuts away the lines from before an instant, for retention, and leaves a line that says so. Gives
/// how many went. The chain of what is left still proves itself.
///
/// # Errors
/// Those of the database.
pub fn forget_before(
    tx: &Connection,
    before_ms: i64,
    actor: Actor,
    now_ms: i64,
) -> Result<usize, StoreError> {
    // Only a run from the start, so that a clock that went back leaves no hole.
    let end = tx
        .query_row(
            "SELECT id, chain FROM audit
             WHERE id < COALESCE((SELECT MIN(id) FROM audit WHERE at_ms >= ?1), 1 << 62)
             ORDER BY id DESC LIMIT 1",
            [before_ms],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Hash>(1)?)),
        )
        .optional()?;
    let Some((last, chain)) = end else { return Ok(0) };
    tx.execute(
        "INSERT INTO audit_cut (last_id, chain, at_ms) VALUES (?1, ?2, ?3)",
        params![last, chain, now_ms],
    )?;
    let gone = tx.execute("DELETE FROM audit WHERE id <= ?1", [last])?;
    record(tx, actor.did(Action::CutTrail, now_ms).with("lines", gone).with("last", last))?;
    Ok(gone)
}

/// Takes over the lines from before there was a chain; part of the migration that made it.
///
/// # Errors
/// Those of the database.
pub fn adopt(tx: &Connection) -> Result<(), StoreError> {
    let mut query =
        tx.prepare("SELECT at_ms, person, action, object FROM audit_before ORDER BY id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (action, object): (String, String) = (row.get(2)?, row.get(3)?);
        // What stood with an export was a filter, which may hold what somebody typed.
        let about = if action == "export_visits" { String::new() } else { super::plain(&object) };
        append(
            tx,
            &Row {
                at_ms: row.get(0)?,
                person: row.get(1)?,
                session: None,
                device: None,
                peer: String::new(),
                action,
                about_kind: String::new(),
                about,
                address: None,
                refused: false,
                detail: String::new(),
            },
        )?;
    }
    drop(rows);
    drop(query);
    tx.execute_batch("DROP TABLE audit_before")?;
    Ok(())
}
