//! What happens in the demo, as a plain list: who did what on which phone, and when phones synced.

use std::collections::HashMap;

use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;

use super::town::{PLOTS, address_csv};
use super::{twists, walk};
use crate::import::{self, ImportedAddress, ImportedStreet};

/// One day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;

/// The whole demo. Play the events in order: `Write` on that phone, `Sync` with the server.
pub struct Story {
    /// The imported town in the order in which the campaign walks it; `street` below is an index here.
    pub town: Vec<ImportedStreet>,
    /// One per street of `town`.
    pub plans: Vec<StreetPlan>,
    /// In order of time; never later than the `now` the story was made for.
    pub events: Vec<StoryEvent>,
}

/// When a street gets its letter and who walks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreetPlan {
    pub district: &'static str,
    /// Days since 1970-01-01. Nobody rings before.
    pub letter_on: i32,
    /// Indices in [`super::PHONES`], whose persons the street is assigned to. May be empty.
    pub phones: Vec<usize>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryEvent {
    pub at_ms: i64,
    pub hand: Hand,
    pub step: Step,
}

/// Where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Index in [`super::PHONES`].
    Phone(usize),
    /// On an office page: index in [`super::PEOPLE`].
    Desk(usize),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// One commit. On a phone it stays there until the phone's next `Sync`.
    Write(Vec<RecordChange>),
    /// The phone and the server exchange what they have. Never on a desk.
    Sync,
}

/// Fields of one record that get a value.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordChange {
    pub record: RecordId,
    pub kind: &'static str,
    /// Index in [`Story::town`]; the record belongs to that street's worklist.
    pub street: usize,
    pub set: Vec<(String, Value)>,
}

impl RecordChange {
    pub(super) fn new(record: RecordId, kind: &'static str, street: usize) -> Self {
        Self { record, kind, street, set: Vec::new() }
    }

    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        self.set.push((field.to_owned(), value));
        self
    }

    pub(super) fn choice(self, field: &str, key: &str) -> Self {
        self.with(field, Value::choice(key))
    }

    pub(super) fn yes(self, field: &str) -> Self {
        self.with(field, Value::Bool(true))
    }

    /// As a device takes it, in the worklist that the street has become.
    #[must_use]
    pub fn change(&self, worklist: WorklistId) -> Change {
        let change = Change::new(self.record, self.kind, worklist);
        self.set.iter().fold(change, |change, (field, value)| change.with(field, value.clone()))
    }
}

impl StoryEvent {
    pub(super) fn write(at_ms: i64, hand: Hand, changes: Vec<RecordChange>) -> Self {
        Self { at_ms, hand, step: Step::Write(changes) }
    }

    pub(super) fn sync(at_ms: i64, phone: usize) -> Self {
        Self { at_ms, hand: Hand::Phone(phone), step: Step::Sync }
    }
}

/// The record of an imported address.
pub(super) fn record_of(address: &ImportedAddress) -> RecordId {
    RecordId(address.id)
}

/// The demo as it stands at `now_ms` (milliseconds since 1970, UTC): the last round was yesterday.
#[must_use]
pub fn story(now_ms: i64) -> Story {
    let town = town();
    let plans = walk::plans(now_ms);
    let mut events = walk::rounds(&town, &plans, now_ms);
    twists::add(&town, &mut events, now_ms);
    // Stable: a phone's own steps at one instant keep their order.
    events.sort_by_key(|event| event.at_ms);
    Story { town, plans, events }
}

/// The town through the real import, in the order of the campaign.
fn town() -> Vec<ImportedStreet> {
    let preview =
        import::read(address_csv().as_bytes()).expect("our own file has the right columns");
    let mut by_name: HashMap<_, _> =
        preview.streets.into_iter().map(|street| (street.name.clone(), street)).collect();
    PLOTS.iter().filter_map(|plot| by_name.remove(plot.name)).collect()
}
