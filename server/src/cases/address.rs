//! Front doors among the records: which of them have one address.

use crate::store::{StoreError, projection};
use aanbel_shared::programme;
use aanbel_shared::record::RecordId;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};
use std::collections::HashMap;

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
    let mut query =
        db.prepare_cached("SELECT id FROM record WHERE kind = ?1 AND field(live, 'number') = ?2")?;
    let ids = query.query_map(params![kind, number], |row| Ok(RecordId(row.get(0)?)))?;
    let mut found = Vec::new();
    for id in ids.collect::<Result<Vec<_>, _>>()? {
        if same_address(&projection::shown(db, id)?, here) {
            found.push(id);
        }
    }
    Ok(found)
}
