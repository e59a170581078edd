//! What a reply writes: foreign ops, receipts, lists that leave, records erased, notices.

use super::state::{Device, Meta, Notice, StoredOp, Write};
use crate::record::{Dot, Live, Op, Record, RecordId, Register, WorklistId};
use crate::sync::{Delivered, Instruction, Page, Reply};
use std::collections::{BTreeMap, HashMap};

/// Erased records that a phone remembers, newest last.
const ERASED_MAX: usize = 500;

impl Device {
    /// What the reply will write. Nothing changes yet; keep the writes, then `show` them.
    /// `clock_ms` is the phone's uncorrected clock at receipt.
    pub fn absorb(&self, reply: &Reply, clock_ms: i64) -> Vec<Write> {
        if self.is_overtaken(reply) {
            return Vec::new();
        }
        let mut absorbing = Absorbing::new(self);
        for page in self.continuing(reply).filter(|page| page.from == 0) {
            absorbing.begin_anew(page);
        }
        for delivered in self.continuing(reply).flat_map(|page| &page.ops) {
            absorbing.take(delivered);
        }
        absorbing.acknowledge(reply);
        absorbing.compact();
        absorbing.erase(reply);
        absorbing.unassign(reply);
        let notices = absorbing.notices_that_stay(reply);
        let mut writes = absorbing.writes;
        let meta = self.meta_after(reply, clock_ms, notices);
        writes.push(Write::Meta(Box::new(meta)));
        writes
    }

    /// The reply says that this phone does not know all that it wrote, but it does by now: its request
    /// came late, after a later one had been taken in. Whether the ops differ shows when they are sent.
    fn is_overtaken(&self, reply: &Reply) -> bool {
        matches!(reply.instruction, Instruction::EnrolAgain { from }
            if reply.kept >= from && self.high() >= from)
    }

    /// The pages that go on where this phone is, or begin anew. Others belong to a reply that comes
    /// late: reading them would move the cursor past ops that have left the phone since. A copied phone reads
    /// nothing before it has its new number, for what others wrote may have seen its copy's ops
    /// under numbers that mean its own here; it reads all anew then.
    fn continuing<'r>(&self, reply: &'r Reply) -> impl Iterator<Item = &'r Page> {
        let copied = matches!(reply.instruction, Instruction::EnrolAgain { .. });
        let same_life = self.meta.epoch == reply.epoch;
        reply.pages.iter().filter(move |page| {
            let place = self.place(page.worklist).filter(|_| same_life).unwrap_or(0);
            !copied && (page.from == 0 || page.from == place)
        })
    }

    /// How far this phone read in the list.
    fn place(&self, list: WorklistId) -> Option<u64> {
        self.meta.cursors.iter().find(|(one, _)| *one == list).map(|(_, upto)| *upto)
    }

    /// The records of which the reply says that they were erased. A reply that comes after a later one says
    /// nothing of that: the phone may have written there again since, and heard no more of it than that.
    /// A server whose clock was set back tells it once more, for nothing of it was confirmed.
    fn erased_by<'r>(&self, reply: &'r Reply) -> &'r [RecordId] {
        let later = self.meta.synced_ms.filter(|_| self.meta.epoch == reply.epoch);
        let read_on = |page: &Page| page.from > 0 && Some(page.from) < self.place(page.worklist);
        let came_late =
            later.is_some_and(|later| reply.server_ms < later || reply.pages.iter().any(read_on));
        if came_late { &[] } else { &reply.erased }
    }

    fn meta_after(&self, reply: &Reply, clock_ms: i64, notices: Vec<Notice>) -> Meta {
        let mut meta = self.meta.clone();
        let erased = self.erased_by(reply);
        if meta.epoch != reply.epoch {
            // Another life of the server: it may know less, so everything is read anew.
            meta.cursors.clear();
        }
        meta.epoch = reply.epoch;
        meta.high = self.high().max(kept(reply));
        meta.kept = self.kept(reply);
        meta.offset_ms = reply.server_ms.saturating_sub(clock_ms);
        meta.synced_ms = Some(reply.server_ms);
        for page in self.continuing(reply) {
            meta.cursors.retain(|(worklist, _)| *worklist != page.worklist);
            meta.cursors.push((page.worklist, page.upto));
        }
        meta.cursors.retain(|(worklist, _)| reply.assigned.contains(worklist));
        meta.cursors.sort_unstable();
        meta.assigned = reply.assigned.clone();
        meta.set_aside = reply.set_aside.clone();
        meta.notices = notices;
        meta.erased.retain(|record| !erased.contains(record));
        meta.erased.extend(erased);
        let old = meta.erased.len().saturating_sub(ERASED_MAX);
        meta.erased.drain(..old);
        let instruction = self.believed(reply);
        meta.instruction = (instruction != Instruction::Continue).then_some(instruction);
        meta.remaining = reply.remaining;
        meta
    }
}

impl Device {
    /// What is acknowledged to this phone. Another life of the server may hold ops of a copy of this
    /// phone under numbers that mean its own here: all that is held is sent once more, batch by batch,
    /// and compared.
    fn kept(&self, reply: &Reply) -> u64 {
        if self.is_new_life(reply) { 0 } else { kept(reply).min(self.batch_end()) }
    }

    /// That this phone is a copy is believed when all before the fork was compared; what was in common
    /// keeps its number.
    fn believed(&self, reply: &Reply) -> Instruction {
        match reply.instruction {
            Instruction::EnrolAgain { from }
                if self.is_new_life(reply) || from > self.batch_end() + 1 =>
            {
                Instruction::Continue
            }
            told => told,
        }
    }

    /// Whether this is a word of this phone that the server does not have: `kept` is what it acknowledges now.
    /// What it acknowledged in an earlier life may be nowhere else.
    fn is_unsent(&self, dot: Dot, kept: u64) -> bool {
        dot.seq > kept && self.own_op(dot).is_some()
    }

    /// The server was put back since this phone last heard of it.
    fn is_new_life(&self, reply: &Reply) -> bool {
        self.meta.epoch != reply.epoch && !self.meta.epoch.is_nil()
    }
}

/// What the reply acknowledges. In a copied phone the server holds other ops under the same sequences, so
/// nothing from the fork on counts as this phone's.
fn kept(reply: &Reply) -> u64 {
    match reply.instruction {
        Instruction::EnrolAgain { from } => reply.kept.min(from.saturating_sub(1)),
        _ => reply.kept,
    }
}

struct Absorbing<'a> {
    device: &'a Device,
    /// Touched records as they will be.
    scratch: BTreeMap<RecordId, Record>,
    /// Foreign ops that came in.
    incoming: Vec<StoredOp>,
    /// The record of each of those.
    came: HashMap<Dot, RecordId>,
    writes: Vec<Write>,
    /// Those of before, and of what came in.
    notices: Vec<Notice>,
}

impl<'a> Absorbing<'a> {
    fn new(device: &'a Device) -> Self {
        Absorbing {
            device,
            scratch: BTreeMap::new(),
            incoming: Vec::new(),
            came: HashMap::new(),
            writes: Vec::new(),
            notices: device.meta.notices.clone(),
        }
    }

    /// One of this phone's own, held whole.
    fn is_own(&self, dot: Dot) -> bool {
        Some(dot.device) == self.device.number() && self.device.own.contains_key(&dot.seq)
    }

    /// Whether the number still belongs to this record. A server that was put back may have given the
    /// numbers of a phone to what its copy wrote on another.
    fn is_on(&self, record: RecordId, dot: Dot) -> bool {
        self.came.get(&dot).is_none_or(|now| *now == record)
    }

    /// A page from the beginning is all there is: what others wrote and is not in it, or in those that
    /// follow, was lost when the server was put back to an older state.
    fn begin_anew(&mut self, page: &Page) {
        let there: HashMap<Dot, &Op> = page.ops.iter().map(|one| (one.op.dot, &one.op)).collect();
        let device = self.device;
        for record in device.records.iter().filter(|one| one.worklist == page.worklist) {
            let held = device.held.get(&record.id).into_iter().flatten().copied();
            let same = |dot: &Dot| there.get(dot).is_some_and(|op| lives_as(record, op));
            let lost: Vec<Dot> = held.filter(|dot| !self.is_own(*dot) && !same(dot)).collect();
            if lost.is_empty() {
                continue;
            }
            self.scratch.insert(record.id, device.without(record, &lost));
            // First: what the page brings may be something that the lost had replaced.
            self.writes.extend(lost.into_iter().map(Write::Delete));
        }
    }

    fn take(&mut self, delivered: &Delivered) {
        let op = &delivered.op;
        if self.is_own(op.dot) {
            return; // Held whole already; the acknowledgement gives it its receipt.
        }
        let scratch = self.scratch.entry(op.record).or_insert_with(|| {
            self.device.records.get(op.record).cloned().unwrap_or_else(|| Record::empty(op))
        });
        let own = self.device.number();
        let mine = self.device.me().map_or("", |me| me.person.as_str());
        let by_other = Some(op.dot.device) != own && delivered.author != mine;
        for replaced in scratch.apply(op).into_iter().filter(|_| by_other) {
            let told = self.notices.iter_mut().find(|told| {
                told.record == op.record
                    && told.field == replaced.field
                    && told.theirs == replaced.old.value
            });
            let (by, at_ms) = (delivered.author.clone(), delivered.received_ms);
            if let Some(told) = told {
                // Changed once more: she is told what stands there now.
                (told.theirs, told.by, told.at_ms) = (replaced.new, by, at_ms);
            } else if Some(replaced.old.dot.device) == own && replaced.old.value != replaced.new {
                let (record, field) = (op.record, replaced.field);
                let (mine, theirs) = (replaced.old.value, replaced.new);
                self.notices.push(Notice { record, field, mine, theirs, by, at_ms });
            }
        }
        self.came.insert(op.dot, op.record);
        self.incoming.push(StoredOp {
            op: op.clone(),
            author: delivered.author.clone(),
            received_ms: Some(delivered.received_ms),
        });
    }

    /// What was told of an answer goes with its record, and with the answer itself: values that are nowhere
    /// else any more would outlive their erasure in it.
    fn notices_that_stay(&mut self, reply: &Reply) -> Vec<Notice> {
        let erased = self.device.erased_by(reply);
        let mut notices = std::mem::take(&mut self.notices);
        notices.retain(|notice| {
            let touched = self.scratch.get(&notice.record);
            let record = touched.or_else(|| self.device.records.get(notice.record));
            record.is_some_and(|record| {
                let live = record.fields.get(&notice.field).map_or(&[][..], Register::live);
                reply.assigned.contains(&record.worklist)
                    && !erased.contains(&record.id)
                    && notice.theirs != notice.mine
                    && live.iter().any(|live| live.value == notice.theirs)
            })
        });
        notices
    }

    /// Own ops up to `kept` get their receipt. A restored server may acknowledge less than before;
    /// then the later ones simply wait again.
    fn acknowledge(&mut self, reply: &Reply) {
        for stored in self.device.own.range(..=self.device.kept(reply)).map(|(_, stored)| stored) {
            if stored.received_ms.is_none() {
                let received_ms = Some(reply.server_ms);
                self.writes.push(Write::Put(StoredOp { received_ms, ..stored.clone() }));
            }
        }
    }

    /// Foreign ops of which no value lives any more are not stored, or leave the store. Own ops
    /// stay while their worklist does, for a server that was restored from an old backup.
    fn compact(&mut self) {
        let mut incoming = std::mem::take(&mut self.incoming);
        incoming.sort_by_key(|stored| stored.op.record);
        for incoming in incoming.chunk_by(|one, next| one.op.record == next.op.record) {
            let record = incoming[0].op.record;
            let live: Vec<Dot> = self.scratch[&record]
                .fields
                .values()
                .flat_map(|register| register.live().iter().map(|live| live.dot))
                .collect();
            let fresh = incoming.iter().filter(|stored| live.contains(&stored.op.dot));
            self.writes.extend(fresh.cloned().map(Write::Put));
            let held = self.device.held.get(&record).into_iter().flatten();
            let dead = held.filter(|dot| !self.is_own(**dot) && !live.contains(dot));
            let dead = dead.filter(|dot| self.is_on(record, **dot));
            let dead: Vec<_> = dead.map(|dot| Write::Delete(*dot)).collect();
            self.writes.extend(dead);
        }
    }

    /// What was erased leaves the phone at once, but for words of its own that were never sent: of some of
    /// these records only a part was erased, and only the server knows which. They go out first; it
    /// tells of the record until nothing of it is here.
    fn erase(&mut self, reply: &Reply) {
        for record in self.device.erased_by(reply) {
            let (device, kept) = (self.device, self.device.kept(reply));
            self.drop_record(*record, |dot| !device.is_unsent(dot, kept));
        }
    }

    /// Worklists that were taken away leave the phone, once nothing of them waits to be sent.
    fn unassign(&mut self, reply: &Reply) {
        let (device, kept) = (self.device, self.device.kept(reply));
        let erased = device.erased_by(reply);
        let mut unsent: Vec<WorklistId> = device
            .own
            .range(kept + 1..)
            .map(|(_, stored)| &stored.op)
            // What leaves the phone because it was erased holds no list.
            .filter(|op| !erased.contains(&op.record) || device.is_unsent(op.dot, kept))
            .map(|op| op.worklist)
            .collect();
        unsent.sort_unstable();
        unsent.dedup();
        let leaving: Vec<RecordId> = self
            .device
            .records
            .iter()
            .filter(|record| !reply.assigned.contains(&record.worklist))
            .filter(|record| !unsent.contains(&record.worklist))
            .map(|record| record.id)
            .collect();
        for record in leaving {
            self.drop_record(record, |_| true);
        }
    }

    /// Takes these ops of a record off the phone, and nothing of it comes in.
    fn drop_record(&mut self, record: RecordId, leaves: impl Fn(Dot) -> bool) {
        self.writes
            .retain(|write| !matches!(write, Write::Put(stored) if stored.op.record == record));
        let held = self.device.held.get(&record).into_iter().flatten().copied();
        let held: Vec<_> = held.filter(|dot| self.is_on(record, *dot) && leaves(*dot)).collect();
        self.writes.extend(held.into_iter().map(Write::Delete));
    }
}

/// Whether all that lives of this op in the record says what the op says.
fn lives_as(record: &Record, op: &Op) -> bool {
    let says = |field: &str, live: &Live| {
        let mut set = op.set.iter().filter(|one| one.field == field);
        live.at_ms == op.at_ms && set.any(|one| one.value == live.value && one.seen == live.seen)
    };
    let mut lives = record.fields.iter().flat_map(|(field, register)| {
        register.live().iter().filter(|live| live.dot == op.dot).map(move |live| (field, live))
    });
    op.record == record.id && lives.all(|(field, live)| says(field, live))
}
