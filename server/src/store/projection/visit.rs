//! Projection 4: one row per attempt, with what belongs to it. Recomputed whole for each attempt
//! that a change touches, so it never depends on the order in which its parts came in.
//!
//! `CROSS JOIN` fixes the order in which SQLite looks: from the one record outwards. Left to choose,
//! it read whole tables for each op (measured: 1.8 ms an op in a town with 1,400 talks).

use crate::store::StoreError;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// With more records than this in contradiction, each visit adds up its own.
const OPEN_FEW: usize = 20;

/// Where a record stands: what it is about, and how many of its fields contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub record: Uuid,
    pub parent: Option<Uuid>,
    pub open: i64,
}

/// Adds the attempts whose visit changes when a record goes from one place to another. Homes, checks and
/// what follows from a talk only bring their contradictions; without any they touch nothing.
pub fn touched(
    tx: &Connection,
    kind: &str,
    before: Option<Place>,
    after: Place,
    found: &mut BTreeSet<Uuid>,
) -> Result<(), StoreError> {
    let places = before.into_iter().chain([after]);
    match kind {
        "attempt" => drop(found.insert(after.record)),
        "talk" => found.extend(places.filter_map(|place| place.parent)),
        "household" | "scheme_check" | "referral" | "follow_up" => {
            let is_open = after.open > 0 || before.is_some_and(|place| place.open > 0);
            for place in places.filter(|_| is_open) {
                belongs_to(tx, kind, place, found)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Attempts of which a record with this place is a part.
fn belongs_to(
    tx: &Connection,
    kind: &str,
    place: Place,
    found: &mut BTreeSet<Uuid>,
) -> Result<(), StoreError> {
    let of_household = "SELECT parent FROM record
                        WHERE household = ?1 AND kind = 'talk' AND parent IS NOT NULL";
    let of_talk =
        "SELECT parent FROM record WHERE id = ?1 AND kind = 'talk' AND parent IS NOT NULL";
    let (query, from) = match kind {
        "attempt" => {
            found.insert(place.record);
            return Ok(());
        }
        "talk" => {
            found.extend(place.parent);
            return Ok(());
        }
        "household" => (of_household, Some(place.record)),
        "scheme_check" => (of_household, place.parent),
        "referral" | "follow_up" => (of_talk, place.parent),
        _ => return Ok(()),
    };
    let Some(from) = from else { return Ok(()) };
    let mut query = tx.prepare_cached(query)?;
    let mut rows = query.query([from])?;
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?);
    }
    Ok(())
}

/// Writes the visits of these attempts again.
pub fn write_all(tx: &Connection, attempts: &BTreeSet<Uuid>) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    // Adding up is most of the work, and most visits have no contradiction at all.
    let open_ones = with_contradictions(tx)?;
    for attempt in attempts {
        let may_be = open_ones.as_ref().is_none_or(|ones| ones.contains(attempt));
        write(tx, *attempt, if may_be { open(tx, *attempt)? } else { 0 })?;
    }
    Ok(())
}

/// The attempts of which a part contradicts; none when there are too many to tell.
fn with_contradictions(tx: &Connection) -> Result<Option<BTreeSet<Uuid>>, StoreError> {
    let mut query =
        tx.prepare_cached("SELECT id, kind, parent, open FROM record WHERE open > 0 LIMIT ?1")?;
    let mut rows = query.query([OPEN_FEW as i64 + 1])?;
    let (mut found, mut count) = (BTreeSet::new(), 0);
    while let Some(row) = rows.next()? {
        count += 1;
        if count > OPEN_FEW {
            return Ok(None);
        }
        let place = Place { record: row.get(0)?, parent: row.get(2)?, open: row.get(3)? };
        belongs_to(tx, &row.get::<_, String>(1)?, place, &mut found)?;
    }
    Ok(Some(found))
}

/// Writes the row of one attempt; none when there is no such attempt (yet). The `+` keeps SQLite
/// from reading all talks of the list instead of the one or two of this attempt.
fn write(tx: &Connection, attempt: Uuid, open: i64) -> Result<(), StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT id, parent, worklist,
                COALESCE(field(live, 'at'), created_ms),
                COALESCE(field(live, 'result'), ''),
                COALESCE(field(live, 'daypart'), ''),
                COALESCE(field(live, 'channel'), ''),
                (SELECT MIN(talk.id) FROM record talk
                 WHERE talk.parent = attempt.id AND talk.kind = 'talk'
                   AND +talk.worklist = attempt.worklist
                   AND field(talk.live, 'withdrawn') IS NOT 1),
                author, device,
                COALESCE(field(live, 'reviewed'), 0),
                COALESCE(field(live, 'withdrawn'), 0),
                ?2, created_ms,
                EXISTS (SELECT 1 FROM visit WHERE visit.attempt = attempt.id)
         FROM record attempt WHERE id = ?1 AND kind = 'attempt'",
    )?;
    let mut rows = query.query(params![attempt, open])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    // In two steps, and nothing when nothing changed: one statement that selects and replaces keeps a
    // copy of every page that it touches, in case it fails halfway.
    let mut put = tx.prepare_cached(if row.get(VISIT)? { UPDATE } else { INSERT })?;
    for column in 0..VISIT {
        put.raw_bind_parameter(column + 1, ToSqlOutput::Borrowed(row.get_ref(column)?))?;
    }
    put.raw_execute()?;
    Ok(())
}

/// How many columns a visit has.
const VISIT: usize = 14;
const INSERT: &str = "INSERT INTO visit (attempt, address, worklist, at_ms, result, daypart, channel,
                                         talk, author, device, reviewed, withdrawn, open, received_ms)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
const UPDATE: &str =
    "UPDATE visit SET (address, worklist, at_ms, result, daypart, channel, talk, author,
                                        device, reviewed, withdrawn, open, received_ms)
         = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
     WHERE attempt = ?1
       AND (address, worklist, at_ms, result, daypart, channel, talk, author, device, reviewed,
            withdrawn, open, received_ms)
           IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

/// Contradictions in the attempt, its talks, their households with their checks, and what follows
/// from the talks.
fn open(tx: &Connection, attempt: Uuid) -> Result<i64, StoreError> {
    let mut sum = tx.prepare_cached(
        "WITH talk (id, household) AS (SELECT id, household FROM record
                                       WHERE parent = ?1 AND kind = 'talk'),
              home (id) AS (SELECT DISTINCT household FROM talk WHERE household IS NOT NULL),
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
