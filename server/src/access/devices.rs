//! Phones: who a token belongs to, and what may be written with it.

use super::{PersonId, hash_of};
use crate::office::time;
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, WorklistId};
use aanbel_shared::sync::Access;
use rusqlite::{Connection, OptionalExtension};

/// An enrolled phone, known by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub number: DeviceNo,
    pub person: PersonId,
    pub role: Role,
    /// Revoked, or its person is no longer active.
    pub revoked: bool,
    /// What it signs with: a point of P-256, uncompressed. None for a phone of before there were keys.
    pub key: Option<Vec<u8>>,
}

/// The phone with this token.
///
/// # Errors
/// Those of the database.
pub fn phone(db: &Connection, token: &str) -> Result<Option<Phone>, StoreError> {
    by(db, "device.token_hash = ?1", hash_of(token))
}

impl Phone {
    /// The phone with this number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn numbered(db: &Connection, number: DeviceNo) -> Result<Option<Phone>, StoreError> {
        by(db, "device.number = ?1", number.0)
    }

    /// The phone that signs with this key; none when it is no phone's, or of more than one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn signing_with(db: &Connection, key: &[u8]) -> Result<Option<Phone>, StoreError> {
        let mut count = db.prepare_cached("SELECT COUNT(*) FROM device WHERE signing_key = ?1")?;
        let count: i64 = count.query_row([key], |row| row.get(0))?;
        if count == 1 { by(db, "device.signing_key = ?1", key) } else { Ok(None) }
    }

    /// What this phone may read and write at this moment.
    ///
    /// # Errors
    /// Those of the database.
    pub fn access(&self, db: &Connection, now_ms: i64) -> Result<Access, StoreError> {
        let worklists = if self.revoked { Vec::new() } else { assigned(db, self.person, now_ms)? };
        Ok(Access { device: self.number, role: self.role, worklists })
    }
}

/// What became of a key that a phone brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    New,
    /// It was this one already.
    Same,
    /// The phone has another: a second key takes a new code.
    Other,
}

/// Keeps what a phone signs with, when it has no key yet.
///
/// # Errors
/// Those of the database.
pub fn register_key(
    tx: &Connection,
    number: DeviceNo,
    key: &[u8],
) -> Result<Registered, StoreError> {
    let set = "UPDATE device SET signing_key = ?2 WHERE number = ?1 AND signing_key IS NULL";
    if tx.execute(set, (number.0, key))? == 1 {
        return Ok(Registered::New);
    }
    let held = Phone::numbered(tx, number)?.and_then(|phone| phone.key);
    Ok(if held.as_deref() == Some(key) { Registered::Same } else { Registered::Other })
}

/// Marks a phone as revoked: from now on it gets nothing, and is told to empty itself.
///
/// # Errors
/// Those of the database.
pub fn revoke(tx: &Connection, number: DeviceNo, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET revoked_ms = ?2 WHERE number = ?1 AND revoked_ms IS NULL",
        (number.0, now_ms),
    )?;
    Ok(())
}

/// Revokes every phone of a person.
///
/// # Errors
/// Those of the database.
pub fn revoke_all(tx: &Connection, person: PersonId, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE device SET revoked_ms = ?2 WHERE person = ?1 AND revoked_ms IS NULL",
        (person, now_ms),
    )?;
    Ok(())
}

/// Worklists of a person now, those of closed campaigns left out, and cases of which nothing stands any more:
/// nobody is ever taken off those, and a phone names each in every exchange; with the open cases of the colleagues
/// for whom she stands in today, and for a caretaker the homes of her corporation.
fn assigned(db: &Connection, person: PersonId, now_ms: i64) -> Result<Vec<WorklistId>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT assignment.worklist FROM assignment
         JOIN worklist ON worklist.id = assignment.worklist
         JOIN campaign ON campaign.id = worklist.campaign
         WHERE assignment.person = ?1 AND campaign.closed_ms IS NULL
            AND (worklist.kind <> 'case'
                 OR EXISTS (SELECT 1 FROM record WHERE record.worklist = worklist.id))
         UNION
         SELECT assignment.worklist FROM cover
         JOIN assignment ON assignment.person = cover.person
         JOIN worklist ON worklist.id = assignment.worklist AND worklist.kind = 'case'
         JOIN record ON record.id = worklist.id AND field(record.live, 'closed') IS NOT 1
         JOIN campaign ON campaign.id = worklist.campaign AND campaign.closed_ms IS NULL
         WHERE cover.colleague = ?1 AND cover.from_on <= ?2 AND ?2 <= cover.until_on
         UNION
         SELECT corporation_homes.worklist FROM person
         JOIN corporation_homes ON corporation_homes.corporation = person.corporation
         JOIN worklist ON worklist.id = corporation_homes.worklist
         JOIN campaign ON campaign.id = worklist.campaign AND campaign.closed_ms IS NULL
         WHERE person.id = ?1 AND person.role = 'caretaker'
         ORDER BY 1",
    )?;
    let today = time::day_of(now_ms);
    let found = query.query_map((person, today), |row| Ok(WorklistId(row.get(0)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn by(
    db: &Connection,
    condition: &str,
    key: impl rusqlite::ToSql,
) -> Result<Option<Phone>, StoreError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT device.number, person.id, person.role, device.revoked_ms, person.active,
                device.signing_key
         FROM device JOIN person ON person.id = device.person WHERE {condition}"
    ))?;
    let found = query.query_row([key], |row| {
        let role: String = row.get(2)?;
        let (revoked_ms, active): (Option<i64>, bool) = (row.get(3)?, row.get(4)?);
        let role = Role::from_key(&role).unwrap_or(Role::System);
        let revoked = revoked_ms.is_some() || !active;
        let (number, key) = (DeviceNo(row.get(0)?), row.get(5)?);
        Ok(Phone { number, person: row.get(1)?, role, revoked, key })
    });
    Ok(found.optional()?)
}
