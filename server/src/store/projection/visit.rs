//! Projection 4: one row per attempt, with what belongs to it. Recomputed whole for each attempt
//! that a change touches, so it never depends on the order in which its parts came in.
//!
//! `CROSS JOIN` fixes the order in which SQLite looks: from the one record outwards. Left to choose,
//! it read whole tables for each op (measured: 1.8 ms an op in a town with 1,400 talks).

use crate::store::StoreError;
use aanbel_shared::record::RecordId;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Brings the visits up to date that a change of this record may touch.
///
/// # Errors
/// Those of the database.
pub fn refresh(tx: &Connection, record: RecordId, kind: &str) -> Result<(), StoreError> {
    for attempt in touched(tx, record.0, kind)? {
        write(tx, attempt)?;
    }
    Ok(())
}

/// Attempts to which the record belongs now, or belonged until this change.
pub(super) fn touched(
    tx: &Connection,
    record: Uuid,
    kind: &str,
) -> Result<BTreeSet<Uuid>, StoreError> {
    let one = "SELECT ?1";
    let of_talk = "SELECT parent FROM record WHERE id = ?1 AND parent IS NOT NULL
                   UNION SELECT attempt FROM visit WHERE talk = ?1";
    let of_household =
        "SELECT talk.parent FROM shown CROSS JOIN record talk ON talk.id = shown.record
                        WHERE shown.field = 'household' AND shown.value = ?1
                          AND talk.kind = 'talk' AND talk.parent IS NOT NULL";
    let of_check = "SELECT talk.parent FROM record child
                    CROSS JOIN shown ON shown.field = 'household' AND shown.value = child.parent
                    CROSS JOIN record talk ON talk.id = shown.record
                    WHERE child.id = ?1 AND talk.kind = 'talk' AND talk.parent IS NOT NULL";
    let of_follower =
        "SELECT talk.parent FROM record child CROSS JOIN record talk ON talk.id = child.parent
                       WHERE child.id = ?1 AND talk.kind = 'talk' AND talk.parent IS NOT NULL";
    let query = match kind {
        "attempt" => one,
        "talk" => of_talk,
        "household" => of_household,
        "scheme_check" => of_check,
        "referral" | "follow_up" => of_follower,
        _ => return Ok(BTreeSet::new()),
    };
    let mut query = tx.prepare_cached(query)?;
    let found = query.query_map([record], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes the row of one attempt; none when there is no such attempt (yet). The `+` keeps SQLite
/// from reading all talks of the list instead of the one or two of this attempt.
pub(super) fn write(tx: &Connection, attempt: Uuid) -> Result<(), StoreError> {
    let mut put = tx.prepare_cached(
        "INSERT OR REPLACE INTO visit (attempt, address, worklist, at_ms, result, daypart, channel,
                                       talk, author, device, reviewed, withdrawn, open, received_ms)
         SELECT id, parent, worklist,
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'at'), created_ms),
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'result'), ''),
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'daypart'), ''),
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'channel'), ''),
                (SELECT MIN(talk.id) FROM record talk
                 WHERE talk.parent = attempt.id AND talk.kind = 'talk'
                   AND +talk.worklist = attempt.worklist
                   AND NOT EXISTS (SELECT 1 FROM shown WHERE record = talk.id
                                   AND field = 'withdrawn' AND value = 1)),
                author, device,
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'reviewed'), 0),
                COALESCE((SELECT value FROM shown WHERE record = id AND field = 'withdrawn'), 0),
                ?2, created_ms
         FROM record attempt WHERE id = ?1 AND kind = 'attempt'",
    )?;
    put.execute(params![attempt, open(tx, attempt)?])?;
    Ok(())
}

/// Contradictions in the attempt, its talks, their households with their checks, and what follows
/// from the talks.
fn open(tx: &Connection, attempt: Uuid) -> Result<i64, StoreError> {
    let mut sum = tx.prepare_cached(
        "WITH talk (id) AS (SELECT id FROM record WHERE parent = ?1 AND kind = 'talk'),
              home (id) AS (SELECT DISTINCT shown.value FROM talk CROSS JOIN shown
                            WHERE shown.record = talk.id AND shown.field = 'household'),
              part (id) AS (
                  SELECT ?1
                  UNION SELECT id FROM talk
                  UNION SELECT id FROM home
                  UNION SELECT record.id FROM home CROSS JOIN record
                        WHERE record.parent = home.id AND record.kind = 'scheme_check'
                  UNION SELECT record.id FROM talk CROSS JOIN record
                        WHERE record.parent = talk.id AND record.kind IN ('referral', 'follow_up'))
         SELECT COALESCE(SUM(record.open), 0) FROM part CROSS JOIN record ON record.id = part.id",
    )?;
    Ok(sum.query_row([attempt], |row| row.get(0))?)
}
