//! A phone: the product's `Device` over a disk that holds what it promised to hold, and nothing else
//! after a kill.

use super::planted::Fault;
use aanbel_shared::record::{DeviceNo, Dot, WorklistId};
use aanbel_shared::sync::{
    Device, EnrolReply, Instruction, Meta, Reply, StoredOp, Write, decode_plain, decode_stored_op,
    encode_plain, encode_stored_op,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The bytes that a phone keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    pub ops: BTreeMap<Dot, Vec<u8>>,
    pub meta: Option<Vec<u8>>,
}

impl Disk {
    fn write(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(stored) => {
                    drop(self.ops.insert(stored.op.dot, encode_stored_op(stored)))
                }
                Write::Delete(dot) => drop(self.ops.remove(dot)),
                Write::Meta(meta) => self.meta = Some(encode_plain(&**meta)),
            }
        }
    }

    pub fn load(&self) -> Device {
        let meta: Meta = self
            .meta
            .as_ref()
            .map(|bytes| decode_plain(bytes).expect("own bytes"))
            .unwrap_or_default();
        Device::load(meta, self.stored())
    }

    pub fn stored(&self) -> impl Iterator<Item = StoredOp> {
        self.ops.values().map(|bytes| decode_stored_op(bytes).expect("own bytes"))
    }
}

pub struct Phone {
    /// Whose phone it is: place in the world's list of people.
    pub person: usize,
    /// What is surely kept.
    pub safe: Disk,
    /// Safe, and what the disk was told without waiting for it. The product never does that.
    disk: Disk,
    pub device: Device,
    pub off_ms: i64,
    pub full: bool,
    pub cut_until_ms: i64,
    /// The server does not know its token any more.
    pub unknown: bool,
    /// Code and token of an enrolment that was asked for and not yet answered.
    pub joining: Option<(String, String)>,
    pub fault: Option<Fault>,
}

impl Phone {
    pub fn new(person: usize, fault: Option<Fault>) -> Phone {
        Phone {
            person,
            safe: Disk::default(),
            disk: Disk::default(),
            device: Device::default(),
            off_ms: 0,
            full: false,
            cut_until_ms: 0,
            unknown: false,
            joining: None,
            fault,
        }
    }

    /// Another phone with a copy of this one's storage.
    pub fn copy(&self) -> Phone {
        let mut copy = Phone::new(self.person, self.fault);
        copy.safe = self.safe.clone();
        copy.kill();
        copy
    }

    pub fn kill(&mut self) {
        self.disk = self.safe.clone();
        self.device = self.disk.load();
    }

    pub fn number(&self) -> Option<DeviceNo> {
        self.device.me().map(|me| me.device)
    }

    /// Keeps in one strict transaction. False when the storage is full, and nothing is kept then.
    pub fn keep(&mut self, writes: &[Write]) -> bool {
        if self.full {
            return false;
        }
        self.disk.write(writes);
        self.safe.write(writes);
        true
    }

    /// Keeps without waiting for the disk; only a planted fault does that.
    pub fn keep_loosely(&mut self, writes: &[Write]) {
        self.disk.write(writes);
    }

    pub fn show(&mut self, writes: &[Write]) {
        self.device.show(writes);
    }

    /// Takes on the identity that the server gave. False when that cannot be kept.
    pub fn join(&mut self, reply: &EnrolReply, token: &str, epoch: Option<Uuid>) -> bool {
        let Ok(mut writes) = self.device.enrolled(reply, token, epoch) else { return false };
        if let Some(fault) = self.fault {
            fault.spoil_joining(&mut writes);
        }
        if !self.keep(&writes) {
            return false;
        }
        self.device = self.disk.load();
        self.unknown = false;
        self.joining = None;
        true
    }

    pub fn must_join(&self) -> bool {
        let told = self.device.meta().instruction;
        let copied = matches!(told, Some(Instruction::EnrolAgain { .. }));
        self.device.me().is_none() || self.unknown || copied
    }

    /// The office revoked it and it has handed everything over.
    pub fn must_be_emptied(&self) -> bool {
        self.device.meta().instruction == Some(Instruction::Wipe) && self.device.waiting() == 0
    }

    pub fn empty(&mut self) {
        self.safe = Disk::default();
        self.joining = None;
        self.kill();
    }

    pub fn absorb(&self, reply: &Reply, clock_ms: i64) -> Vec<Write> {
        self.device.absorb(reply, clock_ms)
    }

    /// Worklists of what it holds although nobody gave it that list, and nothing of it waits.
    pub fn stray_list(&self) -> Option<WorklistId> {
        let meta = self.device.meta();
        let waiting: Vec<WorklistId> =
            self.device.outbox().map(|stored| stored.op.worklist).collect();
        let mut held = self.device.records().iter().map(|record| record.worklist);
        held.find(|list| !meta.assigned.contains(list) && !waiting.contains(list))
    }
}
