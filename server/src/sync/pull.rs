//! What a phone receives: per assigned worklist the log after its cursor, as far as it is alive. A
//! new worklist is the same from 0, so a page more or less never matters.

use super::push::Pushed;
use crate::access::Phone;
use crate::erase;
use crate::error::AppError;
use crate::store::log::{self, OP, Ops};
use crate::store::{self, StoreError};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::{Role, may_hold};
use aanbel_shared::record::{DeviceNo, Dot, FIELDS_MAX, Op, Register, SEEN_MAX, WorklistId};
use aanbel_shared::sync::{
    self, Delivered, Instruction, PROTOCOL, Page, Reason, Reply, Request, SetAside, Versions,
};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most ops in one reply.
const OPS_MAX: usize = 1_000;
/// Most bytes of ops in one reply, before compression.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// Fields, and entries of what was seen there, from which on nothing is added to a reply: a phone reads no
/// more than the whole of it, and one op more always fits in the other half.
const FIELDS_FULL: usize = sync::ASSIGNMENTS_MAX / 2;
const SEEN_FULL: usize = sync::SEEN_MAX / 2;
const _: () = assert!(FIELDS_MAX <= FIELDS_FULL && FIELDS_MAX * SEEN_MAX <= SEEN_FULL);
/// Most log entries looked at for one reply, dead ones included.
const SCAN_MAX: usize = 5_000;
/// Lowest protocol that may still read.
const LOWEST_DOWNLOAD: u16 = 1;
/// Author of what no person wrote, such as an import.
const SYSTEM_NAME: &str = "Kantoor";

/// Builds the reply, after the commit of what came in. `catalogue` is the version that phones should
/// hold.
///
/// # Errors
/// Those of the database.
pub fn reply(
    db: &Connection,
    number: DeviceNo,
    request: &Request,
    pushed: &Pushed,
    catalogue: String,
    now_ms: i64,
) -> Result<Reply, AppError> {
    let phone = Phone::numbered(db, number)?.ok_or(AppError::Forbidden)?;
    let access = phone.access(db, now_ms)?;
    let epoch = store::epoch(db)?;
    // What it believes to be kept was never compared in this life, where a copy of it may have used the
    // same numbers. So it only hears that this is another life, and sends all once more.
    let compared = epoch == request.epoch || request.epoch.is_nil();
    let told =
        if pushed.forked() && !compared { Instruction::Continue } else { pushed.instruction };
    let instruction = match told {
        Instruction::Continue if phone.revoked => Instruction::Wipe,
        Instruction::Continue if request.protocol < LOWEST_DOWNLOAD => Instruction::Update,
        other => other,
    };
    let lost = epoch == request.epoch && reads_beyond(db, request)?;
    let same_epoch = epoch == request.epoch && !lost;
    let mut pull = Pull::new(db, &phone, request, same_epoch);
    // A copy reads nothing under its old number.
    if instruction == Instruction::Continue && !pushed.forked() {
        for worklist in &access.worklists {
            pull.worklist(*worklist)?;
        }
    }
    Ok(Reply {
        protocol: PROTOCOL,
        // No life of ours: the phone forgets how far it was, and learns the real one next time.
        epoch: if lost { Uuid::nil() } else { epoch },
        kept: if compared { pushed.kept } else { 0 },
        instruction,
        pages: pull.pages,
        assigned: access.worklists,
        erased: erase::phones::to_drop(db, number, &request.erased)?,
        set_aside: open_set_aside(db, number)?,
        server_ms: now_ms,
        versions: Versions {
            forms: Forms::built_in().version,
            catalogue,
            texts: 1,
            lowest_download: LOWEST_DOWNLOAD,
        },
        remaining: u32::try_from(pull.remaining).unwrap_or(u32::MAX),
    })
}

/// Whether the phone read further than this server ever wrote: somebody put back an older file
/// under the same life.
fn reads_beyond(db: &Connection, request: &Request) -> Result<bool, StoreError> {
    let mut query = db.prepare_cached("SELECT 1 FROM worklist WHERE id = ?1 AND last_seq < ?2")?;
    for (worklist, cursor) in &request.cursors {
        let cursor = i64::try_from(*cursor).unwrap_or(i64::MAX);
        if query.exists(params![worklist.0, cursor])? {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Pull<'a> {
    db: &'a Connection,
    reader: Ops<'a>,
    role: Role,
    cursors: BTreeMap<WorklistId, u64>,
    /// The phone read from this very life of the server, so its cursors count.
    same_epoch: bool,
    /// What the phone sent along in this exchange; it need not come back.
    just_sent: BTreeSet<Dot>,
    pages: Vec<Page>,
    ops: usize,
    fields: usize,
    seen: usize,
    bytes: usize,
    scanned: usize,
    remaining: u64,
}

impl<'a> Pull<'a> {
    fn new(db: &'a Connection, phone: &Phone, request: &'a Request, same_epoch: bool) -> Self {
        let own = request.ops.iter().map(|op| op.dot).filter(|dot| dot.device == phone.number);
        let just_sent = own.collect();
        Pull {
            db,
            reader: Ops::new(db),
            role: phone.role,
            cursors: request.cursors.iter().copied().collect(),
            same_epoch,
            just_sent,
            pages: Vec::new(),
            ops: 0,
            fields: 0,
            seen: 0,
            bytes: 0,
            scanned: 0,
            remaining: 0,
        }
    }

    fn worklist(&mut self, worklist: WorklistId) -> Result<(), StoreError> {
        let mut query = self.db.prepare_cached("SELECT last_seq FROM worklist WHERE id = ?1")?;
        let last: i64 = query.query_row([worklist.0], |row| row.get(0))?;
        let last = last.unsigned_abs();
        let asked = self.cursors.get(&worklist).filter(|_| self.same_epoch);
        let cursor = asked.copied().unwrap_or(0);
        if cursor < last && !self.is_full() {
            let page = self.page(worklist, cursor, last)?;
            self.remaining += last - page.upto;
            self.pages.push(page);
        } else {
            self.remaining += last - cursor;
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.ops >= OPS_MAX
            || self.fields >= FIELDS_FULL
            || self.seen >= SEEN_FULL
            || self.bytes >= BYTES_MAX
            || self.scanned >= SCAN_MAX
    }

    fn page(&mut self, worklist: WorklistId, cursor: u64, last: u64) -> Result<Page, StoreError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {OP}, entry.seq, COALESCE(person.name, ?3)
             FROM entry LEFT JOIN person ON person.id = entry.author
             WHERE entry.list = (SELECT number FROM log_list WHERE worklist = ?1)
               AND entry.seq > ?2 ORDER BY entry.seq"
        ))?;
        let mut rows = query.query(params![worklist.0, cursor as i64, SYSTEM_NAME])?;
        let mut page = Page { worklist, from: cursor, ops: Vec::new(), upto: cursor, more: false };
        while let Some(row) = rows.next()? {
            if self.is_full() {
                page.more = true;
                return Ok(page);
            }
            self.scanned += 1;
            page.upto = row.get::<_, i64>(6)?.unsigned_abs();
            // A phone that reads a first page late may have dropped the worklist since, its own
            // ops with it; so only in later pages those are left out that it just sent.
            let dot = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
            if cursor > 0 && self.just_sent.contains(&dot) {
                continue;
            }
            let Some(op) = self.reader.read(row)? else { continue };
            let bytes = log::encode(&op).len();
            if !may_hold(self.role, &op.kind) {
                continue;
            }
            let Some(op) = self.alive(op)? else { continue };
            self.ops += 1;
            self.fields += op.set.len();
            self.seen += op.set.iter().map(|one| one.seen.len()).sum::<usize>();
            self.bytes += bytes;
            page.ops.push(Delivered { op, author: row.get(7)?, received_ms: row.get(4)? });
        }
        page.upto = last;
        Ok(page)
    }

    /// The op with its live fields alone; none when nothing of it lives. What lives had seen all that was seen
    /// by what it replaced, or a phone that missed that would keep what went with it; where somebody made up
    /// that it had not, what it replaced is delivered too.
    fn alive(&self, mut op: Op) -> Result<Option<Op>, StoreError> {
        let fields = store::projection::fields(self.db, op.record)?;
        op.set.retain(|one| {
            let had_seen = |live: &Register| live.seen().covers_all(&one.seen);
            fields.holds(&one.field, op.dot) || !fields.get(&one.field).is_some_and(had_seen)
        });
        Ok((!op.set.is_empty()).then_some(op))
    }
}

/// What of this phone still waits for a decision.
fn open_set_aside(db: &Connection, number: DeviceNo) -> Result<Vec<SetAside>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT device_seq, reason FROM quarantine
         WHERE device = ?1 AND resolved_ms IS NULL ORDER BY device_seq",
    )?;
    let mut rows = query.query([number.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let dot = Dot::new(number, row.get::<_, i64>(0)?.unsigned_abs());
        let reason: String = row.get(1)?;
        let reason = Reason::from_key(&reason).ok_or(StoreError::Damaged("a reason"))?;
        found.push(SetAside { dot, reason });
    }
    Ok(found)
}
