//! A server in memory, as `design/sync.md` has it: contiguous sequences, the shared acceptance rule,
//! pages per worklist with live values alone. What a real server must do, in 200 lines.

use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId, Records, WorklistId};
use aanbel_shared::sync::{
    Access, Delivered, EnrolReply, Instruction, Ledger, Page, Reason, Reply, Request, SetAside,
    Verdict, Versions, judge,
};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// One accepted op; its number is its place in the log, from 1.
#[derive(Clone)]
pub struct Entry {
    pub op: Op,
    author: String,
}

#[derive(Clone, Default)]
pub struct Server {
    pub epoch: Uuid,
    pub log: Vec<Entry>,
    pub quarantine: Vec<(Op, Reason)>,
    pub records: Records,
    /// Every sequence a device ever used, with the op as it came; none for one that is gone.
    pub uploads: BTreeMap<DeviceNo, BTreeMap<u64, Option<Op>>>,
    pub persons: BTreeMap<DeviceNo, String>,
    pub assigned: BTreeMap<String, BTreeSet<WorklistId>>,
    /// Most ops in one page.
    pub page: usize,
}

impl Ledger for Server {
    type Error = Infallible;

    fn record(&self, id: RecordId) -> Result<Option<(String, WorklistId)>, Infallible> {
        Ok(self.records.get(id).map(|record| (record.kind.clone(), record.worklist)))
    }

    fn kept(&self, device: DeviceNo) -> Result<u64, Infallible> {
        let last = self.uploads.get(&device).and_then(|ops| ops.last_key_value());
        Ok(last.map_or(0, |(seq, _)| *seq))
    }
}

impl Server {
    pub fn enrol(&mut self, person: &str, highest_ever: u32) -> EnrolReply {
        let device = DeviceNo(highest_ever + 1);
        self.persons.insert(device, person.to_owned());
        EnrolReply {
            device,
            person: person.to_owned(),
            role: Role::Volunteer,
            organisation: "Proeftuin".into(),
            server_ms: 0,
        }
    }

    /// People and devices as they are now; for a server that was put back to an older state, where
    /// only records may be lost (numbers are never given twice).
    pub fn keep_people_of(&mut self, newer: &Server) {
        self.persons = newer.persons.clone();
        self.assigned = newer.assigned.clone();
    }

    pub fn exchange(&mut self, device: DeviceNo, request: &Request) -> Reply {
        let person = self.persons[&device].clone();
        let lists = self.assigned.get(&person).cloned().unwrap_or_default();
        let access =
            Access { device, role: Role::Volunteer, worklists: lists.iter().copied().collect() };
        let before = self.log.len();
        let mut fork = self.take(&access, &person, request);
        if fork.is_none() && request.own_high < self.kept(device).unwrap_or_default() {
            // This phone does not know what it wrote: it was put back to an older state.
            fork = Some(request.own_high + 1);
        }
        self.release();
        let cursor = |list: WorklistId| {
            let known = request.cursors.iter().find(|(one, _)| *one == list);
            known.filter(|_| request.epoch == self.epoch).map_or(0, |(_, upto)| *upto)
        };
        let pages: Vec<Page> = lists
            .iter()
            .filter_map(|list| self.page(*list, cursor(*list), device, before))
            .collect();
        let remaining = pages.iter().filter(|page| page.more).count() as u32;
        let set_aside = self
            .quarantine
            .iter()
            .filter(|(op, _)| op.device() == device)
            .map(|(op, reason)| SetAside { dot: op.dot, reason: *reason })
            .collect();
        Reply {
            protocol: 1,
            epoch: self.epoch,
            kept: self.kept(device).unwrap_or_default(),
            instruction: fork
                .map_or(Instruction::Continue, |from| Instruction::EnrolAgain { from }),
            pages,
            assigned: lists.into_iter().collect(),
            erased: vec![],
            set_aside,
            server_ms: 0,
            versions: Versions::default(),
            remaining,
        }
    }

    /// Takes ops and holes in rising order; stops at a gap, or at the first sequence whose bytes
    /// differ, which it returns.
    fn take(&mut self, access: &Access, person: &str, request: &Request) -> Option<u64> {
        let mut rows: Vec<(u64, Option<&Op>)> =
            request.ops.iter().map(|op| (op.dot.seq, Some(op))).collect();
        rows.extend(
            request.gone.iter().flat_map(|(from, to)| (*from..=*to).map(|seq| (seq, None))),
        );
        rows.sort_by_key(|row| row.0);
        for (seq, op) in rows {
            let kept = self.kept(access.device).unwrap_or_default();
            if seq > kept + 1 {
                return None;
            }
            if seq <= kept {
                let known = &self.uploads[&access.device][&seq];
                if op.is_some() && known.is_some() && op != known.as_ref() {
                    return Some(seq);
                }
                continue;
            }
            self.append(access, person, seq, op);
        }
        None
    }

    fn append(&mut self, access: &Access, person: &str, seq: u64, op: Option<&Op>) {
        if let Some(op) = op {
            let Ok(verdict) = judge(op, access, Forms::built_in(), self);
            match verdict {
                Verdict::Accept => self.accept(op.clone(), person),
                Verdict::SetAside(reason) => self.quarantine.push((op.clone(), reason)),
            }
        }
        self.uploads.entry(access.device).or_default().insert(seq, op.cloned());
    }

    fn accept(&mut self, op: Op, person: &str) {
        self.records.apply(&op);
        self.log.push(Entry { op, author: person.to_owned() });
    }

    /// What was set aside because it had seen too much is judged again when more is known.
    fn release(&mut self) {
        let waiting = std::mem::take(&mut self.quarantine);
        let (ahead, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(_, reason)| *reason == Reason::SeenAhead);
        self.quarantine = rest;
        for (op, _) in ahead {
            let person = self.persons[&op.device()].clone();
            // The right to write was judged when it came in; only what it saw was missing.
            let access =
                Access { device: op.device(), role: Role::Volunteer, worklists: vec![op.worklist] };
            let Ok(verdict) = judge(&op, &access, Forms::built_in(), self);
            match verdict {
                Verdict::Accept => self.accept(op, &person),
                Verdict::SetAside(reason) => self.quarantine.push((op, reason)),
            }
        }
    }

    /// Ops of a worklist after `cursor`, stripped to what still lives. What came in with this very
    /// request is not sent back, except in a first page: a phone that reads that one late may have
    /// dropped the worklist since.
    fn page(&self, list: WorklistId, cursor: u64, device: DeviceNo, before: usize) -> Option<Page> {
        let end = self.log.len() as u64;
        let mut page = Page { worklist: list, from: cursor, ops: vec![], upto: end, more: false };
        for (place, entry) in self.log.iter().enumerate().skip(cursor as usize) {
            let fresh = cursor > 0 && place >= before && entry.op.device() == device;
            if entry.op.worklist != list || fresh {
                continue;
            }
            let Some(op) = self.alive(&entry.op) else { continue };
            if page.ops.len() == self.page {
                (page.upto, page.more) = (place as u64, true);
                break;
            }
            page.ops.push(Delivered {
                op,
                author: entry.author.clone(),
                received_ms: place as i64,
            });
        }
        (page.upto > cursor).then_some(page)
    }

    fn alive(&self, op: &Op) -> Option<Op> {
        let record = self.records.get(op.record)?;
        let lives = |field: &str, dot: Dot| {
            record.fields.get(field).is_some_and(|one| one.live().iter().any(|l| l.dot == dot))
        };
        let set: Vec<_> = op.set.iter().filter(|one| lives(&one.field, op.dot)).cloned().collect();
        (!set.is_empty()).then(|| Op { set, ..op.clone() })
    }
}
