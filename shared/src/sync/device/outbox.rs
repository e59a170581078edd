//! What a device asks of the server: its unsent ops, and how far it has read.

use super::state::{Device, Notice, StoredOp, Write};
use crate::record::RecordId;
use crate::sync::{Instruction, PROTOCOL, Request, SEEN_MAX};

/// Most ops in one batch; a day's work fits in one.
const BATCH_MAX: usize = 500;

impl Device {
    /// Highest own sequence ever used.
    pub(super) fn high(&self) -> u64 {
        let held = self.own.last_key_value().map_or(0, |(seq, _)| *seq);
        held.max(self.meta.high).max(self.meta.kept)
    }

    /// Last own sequence of the next batch; the highest one when all fits in it.
    pub(super) fn batch_end(&self) -> u64 {
        let (count, last) =
            self.batch().fold((0, 0), |(count, _), one| (count + 1, one.op.dot.seq));
        if count < self.waiting() { last } else { self.high() }
    }

    /// What goes next, and no more than one message holds. The first one always: without it all that waits
    /// would be told as gone.
    fn batch(&self) -> impl Iterator<Item = &StoredOp> {
        let (mut room, mut is_first) = (SEEN_MAX, true);
        self.outbox().take(BATCH_MAX).take_while(move |stored| {
            let seen = stored.op.set.iter().map(|one| one.seen.len()).sum();
            let left = room.checked_sub(seen);
            room = left.unwrap_or(0);
            std::mem::take(&mut is_first) || left.is_some()
        })
    }

    /// The next exchange. `clock_ms` is the phone's uncorrected clock.
    pub fn request(&self, app: &str, clock_ms: i64) -> Request {
        let first = self.meta.kept + 1;
        let ops: Vec<_> = self.batch().map(|stored| stored.op.clone()).collect();
        let last = ops.last().map_or(self.high(), |op| op.dot.seq);
        Request {
            protocol: PROTOCOL,
            epoch: self.meta.epoch,
            app: app.to_owned(),
            first,
            gone: gone(first, last, ops.iter().map(|op| op.dot.seq)),
            waiting: (self.waiting() - ops.len()) as u32,
            ops,
            own_high: self.high(),
            cursors: self.meta.cursors.clone(),
            erased: self.dropped(),
            clock_ms,
        }
    }

    /// Erased records of which nothing is here. Said every time, and not once: a copy of this phone has
    /// the same number and must be told as well.
    fn dropped(&self) -> Vec<RecordId> {
        let erased = self.meta.erased.iter().copied();
        erased.filter(|record| !self.held.contains_key(record)).collect()
    }

    /// Whether another exchange should follow at once, provided that the last one moved something.
    /// A revoked phone goes on until it has handed everything over; a copied one waits to enrol.
    pub fn wants_more(&self) -> bool {
        let copied = matches!(self.meta.instruction, Some(Instruction::EnrolAgain { .. }));
        self.meta.remaining > 0 || (self.waiting() > 0 && !copied)
    }

    /// The person has read this notice.
    pub fn dismiss(&self, notice: &Notice) -> Vec<Write> {
        let mut meta = self.meta.clone();
        meta.notices.retain(|one| one != notice);
        vec![Write::Meta(Box::new(meta))]
    }
}

/// The ranges between `first` and `last` that are not among the held sequences (rising).
fn gone(first: u64, last: u64, held: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut gone = Vec::new();
    let mut next = first;
    for seq in held {
        if seq > next {
            gone.push((next, seq - 1));
        }
        next = seq + 1;
    }
    if last >= next {
        gone.push((next, last));
    }
    gone
}
