//! Offers that were taken back and of which the name is still in the log. `erase::withdrawn` empties this
//! list.

use super::hand_over::is_begun_again;
use crate::store::{StoreError, projection};
use aanbel_shared::record::RecordId;
use rusqlite::{Connection, OptionalExtension};

/// One tenant who changed her mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// None when she changed it back since, and her offer went on to another case than this one.
    pub offer: Option<RecordId>,
    /// The case that came of it; none when it never went over, or when another offer still carries it.
    pub case: Option<RecordId>,
}

/// Id of the line in a case that says that it came from this offer: of the case where it is now, or of the
/// one that it would come to.
///
/// # Errors
/// Those of the database.
pub fn source_of(db: &Connection, offer: RecordId) -> Result<RecordId, StoreError> {
    let mut query = db.prepare_cached("SELECT source FROM case_offer WHERE offer = ?1")?;
    let known = query.query_row([offer.0], |row| Ok(RecordId(row.get(0)?))).optional()?;
    Ok(known.unwrap_or_else(|| source_after(offer)))
}

/// Id of the line after this one, of an offer that goes on to another case; the first comes after the offer.
pub fn source_after(last: RecordId) -> RecordId {
    RecordId::from_parts(last.0, "source")
}

/// Notes that an offer was taken back.
///
/// # Errors
/// Those of the database.
pub fn note(tx: &Connection, offer: RecordId) -> Result<(), StoreError> {
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO withdrawal_due (offer) VALUES (?1)")?;
    insert.execute([offer.0])?;
    Ok(())
}

/// Notes the offers of every case that was taken back as a whole, or of one: something came in after it. And
/// those cases themselves that their offers left since.
///
/// # Errors
/// Those of the database.
pub fn note_late(tx: &Connection, case: Option<RecordId>) -> Result<(), StoreError> {
    if case.is_none() {
        tx.execute("DELETE FROM left_case WHERE id NOT IN (SELECT id FROM record)", [])?;
    }
    // By its list: of one case the writer has no time to go through all.
    let (of_one, left) = match case {
        Some(_) => ("record.worklist = ?1 AND record.kind = 'case_source'", "id = ?1"),
        None => ("?1 IS NULL", "?1 IS NULL"),
    };
    let mut insert = tx.prepare_cached(&format!(
        "INSERT OR IGNORE INTO withdrawal_due (offer)
         SELECT case_offer.offer FROM case_offer JOIN record ON record.id = case_offer.source
         WHERE {of_one} AND field(record.live, 'stopped_on') IS NOT NULL
         UNION SELECT id FROM left_case WHERE {left}"
    ))?;
    insert.execute([case.map(|case| case.0)])?;
    Ok(())
}

/// Notes that an offer left a case which had ended with its no: that case stays empty.
///
/// # Errors
/// Those of the database.
pub(super) fn note_left(tx: &Connection, case: RecordId) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO left_case (id) VALUES (?1)")?;
    insert.execute([case.0])?;
    note_late(tx, Some(case))
}

/// Takes everything off the list. An offer of which somebody writes the yes down again is not to be erased.
///
/// # Errors
/// Those of the database.
pub fn take_due(tx: &Connection) -> Result<Vec<Withdrawal>, StoreError> {
    let mut take = tx.prepare_cached("DELETE FROM withdrawal_due RETURNING offer")?;
    let found = take.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
    let mut due = Vec::new();
    for id in found.collect::<Result<Vec<_>, _>>()? {
        if projection::kind_and_worklist(tx, id)?.is_some_and(|(kind, _)| kind == "case") {
            due.extend(ended(tx, id)?.map(|case| Withdrawal { offer: None, case: Some(case) }));
        } else if !is_begun_again(tx, id)? {
            due.push(Withdrawal { offer: Some(id), case: ended(tx, source_of(tx, id)?)? });
        }
    }
    Ok(due)
}

/// The case of one of its records, when nobody who offered it still has a yes.
///
/// # Errors
/// Those of the database.
pub(super) fn ended(tx: &Connection, of: RecordId) -> Result<Option<RecordId>, StoreError> {
    let Some((_, list)) = projection::kind_and_worklist(tx, of)? else {
        return Ok(None);
    };
    let mut others = tx.prepare_cached(
        "SELECT 1 FROM record WHERE worklist = ?1 AND kind = 'case_source'
            AND field(live, 'stopped_on') IS NULL",
    )?;
    Ok((!others.exists([list.0])?).then_some(RecordId(list.0)))
}
