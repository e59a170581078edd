//! An offer that turns out to be of another address than the case it was added to: the tenant there gets a
//! case of her own, and the one that it was added to goes on without it.

use super::address::same_address;
use super::hand_over::{self, Offer};
use super::opening::address_of;
use super::withdrawal;
use crate::office::time;
use crate::store::{StoreError, append_office, log, projection};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::Connection;

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

/// Takes an offer out of a case and hands it over anew.
///
/// # Errors
/// Those of the database.
pub(super) fn move_on(
    tx: &Connection,
    offer: &mut Offer,
    case: RecordId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let source = Change::new(offer.source, "case_source", WorklistId(case.0));
    let stopped = source.with("stopped_on", Value::Date(time::day_of(now_ms)));
    append_office(tx, None, vec![stopped], now_ms)?;
    // From here on the case tells this offer nothing, and its end is not the end of this one.
    tx.prepare_cached("DELETE FROM case_offer WHERE source = ?1")?.execute([offer.source.0])?;
    hand_over::close_if_left(tx, case, "other", now_ms)?;
    offer.source = withdrawal::source_after(offer.source);
    hand_over::take_over(tx, offer, now_ms)
}
