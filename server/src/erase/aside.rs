//! What was set aside and has an address in itself: an offer or a plan that never came in. It stands in no
//! table and hangs on nothing, so it is found by what its ops say.

use super::find::{Door, Found, WITH_OWN_ADDRESS};
use crate::store::{StoreError, projection};
use crate::sync::set_aside;
use aanbel_shared::record::{Op, RecordId, Value};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use std::collections::{BTreeMap, HashMap};

pub(super) struct Aside {
    pub(super) found: Found,
    /// Its text and its numbers, as they would stand there.
    pub(super) shown: HashMap<String, Sql>,
}

/// All of them. What stands in the tables with an address is found there.
///
/// # Errors
/// Those of the database; `Damaged` when an op cannot be read.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<RecordId, Aside>, StoreError> {
    let mut ops: Vec<Op> = set_aside::all(db)?.into_iter().map(|(_, op)| op).collect();
    ops.retain(|op| WITH_OWN_ADDRESS.contains(&&*op.kind));
    ops.sort_by_key(|op| (op.at_ms, op.dot));
    let mut found: BTreeMap<RecordId, Aside> = BTreeMap::new();
    for op in ops {
        let there = projection::shown(db, op.record)?;
        if there.contains_key("number") {
            continue;
        }
        let new = || Aside {
            found: Found { kind: op.kind.clone(), worklist: op.worklist },
            shown: there,
        };
        let shown = &mut found.entry(op.record).or_insert_with(new).shown;
        for one in &op.set {
            match &one.value {
                Value::Text(text) => shown.insert(one.field.clone(), Sql::Text(text.clone())),
                Value::Int(number) => shown.insert(one.field.clone(), Sql::Integer(*number)),
                _ => shown.remove(&one.field),
            };
        }
    }
    Ok(found)
}

impl Aside {
    /// As the search shows it; none where no street is known.
    pub(super) fn door(&self, id: RecordId) -> Option<Door> {
        let text = |field: &str| match self.shown.get(field) {
            Some(Sql::Text(text)) => text.clone(),
            Some(Sql::Integer(number)) => number.to_string(),
            _ => String::new(),
        };
        let (street, number, addition) = (text("street"), text("number"), text("addition"));
        let addition = if addition.is_empty() { addition } else { format!("-{addition}") };
        let address = format!("{street} {number}{addition}").trim_end().to_owned();
        let (postcode, town) = (text("postcode"), text("town"));
        (!street.is_empty()).then_some(Door { id, address, postcode, town, has_name: false })
    }
}

/// Street and number of one of them; none for what is no such thing.
///
/// # Errors
/// As `all`.
pub fn address_line(db: &Connection, id: RecordId) -> Result<Option<String>, StoreError> {
    Ok(all(db)?.get(&id).and_then(|one| one.door(id)).map(|door| door.address))
}
