//! A list of a case or of a joint visit that changes hands: to whom it goes and from whom, as the form
//! says it and as the logbook keeps it. How it goes is the page's.

use super::load;
use crate::access::PersonId;
use crate::access::audit::{self, Action, Actor};
use crate::error::AppError;
use crate::store::StoreError;
use aanbel_shared::programme::Role;
use aanbel_shared::record::WorklistId;
use rusqlite::Connection;
use std::collections::HashMap;

/// Who gets it, and who has it no longer.
#[derive(Clone, Copy)]
pub struct Handed {
    pub to: Option<PersonId>,
    pub from: Option<PersonId>,
}

impl Handed {
    /// From a form in which this field is who gets it, and `weg` who has it no longer.
    pub fn read(form: &HashMap<String, String>, to: &str) -> Handed {
        let person = |field: &str| form.get(field).and_then(|id| id.parse().ok()).map(PersonId);
        Handed { to: person(to), from: person("weg") }
    }

    /// Whether who gets it has this role, and works here; true when nobody gets it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn fits(&self, tx: &Connection, role: Role) -> Result<bool, AppError> {
        let mut able = load::people_of(tx, role)?.into_iter();
        Ok(self.to.is_none_or(|to| able.any(|(person, _)| person == to)))
    }

    /// Writes it down in the logbook.
    ///
    /// # Errors
    /// Those of the database.
    pub fn note(
        &self,
        tx: &Connection,
        by: Actor,
        list: WorklistId,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        for (action, person) in [(Action::Assign, self.to), (Action::Unassign, self.from)] {
            if let Some(person) = person {
                audit::record(tx, by.did(action, now_ms).on(list).with("person", person.0))?;
            }
        }
        Ok(())
    }
}
