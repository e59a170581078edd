//! The server: the product's own push, pull, enrolment and group commit on a disk that can fail,
//! stepped by hand. What it hears and says are bytes.

use super::disk::{Disk, Open};
use super::forms;
use super::plan::CUTS_FROM;
use super::planted::Fault;
use aanbel_server::access::audit::Actor;
use aanbel_server::access::{self, MadeUpKey, Phone, Proof};
use aanbel_server::api::enrol::join;
use aanbel_server::error::AppError;
use aanbel_server::store::batch::{Job, commit_all};
use aanbel_server::store::{self, DATABASE, StoreError, backup, log};
use aanbel_server::sync::{pull, push};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Dot, Op};
use aanbel_shared::sync::{EnrolReply, EnrolRequest, Reply, Request, decode_request, encode_plain};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use std::sync::mpsc;
use uuid::Uuid;

const SYNC: &str = "/api/sync";
const ENROL: &str = "/api/enrol";

/// One request as it comes in.
pub struct Call<'a> {
    pub token: &'a str,
    pub proof: &'a Proof,
    pub bytes: &'a [u8],
}

/// What shows that the phone of `key` sent these bytes under this token: headers, as they travel.
fn signed(path: &str, key: &MadeUpKey, token: &str, bytes: &[u8]) -> Proof {
    let headers = key.headers(path, token, bytes).map(|(name, value)| {
        let value = HeaderValue::from_str(&value).expect("hex digits");
        (HeaderName::from_static(name), value)
    });
    Proof::of(&HeaderMap::from_iter(headers))
}

/// An exchange that is signed with this key.
pub fn signed_exchange(key: &MadeUpKey, token: &str, bytes: &[u8]) -> Proof {
    signed(SYNC, key, token, bytes)
}

/// Whether the phones of this seed have keys. Signing and checking cost more than all the rest of a world,
/// so it is one seed in sixteen; the phones of the others are those of before there were keys.
pub fn has_keys(seed: u64) -> bool {
    seed % 16 == 1
}

/// What the server says to one request.
pub enum Answer {
    Reply(Box<Reply>),
    /// 401: it knows no phone with this token.
    Unknown,
    /// Any other refusal.
    Refused(String),
}

/// A power failure during the next commit.
#[derive(Clone, Copy, Debug)]
pub struct Doom {
    pub part: u16,
    pub torn: bool,
    pub down_ms: i64,
}

pub struct Server {
    pub disk: Disk,
    pub open: Option<Open>,
    /// It starts again at this moment.
    pub up_at_ms: i64,
    pub full: bool,
    pub doom: Option<Doom>,
    /// The doom can strike any commit, and not only one of phones.
    dooms_all: bool,
    now_ms: i64,
    pub fault: Option<Fault>,
    /// Its phones have keys, and sign.
    pub signs: bool,
    /// The forms that it knows.
    pub forms: &'static Forms,
}

/// One op as the server holds it.
pub struct Kept {
    /// Who sent it and under which number.
    pub place: Dot,
    pub op: Op,
    /// Reason and resolution, when it was set aside.
    pub aside: Option<(String, Option<String>)>,
}

impl Server {
    /// The server of this seed's world.
    pub fn new(
        seed: u64,
        epoch: Uuid,
        now_ms: i64,
        fault: Option<Fault>,
    ) -> Result<Server, AppError> {
        let (disk, signs) = (Disk::new().map_err(StoreError::from)?, has_keys(seed));
        let mut server = Server {
            disk,
            open: None,
            up_at_ms: now_ms,
            full: false,
            doom: None,
            dooms_all: seed >= CUTS_FROM,
            now_ms,
            fault,
            signs,
            forms: forms::known(false),
        };
        server.start(now_ms)?;
        server.write(move |tx| set_epoch(tx, epoch))?;
        if let Some(sql) = fault.and_then(Fault::trigger) {
            server.write(move |tx| Ok(tx.execute_batch(sql)?))?;
        }
        Ok(server)
    }

    /// Starts, when it is down and its time has come.
    pub fn start(&mut self, now_ms: i64) -> Result<bool, StoreError> {
        self.now_ms = now_ms;
        if self.open.is_some() || now_ms < self.up_at_ms {
            return Ok(false);
        }
        self.open = Some(self.disk.open(now_ms)?);
        self.fill(self.full)?;
        Ok(true)
    }

    pub fn reader(&self) -> Option<&Connection> {
        self.open.as_ref().map(|open| &open.reader)
    }

    /// No room for another page, or plenty of it.
    pub fn fill(&mut self, full: bool) -> Result<(), StoreError> {
        self.full = full;
        let Some(open) = &self.open else { return Ok(()) };
        let pages: i64 = open.writer.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let most = if full { pages } else { i64::from(u32::MAX - 1) };
        open.writer.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?;
        Ok(())
    }

    /// One job in a commit of its own. An error also when the server is down, or goes down before the job is
    /// on its disk; when all of it just was, nobody heard, and it happened.
    pub fn write<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let Some(open) = self.open.take() else { return Err(StoreError::Stopped.into()) };
        let (done, outcome) = mpsc::channel();
        let job = Job::new(work, move |result| drop(done.send(result)));
        commit_all(&open.writer, VecDeque::from([job]), || {});
        if let Some(doom) = self.doom.take_if(|_| self.dooms_all) {
            self.up_at_ms = self.now_ms + doom.down_ms;
            let is_whole = self.disk.power_loss(open, doom.part, doom.torn);
            if !is_whole.map_err(StoreError::from)? {
                return Err(StoreError::Stopped.into());
            }
        } else {
            self.disk.committed(&open)?;
            self.open = Some(open);
        }
        outcome.recv().map_err(|_| StoreError::Stopped)?
    }

    /// As an answer to an enrolment tells it.
    pub fn epoch(&self) -> Option<Uuid> {
        self.reader().and_then(|db| store::epoch(db).ok())
    }

    pub fn enrol(&mut self, request: EnrolRequest, now_ms: i64) -> Result<EnrolReply, AppError> {
        let (token, sent) = (request.token.clone(), encode_plain(&request));
        let proof = self.signs.then(|| signed(ENROL, &MadeUpKey::of(&token), &token, &sent));
        let key = proof.and_then(|proof| proof.new_key(ENROL, &token, &sent).ok().flatten());
        self.write(move |tx| join(tx, &request, key.as_deref(), Actor::SYSTEM, now_ms))
    }

    /// What the phone with this token shows of an exchange.
    pub fn proof(&self, token: &str, bytes: &[u8]) -> Proof {
        match self.signs {
            true => signed_exchange(&MadeUpKey::of(token), token, bytes),
            false => Proof::default(),
        }
    }

    /// Answers all that came in together, in one commit. Nothing when the power failed meanwhile.
    pub fn exchange(&mut self, calls: &[Call<'_>], now_ms: i64) -> Vec<Option<Answer>> {
        let Some(open) = self.open.take() else { return calls.iter().map(|_| None).collect() };
        let (answers, taken) = self.take_in(&open, calls, now_ms);
        let early = matches!(self.fault, Some(Fault::AnswersBeforeCommit));
        match self.doom.take() {
            None => {
                let told = self.tell(&open, answers, taken, now_ms);
                self.disk.committed(&open).expect("the log can be emptied");
                self.open = Some(open);
                told
            }
            Some(doom) => {
                let told = if early {
                    self.tell(&open, answers, taken, now_ms)
                } else {
                    calls.iter().map(|_| None).collect()
                };
                self.up_at_ms = now_ms + doom.down_ms;
                self.disk.power_loss(open, doom.part, doom.torn).expect("the folder can be used");
                told
            }
        }
    }

    /// Push, for each request its job; then the group commit.
    fn take_in(
        &self,
        open: &Open,
        calls: &[Call<'_>],
        now_ms: i64,
    ) -> (Vec<Option<Answer>>, Vec<Taken>) {
        let (done, outcomes) = mpsc::channel();
        let mut jobs = VecDeque::new();
        let mut answers = Vec::new();
        for (place, call) in calls.iter().enumerate() {
            let (phone, mut request) = match self.read(&open.reader, call) {
                Ok(read) => read,
                Err(answer) => {
                    answers.push(Some(answer));
                    continue;
                }
            };
            answers.push(None);
            if let Some(fault) = self.fault {
                fault.spoil_request(&mut request, &open.reader, phone.number);
            }
            let (done, fault) = (done.clone(), self.fault);
            let forms =
                if fault == Some(Fault::KnowsAnyField) { forms::known(true) } else { self.forms };
            let number = phone.number;
            let work = move |tx: &Connection| {
                let undo = fault.map(|fault| fault.before_push(tx, number)).transpose()?;
                let pushed = push::push(tx, forms, number, &request, push::By::Itself, now_ms)?;
                if let Some(undo) = undo {
                    tx.execute_batch(undo)?;
                }
                Ok::<_, AppError>((request.clone(), pushed))
            };
            let answer = move |result| drop(done.send((place, number, result)));
            jobs.push_back(Job::repeatable(work, answer));
        }
        commit_all(&open.writer, jobs, || {});
        drop(done);
        (answers, outcomes.into_iter().collect())
    }

    /// In the product's order: the token, the signature of what travelled, and only then what it says.
    fn read(&self, db: &Connection, call: &Call<'_>) -> Result<(Phone, Request), Answer> {
        let refused = |error: &dyn std::fmt::Display| Answer::Refused(error.to_string());
        let phone = access::phone(db, call.token).map_err(|error| refused(&error))?;
        let phone = phone.ok_or(Answer::Unknown)?;
        let proven = call.proof.check(&phone, SYNC, call.token, call.bytes);
        if let (Err(why), true) = (proven, self.fault != Some(Fault::TrustsTheToken)) {
            return Err(refused(&why.key()));
        }
        let request = decode_request(call.bytes).map_err(|error| refused(&error))?;
        Ok((phone, request))
    }

    /// Pull, after the commit.
    fn tell(
        &self,
        open: &Open,
        mut answers: Vec<Option<Answer>>,
        taken: Vec<Taken>,
        now_ms: i64,
    ) -> Vec<Option<Answer>> {
        for (place, number, result) in taken {
            let told = result.and_then(|(request, pushed)| {
                let db = if self.fault.is_some() { &open.writer } else { &open.reader };
                let moment = db.unchecked_transaction()?;
                if let Some(fault) = self.fault {
                    fault.before_pull(&moment)?;
                }
                // The office changes the catalogue of schemes every day.
                let catalogue = format!("day {}", now_ms / 86_400_000);
                let mut reply = pull::reply(&moment, number, &request, &pushed, catalogue, now_ms)?;
                moment.rollback()?;
                if let Some(fault) = self.fault {
                    fault.spoil_reply(&mut reply, &open.reader, number);
                }
                Ok(reply)
            });
            answers[place] = Some(match told {
                Ok(reply) => Answer::Reply(Box::new(reply)),
                Err(error) => Answer::Refused(error.to_string()),
            });
        }
        answers
    }

    /// A backup by the product's own command.
    pub fn back_up(&mut self, number: usize) -> Result<(), StoreError> {
        backup::backup(&self.disk.folder(), &self.disk.backup_file(number))
    }

    /// Puts a backup back. Its new life begins as at the first opening, with an epoch that follows from the
    /// seed.
    pub fn restore(&mut self, number: usize, epoch: Uuid, now_ms: i64) -> Result<(), StoreError> {
        let file = self.disk.backup_file(number);
        let open = self.open.take();
        self.up_at_ms = now_ms;
        self.disk.restore(open, &file)?;
        let copy = Connection::open(self.disk.folder().join(DATABASE))?;
        if self.fault == Some(Fault::RestoresUnderTheSameLife) {
            copy.execute_batch("DELETE FROM meta WHERE key = 'copied'")?;
            return Ok(());
        }
        backup::begin_anew(&copy, now_ms)?;
        copy.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", params![epoch])?;
        Ok(())
    }

    /// How many ops it holds; 0 when it is down.
    pub fn count(&self) -> i64 {
        let query = "SELECT (SELECT COUNT(*) FROM log) + (SELECT COUNT(*) FROM quarantine)";
        let counted = self.reader().map(|db| db.query_row(query, [], |row| row.get(0)));
        counted.and_then(Result::ok).unwrap_or(0)
    }

    /// Every op of which the server holds what it says, in the log or set aside.
    pub fn everything(&self) -> Result<Vec<Kept>, StoreError> {
        let db = self.reader().ok_or(StoreError::Stopped)?;
        let (mut found, reader) = (Vec::new(), log::Ops::new(db));
        let mut query = db.prepare_cached(&format!("SELECT {} FROM entry", log::OP))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let op = reader.read(row)?;
            found.extend(op.map(|op| Kept { place: op.dot, op, aside: None }));
        }
        let mut query = db.prepare_cached(
            "SELECT device, device_seq, payload, reason, resolution FROM quarantine
             WHERE payload IS NOT NULL AND (resolution IS NULL OR resolution <> 'accepted')",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let place = Dot::new(DeviceNo(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
            let op = log::decode(&row.get::<_, Vec<u8>>(2)?)?;
            found.push(Kept { place, op, aside: Some((row.get(3)?, row.get(4)?)) });
        }
        Ok(found)
    }
}

type Taken = (usize, DeviceNo, Result<(Request, push::Pushed), AppError>);

fn set_epoch(tx: &Connection, epoch: Uuid) -> Result<(), AppError> {
    tx.execute("UPDATE meta SET value = ?1 WHERE key = 'epoch'", params![epoch])?;
    Ok(())
}
