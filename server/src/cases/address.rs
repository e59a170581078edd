//! Front doors among the records: which of them have one address.

use crate::store::{StoreError, projection};
use aanbel_shared::programme;
use aanbel_shared::record::RecordId;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// All of a kind, with a number. It unpacks every record of that kind.
const OF_KIND: &str = "SELECT id FROM record WHERE kind = ?1 AND field(live, 'number') = ?2";
/// Joint visits alone, by their lists: each change of one asks this inside the writer, which has no time to
/// go through all records. Only the server gives one its number, and each stands in a list of its own.
const OF_JOINT_VISITS: &str =
    "SELECT record.id FROM worklist JOIN record ON record.id = worklist.id AND record.kind = ?1
     WHERE worklist.kind = 'joint' AND field(record.live, 'number') = ?2";

/// Whether two records, by the values that they show, have one address.
pub fn same_address(one: &HashMap<String, Sql>, other: &HashMap<String, Sql>) -> bool {
    programme::same_address(|field| text(one, field), |field| text(other, field))
}

fn text(of: &HashMap<String, Sql>, field: &str) -> String {
    match of.get(field) {
        Some(Sql::Text(text)) => text.clone(),
        Some(Sql::Integer(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Records of a kind with the address of this one, itself among them. None for a record that has no
/// street or no number.
///
/// # Errors
/// Those of the database.
pub fn at_address_of(
    db: &Connection,
    of: RecordId,
    kind: &str,
) -> Result<Vec<RecordId>, StoreError> {
    at_address(db, &projection::shown(db, of)?, kind)
}

/// As `at_address_of`, with the address of what shows these values.
///
/// # Errors
/// Those of the database.
pub fn at_address(
    db: &Connection,
    here: &HashMap<String, Sql>,
    kind: &str,
) -> Result<Vec<RecordId>, StoreError> {
    let Some(Sql::Integer(number)) = here.get("number") else { return Ok(Vec::new()) };
    let query = if kind == "joint_visit" { OF_JOINT_VISITS } else { OF_KIND };
    let mut query = db.prepare_cached(query)?;
    let ids = query.query_map(params![kind, number], |row| Ok(RecordId(row.get(0)?)))?;
    let mut found = Vec::new();
    for id in ids.collect::<Result<Vec<_>, _>>()? {
        if same_address(&projection::shown(db, id)?, here) {
            found.push(id);
        }
    }
    Ok(found)
}
