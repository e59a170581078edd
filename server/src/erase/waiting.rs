//! Records that nobody knows yet and of which something waits: who says it, and what goes of it. What
//! somebody says who may not write there says nothing of the record itself, which somebody else may begin.

use crate::access::{PersonId, Phone};
use crate::store::StoreError;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId, WorklistId};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Who said what waits, and where they may write as things are now.
pub(super) struct Writers(BTreeMap<DeviceNo, (PersonId, Vec<WorklistId>)>);

impl Writers {
    /// # Errors
    /// Those of the database.
    pub(super) fn of(
        db: &Connection,
        waiting: &[(Dot, Op)],
        now_ms: i64,
    ) -> Result<Writers, StoreError> {
        let devices: BTreeSet<DeviceNo> = waiting.iter().map(|(place, _)| place.device).collect();
        let mut writers = BTreeMap::new();
        for device in devices {
            if let Some(phone) = Phone::numbered(db, device)? {
                let lists = phone.access(db, now_ms)?.worklists;
                writers.insert(device, (phone.person, lists));
            }
        }
        Ok(Writers(writers))
    }

    pub(super) fn may_write(&self, place: Dot, op: &Op) -> bool {
        let lists = self.0.get(&place.device).map(|(_, lists)| lists);
        op.dot == place && lists.is_some_and(|lists| lists.contains(&op.worklist))
    }

    /// One person may have more than one phone, each with a part of what she said.
    pub(super) fn person(&self, place: Dot) -> Option<PersonId> {
        self.0.get(&place.device).map(|(person, _)| *person)
    }
}

/// What went of such records.
#[derive(Default)]
pub(super) struct Went {
    /// All that is said of them.
    whole: BTreeSet<RecordId>,
    /// What this person says of them.
    said: BTreeSet<(Option<PersonId>, RecordId)>,
}

impl Went {
    pub(super) fn whole(record: RecordId) -> Went {
        Went { whole: BTreeSet::from([record]), ..Went::default() }
    }

    pub(super) fn said(person: Option<PersonId>, record: RecordId) -> Went {
        Went { said: BTreeSet::from([(person, record)]), ..Went::default() }
    }

    pub(super) fn add_whole(&mut self, record: RecordId) {
        self.whole.insert(record);
    }

    /// The record of this op, as far as who says it may say so.
    pub(super) fn add(&mut self, writers: &Writers, place: Dot, op: &Op) {
        if writers.may_write(place, op) {
            self.whole.insert(op.record);
        } else {
            self.said.insert((writers.person(place), op.record));
        }
    }

    pub(super) fn has(&self, person: Option<PersonId>, record: RecordId) -> bool {
        self.whole.contains(&record) || self.said.contains(&(person, record))
    }

    pub(super) fn len(&self) -> usize {
        self.whole.len() + self.said.len()
    }
}
