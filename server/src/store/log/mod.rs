//! The log: every accepted op, once, hash-chained. Append is idempotent and loud: the same op again
//! is nothing, another op under the same number is an error. Never "insert or ignore". What an entry
//! says is bound to the chain by a salted hash, so that it can be erased and the chain still proves itself.
//! Rows are read in `entry`; how little they hold is in `packed` and `words`.

mod adopt;
mod entry;
mod packed;
mod words;

pub use adopt::{pack_old, salt_old};
pub use entry::{ENVELOPE, Envelope, Hash, OP, Ops, Salt, sealed};

use super::intake::Intake;
use super::{StoreError, projection};
use crate::access::PersonId;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use uuid::Uuid;
use words::{Words, list_number};

/// An accepted op with what the server knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub op: &'a Op,
    /// Who wrote it, from the token or the session; none for the system.
    pub author: Option<PersonId>,
    pub received_ms: i64,
}

/// An op of the log and who wrote it.
pub type Written = (Op, Option<PersonId>);

/// What the office or an import writes: device 0, numbered onwards, having seen all that is live.
/// Gives the ops that were appended, one per change that sets a field.
///
/// # Errors
/// `NoWorklist` when the worklist of a change does not exist.
pub fn append_office(
    tx: &Connection,
    author: Option<PersonId>,
    changes: Vec<Change>,
    now_ms: i64,
) -> Result<Vec<Op>, StoreError> {
    append_office_over(tx, author, changes, &HashMap::new(), now_ms)
}

/// As `append_office`, having seen in some fields more than what is live.
///
/// # Errors
/// As `append_office`.
pub fn append_office_over(
    tx: &Connection,
    author: Option<PersonId>,
    changes: Vec<Change>,
    more: &HashMap<String, Seen>,
    now_ms: i64,
) -> Result<Vec<Op>, StoreError> {
    let mut seq = kept(tx, DeviceNo::OFFICE)?;
    let mut ops = Vec::new();
    let mut intake = Intake::new(tx)?;
    for change in changes.into_iter().filter(|change| !change.fields.is_empty()) {
        seq += 1;
        let op = office_op(tx, Dot::new(DeviceNo::OFFICE, seq), change, more, now_ms)?;
        intake.accept(&Entry { op: &op, author, received_ms: now_ms })?;
        ops.push(op);
    }
    // Before the end, which may number more.
    set_kept(tx, DeviceNo::OFFICE, seq)?;
    intake.finish()?;
    Ok(ops)
}

fn office_op(
    tx: &Connection,
    dot: Dot,
    change: Change,
    more: &HashMap<String, Seen>,
    now_ms: i64,
) -> Result<Op, StoreError> {
    let mut set = Vec::new();
    let mut fields = projection::fields(tx, change.record)?;
    for (field, value) in change.fields {
        let mut seen = fields.take(&field).unwrap_or_default().seen();
        if let Some(more) = more.get(&field) {
            seen.join(more);
        }
        set.push(Assignment { field, value, seen });
    }
    let (record, kind, worklist) = (change.record, change.kind, change.worklist);
    Ok(Op { dot, record, kind, worklist, at_ms: now_ms, set })
}

/// Salts drawn at once.
const SALTS: usize = 32;

/// The end of the log while a transaction appends to it: what the next entry follows on.
pub(super) struct Tail<'a> {
    tx: &'a Connection,
    words: Words<'a>,
    salts: Vec<Salt>,
    /// Number and link of the last entry, once one was asked for.
    last: Option<(i64, Hash)>,
    /// The lists that got an entry: their number in the log, and the last number within them.
    lists: HashMap<WorklistId, (i64, i64)>,
}

impl<'a> Tail<'a> {
    pub fn new(tx: &'a Connection) -> Self {
        let (words, salts) = (Words::new(tx), Vec::new());
        Tail { tx, words, salts, last: None, lists: HashMap::new() }
    }

    /// Adds an entry on a record of which this is the first entry, unless there was one before. Gives its
    /// number; none when the very same op is there already.
    ///
    /// # Errors
    /// `Fork` when another op has its number, `NoWorklist` when there is no such list.
    pub fn append(
        &mut self,
        entry: &Entry<'_>,
        first: Option<i64>,
    ) -> Result<Option<i64>, StoreError> {
        let op = entry.op;
        let (last, before) = match self.last {
            Some(last) => last,
            None => head(self.tx)?,
        };
        let (list, last_seq) = self.list(op.worklist)?;
        let envelope = Envelope {
            entry: last + 1,
            worklist: op.worklist,
            seq: last_seq + 1,
            dot: op.dot,
            record: op.record,
            author: entry.author,
            received_ms: entry.received_ms,
        };
        let salt = self.salt();
        let payload = packed::pack(op, entry.received_ms, &self.words)?;
        let chain = envelope.chained_to(&before, &sealed(&salt, op));
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO log (entry, list, seq, device, device_seq, record, first, author,
                              received_ms, payload, salt, chain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (device, device_seq) DO NOTHING",
        )?;
        let rows = insert.execute(params![
            envelope.entry,
            list,
            envelope.seq,
            op.dot.device.0,
            op.dot.seq as i64,
            first.is_none().then_some(op.record.0),
            first,
            entry.author,
            entry.received_ms,
            payload,
            salt,
            chain,
        ])?;
        if rows == 0 {
            // Its number is taken; most never are, so this is looked up last.
            return match holds(self.tx, op.dot, op)? {
                Some(true) => Ok(None),
                _ => Err(StoreError::Fork(op.dot)),
            };
        }
        self.last = Some((envelope.entry, chain));
        self.lists.insert(op.worklist, (list, envelope.seq));
        Ok(Some(envelope.entry))
    }

    /// Notes how far each worklist came.
    pub fn finish(self) -> Result<(), StoreError> {
        let mut update =
            self.tx.prepare_cached("UPDATE worklist SET last_seq = ?2 WHERE id = ?1")?;
        for (worklist, (_, last)) in self.lists {
            update.execute(params![worklist.0, last])?;
        }
        Ok(())
    }

    /// Random bytes; asking the system for each entry takes longer than hashing it.
    fn salt(&mut self) -> Salt {
        self.salts.pop().unwrap_or_else(|| {
            let many = crate::access::random::<{ SALTS * size_of::<Salt>() }>();
            let (all, _) = many.as_chunks::<{ size_of::<Salt>() }>();
            self.salts.extend(&all[1..]);
            all[0]
        })
    }

    fn list(&self, worklist: WorklistId) -> Result<(i64, i64), StoreError> {
        if let Some(known) = self.lists.get(&worklist) {
            return Ok(*known);
        }
        let mut query = self.tx.prepare_cached("SELECT last_seq FROM worklist WHERE id = ?1")?;
        let last = query.query_row([worklist.0], |row| row.get(0)).optional()?;
        Ok((list_number(self.tx, worklist)?, last.ok_or(StoreError::NoWorklist)?))
    }
}

/// Number and link of the last row; 0 and zeros for an empty log.
///
/// # Errors
/// Those of the database.
pub fn head(db: &Connection) -> Result<(i64, Hash), StoreError> {
    let mut query =
        db.prepare_cached("SELECT entry, chain FROM log ORDER BY entry DESC LIMIT 1")?;
    let found = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.unwrap_or((0, [0; 32])))
}

/// Whether this number is taken, and by the very same op. Of an erased op only the record is known,
/// and another op on an erased record has nothing to bring.
///
/// # Errors
/// Those of the database; `Damaged` when what has this number cannot be read.
pub fn holds(db: &Connection, place: Dot, op: &Op) -> Result<Option<bool>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {OP} FROM entry WHERE entry.device = ?1 AND entry.device_seq = ?2"
    ))?;
    let mut rows = query.query(params![place.device.0, place.seq as i64])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(match Ops::new(db).read(row)? {
        Some(kept) => kept == *op,
        None => RecordId(row.get(2)?) == op.record,
    }))
}

/// What the entries of a record say, oldest first, as far as it was not erased.
///
/// # Errors
/// `Damaged` when one cannot be read.
pub fn ops_of(db: &Connection, record: RecordId) -> Result<Vec<Op>, StoreError> {
    Ok(written(db, record)?.into_iter().map(|(op, _)| op).collect())
}

/// As `ops_of`, with who wrote each.
///
/// # Errors
/// As `ops_of`.
pub fn written(db: &Connection, record: RecordId) -> Result<Vec<Written>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {OP}, entry.author FROM entry
         WHERE entry.entry IN (SELECT entry FROM record_entry WHERE record = ?1)
         ORDER BY entry.entry"
    ))?;
    let mut rows = query.query([record.0])?;
    let (reader, mut ops) = (Ops::new(db), Vec::new());
    while let Some(row) = rows.next()? {
        if let Some(op) = reader.read(row)? {
            ops.push((op, row.get(6)?));
        }
    }
    Ok(ops)
}

/// Whether the server wrote this by itself, and no person.
///
/// # Errors
/// Those of the database.
pub fn is_by_nobody(db: &Connection, dot: Dot) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM log WHERE device = ?1 AND device_seq = ?2 AND author IS NULL",
    )?;
    Ok(query.exists(params![dot.device.0, dot.seq as i64])?)
}

/// When an op of the log came in; none for one that is not there.
///
/// # Errors
/// Those of the database.
pub fn received_ms(db: &Connection, dot: Dot) -> Result<Option<i64>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT received_ms FROM log WHERE device = ?1 AND device_seq = ?2")?;
    let at = params![dot.device.0, dot.seq as i64];
    Ok(query.query_row(at, |row| row.get(0)).optional()?)
}

/// Whether a person wrote in a list.
///
/// # Errors
/// Those of the database.
pub fn has_author(db: &Connection, list: WorklistId) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM entry WHERE author IS NOT NULL AND entry IN
            (SELECT entry FROM record_entry JOIN record ON record.id = record_entry.record
             WHERE record.worklist = ?1)",
    )?;
    Ok(query.exists([list.0])?)
}

/// Whether a person wrote in a record after the first word of another.
///
/// # Errors
/// Those of the database.
pub fn is_changed_since(
    db: &Connection,
    record: RecordId,
    other: RecordId,
) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT 1 FROM entry WHERE author IS NOT NULL
            AND entry IN (SELECT entry FROM record_entry WHERE record = ?1)
            AND entry > (SELECT MIN(entry) FROM record_entry WHERE record = ?2)",
    )?;
    Ok(query.exists([record.0, other.0])?)
}

/// Whether this record was erased.
///
/// # Errors
/// Those of the database.
pub fn is_erased(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached("SELECT 1 FROM erased WHERE record = ?1")?;
    Ok(query.exists([record.0])?)
}

/// Whether anything was ever erased.
///
/// # Errors
/// Those of the database.
pub fn some_erased(db: &Connection) -> Result<bool, StoreError> {
    let mut query =
        db.prepare_cached("SELECT 1 FROM erased UNION ALL SELECT 1 FROM erased_door")?;
    Ok(query.exists([])?)
}

/// Takes away what all entries of a record say that still stands in the tables. Number, time, writer
/// and hash stay.
///
/// # Errors
/// As `ops_of`.
pub fn forget_record(tx: &Connection, record: RecordId, erasure: Uuid) -> Result<(), StoreError> {
    ops_of(tx, record)?.iter().try_for_each(|op| forget_op(tx, op, erasure))
}

/// As `forget_record`, of the entry that says this. Nothing of it may be alive any more.
///
/// # Errors
/// Those of the database.
pub fn forget_op(tx: &Connection, op: &Op, erasure: Uuid) -> Result<(), StoreError> {
    let place = params![op.dot.device.0, op.dot.seq as i64];
    let salt = "SELECT salt FROM log WHERE device = ?1 AND device_seq = ?2";
    let salt: Salt = tx.prepare_cached(salt)?.query_row(place, |row| row.get(0))?;
    let mut update = tx.prepare_cached(
        "UPDATE log SET payload = NULL, salt = NULL, erasure = ?3, payload_hash = ?4
         WHERE device = ?1 AND device_seq = ?2",
    )?;
    let (device, seq) = (op.dot.device.0, op.dot.seq as i64);
    update.execute(params![device, seq, erasure, sealed(&salt, op)])?;
    Ok(())
}

/// Highest sequence kept of a device, 0 for an unknown one.
///
/// # Errors
/// Those of the database.
pub fn kept(db: &Connection, device: DeviceNo) -> Result<u64, StoreError> {
    let mut query = db.prepare_cached("SELECT kept FROM device WHERE number = ?1")?;
    let found: Option<i64> = query.query_row([device.0], |row| row.get(0)).optional()?;
    Ok(found.map_or(0, |kept| kept.unsigned_abs()))
}

/// # Errors
/// Those of the database.
pub fn set_kept(tx: &Connection, device: DeviceNo, kept: u64) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached("UPDATE device SET kept = ?2 WHERE number = ?1")?;
    update.execute(params![device.0, kept as i64])?;
    Ok(())
}

/// Bytes of an op as the quarantine holds them, and as the hashes of the log are taken over them.
pub fn encode(op: &Op) -> Vec<u8> {
    postcard::to_stdvec(op).expect("an op always serialises")
}

/// # Errors
/// `Damaged` when the bytes are not an op.
pub fn decode(bytes: &[u8]) -> Result<Op, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged("an op"))
}
