//! Who has which case.

use crate::access::PersonId;
use crate::error::AppError;
use aanbel_shared::programme::Role;
use aanbel_shared::record::RecordId;
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who works on which case.
pub fn advisers_of(
    db: &Connection,
) -> Result<BTreeMap<RecordId, Vec<(PersonId, String)>>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT assignment.worklist, person.id, person.name FROM assignment
         JOIN worklist ON worklist.id = assignment.worklist AND worklist.kind = 'case'
         JOIN person ON person.id = assignment.person ORDER BY person.name COLLATE NOCASE",
    )?;
    let mut rows = query.query([])?;
    let mut found: BTreeMap<RecordId, Vec<(PersonId, String)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let case = RecordId(row.get::<_, Uuid>(0)?);
        found.entry(case).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(found)
}

/// Everybody of a role who works here.
pub fn people_of(db: &Connection, role: Role) -> Result<Vec<(PersonId, String)>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT id, name FROM person WHERE role = ?1 AND active = 1 ORDER BY name COLLATE NOCASE",
    )?;
    let found = query.query_map([role.key()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Somebody who is, or can be, of a housing corporation.
pub struct OfCorporation {
    pub person: PersonId,
    name: String,
    role: Role,
    pub corporation: Option<i64>,
}

impl OfCorporation {
    /// The name, with what she sees when she is no caretaker.
    pub fn label_nl(&self) -> String {
        match self.role {
            Role::Caretaker => self.name.clone(),
            _ => format!("{} (ziet aantallen)", self.name),
        }
    }
}

/// Caretakers, and those who see counts, who work here.
pub fn of_corporations(db: &Connection) -> Result<Vec<OfCorporation>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT id, name, role, corporation FROM person WHERE active = 1
         ORDER BY name COLLATE NOCASE",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let role: String = row.get(2)?;
        let role = Role::from_key(&role).filter(|role| role.is_of_corporation());
        if let Some(role) = role {
            let (person, name, corporation) = (row.get(0)?, row.get(1)?, row.get(3)?);
            found.push(OfCorporation { person, name, role, corporation });
        }
    }
    Ok(found)
}
