//! Faults that the simulator must be able to catch. Each sits at a real seam (a message, what a phone
//! is about to keep, the server's tables) and does what a mistake in the product would do, so that
//! the product itself carries no switch.

use super::plan::PARTS_FROM;
use aanbel_server::access::Phone;
use aanbel_server::error::AppError;
use aanbel_server::store::{epoch, log, projection};
use aanbel_shared::record::{DeviceNo, Op, Seen};
use aanbel_shared::sync::{Delivered, Device, Instruction, Page, Reply, Request, Write};
use rusqlite::{Connection, params};
use uuid::Uuid;

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    AnswersBeforeCommit,
    DropsSeen,
    ComparesClocks,
    InsertsOrIgnores,
    CursorSkipsARow,
    ScopeOnPushOnly,
    ScopeOnPullOnly,
    AppliesAReplyTwice,
    ClearsTheOutboxEarly,
    IgnoresTheEpoch,
    KeepsATakenList,
    AcceptsAGap,
    QuarantineForgets,
    TableDrifts,
    ChainIsRewritten,
    ShowsBeforeKeeping,
    LosesWorkOnJoining,
    RestoresUnderTheSameLife,
    RevokedPhoneReadsOn,
    AcknowledgesOneTooMany,
    KeepsTheErased,
    TakesInTheErased,
    TakesInAPartThatWent,
    DropsWhatIsNewAtADoor,
    DropsANewValue,
    TrustsTheToken,
    KnowsAnyField,
    /// Not in `ALL`: only where there are other roles than walkers does it show.
    DeliversEveryKind,
}

impl Fault {
    pub const ALL: [Fault; 27] = [
        Fault::AnswersBeforeCommit,
        Fault::DropsSeen,
        Fault::ComparesClocks,
        Fault::InsertsOrIgnores,
        Fault::CursorSkipsARow,
        Fault::ScopeOnPushOnly,
        Fault::ScopeOnPullOnly,
        Fault::AppliesAReplyTwice,
        Fault::ClearsTheOutboxEarly,
        Fault::IgnoresTheEpoch,
        Fault::KeepsATakenList,
        Fault::AcceptsAGap,
        Fault::QuarantineForgets,
        Fault::TableDrifts,
        Fault::ChainIsRewritten,
        Fault::ShowsBeforeKeeping,
        Fault::LosesWorkOnJoining,
        Fault::RestoresUnderTheSameLife,
        Fault::RevokedPhoneReadsOn,
        Fault::AcknowledgesOneTooMany,
        Fault::KeepsTheErased,
        Fault::TakesInTheErased,
        Fault::TakesInAPartThatWent,
        Fault::DropsWhatIsNewAtADoor,
        Fault::DropsANewValue,
        Fault::TrustsTheToken,
        Fault::KnowsAnyField,
    ];

    /// What is wrong, in words.
    pub fn told(self) -> &'static str {
        match self {
            Fault::AnswersBeforeCommit => "the server answers before its commit",
            Fault::DropsSeen => "a phone leaves out what it had seen",
            Fault::ComparesClocks => "the server lets the later clock win",
            Fault::InsertsOrIgnores => "the server ignores another op under a known number",
            Fault::CursorSkipsARow => "a page leaves out an op and moves the cursor past it",
            Fault::ScopeOnPushOnly => "the server gives every list to everybody",
            Fault::ScopeOnPullOnly => "the server accepts writes on every list",
            Fault::AppliesAReplyTwice => "a phone moves its cursor again for a repeated reply",
            Fault::ClearsTheOutboxEarly => "a phone empties its outbox when it sends",
            Fault::IgnoresTheEpoch => "phone and server ignore that the server was restored",
            Fault::KeepsATakenList => "a phone keeps a list that was taken away",
            Fault::AcceptsAGap => "the server steps over an op that is missing in a batch",
            Fault::QuarantineForgets => "what is set aside is forgotten",
            Fault::TableDrifts => "a table is not what the log makes of it",
            Fault::ChainIsRewritten => "somebody rewrites a row of the log",
            Fault::ShowsBeforeKeeping => "a phone says kept before its disk does",
            Fault::LosesWorkOnJoining => "a phone that joins again leaves its outbox behind",
            Fault::RestoresUnderTheSameLife => "a backup keeps the epoch and the office's numbers",
            Fault::RevokedPhoneReadsOn => "a revoked phone still reads",
            Fault::AcknowledgesOneTooMany => "the server acknowledges one op too many",
            Fault::KeepsTheErased => "a phone does not hear what was erased",
            Fault::TakesInTheErased => "the server forgets what it erased",
            Fault::TakesInAPartThatWent => "the server forgets which part of a record it erased",
            Fault::DropsWhatIsNewAtADoor => "what is written where all was erased never comes in",
            Fault::DropsANewValue => "a field that went can never be filled in again",
            Fault::TrustsTheToken => "the server asks for no signature",
            Fault::KnowsAnyField => "the server takes in a field that it does not know",
            Fault::DeliversEveryKind => "the server delivers without asking what a role may hold",
        }
    }

    /// The first seed that can catch it.
    pub fn first_seed(self) -> u64 {
        let needs_parts = [Fault::DropsANewValue, Fault::TakesInAPartThatWent].contains(&self);
        if needs_parts { PARTS_FROM } else { 1 }
    }

    /// What the server's database does by itself under this fault.
    pub fn trigger(self) -> Option<&'static str> {
        match self {
            Fault::QuarantineForgets => Some(
                "CREATE TRIGGER planted AFTER INSERT ON quarantine BEGIN
                   DELETE FROM quarantine
                   WHERE device = NEW.device AND device_seq = NEW.device_seq;
                 END",
            ),
            Fault::TableDrifts => Some(
                "CREATE TRIGGER planted AFTER UPDATE ON record
                 WHEN field(NEW.live, 'result') <> field(OLD.live, 'result') BEGIN
                   UPDATE record SET live = OLD.live WHERE nr = NEW.nr;
                 END",
            ),
            Fault::ChainIsRewritten => Some(
                "CREATE TRIGGER planted AFTER INSERT ON log WHEN NEW.entry % 40 = 0 BEGIN
                   UPDATE log SET received_ms = received_ms - 1 WHERE entry = NEW.entry - 20;
                 END",
            ),
            Fault::TakesInAPartThatWent => Some(
                "CREATE TRIGGER planted AFTER INSERT ON erased_field BEGIN
                   DELETE FROM erased_field WHERE record = NEW.record AND field = NEW.field;
                 END",
            ),
            Fault::DropsANewValue => Some(
                "CREATE TRIGGER planted AFTER INSERT ON erased_field BEGIN
                   UPDATE erased_field SET until_ms = 4e12, after_seq = 4e9
                   WHERE record = NEW.record AND field = NEW.field;
                 END",
            ),
            Fault::DropsWhatIsNewAtADoor => Some(
                "CREATE TRIGGER planted AFTER INSERT ON erased_door BEGIN
                   UPDATE erased_door SET until_ms = 4e12 WHERE door = NEW.door;
                 END",
            ),
            Fault::TakesInTheErased => Some(
                // What phones were told is a memory too, but for records that are said to have lost a part only.
                "CREATE TRIGGER planted AFTER INSERT ON erased BEGIN
                   DELETE FROM erased WHERE record = NEW.record;
                   INSERT OR IGNORE INTO erased_field (record, field, until_ms, after_seq, erasure)
                   VALUES (NEW.record, '', 0, 0, NEW.erasure);
                 END",
            ),
            _ => None,
        }
    }

    /// At the server, when a request was read.
    pub fn spoil_request(self, request: &mut Request, db: &Connection, number: DeviceNo) {
        let kept = log::kept(db, number).unwrap_or_default();
        match self {
            Fault::ComparesClocks => request.ops.iter_mut().for_each(|op| clock_wins(op, db)),
            Fault::InsertsOrIgnores => {
                request.ops.retain(|op| op.dot.seq > kept);
                request.own_high = request.own_high.max(kept);
            }
            Fault::AcceptsAGap if request.ops.len() > 2 => {
                let lost = request.ops.remove(1).dot.seq;
                request.gone.insert(0, (lost, lost));
            }
            Fault::IgnoresTheEpoch => {
                request.epoch = epoch(db).unwrap_or_default();
                for (list, cursor) in &mut request.cursors {
                    let last = "SELECT last_seq FROM worklist WHERE id = ?1";
                    let last: i64 = db.query_row(last, [list.0], |row| row.get(0)).unwrap_or(0);
                    *cursor = (*cursor).min(last.unsigned_abs());
                }
            }
            _ => {}
        }
    }

    /// Before the push, in its transaction; what it gives is run after it.
    pub fn before_push(self, tx: &Connection, number: DeviceNo) -> Result<&'static str, AppError> {
        if self != Fault::ScopeOnPullOnly {
            return Ok("");
        }
        tx.execute(
            "INSERT OR IGNORE INTO assignment (worklist, person, since_ms)
             SELECT worklist.id, device.person, -1 FROM worklist, device WHERE number = ?1",
            params![number.0],
        )?;
        Ok("DELETE FROM assignment WHERE since_ms = -1")
    }

    /// Before the pull, in a transaction that is undone.
    pub fn before_pull(self, db: &Connection) -> Result<(), AppError> {
        match self {
            Fault::ScopeOnPushOnly => db.execute_batch(
                "INSERT OR IGNORE INTO assignment (worklist, person, since_ms)
                 SELECT worklist.id, person.id, -1 FROM worklist, person",
            )?,
            Fault::RevokedPhoneReadsOn => {
                db.execute_batch("UPDATE device SET revoked_ms = NULL")?;
            }
            _ => {}
        }
        Ok(())
    }

    /// At the server, before the reply is sent.
    pub fn spoil_reply(self, reply: &mut Reply, db: &Connection, number: DeviceNo) {
        match self {
            Fault::CursorSkipsARow => {
                for page in reply.pages.iter_mut().filter(|page| page.ops.len() > 2) {
                    page.ops.pop();
                }
            }
            Fault::ScopeOnPushOnly => {
                let phone = Phone::numbered(db, number).ok().flatten();
                let access = phone.and_then(|phone| phone.access(db, reply.server_ms).ok());
                reply.assigned = access.map(|access| access.worklists).unwrap_or_default();
            }
            Fault::RevokedPhoneReadsOn if reply.instruction == Instruction::Wipe => {
                reply.instruction = Instruction::Continue;
            }
            Fault::DeliversEveryKind => {
                for page in &mut reply.pages {
                    page.ops = everything_of(page, db).unwrap_or_default();
                }
            }
            Fault::AcknowledgesOneTooMany if reply.kept > 0 => reply.kept += 1,
            _ => {}
        }
    }

    /// On the phone, when a change was worked out.
    pub fn spoil_prepared(self, writes: &mut [Write]) {
        if self != Fault::DropsSeen {
            return;
        }
        for write in writes {
            if let Write::Put(stored) = write {
                stored.op.set.iter_mut().for_each(|one| one.seen = Seen::default());
            }
        }
    }

    /// On the phone, when a request is about to leave: what it writes.
    pub fn writes_on_sending(self, device: &Device) -> Vec<Write> {
        if self != Fault::ClearsTheOutboxEarly {
            return Vec::new();
        }
        device.outbox().map(|stored| Write::Delete(stored.op.dot)).collect()
    }

    /// On the phone, when a reply came in.
    pub fn spoil_heard(self, device: &Device, reply: &mut Reply) {
        let meta = device.meta();
        match self {
            Fault::IgnoresTheEpoch if meta.epoch != Uuid::nil() => reply.epoch = meta.epoch,
            Fault::KeepsTheErased => reply.erased.clear(),
            Fault::AppliesAReplyTwice => {
                for page in &mut reply.pages {
                    let mine = meta.cursors.iter().find(|(list, _)| *list == page.worklist);
                    let mine = mine.map_or(0, |(_, upto)| *upto);
                    if page.from < mine && page.from > 0 {
                        page.upto += mine - page.from;
                        page.from = mine;
                    }
                }
            }
            _ => {}
        }
    }

    /// On the phone, before it keeps what a reply writes.
    pub fn spoil_absorbed(self, device: &Device, reply: &Reply, writes: &mut Vec<Write>) {
        if self != Fault::KeepsATakenList {
            return;
        }
        let taken = |op: &aanbel_shared::record::Op| !reply.assigned.contains(&op.worklist);
        let kept: Vec<_> = device
            .records()
            .iter()
            .flat_map(|record| &record.fields)
            .flat_map(|(_, register)| register.live())
            .map(|live| live.dot)
            .collect();
        let lost_lists: Vec<_> =
            device.records().iter().filter(|one| !reply.assigned.contains(&one.worklist)).collect();
        if lost_lists.is_empty() {
            return;
        }
        writes.retain(|write| match write {
            Write::Delete(dot) => !kept.contains(dot),
            Write::Put(stored) => !taken(&stored.op) || stored.received_ms.is_some(),
            Write::Meta(_) => true,
        });
    }

    /// On the phone, before it keeps what joining writes.
    pub fn spoil_joining(self, writes: &mut Vec<Write>) {
        if self == Fault::LosesWorkOnJoining {
            writes.retain(|write| !matches!(write, Write::Put(_)));
        }
    }
}

/// The whole log of a page, of whatever kind.
fn everything_of(page: &Page, db: &Connection) -> Result<Vec<Delivered>, AppError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {} FROM entry WHERE entry.worklist = ?1 AND entry.seq > ?2 AND entry.seq <= ?3
         ORDER BY entry.seq",
        log::OP
    ))?;
    let mut rows = query.query(params![page.worklist.0, page.from as i64, page.upto as i64])?;
    let (reader, mut ops) = (log::Ops::new(db), Vec::new());
    while let Some(row) = rows.next()? {
        let Some(op) = reader.read(row)? else { continue };
        ops.push(Delivered { op, author: "Kantoor".to_owned(), received_ms: row.get(4)? });
    }
    Ok(ops)
}

/// As if the op had seen every value that an earlier clock wrote.
fn clock_wins(op: &mut Op, db: &Connection) {
    for one in &mut op.set {
        let register = projection::register(db, op.record, &one.field).unwrap_or_default();
        let lives = register.live().iter();
        let earlier = lives.filter(|live| live.at_ms < op.at_ms && live.dot != op.dot);
        earlier.for_each(|live| one.seen.add(live.dot));
    }
}
