//! Which adviser gets a new case: by its district, else by the corporation it came from, else whoever is
//! named for all others. Nobody: it waits in the queue of the office.

use super::opening::address_of;
use crate::access::PersonId;
use crate::store::{StoreError, projection};
use aanbel_shared::record::{RecordId, WorklistId};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// The district of the rule for every case that no other rule gives to somebody.
pub const ALL_OTHERS: &str = "";

/// Who gets the case of this worklist. `caretaker` is who brought it in.
///
/// # Errors
/// Those of the database.
pub fn adviser_for(
    tx: &Connection,
    list: WorklistId,
    caretaker: Option<PersonId>,
) -> Result<Option<PersonId>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT adviser.id FROM (
            SELECT 1 AS place, district_rule.person FROM district_rule
            JOIN worklist ON worklist.district = district_rule.district COLLATE NOCASE
            WHERE worklist.id = ?1 AND worklist.district <> ''
            UNION ALL
            SELECT 2, case_rule.person FROM case_rule
            JOIN person caretaker ON caretaker.corporation = case_rule.corporation
            WHERE caretaker.id = ?2
            UNION ALL
            SELECT 3, person FROM district_rule WHERE district = ?3) AS rule
         JOIN person adviser ON adviser.id = rule.person
            AND adviser.active = 1 AND adviser.role = 'adviser'
         ORDER BY rule.place LIMIT 1",
    )?;
    let found = query.query_row(params![list.0, caretaker, ALL_OTHERS], |row| row.get(0));
    Ok(found.optional()?)
}

/// The rules by district, the one for all others under the empty name.
///
/// # Errors
/// Those of the database.
pub fn by_district(db: &Connection) -> Result<Vec<(String, PersonId)>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT district, person FROM district_rule ORDER BY district")?;
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Gives the cases of a district to an adviser; to nobody when none.
///
/// # Errors
/// Those of the database.
pub fn set_district(
    tx: &Connection,
    district: &str,
    adviser: Option<PersonId>,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM district_rule WHERE district = ?1", [district])?;
    if let Some(adviser) = adviser {
        tx.execute(
            "INSERT INTO district_rule (district, person) VALUES (?1, ?2)",
            params![district, adviser],
        )?;
    }
    Ok(())
}

/// Every district that an address list named, or a rule.
///
/// # Errors
/// Those of the database.
pub fn districts(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT district FROM worklist WHERE district <> ''
         UNION SELECT district FROM district_rule WHERE district <> ''
         ORDER BY 1 COLLATE NOCASE",
    )?;
    let mut names: Vec<String> =
        query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.dedup_by_key(|name| name.to_lowercase());
    Ok(names)
}

/// The district of every case of which it is known.
///
/// # Errors
/// Those of the database.
pub fn district_of_cases(db: &Connection) -> Result<BTreeMap<RecordId, String>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT id, district FROM worklist WHERE kind = 'case' AND district <> ''",
    )?;
    let found = query.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes down in which district the address of a case lies, as far as an address list says so.
///
/// # Errors
/// Those of the database.
pub fn note_district(tx: &Connection, list: WorklistId) -> Result<(), StoreError> {
    let address = projection::shown(tx, address_of(RecordId(list.0)))?;
    let text = |field: &str| match address.get(field) {
        Some(Sql::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    let district = district_of(tx, &text("street"), &text("town"))?;
    if let Some(district) = district {
        tx.execute(
            "UPDATE worklist SET district = ?2 WHERE id = ?1 AND district <> ?2",
            params![list.0, district],
        )?;
    }
    Ok(())
}

/// The district of a street. A long street can lie in two: the one with most of its parts counts.
fn district_of(tx: &Connection, street: &str, town: &str) -> Result<Option<String>, StoreError> {
    if street.is_empty() {
        return Ok(None);
    }
    let mut query = tx.prepare_cached(
        "SELECT worklist.district FROM worklist
         LEFT JOIN record turf ON turf.id = worklist.id
         WHERE worklist.kind = 'turf' AND worklist.district <> ''
            AND (worklist.name = ?1 COLLATE NOCASE
                 OR substr(lower(worklist.name), 1, length(?1) + 7) = lower(?1) || ', deel ')
            AND (?2 = '' OR coalesce(field(turf.live, 'town'), ?2) = ?2 COLLATE NOCASE)
         GROUP BY worklist.district ORDER BY COUNT(*) DESC, worklist.district LIMIT 1",
    )?;
    Ok(query.query_row([street, town], |row| row.get(0)).optional()?)
}
