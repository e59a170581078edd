//! Opening a case: its worklist and its first three records, whoever brought it in.

use super::{make_worklist, rules};
use crate::access::PersonId;
use crate::store::{StoreError, append_office};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use rusqlite::Connection;

/// What is known of a household when its case begins. Fields without a value are left out.
pub struct Opening {
    pub case: RecordId,
    pub resident: Vec<(&'static str, Value)>,
    pub address: Vec<(&'static str, Value)>,
    /// Id of the line that says how it came in.
    pub source: RecordId,
    pub origin: Vec<(&'static str, Value)>,
    pub in_pilot: bool,
    /// Days since 1970.
    pub today: i32,
}

/// Makes the case with its address and its source, and gives its worklist. Nobody has it yet.
///
/// # Errors
/// Those of the database.
pub fn open(
    tx: &Connection,
    by: Option<PersonId>,
    opening: &Opening,
    now_ms: i64,
) -> Result<WorklistId, StoreError> {
    let list = WorklistId(opening.case.0);
    make_worklist(tx, list, "case", "Dossier", now_ms)?;
    let address = address_of(opening.case);
    let case = Change::new(opening.case, "case", list)
        .with("address", Value::Reference(address))
        .with("opened_on", Value::Date(opening.today))
        .with("in_pilot", Value::Bool(opening.in_pilot));
    let changes = vec![
        filled(Change::new(address, "address", list), &opening.address),
        filled(case, &opening.resident),
        source(opening.source, opening.case, &opening.origin),
    ];
    append_office(tx, by, changes, now_ms)?;
    rules::note_district(tx, list)?;
    Ok(list)
}

/// One way in which a case came in.
pub fn source(id: RecordId, case: RecordId, origin: &[(&'static str, Value)]) -> Change {
    let change = Change::new(id, "case_source", WorklistId(case.0));
    filled(change.with("case", Value::Reference(case)), origin)
}

/// The record with the address of a case.
pub fn address_of(case: RecordId) -> RecordId {
    RecordId::from_parts(case.0, "address")
}

fn filled(change: Change, fields: &[(&'static str, Value)]) -> Change {
    let with_answer = fields.iter().filter(|(_, value)| *value != Value::Nothing);
    with_answer.fold(change, |change, (field, value)| change.with(field, value.clone()))
}
