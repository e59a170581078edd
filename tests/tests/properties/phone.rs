//! A phone as the app runs it: a store that survives, and a `Device` that does not. It can be killed
//! between any two steps; only what was kept is left.

use aanbel_shared::record::{Dot, WorklistId};
use aanbel_shared::sync::{Change, Device, EnrolReply, Meta, Reply, StoredOp, Write};
use std::collections::{BTreeMap, VecDeque};

#[derive(Clone, Debug, Default)]
pub struct Store {
    pub ops: BTreeMap<Dot, StoredOp>,
    pub meta: Meta,
}

/// Where a phone dies during a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    None,
    BeforeKeep,
    BeforeShow,
}

pub struct Phone {
    pub person: String,
    pub store: Store,
    pub device: Device,
    /// Replies that arrived and may still be read late, or twice.
    pub late: VecDeque<Reply>,
}

impl Phone {
    pub fn new(enrolled: &EnrolReply) -> Phone {
        let mut phone = Phone {
            person: enrolled.person.clone(),
            store: Store::default(),
            device: Device::default(),
            late: VecDeque::new(),
        };
        phone.enrol(enrolled);
        phone
    }

    /// The same phone put back from a copy of its store, beside the first.
    pub fn twin(&self) -> Phone {
        let mut twin = Phone {
            person: self.person.clone(),
            store: self.store.clone(),
            device: Device::default(),
            late: VecDeque::new(),
        };
        twin.restart();
        twin
    }

    pub fn enrol(&mut self, enrolled: &EnrolReply) {
        let writes = self.device.enrolled(enrolled, "geheim").expect("same person");
        self.keep(&writes);
        self.late.clear();
        self.restart();
    }

    pub fn restart(&mut self) {
        self.device = Device::load(self.store.meta.clone(), self.store.ops.values().cloned());
    }

    fn keep(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(stored) => drop(self.store.ops.insert(stored.op.dot, stored.clone())),
                Write::Delete(dot) => drop(self.store.ops.remove(dot)),
                Write::Meta(meta) => self.store.meta = (**meta).clone(),
            }
        }
    }

    fn commit(&mut self, writes: &[Write], death: Death) {
        match death {
            Death::BeforeKeep => self.restart(),
            Death::BeforeShow => {
                self.keep(writes);
                self.restart();
            }
            Death::None => {
                self.keep(writes);
                self.device.show(writes);
            }
        }
    }

    /// Returns whether the change was kept.
    pub fn write(&mut self, change: Change, clock_ms: i64, death: Death) -> bool {
        let writes = self.device.prepare(vec![change], clock_ms).expect("enrolled");
        self.commit(&writes, death);
        death != Death::BeforeKeep
    }

    pub fn absorb(&mut self, reply: &Reply, death: Death) {
        let writes = self.device.absorb(reply, 0);
        self.commit(&writes, death);
    }

    pub fn may_write(&self, list: WorklistId) -> bool {
        self.store.meta.assigned.contains(&list)
    }
}
