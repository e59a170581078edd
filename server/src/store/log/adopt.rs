//! Taking over the log of an older program. Part of the migrations: what an entry says and how the
//! chain runs is never changed here, but once, when entries got their salts.

use super::packed::pack;
use super::words::{Words, list_number};
use super::{Envelope, Hash, Salt, decode};
use crate::store::StoreError;
use aanbel_shared::record::RecordId;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The columns of an envelope, in the order of `ENVELOPE`, before lists and records had numbers.
const PLAIN: &str = "entry, worklist, seq, device, device_seq, record, author, received_ms";

/// Salts the entries of before there were salts, and links the chain anew.
///
/// # Errors
/// Those of the database.
pub fn salt_old(tx: &Connection) -> Result<(), StoreError> {
    let mut query = tx.prepare(&format!("SELECT {PLAIN}, payload FROM log ORDER BY entry"))?;
    let mut update =
        tx.prepare("UPDATE log SET payload_hash = ?2, chain = ?3, salt = ?4 WHERE entry = ?1")?;
    let mut rows = query.query([])?;
    let mut before: Hash = [0; 32];
    while let Some(row) = rows.next()? {
        let envelope = Envelope::read(row, 0)?;
        let salt: Salt = crate::access::random();
        let payload: Vec<u8> = row.get(8)?;
        let hash: Hash = Sha256::new().chain_update(salt).chain_update(payload).finalize().into();
        before = envelope.chained_to(&before, &hash);
        update.execute(params![envelope.entry, hash, before, salt])?;
    }
    Ok(())
}

/// Packs what every entry says, and gives its list and record their numbers.
///
/// # Errors
/// `Damaged` when an entry cannot be read; then nothing is taken over.
pub fn pack_old(tx: &Connection) -> Result<(), StoreError> {
    pack_rows(tx)?;
    // After the rows: an index made at once has full pages.
    tx.execute_batch(
        "DROP TABLE log_before;
         CREATE UNIQUE INDEX log_dot ON log (device, device_seq);
         CREATE INDEX log_list_seq ON log (list, seq);
         CREATE INDEX log_first ON log (first) WHERE first IS NOT NULL;",
    )?;
    crate::store::projection::rebuild(tx, tx)
}

fn pack_rows(tx: &Connection) -> Result<(), StoreError> {
    let words = Words::new(tx);
    let mut firsts: HashMap<RecordId, i64> = HashMap::new();
    let mut query = tx.prepare(&format!(
        "SELECT {PLAIN}, payload, salt, chain, erasure, payload_hash FROM log_before ORDER BY entry"
    ))?;
    let mut insert = tx.prepare(
        "INSERT INTO log (entry, list, seq, device, device_seq, record, first, author, received_ms,
                          payload, salt, chain, erasure, payload_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let envelope = Envelope::read(row, 0)?;
        let payload = match row.get::<_, Option<Vec<u8>>>(8)? {
            Some(payload) => Some(pack(&decode(&payload)?, envelope.received_ms, &words)?),
            None => None,
        };
        let hash: Option<Hash> = if payload.is_none() { Some(row.get(12)?) } else { None };
        let first = firsts.get(&envelope.record).copied();
        firsts.entry(envelope.record).or_insert(envelope.entry);
        insert.execute(params![
            envelope.entry,
            list_number(tx, envelope.worklist)?,
            envelope.seq,
            envelope.dot.device.0,
            envelope.dot.seq as i64,
            first.is_none().then_some(envelope.record.0),
            first,
            envelope.author,
            envelope.received_ms,
            payload,
            row.get::<_, Option<Salt>>(9)?,
            row.get::<_, Hash>(10)?,
            row.get::<_, Option<Vec<u8>>>(11)?,
            hash,
        ])?;
    }
    Ok(())
}
