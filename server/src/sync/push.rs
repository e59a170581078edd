//! What a phone sends: each op is kept once, in the log or set aside, and the sequence moves on.

use super::ledger::Remembered;
use super::set_aside;
use crate::access::audit::{self, Action, Actor};
use crate::access::{PersonId, Phone};
use crate::api::enrol::cut;
use crate::cases;
use crate::erase;
use crate::error::AppError;
use crate::store::{Intake, StoreError, log, say_unseen};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Dot, Op, RecordId};
use aanbel_shared::sync::{Access, Instruction, Reason, Request, Verdict, judge};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Sequences beyond this are no count of taps but a mistake; it also keeps sums within SQLite's
/// integers.
const SEQ_MAX: u64 = 1 << 53;
/// A clock further off than a century is just wrong; pages do sums with this.
const CLOCK_OFF_MAX_MS: i64 = 100 * 366 * 86_400_000;

/// How old "last seen" may be, and how much a clock may move, before a phone that brings nothing is
/// written down again. Pages tell neither more exactly than this.
const SEEN_AGAIN_MS: i64 = 15 * 60_000;
const CLOCK_OFF_SAME_MS: i64 = 10_000;

/// Who brings what a phone wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Itself,
    /// Somebody hands in what is sealed on it. Which lists it holds, and how far it read, was not said.
    HandIn,
}

/// What became of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Highest sequence that is acknowledged.
    pub kept: u64,
    pub instruction: Instruction,
    pub accepted: u32,
    pub set_aside: u32,
    /// Nothing of it was kept, for too much of this phone is set aside.
    pub is_full: bool,
    /// Somebody changed her mind: her name must be erased.
    pub withdrawn: bool,
}

impl Pushed {
    pub fn forked(&self) -> bool {
        matches!(self.instruction, Instruction::EnrolAgain { .. })
    }
}

/// Keeps a batch. Nothing of it is refused; what comes after a gap is left for the next time. `forms` are
/// those that this server knows: what they do not have is set aside for the office.
///
/// # Errors
/// Those of the database.
pub fn push(
    tx: &Connection,
    forms: &Forms,
    number: DeviceNo,
    request: &Request,
    by: By,
    now_ms: i64,
) -> Result<Pushed, AppError> {
    // Read here again: the phone may have been revoked since its token was looked up.
    let phone = Phone::numbered(tx, number)?.ok_or(AppError::Forbidden)?;
    if !phone.revoked {
        cases::turn(tx, phone.person, phone.role, now_ms)?;
    }
    let access = phone.access(tx, now_ms)?;
    let lists = access.worklists.clone();
    let mut batch = Batch {
        tx,
        intake: Intake::new(tx)?,
        ledger: Remembered::new(tx),
        forms,
        access,
        author: phone.person,
        revoked: phone.revoked,
        now_ms,
        next: log::kept(tx, number)? + 1,
        gone: &request.gone,
        filled: BTreeMap::new(),
        accepted: 0,
        set_aside: 0,
        outside: 0,
        some_erased: log::some_erased(tx)?,
        some_parts_gone: erase::part::some_went(tx)?,
        parts: BTreeSet::new(),
        is_full: false,
        refused: None,
    };
    let before = batch.next;
    // Before the ops: what comes in late of an erased record must be told again.
    let dropped = erase::phones::confirm(tx, number, &request.erased, now_ms)?;
    let mut forked_at = batch.take_all(&request.ops)?;
    let kept = batch.next - 1;
    let used = used(request);
    // Ops that differ are not this phone's, so they are not acknowledged to it.
    let acknowledged = forked_at.or(batch.refused).map_or(kept, |from| from - 1);
    if used < kept {
        // It does not know all that it wrote: this phone was put back to an older state. Or the request
        // was overtaken by a later one, which the phone sees from `kept`.
        forked_at = forked_at.or(Some(used + 1));
    }
    let (accepted, aside) = (batch.accepted, batch.set_aside);
    let is_full = batch.is_full && batch.next == before;
    batch.finish()?;
    log::set_kept(tx, number, kept)?;
    note_phone(tx, number, request, now_ms)?;
    if by == By::Itself {
        erase::phones::note_lists(tx, number, request, &lists, now_ms)?;
    }
    // What was set aside may count as seen now, so not only accepted ops release others.
    let released = if kept >= before {
        set_aside::release(tx, forms, Dot::new(number, kept), now_ms)?
    } else {
        0
    };
    erase::phones::say_again(tx, number, &dropped, &lists, now_ms)?;
    cases::settle(tx, now_ms)?;
    let instruction = instruction(forked_at, phone.revoked);
    let accepted = accepted + released;
    let withdrawn = erase::withdrawn::is_due(tx)?;
    Ok(Pushed { kept: acknowledged, instruction, accepted, set_aside: aside, is_full, withdrawn })
}

fn instruction(forked_at: Option<u64>, revoked: bool) -> Instruction {
    match forked_at {
        // Also when it is revoked: what differs can only go out under another number.
        Some(from) => Instruction::EnrolAgain { from },
        None if revoked => Instruction::Wipe,
        None => Instruction::Continue,
    }
}

/// Highest sequence that the phone says it used.
fn used(request: &Request) -> u64 {
    let last = request.ops.last().map_or(0, |op| op.dot.seq);
    let gone = request.gone.last().map_or(0, |(_, to)| *to);
    request.own_high.max(last).max(gone)
}

/// Whether there is nothing in it to keep.
pub fn brings_nothing(request: &Request) -> bool {
    request.ops.is_empty() && request.gone.is_empty() && request.erased.is_empty()
}

/// What becomes of a request that brings nothing, when the list of phones says already what is to be
/// said about this one. None when something must be written after all.
///
/// # Errors
/// Those of the database.
pub fn as_it_is(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    now_ms: i64,
) -> Result<Option<Pushed>, StoreError> {
    let Some(phone) = Phone::numbered(db, number)?.filter(|phone| !phone.revoked) else {
        return Ok(None);
    };
    let lists = phone.access(db, now_ms)?.worklists;
    if !erase::phones::lists_are_noted(db, number, request, &lists)? {
        return Ok(None);
    }
    let mut query = db.prepare_cached(
        "SELECT kept FROM device
         WHERE number = ?1 AND kept <= ?2 AND app = ?3 AND waiting = ?4 AND ABS(clock_off_ms - ?5) < ?6 AND seen_ms BETWEEN ?7 AND ?8",
    )?;
    let off_ms = clock_off_ms(request, now_ms);
    let high = i64::try_from(request.own_high).unwrap_or(i64::MAX);
    let kept: Option<i64> = query
        .query_row(
            params![
                number.0,
                high,
                cut(&request.app),
                request.waiting,
                off_ms,
                CLOCK_OFF_SAME_MS,
                now_ms - SEEN_AGAIN_MS,
                now_ms
            ],
            |row| row.get(0),
        )
        .optional()?;
    Ok(kept.map(|kept| Pushed {
        kept: kept.unsigned_abs(),
        instruction: Instruction::Continue,
        accepted: 0,
        set_aside: 0,
        is_full: false,
        withdrawn: false,
    }))
}

fn clock_off_ms(request: &Request, now_ms: i64) -> i64 {
    request.clock_ms.saturating_sub(now_ms).clamp(-CLOCK_OFF_MAX_MS, CLOCK_OFF_MAX_MS)
}

/// What the office's list of phones shows.
fn note_phone(
    tx: &Connection,
    number: DeviceNo,
    request: &Request,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut update = tx.prepare_cached(
        "UPDATE device SET seen_ms = ?2, app = ?3, waiting = ?4, clock_off_ms = ?5
         WHERE number = ?1",
    )?;
    let off_ms = clock_off_ms(request, now_ms);
    update.execute(params![number.0, now_ms, cut(&request.app), request.waiting, off_ms])?;
    Ok(())
}

/// Whether an op was set aside because its phone had no right to write it, not because it does not fit.
fn is_outside(reason: Reason) -> bool {
    use Reason::{MayNotWrite, NotAssigned, OtherDevice, OtherRecord, Revoked};
    matches!(reason, MayNotWrite | NotAssigned | OtherDevice | OtherRecord | Revoked)
}

struct Batch<'a> {
    tx: &'a Connection,
    intake: Intake<'a>,
    ledger: Remembered<'a>,
    forms: &'a Forms,
    access: Access,
    author: PersonId,
    revoked: bool,
    now_ms: i64,
    /// The sequence that must come next.
    next: u64,
    gone: &'a [(u64, u64)],
    /// Accepted under a number that was a hole.
    filled: BTreeMap<RecordId, Vec<&'a Op>>,
    accepted: u32,
    set_aside: u32,
    /// Of those, how many this phone had no right to send.
    outside: u32,
    /// Something was erased once, so every op must be held against that.
    some_erased: bool,
    /// A field went out of a record that stays once, so every op must be held against that.
    some_parts_gone: bool,
    /// Records of which something came in that went before.
    parts: BTreeSet<RecordId>,
    is_full: bool,
    /// The hole for whose op there was no room: neither that one nor a later one is confirmed.
    refused: Option<u64>,
}

impl<'a> Batch<'a> {
    /// Gives the sequence at which this phone turns out to be a copy of another.
    fn take_all(&mut self, ops: &'a [Op]) -> Result<Option<u64>, StoreError> {
        for op in ops {
            let seq = op.dot.seq;
            if seq < self.next {
                match self.known(op)? {
                    Some(true) if self.some_parts_gone => {
                        let place = Dot::new(self.access.device, seq);
                        erase::part::sent_again(self.tx, place, op.record)?;
                    }
                    Some(true) => {}
                    Some(false) if seq > 0 => return Ok(Some(seq)),
                    // Number 0 does not exist; a hole may still be filled.
                    _ if seq > 0 && !self.take(op)? => {
                        self.refused = Some(seq);
                        return Ok(None);
                    }
                    _ => {}
                }
                continue;
            }
            self.skip_gone(seq)?;
            if seq != self.next || seq > SEQ_MAX {
                return Ok(None);
            }
            if !self.take(op)? {
                return Ok(None);
            }
            self.next += 1;
        }
        self.skip_gone(SEQ_MAX)?;
        Ok(None)
    }

    /// Brings all that follows up to date, and notes what this phone had no right to send.
    fn finish(self) -> Result<(), StoreError> {
        let Batch { tx, author, now_ms, .. } = self;
        self.intake.finish()?;
        for (record, ops) in self.filled {
            let entry = |op| log::Entry { op, author: Some(author), received_ms: now_ms };
            say_unseen(tx, record, &ops.into_iter().map(entry).collect::<Vec<_>>())?;
        }
        for record in self.parts {
            erase::part::forget_again(tx, self.access.device, record, now_ms)?;
        }
        if self.outside > 0 {
            let number = self.access.device;
            let by = Actor { person: Some(author), device: Some(number), ..Actor::SYSTEM };
            let line = by.did(Action::PushOutside, now_ms).refused().on(number);
            audit::record(tx, line.with("ops", self.outside))?;
        }
        Ok(())
    }

    /// Steps over what the phone said it no longer holds, up to `until`, and notes the hole.
    fn skip_gone(&mut self, until: u64) -> Result<(), StoreError> {
        while let Some(&(_, to)) = self
            .gone
            .iter()
            .find(|(from, to)| *from <= self.next && self.next <= *to && *to < SEQ_MAX)
        {
            if self.next >= until {
                break;
            }
            let to = to.min(until - 1);
            let mut note = self.tx.prepare_cached(
                "INSERT OR REPLACE INTO hole (device, from_seq, to_seq, noted_ms)
                 VALUES (?1, ?2, ?3, ?4)",
            )?;
            let device = self.access.device.0;
            note.execute(params![device, self.next as i64, to as i64, self.now_ms])?;
            self.next = to + 1;
        }
        Ok(())
    }

    /// Whether this number is taken, and by the very same op.
    fn known(&self, op: &Op) -> Result<Option<bool>, StoreError> {
        let place = Dot::new(self.access.device, op.dot.seq);
        let known = match log::holds(self.tx, place, op)? {
            None => set_aside::holds(self.tx, place, op)?,
            known => known,
        };
        if known == Some(true) {
            return Ok(Some(!erase::part::is_another(self.tx, place, op)?));
        }
        Ok(known)
    }

    /// False when it must be set aside, and too much of this phone is.
    fn take(&mut self, op: &'a Op) -> Result<bool, StoreError> {
        let place = Dot::new(self.access.device, op.dot.seq);
        let may_write =
            !self.revoked && op.dot == place && self.access.worklists.contains(&op.worklist);
        if self.some_erased && erase::late(self.tx, place, self.author, op, may_write, self.now_ms)?
        {
            return Ok(true);
        }
        let verdict = if self.revoked {
            Verdict::SetAside(Reason::Revoked)
        } else {
            judge(op, &self.access, self.forms, &self.ledger)?
        };
        match verdict {
            Verdict::Accept => match self.accept(op) {
                Err(StoreError::Crowded) => self.put_aside(place, op, Reason::Malformed),
                accepted => accepted.map(|()| true),
            },
            Verdict::SetAside(reason) => self.put_aside(place, op, reason),
        }
    }

    fn accept(&mut self, op: &'a Op) -> Result<(), StoreError> {
        let (author, received_ms) = (Some(self.author), self.now_ms);
        let entry = log::Entry { op, author, received_ms };
        if self.ledger.has_none(op.record) {
            self.intake.accept_new(&entry)?;
        } else {
            self.intake.accept(&entry)?;
        }
        self.ledger.accepted(op);
        if self.some_parts_gone && erase::part::is_of_gone_part(self.tx, op)? {
            self.parts.insert(op.record);
        }
        if op.dot.seq < self.next {
            self.filled.entry(op.record).or_default().push(op);
        }
        self.accepted += 1;
        Ok(())
    }

    /// False when too much of this phone is set aside.
    fn put_aside(&mut self, place: Dot, op: &Op, reason: Reason) -> Result<bool, StoreError> {
        if set_aside::is_full(self.tx, self.access.device)? {
            self.is_full = true;
            return Ok(false);
        }
        self.outside += u32::from(is_outside(reason));
        if self.some_parts_gone {
            let is_given = self.access.worklists.contains(&op.worklist);
            if erase::part::late(self.tx, place, self.author, op, is_given, self.now_ms)? {
                return Ok(true);
            }
        }
        set_aside::put(self.tx, place, self.author, reason, op, self.now_ms)?;
        // A later word may have seen this one, and by its number that too. What only claims to be of this
        // phone, or of this record, says nothing of what she had seen.
        if op.dot == place && reason != Reason::OtherRecord {
            self.intake.leave_out(op)?;
        }
        self.set_aside += 1;
        Ok(true)
    }
}
