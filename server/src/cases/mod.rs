//! What follows when a record changed: an offer becomes a case, the caretaker reads how far it is, and a
//! plan becomes a joint visit. All of it is written as ops of the office, in the commit of what it
//! follows from.
//!
//! `lists` keeps the weeks that people write in, `hand_over` takes an offer over, `opening` makes a case,
//! `rules` says who gets it, `steps` tells it back, `moved` takes an offer out that is of another address. `joint` makes a joint visit with its three lists, `sides`
//! says who is on which. `capacity` and `cover` are about the advisers themselves, `escalation` about what
//! their coordinator must hear of. `homes` are the addresses of a corporation, `withdrawal` what is still to
//! be erased.

mod address;
pub mod capacity;
pub mod cover;
pub mod escalation;
mod hand_over;
pub mod homes;
pub mod joint;
pub mod lists;
mod moved;
mod opening;
pub mod records;
pub mod rules;
pub mod sides;
mod steps;
pub mod withdrawal;

pub use address::{at_address, at_address_of, same_address};
pub use opening::{Opening, address_of, open};

use crate::access::PersonId;
use crate::store::StoreError;
use aanbel_shared::programme::{Capability, Role};
use aanbel_shared::record::{RecordId, WorklistId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// The campaign that cases and offers belong to; made with the first of them.
pub const CAMPAIGN: &str = "Financieel servicegesprek";

/// Gives somebody the lists of this week that her role writes in, and takes the old ones away.
///
/// # Errors
/// Those of the database.
pub fn turn(tx: &Connection, person: PersonId, role: Role, now_ms: i64) -> Result<(), StoreError> {
    if role.may(Capability::Offer) {
        lists::turn(tx, person, &lists::OFFERS, now_ms)?;
    }
    if role.may(Capability::Offer) || role.may(Capability::Advise) {
        joint::turn(tx, person, role, now_ms)?;
    }
    Ok(())
}

/// Draws the conclusions from what changed since the last time. Again is nothing.
///
/// # Errors
/// Those of the database.
pub fn settle(tx: &Connection, now_ms: i64) -> Result<(), StoreError> {
    while let Some((record, kind)) = next_due(tx)? {
        unless_erased(tx, || follow(tx, record, &kind, now_ms))?;
    }
    Ok(())
}

fn follow(tx: &Connection, record: RecordId, kind: &str, now_ms: i64) -> Result<(), StoreError> {
    match kind {
        "offer" => hand_over::follow(tx, record, now_ms)?,
        "joint_plan" => joint::follow(tx, record, now_ms)?,
        "joint_visit" => joint::tell_doubles(tx, record, now_ms)?,
        _ => {
            if let Some(case) = case_of(tx, record)? {
                steps::follow(tx, case, now_ms)?;
                withdrawal::note_late(tx, Some(case))?;
            }
        }
    }
    Ok(())
}

/// Does `work`, or nothing of it when it would write in what was erased: what a plan or an offer once led
/// to went, and what it says now must come in all the same.
fn unless_erased(
    tx: &Connection,
    work: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    tx.execute_batch("SAVEPOINT follows")?;
    let done = match work() {
        Err(StoreError::Erased) => Ok(tx.execute_batch("ROLLBACK TO follows")?),
        done => done,
    };
    // On a full disk SQLite itself gave up the transaction, and the savepoint with it.
    if !tx.is_autocommit() {
        tx.execute_batch("RELEASE follows")?;
    }
    done
}

/// Takes one record off the list of what changed.
fn next_due(tx: &Connection) -> Result<Option<(RecordId, String)>, StoreError> {
    let mut take = tx.prepare_cached(
        "DELETE FROM case_due WHERE record = (SELECT record FROM case_due LIMIT 1)
         RETURNING record, kind",
    )?;
    let found = take.query_row([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}

/// The case whose worklist holds this record; none for a record of a street.
fn case_of(tx: &Connection, record: RecordId) -> Result<Option<RecordId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT worklist.id FROM record JOIN worklist ON worklist.id = record.worklist
         WHERE record.id = ?1 AND worklist.kind = 'case'",
    )?;
    Ok(query.query_row([record.0], |row| Ok(RecordId(row.get(0)?))).optional()?)
}

/// Makes a worklist of a kind, in the campaign of cases. Tells whether it is new.
fn make_worklist(
    tx: &Connection,
    id: WorklistId,
    kind: &str,
    name: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let campaign: Uuid = crate::campaigns::named(tx, CAMPAIGN, now_ms)?.id;
    let mut insert = tx.prepare_cached(
        "INSERT INTO worklist (id, campaign, kind, name) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO NOTHING",
    )?;
    Ok(insert.execute(params![id.0, campaign, kind, name])? > 0)
}
