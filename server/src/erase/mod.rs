//! Erasing what people told, by law: finding it, taking it away everywhere, telling phones, and never
//! letting it come back. Pages are in `office::residents`; after how long things go is in `retention`.
//!
//! An erasure takes what entries of the log say and leaves their envelopes, so the chain still proves
//! itself. It stands in the ledger beside the database before it is committed, and a database that was
//! put back is brought up to the ledger when it is opened.

mod apply;
pub mod aside;
pub mod find;
mod late;
pub mod ledger;
pub mod part;
pub mod phones;
pub mod request;
mod stays;
mod waiting;
pub mod withdrawn;

pub use apply::{apply, perform};
pub use late::late;
pub use ledger::{Ledger, replay};

use crate::access::PersonId;
use aanbel_shared::record::{RecordId, WorklistId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why something is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The resident asks for it (AVG 17).
    Asked,
    /// The resident takes back that this may be kept.
    Withdrawn,
    /// It should never have been written down.
    Mistake,
    /// It is not needed any more.
    Retention,
}

impl Cause {
    /// Those that a person can give.
    pub const GIVEN: [Cause; 3] = [Cause::Asked, Cause::Withdrawn, Cause::Mistake];

    pub fn key(self) -> &'static str {
        match self {
            Cause::Asked => "asked",
            Cause::Withdrawn => "withdrawn",
            Cause::Mistake => "mistake",
            Cause::Retention => "retention",
        }
    }

    pub fn from_key(key: &str) -> Option<Cause> {
        [Cause::Asked, Cause::Withdrawn, Cause::Mistake, Cause::Retention]
            .into_iter()
            .find(|cause| cause.key() == key)
    }

    pub fn name_nl(self) -> &'static str {
        match self {
            Cause::Asked => "De bewoner vraagt erom (AVG artikel 17)",
            Cause::Withdrawn => "De bewoner trekt de toestemming in",
            Cause::Mistake => "Dit had niet mogen worden opgeschreven",
            Cause::Retention => "De bewaartermijn is voorbij",
        }
    }
}

/// One erasure as the ledger has it: numbers of things, and nothing of what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub id: Uuid,
    pub cause: Cause,
    pub at_ms: i64,
    /// Who asked and who confirmed; nobody for retention.
    pub by: Vec<PersonId>,
    /// Doors of which all goes that was written until `at_ms`.
    pub doors: Vec<RecordId>,
    pub records: Vec<(RecordId, WorklistId)>,
    /// Fields that go while their record stays.
    pub fields: Vec<(RecordId, String)>,
    /// The last number of the office before it was done: `perform` notes it, so that a database that is put
    /// back knows it too. Lines of older releases have none.
    pub after_seq: Option<u64>,
}
