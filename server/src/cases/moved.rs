//! An offer that leaves its case. It turns out to be of another address: the tenant there gets a case of her
//! own, and the one that it was added to goes on without it. Or its case ended because the tenant did not want
//! it, and that was a slip.

use super::address::same_address;
use super::hand_over::{self, Offer};
use super::opening::address_of;
use super::withdrawal;
use crate::office::time;
use crate::store::{StoreError, append_office, log, projection};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

/// Whether an offer has another address than the case of somebody else to which it was added. What
/// somebody at the office wrote there since counts for all. Or it was of another address for a moment only,
/// got a case of its own then, in which nobody wrote, and is again of the address of the other.
///
/// # Errors
/// Those of the database.
pub(super) fn is_elsewhere(
    tx: &Connection,
    offer: &Offer,
    case: RecordId,
) -> Result<bool, StoreError> {
    if case == offer.own_case() {
        return Ok(offer.has_moved()
            && hand_over::open_case_at(tx, offer, Some(case))?.is_some()
            && !log::has_author(tx, WorklistId(case.0))?);
    }
    let there = projection::shown(tx, address_of(case))?;
    Ok(there.contains_key("number")
        && !same_address(&there, &offer.shown)
        && !log::is_changed_since(tx, address_of(case), offer.source)?)
}

/// Whether the case ended with the yes of this offer. What was in it was erased, and an adviser cannot open
/// it again: a yes that comes once more needs another case.
///
/// # Errors
/// Those of the database.
pub(super) fn has_ended(
    tx: &Connection,
    offer: &Offer,
    case: RecordId,
) -> Result<bool, StoreError> {
    // Where another offer carried the case on, it did not end with this one.
    if withdrawal::ended(tx, offer.source)?.is_none() {
        return Ok(false);
    }
    // Whatever is shown as its result: an adviser without signal may have written another one.
    Ok(projection::shown(tx, case)?.get("closed") == Some(&Sql::Integer(1)))
}

/// Takes an offer out of a case and hands it over anew. Who had a case that ended gets the next one where no
/// rule gives it to somebody.
///
/// # Errors
/// Those of the database.
pub(super) fn move_on(
    tx: &Connection,
    offer: &mut Offer,
    case: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let has_ended = has_ended(tx, offer, case)?;
    if !has_ended {
        let source = Change::new(offer.source, "case_source", WorklistId(case.0));
        let stopped = source.with("stopped_on", Value::Date(time::day_of(now_ms)));
        append_office(tx, None, vec![stopped], now_ms)?;
    }
    // From here on the case tells this offer nothing, and its end is not the end of this one.
    tx.prepare_cached("DELETE FROM case_offer WHERE source = ?1")?.execute([offer.source.0])?;
    if has_ended {
        withdrawal::note_left(tx, case)?;
    } else {
        hand_over::close_if_left(tx, case, "other", now_ms)?;
    }
    offer.source = withdrawal::source_after(offer.source);
    hand_over::take_over(tx, offer, now_ms)?;
    if has_ended { assign_who_had(tx, case, offer.source, now_ms) } else { Ok(()) }
}

/// Gives the case of a source to who has another one and still works here, if nobody has it.
fn assign_who_had(
    tx: &Connection,
    ended: RecordId,
    source: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some((_, list)) = projection::kind_and_worklist(tx, source)? else { return Ok(()) };
    let mut assign = tx.prepare_cached(
        "INSERT INTO assignment (worklist, person, since_ms)
         SELECT ?1, person, ?3 FROM assignment JOIN person ON person.id = assignment.person
         WHERE worklist = ?2 AND person.active = 1 AND person.role = 'adviser'
            AND NOT EXISTS (SELECT 1 FROM assignment WHERE worklist = ?1)",
    )?;
    assign.execute(params![list.0, ended.0, now_ms])?;
    Ok(())
}
