//! The log: every accepted op, once, hash-chained. Append is idempotent and loud: the same op again
//! is nothing, another op under the same number is an error. Never "insert or ignore". What an entry
//! says is bound to the chain by a salted hash, so that it can be erased and the chain still proves itself.

use super::{StoreError, projection};
use crate::access::PersonId;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Register, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An accepted op with what the server knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub op: Op,
    /// Who wrote it, from the token or the session; none for the system.
    pub author: Option<PersonId>,
    pub received_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    New,
    /// The very same op is there already.
    Known,
}

pub type Hash = [u8; 32];
/// Random bytes beside each payload. Without them its hash cannot be guessed back to what it said.
pub type Salt = [u8; 16];

/// What binds a payload to the chain.
pub fn sealed(salt: &Salt, payload: &[u8]) -> Hash {
    Sha256::new().chain_update(salt).chain_update(payload).finalize().into()
}

/// Appends to the log and brings the tables up to date: the one way in which a record changes.
///
/// # Errors
/// `Fork` when another op has this number, `NoWorklist` when its worklist does not exist, `Erased`
/// when its record was erased.
pub fn accept(tx: &Connection, entry: &Entry) -> Result<Appended, StoreError> {
    if is_erased(tx, entry.op.record)? {
        return Err(StoreError::Erased);
    }
    let appended = append(tx, entry)?;
    if appended == Appended::New {
        projection::apply(tx, &entry.op, entry.author, entry.received_ms)?;
    }
    Ok(appended)
}

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
    let mut seq = kept(tx, DeviceNo::OFFICE)?;
    let mut ops = Vec::new();
    for change in changes.into_iter().filter(|change| !change.fields.is_empty()) {
        seq += 1;
        let op = office_op(tx, Dot::new(DeviceNo::OFFICE, seq), change, now_ms)?;
        accept(tx, &Entry { op: op.clone(), author, received_ms: now_ms })?;
        ops.push(op);
    }
    set_kept(tx, DeviceNo::OFFICE, seq)?;
    Ok(ops)
}

fn office_op(tx: &Connection, dot: Dot, change: Change, now_ms: i64) -> Result<Op, StoreError> {
    let mut set = Vec::new();
    let is_new = projection::kind_and_worklist(tx, change.record)?.is_none();
    for (field, value) in change.fields {
        let register = if is_new {
            Register::default()
        } else {
            projection::register(tx, change.record, &field)?
        };
        set.push(Assignment { seen: register.seen(), field, value });
    }
    let (record, kind, worklist) = (change.record, change.kind, change.worklist);
    Ok(Op { dot, record, kind, worklist, at_ms: now_ms, set })
}

fn append(tx: &Connection, entry: &Entry) -> Result<Appended, StoreError> {
    let payload = encode(&entry.op);
    if let Some(same) = holds(tx, entry.op.dot, &entry.op)? {
        return if same { Ok(Appended::Known) } else { Err(StoreError::Fork(entry.op.dot)) };
    }
    let salt: Salt = crate::access::random();
    let (last, chain) = head(tx)?;
    let mut envelope = Envelope {
        entry: last + 1,
        worklist: entry.op.worklist,
        seq: next_in_worklist(tx, entry.op.worklist)?,
        dot: entry.op.dot,
        record: entry.op.record,
        author: entry.author,
        received_ms: entry.received_ms,
        payload_hash: sealed(&salt, &payload),
        chain,
    };
    envelope.chain = envelope.chained_to(&chain);
    envelope.insert(tx, &salt, &payload)?;
    Ok(Appended::New)
}

/// One row of the log without what it says, which may be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub entry: i64,
    pub worklist: WorklistId,
    pub seq: i64,
    pub dot: Dot,
    pub record: RecordId,
    pub author: Option<PersonId>,
    pub received_ms: i64,
    pub payload_hash: Hash,
    pub chain: Hash,
}

/// The columns of an envelope, in the order in which `Envelope::read` takes them.
pub const ENVELOPE: &str = "entry, worklist, seq, device, device_seq, record, author, received_ms,
     payload_hash, chain";

impl Envelope {
    /// From a row that begins with `ENVELOPE`.
    ///
    /// # Errors
    /// When a column is of another type.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Envelope> {
        Ok(Envelope {
            entry: row.get(0)?,
            worklist: WorklistId(row.get(1)?),
            seq: row.get(2)?,
            dot: Dot::new(DeviceNo(row.get(3)?), row.get::<_, i64>(4)?.unsigned_abs()),
            record: RecordId(row.get(5)?),
            author: row.get(6)?,
            received_ms: row.get(7)?,
            payload_hash: row.get(8)?,
            chain: row.get(9)?,
        })
    }

    /// The link that this row must carry after the row that carries `before`.
    pub fn chained_to(&self, before: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.entry.to_be_bytes());
        hash.update(self.worklist.0.as_bytes());
        hash.update(self.seq.to_be_bytes());
        hash.update(self.dot.device.0.to_be_bytes());
        hash.update(self.dot.seq.to_be_bytes());
        hash.update(self.record.0.as_bytes());
        hash.update(self.author.map_or(-1, |person| person.0).to_be_bytes());
        hash.update(self.received_ms.to_be_bytes());
        hash.update(self.payload_hash);
        hash.finalize().into()
    }

    fn insert(&self, tx: &Connection, salt: &Salt, payload: &[u8]) -> Result<(), StoreError> {
        let mut insert = tx.prepare_cached(
            "INSERT INTO log (entry, worklist, seq, device, device_seq, record, author,
                              received_ms, payload, payload_hash, chain, salt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        insert.execute(params![
            self.entry,
            self.worklist.0,
            self.seq,
            self.dot.device.0,
            self.dot.seq as i64,
            self.record.0,
            self.author,
            self.received_ms,
            payload,
            self.payload_hash,
            self.chain,
            salt,
        ])?;
        Ok(())
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
/// Those of the database.
pub fn holds(db: &Connection, place: Dot, op: &Op) -> Result<Option<bool>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT payload_hash, salt, record FROM log WHERE device = ?1 AND device_seq = ?2",
    )?;
    let found = query.query_row(params![place.device.0, place.seq as i64], |row| {
        Ok((row.get::<_, Hash>(0)?, row.get::<_, Option<Salt>>(1)?, RecordId(row.get(2)?)))
    });
    Ok(found.optional()?.map(|(hash, salt, record)| match salt {
        Some(salt) => sealed(&salt, &encode(op)) == hash,
        None => record == op.record,
    }))
}

/// Whether this record was erased.
///
/// # Errors
/// Those of the database.
pub fn is_erased(db: &Connection, record: RecordId) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached("SELECT 1 FROM erased WHERE record = ?1")?;
    Ok(query.exists([record.0])?)
}

/// Takes away what all entries of a record say. Number, time, writer and hash stay.
///
/// # Errors
/// Those of the database.
pub fn forget_record(tx: &Connection, record: RecordId, erasure: Uuid) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE log SET payload = NULL, salt = NULL, erasure = ?2
         WHERE record = ?1 AND payload IS NOT NULL",
    )?;
    update.execute(params![record.0, erasure])?;
    Ok(())
}

/// As `forget_record`, of one entry. Nothing of it may be alive any more.
///
/// # Errors
/// Those of the database.
pub fn forget_op(tx: &Connection, dot: Dot, erasure: Uuid) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE log SET payload = NULL, salt = NULL, erasure = ?3
         WHERE device = ?1 AND device_seq = ?2 AND payload IS NOT NULL",
    )?;
    update.execute(params![dot.device.0, dot.seq as i64, erasure])?;
    Ok(())
}

/// Salts the entries of before there were salts, and links the chain anew.
///
/// # Errors
/// Those of the database.
pub fn salt_old(tx: &Connection) -> Result<(), StoreError> {
    let mut query = tx.prepare(&format!("SELECT {ENVELOPE}, payload FROM log ORDER BY entry"))?;
    let mut update =
        tx.prepare("UPDATE log SET payload_hash = ?2, chain = ?3, salt = ?4 WHERE entry = ?1")?;
    let mut rows = query.query([])?;
    let mut before: Hash = [0; 32];
    while let Some(row) = rows.next()? {
        let mut envelope = Envelope::read(row)?;
        let salt: Salt = crate::access::random();
        envelope.payload_hash = sealed(&salt, &row.get::<_, Vec<u8>>(10)?);
        envelope.chain = envelope.chained_to(&before);
        before = envelope.chain;
        update.execute(params![envelope.entry, envelope.payload_hash, before, salt])?;
    }
    Ok(())
}

fn next_in_worklist(tx: &Connection, worklist: WorklistId) -> Result<i64, StoreError> {
    let mut next = tx.prepare_cached(
        "UPDATE worklist SET last_seq = last_seq + 1 WHERE id = ?1 RETURNING last_seq",
    )?;
    next.query_row([worklist.0], |row| row.get(0)).optional()?.ok_or(StoreError::NoWorklist)
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

/// Bytes of an op as the log and the quarantine hold them.
pub fn encode(op: &Op) -> Vec<u8> {
    postcard::to_stdvec(op).expect("an op always serialises")
}

/// # Errors
/// `Damaged` when the bytes are not an op.
pub fn decode(bytes: &[u8]) -> Result<Op, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged("an op"))
}
