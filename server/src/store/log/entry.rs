//! One row of the log: the envelope, which stays for ever, and what its op says, until that is erased.
//! Reading alone; `super` writes.

use super::packed::unpack;
use super::words::Words;
use crate::access::PersonId;
use crate::store::StoreError;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId, WorklistId};
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];
/// Random bytes beside each payload. Without them its hash cannot be guessed back to what it said.
pub type Salt = [u8; 16];

/// What binds an op to the chain: taken over the op as it was made, however it is packed.
pub fn sealed(salt: &Salt, op: &Op) -> Hash {
    Sha256::new().chain_update(salt).chain_update(super::encode(op)).finalize().into()
}

/// A row without what it says, which may be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub entry: i64,
    pub worklist: WorklistId,
    pub seq: i64,
    pub dot: Dot,
    pub record: RecordId,
    pub author: Option<PersonId>,
    pub received_ms: i64,
}

/// The columns of an envelope in the view `entry`, in the order in which `Envelope::read` takes them.
pub const ENVELOPE: &str = "entry.entry, entry.worklist, entry.seq, entry.device, entry.device_seq,
     entry.record, entry.author, entry.received_ms";

impl Envelope {
    /// From a row in which `ENVELOPE` begins at this column.
    ///
    /// # Errors
    /// When a column is of another type, or there is no such list or record.
    pub fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Envelope> {
        Ok(Envelope {
            entry: row.get(at)?,
            worklist: WorklistId(row.get(at + 1)?),
            seq: row.get(at + 2)?,
            dot: Dot::new(DeviceNo(row.get(at + 3)?), row.get::<_, i64>(at + 4)?.unsigned_abs()),
            record: RecordId(row.get(at + 5)?),
            author: row.get(at + 6)?,
            received_ms: row.get(at + 7)?,
        })
    }

    /// The link that this row must carry after the row that carries `before`.
    pub fn chained_to(&self, before: &Hash, payload_hash: &Hash) -> Hash {
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
        hash.update(payload_hash);
        hash.finalize().into()
    }
}

/// The columns of an op in the view `entry`, in the order in which `Ops::read` takes them.
pub const OP: &str = "entry.device, entry.device_seq, entry.record, entry.worklist,
     entry.received_ms, entry.payload";

/// Reads ops, within one transaction.
pub struct Ops<'a>(Words<'a>);

impl<'a> Ops<'a> {
    pub fn new(db: &'a Connection) -> Self {
        Ops(Words::new(db))
    }

    /// The op of a row that begins with `OP`; none when what it said was erased.
    ///
    /// # Errors
    /// `Damaged` when the bytes are not an op.
    pub fn read(&self, row: &Row<'_>) -> Result<Option<Op>, StoreError> {
        let payload = row.get_ref(5)?.as_blob_or_null();
        let Some(payload) = payload.map_err(|_| StoreError::Damaged("an op"))? else {
            return Ok(None);
        };
        let dot = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
        let (record, worklist) = (RecordId(row.get(2)?), WorklistId(row.get(3)?));
        let (kind, at_ms, set) = unpack(payload, row.get(4)?, &self.0)?;
        Ok(Some(Op { dot, record, kind, worklist, at_ms, set }))
    }
}
