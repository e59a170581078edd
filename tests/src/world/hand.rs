//! What phones do and what befalls them.

use super::check;
use super::forms;
use super::net::{Kind, Message};
use super::step::{Death, PhoneStep, Trip};
use super::town::{self, Filled};
use super::truth::{Commit, clock_for, commit_of};
use super::world::{Played, World, Wrong, name, wrong};
use aanbel_server::access::codes;
use aanbel_shared::sync::{
    Device, EnrolRequest, Instruction, PROTOCOL, Write, decode_reply, encode_request,
};

const APP: &str = "proef";

impl World {
    pub fn phone_step(&mut self, phone: usize, does: &PhoneStep) -> Played {
        if phone >= self.phones.len() {
            return Ok(());
        }
        match *does {
            PhoneStep::Write { pick, death } => {
                self.write(phone, death, |device, commit, now_ms| {
                    town::fill_in(device, pick, commit, now_ms)
                })
            }
            PhoneStep::Newer { pick, death } => {
                self.write(phone, death, |device, commit, _| forms::fill_in(device, pick, commit))
            }
            PhoneStep::Door { list, door, death } => {
                let worklist = self.lists[list % self.lists.len()];
                self.write(phone, death, |device, commit, _| {
                    let given = device.meta().assigned.contains(&worklist);
                    given.then(|| town::getting_in(list, worklist, door, commit))
                })
            }
            PhoneStep::Sync { out, back, death } => self.sync(phone, out, back, death),
            PhoneStep::Kill => {
                self.tell(|| format!("{} was killed", name(phone)));
                self.phones[phone].kill();
                Ok(())
            }
            PhoneStep::Clock { off_ms } => {
                let days = off_ms / 86_400_000;
                self.tell(|| format!("the clock of {} jumped by {days} days", name(phone)));
                self.phones[phone].off_ms = off_ms;
                Ok(())
            }
            PhoneStep::Full(full) => {
                let what = if full { "filled up" } else { "got room" };
                self.tell(|| format!("the storage of {} {what}", name(phone)));
                self.phones[phone].full = full;
                Ok(())
            }
            PhoneStep::Cut { until_ms } => {
                let hours = (until_ms - self.now_ms) / 3_600_000;
                self.tell(|| format!("{} has no net for {hours} hours", name(phone)));
                self.phones[phone].cut_until_ms = until_ms;
                Ok(())
            }
            PhoneStep::Copy => {
                self.copy(phone);
                Ok(())
            }
        }
    }

    fn copy(&mut self, phone: usize) {
        if self.phones.len() < self.phones_max && self.phones[phone].number().is_some() {
            let copy = self.phones[phone].copy();
            self.phones.push(copy);
            let made = self.phones.len() - 1;
            self.tell(|| format!("the storage of {} was copied onto {}", name(phone), name(made)));
        }
    }

    fn clock_ms(&self, phone: usize) -> i64 {
        self.now_ms + self.phones[phone].off_ms
    }

    /// Somebody fills in something: prepare, keep, show.
    fn write(
        &mut self,
        number: usize,
        death: Death,
        fill_in: impl FnOnce(&Device, Commit, i64) -> Option<Filled>,
    ) -> Played {
        let clock_ms = self.clock_ms(number);
        let phone = &mut self.phones[number];
        if phone.number().is_none() || phone.must_be_emptied() {
            return Ok(());
        }
        let commit = self.truth.number();
        let clock_ms = clock_for(commit, clock_ms, phone.device.meta().offset_ms);
        let filled = fill_in(&phone.device, commit, self.now_ms);
        let Some(Filled { changes, oddity }) = filled else { return Ok(()) };
        let sights = self.truth.sights(phone.device.records(), &changes);
        let prepared = phone.device.prepare(changes.clone(), clock_ms);
        let mut writes = prepared.map_err(|error| wrong(&"an enrolled phone", &error))?;
        let at_ms = writes.iter().find_map(|write| match write {
            Write::Put(stored) => Some(stored.op.at_ms),
            _ => None,
        });
        let at_ms = at_ms.ok_or_else(|| Wrong("nothing is written of a change".into()))?;
        if let Some(fault) = self.fault {
            fault.spoil_prepared(&mut writes);
        }
        if death == Death::BeforeKeep {
            phone.kill();
            self.tell(|| format!("{} died before it kept anything", name(number)));
            return Ok(());
        }
        let loose = self.fault == Some(super::planted::Fault::ShowsBeforeKeeping);
        if loose {
            phone.keep_loosely(&writes);
        } else if !phone.keep(&writes) {
            self.tell(|| format!("{} said that its storage is full", name(number)));
            return Ok(());
        }
        match death {
            Death::BeforeShow => phone.kill(),
            _ => phone.show(&writes),
        }
        self.tell(|| {
            let died = if death == Death::BeforeShow { ", then died" } else { "" };
            let told: Vec<String> = changes.iter().map(told_change).collect();
            format!("{} kept no. {commit}: {}{died}", name(number), told.join("; "))
        });
        self.truth.written_as.extend(self.phones[number].number().map(|device| (commit, device)));
        self.truth.kept((commit, at_ms), Some(number), &changes, oddity, sights);
        Ok(())
    }

    /// The beginning of an exchange; its end comes with the reply.
    pub fn sync(&mut self, number: usize, out: Trip, back: Trip, death: Death) -> Played {
        if self.phones[number].must_be_emptied() {
            self.tell(|| format!("{} was emptied", name(number)));
            self.phones[number].empty();
            return Ok(());
        }
        if self.phones[number].must_join() {
            return self.join(number, out, back);
        }
        let clock_ms = self.clock_ms(number);
        let phone = &mut self.phones[number];
        let Some(me) = phone.device.me() else { return Ok(()) };
        let (device, token) = (me.device, me.token.clone());
        let bytes = encode_request(&phone.device.request(APP, clock_ms));
        let waiting = phone.device.waiting();
        let writes = self.fault.map(|fault| fault.writes_on_sending(&phone.device));
        if let Some(writes) = writes.filter(|writes| !writes.is_empty() && phone.keep(writes)) {
            phone.show(&writes);
        }
        let fate = out.fate;
        self.tell_news(waiting == 0, || {
            let name = name(number);
            format!(
                "{name} sent a request ({waiting} ops wait; it {fate:?}, reply {:?})",
                back.fate
            )
        });
        if self.phones[number].cut_until_ms > self.now_ms {
            return Ok(());
        }
        let proof = self.server.proof(&token, &bytes);
        let kind = Kind::Request { token, proof, back, death };
        self.net.send(self.now_ms, out, Message { phone: number, number: device, bytes, kind });
        Ok(())
    }

    /// Joins with a code of the office. The same code and token again after a lost answer.
    fn join(&mut self, number: usize, out: Trip, back: Trip) -> Played {
        use super::step::Fate;
        let now_ms = self.now_ms;
        let phone = &self.phones[number];
        let whole = |trip: Trip| !matches!(trip.fate, Fate::Lost | Fate::CutOff { .. });
        if phone.cut_until_ms > now_ms || !whole(out) || self.server.open.is_none() {
            return Ok(());
        }
        let person = phone.person;
        let (code, token) = match phone.joining.clone() {
            Some(joining) => joining,
            None => {
                let desk = self.people[person];
                let made = self.server.write(move |tx| Ok(codes::create(tx, desk, now_ms)?));
                let Ok(code) = made else { return Ok(()) };
                let token: String =
                    self.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
                (code, token)
            }
        };
        self.phones[number].joining = Some((code.clone(), token.clone()));
        let (label, app) = (String::new(), APP.to_owned());
        let request = EnrolRequest { protocol: PROTOCOL, code, token: token.clone(), label, app };
        let reply = match self.server.enrol(request, now_ms) {
            Ok(reply) => reply,
            // Nobody heard of it; the next try is with the same code and token.
            Err(_) if self.server.open.is_none() => return Ok(()),
            Err(error) => {
                self.tell(|| format!("{} could not join: {error}", name(number)));
                // The code was wrong, used up or too old: the next try takes a new one.
                self.phones[number].joining = None;
                return Ok(());
            }
        };
        self.truth.held.owner.insert(reply.device, person);
        let answered = whole(back) && self.server.open.is_some();
        let joined = answered && self.phones[number].join(&reply, &token, self.server.epoch());
        self.tell(|| {
            let what = if joined { "joined as" } else { "did not hear that it is" };
            format!("{} {what} device {}", name(number), reply.device.0)
        });
        check::phone_reads_back(self, number)
    }

    pub fn arrive_at_phone(&mut self, message: Message) -> Played {
        let number = message.phone;
        let clock_ms = self.clock_ms(number);
        let phone = &mut self.phones[number];
        if phone.cut_until_ms > self.now_ms || phone.number() != Some(message.number) {
            return Ok(());
        }
        let death = match message.kind {
            Kind::Reply { death } => death,
            Kind::Unknown => {
                phone.unknown = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        let Ok(mut reply) = decode_reply(&message.bytes) else {
            self.tell(|| format!("{} got half a reply", name(number)));
            return Ok(());
        };
        if let Some(fault) = self.fault {
            fault.spoil_heard(&phone.device, &mut reply);
        }
        let mut writes = phone.absorb(&reply, clock_ms);
        if let Some(fault) = self.fault {
            fault.spoil_absorbed(&phone.device, &reply, &mut writes);
        }
        if death == Death::BeforeKeep || !phone.keep(&writes) {
            phone.kill();
            self.tell(|| format!("{} could not keep the reply", name(number)));
            return Ok(());
        }
        match death {
            Death::BeforeShow => phone.kill(),
            _ => phone.show(&writes),
        }
        let (waiting, writes) = (phone.device.waiting(), writes.len());
        self.tell_news(waiting == 0 && writes < 2, || {
            let copied = match reply.instruction {
                Instruction::EnrolAgain { from } => format!("; it must join again from {from}"),
                _ => String::new(),
            };
            let kept = reply.kept;
            let name = name(number);
            format!("{name} read a reply: {kept} kept, {writes} writes, {waiting} wait{copied}")
        });
        check::after_reply(self, number)
    }
}

fn told_change(change: &aanbel_shared::sync::Change) -> String {
    let fields: Vec<String> =
        change.fields.iter().map(|(field, value)| format!("{field} = {}", told(value))).collect();
    let id = change.record.0.as_u128();
    format!("{} {:04x} {}", change.kind, (id ^ (id >> 64)) as u16, fields.join(", "))
}

fn told(value: &aanbel_shared::record::Value) -> String {
    use aanbel_shared::record::Value;
    match value {
        Value::Nothing => "nothing".into(),
        Value::Reference(_) => "(record)".into(),
        Value::Instant(at_ms) => format!("no. {}", commit_of(*at_ms)),
        Value::Text(text) | Value::Choice(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
