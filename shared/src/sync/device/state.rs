//! What a device holds: stored ops and one row of bookkeeping. All else is a fold of these.

use crate::programme::Role;
use crate::record::{DeviceNo, Dot, Op, Record, RecordId, Records, Value, WorklistId};
use crate::sync::{Instruction, Reason, SetAside};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// An op as it lies in the phone's store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOp {
    pub op: Op,
    /// Display name of the writer, as the server told; empty for an op of this phone, unless it left
    /// with its list and was read back.
    pub author: String,
    /// When the server received it; none while it waits.
    pub received_ms: Option<i64>,
}

/// Whose phone this is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub device: DeviceNo,
    /// Secret; 64 hex digits.
    pub token: String,
    pub person: String,
    pub role: Role,
    pub organisation: String,
}

/// Somebody else's value replaced one of mine: never silently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub record: RecordId,
    pub field: String,
    pub mine: Value,
    pub theirs: Value,
    pub by: String,
    pub at_ms: i64,
}

/// The one row beside the ops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    pub me: Option<Me>,
    pub epoch: Uuid,
    /// Highest own sequence that the server has on its disk.
    pub kept: u64,
    /// Highest own sequence ever used, also of ops that left the phone.
    pub high: u64,
    /// Server clock minus phone clock, ms, at the last exchange.
    pub offset_ms: i64,
    /// When the last exchange succeeded, by the server's clock.
    pub synced_ms: Option<i64>,
    pub cursors: Vec<(WorklistId, u64)>,
    pub assigned: Vec<WorklistId>,
    pub set_aside: Vec<SetAside>,
    pub notices: Vec<Notice>,
    /// Erased records that the server told of, newest last.
    pub erased: Vec<RecordId>,
    /// What the server wants done before anything else.
    pub instruction: Option<Instruction>,
    /// Ops that were still to come after the last page.
    pub remaining: u32,
}

/// One change to the store. A list of these is kept in one transaction, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    Put(StoredOp),
    Delete(Dot),
    Meta(Box<Meta>),
}

/// Where an op of this phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpState {
    AtOffice,
    Waiting,
    SetAside(Reason),
}

/// Where a record is, in the words the screen uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// Some of it waits on this phone.
    Waiting,
    AtOffice,
    Reviewed,
    SetAside(Reason),
}

/// A phone: records to show, ops to send. What is only looked up, never walked through, is a hash map.
#[derive(Clone, Debug, Default)]
pub struct Device {
    pub(super) meta: Meta,
    pub(super) records: Records,
    /// Own ops by sequence, whole, so that they can be sent again.
    pub(super) own: BTreeMap<u64, StoredOp>,
    /// Every held op, by record.
    pub(super) held: HashMap<RecordId, Vec<Dot>>,
    /// Which record each held op is on.
    holder: HashMap<Dot, RecordId>,
    /// Author and time of receipt of every held foreign op.
    foreign: HashMap<Dot, (String, i64)>,
}

impl Device {
    /// From what the store holds: the bookkeeping and all readable ops, in any order.
    pub fn load(meta: Meta, ops: impl IntoIterator<Item = StoredOp>) -> Self {
        let mut device = Device { meta, ..Device::default() };
        for stored in ops {
            device.put(stored);
        }
        device
    }

    /// Takes in what was just kept. The only way in which a device changes.
    pub fn show(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(stored) => self.put(stored.clone()),
                Write::Delete(dot) => self.delete(*dot),
                Write::Meta(meta) => self.meta = (**meta).clone(),
            }
        }
    }

    fn put(&mut self, stored: StoredOp) {
        let op = &stored.op;
        if self.holder.get(&op.dot).is_some_and(|record| *record != op.record) {
            self.delete(op.dot);
        }
        if self.holder.insert(op.dot, op.record).is_none() {
            self.held.entry(op.record).or_default().push(op.dot);
        }
        if Some(op.device()) == self.number() {
            // One that left and was read back may lack what was replaced; it is never sent again.
            if stored.author.is_empty() {
                self.own.insert(op.dot.seq, stored.clone());
            }
        } else if let Some(received) = stored.received_ms {
            self.foreign.insert(op.dot, (stored.author, received));
        }
        self.records.take(stored.op);
    }

    /// Ops leave one by one; a record leaves with its last op. Mostly an op that leaves while its
    /// record stays was replaced in every field. Where it still lived, the server no longer has it;
    /// then what it had replaced of this phone's own comes back.
    fn delete(&mut self, dot: Dot) {
        if Some(dot.device) == self.number() {
            self.own.remove(&dot.seq);
        }
        self.foreign.remove(&dot);
        let Some(record) = self.holder.remove(&dot) else { return };
        let held = self.held.entry(record).or_default();
        held.retain(|one| *one != dot);
        if held.is_empty() {
            self.held.remove(&record);
            self.records.remove(record);
        } else if self.records.forget(record, dot) {
            for op in own_of(&self.own, held) {
                self.records.apply(op);
            }
        }
    }

    /// A record as it is without some ops of others.
    pub(super) fn without(&self, record: &Record, lost: &[Dot]) -> Record {
        let mut left = record.clone();
        for dot in lost {
            left.forget(*dot);
        }
        let held = self.held.get(&record.id).map_or(&[][..], Vec::as_slice);
        for op in own_of(&self.own, held) {
            left.apply(op);
        }
        left
    }

    pub fn records(&self) -> &Records {
        &self.records
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    pub fn me(&self) -> Option<&Me> {
        self.meta.me.as_ref()
    }

    pub(super) fn number(&self) -> Option<DeviceNo> {
        self.meta.me.as_ref().map(|me| me.device)
    }

    /// Own ops that the server has not acknowledged, oldest first.
    pub fn outbox(&self) -> impl Iterator<Item = &StoredOp> {
        self.own.range(self.meta.kept + 1..).map(|(_, stored)| stored)
    }

    pub fn waiting(&self) -> usize {
        self.own.range(self.meta.kept + 1..).count()
    }

    /// One of this phone's ops, as long as it is held here.
    pub fn own_op(&self, dot: Dot) -> Option<&StoredOp> {
        self.own.get(&dot.seq).filter(|stored| stored.op.dot == dot)
    }

    pub fn op_state(&self, dot: Dot) -> OpState {
        if let Some(found) = self.meta.set_aside.iter().find(|one| one.dot == dot) {
            OpState::SetAside(found.reason)
        } else if dot.seq > self.meta.kept && Some(dot.device) == self.number() {
            OpState::Waiting
        } else {
            OpState::AtOffice
        }
    }

    /// Where a record is: the least far of its own ops decides.
    pub fn record_state(&self, id: RecordId) -> RecordState {
        let own = self
            .held
            .get(&id)
            .into_iter()
            .flatten()
            .filter(|dot| Some(dot.device) == self.number());
        match own.map(|dot| self.op_state(*dot)).max() {
            Some(OpState::SetAside(reason)) => RecordState::SetAside(reason),
            Some(OpState::Waiting) => RecordState::Waiting,
            _ if self.records.get(id).is_some_and(reviewed) => RecordState::Reviewed,
            _ => RecordState::AtOffice,
        }
    }

    /// Which other wrote last in a record, of what is held of it, and when the server received it.
    pub fn last_by(&self, id: RecordId) -> Option<(&str, i64)> {
        let held = self.held.get(&id)?.iter();
        let foreign = held.filter_map(|dot| self.foreign.get(dot).map(|by| (dot, by)));
        let last = foreign.max_by_key(|(dot, (_, received_ms))| (*received_ms, **dot));
        last.map(|(_, (name, received_ms))| (name.as_str(), *received_ms))
    }

    /// Who made an op, if it was somebody else.
    pub fn author(&self, dot: Dot) -> Option<&str> {
        self.foreign.get(&dot).map(|(name, _)| name.as_str())
    }

    /// The phone's clock corrected by what the server last said.
    pub fn corrected(&self, clock_ms: i64) -> i64 {
        clock_ms.saturating_add(self.meta.offset_ms)
    }
}

/// The whole ops of this phone among the dots of one record.
fn own_of<'a>(own: &'a BTreeMap<u64, StoredOp>, held: &'a [Dot]) -> impl Iterator<Item = &'a Op> {
    held.iter().filter_map(|dot| own.get(&dot.seq).map(|one| &one.op).filter(|op| op.dot == *dot))
}

fn reviewed(record: &Record) -> bool {
    record.bool("reviewed") == Some(true)
}
