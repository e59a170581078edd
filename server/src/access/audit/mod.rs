//! The trail of who did what: one line per act, hash-chained, never changed. Ids and keys only: no
//! names, no free text. Pages that show it live in `office::trail`; this is how lines come to be.

mod action;
mod chain;

pub use action::{Action, Group};
pub use chain::{Checked, adopt, check, forget_before};

use super::PersonId;
use crate::store::StoreError;
use aanbel_shared::record::{DeviceNo, RecordId, WorklistId};
use rusqlite::{Connection, OptionalExtension};
use std::fmt::Display;
use std::net::IpAddr;
use uuid::Uuid;

/// Most bytes of an id or a detail; the rest is cut off.
const TEXT_MAX: usize = 200;

/// Who does something, and from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    pub person: Option<PersonId>,
    /// Number of the office session.
    pub session: Option<i64>,
    pub device: Option<DeviceNo>,
    pub peer: Option<IpAddr>,
}

impl Actor {
    /// The server itself: retention, a command.
    pub const SYSTEM: Actor = Actor { person: None, session: None, device: None, peer: None };

    /// Somebody who has not signed in (yet), at this address.
    pub fn stranger(peer: IpAddr) -> Actor {
        Actor { peer: Some(peer), ..Actor::SYSTEM }
    }

    /// The same, now that it is known who it is.
    pub fn known_as(self, person: PersonId) -> Actor {
        Actor { person: Some(person), ..self }
    }

    /// A line of this actor, to be completed and handed to `record`.
    pub fn did(self, action: Action, at_ms: i64) -> Line {
        Line {
            at_ms,
            actor: self,
            action,
            subject: None,
            address: None,
            refused: false,
            detail: String::new(),
        }
    }
}

/// What a line is about: the kind of thing and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    kind: &'static str,
    id: String,
}

impl Subject {
    /// For things that have no type of their own. `kind` is one plain word.
    pub fn new(kind: &'static str, id: impl Display) -> Subject {
        Subject { kind, id: plain(&id.to_string()) }
    }

    pub fn campaign(id: Uuid) -> Subject {
        Subject::new("campaign", id)
    }
}

impl From<RecordId> for Subject {
    fn from(id: RecordId) -> Subject {
        Subject::new("record", id)
    }
}

impl From<PersonId> for Subject {
    fn from(id: PersonId) -> Subject {
        Subject::new("person", id.0)
    }
}

impl From<DeviceNo> for Subject {
    fn from(number: DeviceNo) -> Subject {
        Subject::new("phone", number.0)
    }
}

impl From<WorklistId> for Subject {
    fn from(id: WorklistId) -> Subject {
        Subject::new("worklist", id)
    }
}

/// One line, not written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    at_ms: i64,
    actor: Actor,
    action: Action,
    subject: Option<Subject>,
    address: Option<RecordId>,
    refused: bool,
    detail: String,
}

impl Line {
    /// What it was done to. The address of a record is looked up when the line is written.
    #[must_use]
    pub fn on(mut self, subject: impl Into<Subject>) -> Line {
        self.subject = Some(subject.into());
        self
    }

    /// The address it concerns, where that does not follow from the record (any more).
    #[must_use]
    pub fn at(mut self, address: RecordId) -> Line {
        self.address = Some(address);
        self
    }

    /// It was asked, and not done.
    #[must_use]
    pub fn refused(mut self) -> Line {
        self.refused = true;
        self
    }

    /// A detail: `key` and a key, number or id. Never a name or what somebody typed.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Display) -> Line {
        let mark = if self.detail.is_empty() { "" } else { " " };
        let value = plain(&value.to_string());
        self.detail = format!("{}{mark}{key}={value}", self.detail);
        self.detail.truncate(TEXT_MAX);
        self
    }

    fn address(&self, tx: &Connection) -> Result<Option<RecordId>, StoreError> {
        match (&self.subject, self.address) {
            (Some(Subject { kind: "record", id }), None) => match id.parse() {
                Ok(record) => address_of(tx, record),
                Err(_) => Ok(None),
            },
            (_, address) => Ok(address),
        }
    }
}

/// Writes a line at the end of the trail.
///
/// # Errors
/// Those of the database.
pub fn record(tx: &Connection, line: Line) -> Result<(), StoreError> {
    let address = line.address(tx)?;
    let subject = line.subject.unwrap_or(Subject { kind: "", id: String::new() });
    let row = chain::Row {
        at_ms: line.at_ms,
        person: line.actor.person.map(|person| person.0),
        session: line.actor.session,
        device: line.actor.device.map(|device| device.0),
        peer: line.actor.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        action: line.action.key().to_owned(),
        about_kind: subject.kind.to_owned(),
        about: subject.id,
        address: address.map(|address| address.0),
        refused: line.refused,
        detail: line.detail,
    };
    chain::append(tx, &row)
}

/// The address that a record hangs on: itself, or up its parents.
fn address_of(db: &Connection, record: RecordId) -> Result<Option<RecordId>, StoreError> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE up (id, kind, parent, depth) AS (
             SELECT id, kind, parent, 0 FROM record WHERE id = ?1
             UNION ALL
             SELECT r.id, r.kind, r.parent, depth + 1 FROM record r JOIN up ON r.id = up.parent
             WHERE depth < 8)
         SELECT id FROM up WHERE kind = 'address' LIMIT 1",
    )?;
    Ok(query.query_row([record.0], |row| Ok(RecordId(row.get(0)?))).optional()?)
}

/// Only what keys, ids and patterns of routes are made of; anything else becomes a question mark.
fn plain(text: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "._:/{},+-".contains(letter);
    text.chars().take(TEXT_MAX).map(|letter| if fits(letter) { letter } else { '?' }).collect()
}

#[cfg(test)]
mod tests;
