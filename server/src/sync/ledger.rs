//! What was kept before, as the acceptance rule asks for it: straight from the tables, or remembered
//! through one batch. Writes nothing.

use crate::store::{self, StoreError, log};
use aanbel_shared::record::{DeviceNo, Op, RecordId, WorklistId};
use aanbel_shared::sync::Ledger;
use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::HashMap;

/// What was kept before, as the acceptance rule asks for it.
pub struct Kept<'a>(pub &'a Connection);

impl Ledger for Kept<'_> {
    type Error = StoreError;

    fn record(&self, id: RecordId) -> Result<Option<(String, WorklistId)>, StoreError> {
        store::projection::kind_and_worklist(self.0, id)
    }

    fn kept(&self, device: DeviceNo) -> Result<u64, StoreError> {
        log::kept(self.0, device)
    }
}

/// The same for the ops of one batch, which ask again and again for the same.
pub struct Remembered<'a> {
    kept: Kept<'a>,
    records: RefCell<HashMap<RecordId, Option<(String, WorklistId)>>>,
    devices: RefCell<HashMap<DeviceNo, u64>>,
}

impl<'a> Remembered<'a> {
    pub fn new(tx: &'a Connection) -> Self {
        Remembered { kept: Kept(tx), records: RefCell::default(), devices: RefCell::default() }
    }

    /// Whether this record was looked for, and is not there.
    pub fn has_none(&self, id: RecordId) -> bool {
        self.records.borrow().get(&id).is_some_and(Option::is_none)
    }

    /// The record of this op is there from now on.
    pub fn accepted(&self, op: &Op) {
        let mut records = self.records.borrow_mut();
        let known = records.entry(op.record).or_default();
        known.get_or_insert_with(|| (op.kind.clone(), op.worklist));
    }
}

impl Ledger for Remembered<'_> {
    type Error = StoreError;

    fn record(&self, id: RecordId) -> Result<Option<(String, WorklistId)>, StoreError> {
        if let Some(known) = self.records.borrow().get(&id) {
            return Ok(known.clone());
        }
        let found = self.kept.record(id)?;
        self.records.borrow_mut().insert(id, found.clone());
        Ok(found)
    }

    fn kept(&self, device: DeviceNo) -> Result<u64, StoreError> {
        if let Some(known) = self.devices.borrow().get(&device) {
            return Ok(*known);
        }
        let found = self.kept.kept(device)?;
        self.devices.borrow_mut().insert(device, found);
        Ok(found)
    }
}
