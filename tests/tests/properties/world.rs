//! The world of an exchange: a few phones and one server, what may befall them, and what must hold
//! when everything has settled. Chooses nothing itself.

use super::phone::{Death, Phone};
use super::server::Server;
use aanbel_shared::record::{RecordId, Records, Value, WorklistId};
use aanbel_shared::sync::{
    Change, Instruction, decode_reply, decode_request, encode_reply, encode_request,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const PHONES: usize = 3;
pub const LISTS: u128 = 2;
/// Rounds within which everything must have settled.
const ROUNDS: usize = 60;

#[derive(Clone, Debug)]
pub enum Step {
    Write {
        phone: usize,
        record: u128,
        field: usize,
        clock_ms: i64,
        death: Death,
    },
    Sync {
        phone: usize,
        fate: Fate,
    },
    /// An old reply is read again, late.
    Late {
        phone: usize,
    },
    Assign {
        phone: usize,
        list: u128,
        yes: bool,
    },
    /// The phone's store is copied onto another device, and both go on.
    Copy {
        phone: usize,
    },
    /// The server takes a backup, or is put back to the last one.
    Backup,
    Restore,
}

#[derive(Clone, Copy, Debug)]
pub enum Fate {
    Good(Death),
    RequestLost,
    ReplyLost,
    RequestTwice,
}

/// Kind and field; the last is one that no form knows.
pub const FIELDS: [(&str, &str); 3] =
    [("scheme_check", "reason"), ("scheme_check", "agreed"), ("scheme_check", "nog_onbekend")];

pub struct World {
    pub server: Server,
    pub phones: Vec<Phone>,
    backup: Server,
    devices: u32,
    /// Every value ever kept. Each is unique, so a value names its write for ever.
    kept: BTreeSet<String>,
    /// Per value: all values of its field that its writer had in sight, directly or through others.
    saw: BTreeMap<String, BTreeSet<String>>,
}

pub fn list(number: u128) -> WorklistId {
    WorklistId(Uuid::from_u128(500 + number))
}

impl World {
    pub fn new(page: usize) -> World {
        let server = Server { epoch: Uuid::from_u128(1), page, ..Server::default() };
        let mut world = World {
            backup: server.clone(),
            server,
            phones: vec![],
            devices: 0,
            kept: BTreeSet::new(),
            saw: BTreeMap::new(),
        };
        for number in 0..PHONES {
            let person = format!("Persoon {number}");
            let lists = (0..LISTS).map(list).collect();
            world.server.assigned.insert(person.clone(), lists);
            let enrolled = world.server.enrol(&person, world.devices);
            world.devices += 1;
            world.phones.push(Phone::new(&enrolled));
            world.sync(number, Fate::Good(Death::None));
        }
        world.backup = world.server.clone();
        world
    }

    pub fn step(&mut self, step: &Step) {
        match *step {
            Step::Write { phone, record, field, clock_ms, death } => {
                self.write(phone, record, field, clock_ms, death)
            }
            Step::Sync { phone, fate } => self.sync(phone, fate),
            Step::Late { phone } => {
                if let Some(phone) = self.phones.get_mut(phone)
                    && let Some(reply) = phone.late.pop_front()
                {
                    phone.absorb(&reply, Death::None);
                }
            }
            Step::Assign { phone, list: number, yes } => {
                let person = self.phones[phone].person.clone();
                let lists = self.server.assigned.entry(person).or_default();
                if yes {
                    lists.insert(list(number))
                } else {
                    lists.remove(&list(number))
                };
            }
            Step::Copy { phone } => {
                if self.phones.len() == PHONES && phone < PHONES {
                    let twin = self.phones[phone].twin();
                    self.phones.push(twin);
                }
            }
            Step::Backup => self.backup = self.server.clone(),
            Step::Restore => {
                let mut restored = self.backup.clone();
                restored.keep_people_of(&self.server);
                restored.epoch = Uuid::from_u128(self.server.epoch.as_u128() + 1);
                self.server = restored;
            }
        }
    }

    pub fn write(
        &mut self,
        number: usize,
        record: u128,
        field: usize,
        clock_ms: i64,
        death: Death,
    ) {
        let Some(phone) = self.phones.get_mut(number) else { return };
        let home = list(record % LISTS);
        if !phone.may_write(home) {
            return;
        }
        let (kind, field) = FIELDS[field];
        let id = RecordId(Uuid::from_u128(record));
        let value = format!("w{}", self.saw.len());
        let mut saw = BTreeSet::new();
        for stored in phone.store.ops.values().filter(|stored| stored.op.record == id) {
            if let Some(seen) = stored.op.get(field).and_then(Value::as_str) {
                saw.extend(self.saw[seen].iter().cloned());
                saw.insert(seen.to_owned());
            }
        }
        let change = Change::new(id, kind, home).with(field, Value::text(value.clone()));
        if phone.write(change, clock_ms, death) {
            self.kept.insert(value.clone());
        }
        self.saw.insert(value, saw);
    }

    /// One exchange over the real encoding. A phone that was told to enrol again does so.
    pub fn sync(&mut self, number: usize, fate: Fate) {
        let Some(phone) = self.phones.get_mut(number) else { return };
        let Some(me) = phone.device.me() else { return };
        let device = me.device;
        if matches!(phone.store.meta.instruction, Some(Instruction::EnrolAgain { .. }))
            && matches!(fate, Fate::Good(_))
        {
            let enrolled = self.server.enrol(&phone.person, self.devices);
            self.devices += 1;
            phone.enrol(&enrolled);
            return;
        }
        let request = encode_request(&phone.device.request("proef", 0));
        let request = decode_request(&request).expect("own bytes");
        if matches!(fate, Fate::RequestLost) {
            return;
        }
        let reply = self.server.exchange(device, &request);
        let reply = decode_reply(&encode_reply(&reply)).expect("own bytes");
        match fate {
            Fate::Good(death) => {
                phone.absorb(&reply, death);
                phone.late.push_back(reply);
            }
            Fate::RequestTwice => {
                let second = self.server.exchange(device, &request);
                phone.absorb(&second, Death::None);
                phone.late.push_back(reply);
            }
            Fate::ReplyLost => phone.late.push_back(reply),
            Fate::RequestLost => {}
        }
    }

    /// Good exchanges until nothing changes any more.
    pub fn settle(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..ROUNDS {
            let before = self.fingerprint();
            for number in 0..self.phones.len() {
                self.sync(number, Fate::Good(Death::None));
            }
            let quiet = self.phones.iter().all(|phone| !phone.device.wants_more());
            if quiet && before == self.fingerprint() {
                return Ok(());
            }
        }
        Err(TestCaseError::fail("phones and server go on for ever"))
    }

    fn fingerprint(&self) -> String {
        let phones: Vec<_> = self
            .phones
            .iter()
            .map(|phone| (&phone.store.meta, phone.store.ops.keys().collect::<Vec<_>>()))
            .collect();
        format!("{phones:?} {} {}", self.server.log.len(), self.server.quarantine.len())
    }

    pub fn check(&self) -> Result<(), TestCaseError> {
        self.check_nothing_missing()?;
        self.check_contradictions()?;
        for phone in &self.phones {
            self.check_phone(phone)?;
        }
        Ok(())
    }

    fn check_nothing_missing(&self) -> Result<(), TestCaseError> {
        let accepted = self.server.log.iter().map(|entry| &entry.op);
        let aside = self.server.quarantine.iter().map(|(op, _)| op);
        let there: BTreeSet<&str> = accepted
            .chain(aside)
            .flat_map(|op| op.set.iter().filter_map(|one| one.value.as_str()))
            .collect();
        for phone in &self.phones {
            prop_assert_eq!(phone.device.waiting(), 0);
        }
        for value in &self.kept {
            prop_assert!(there.contains(value.as_str()), "{value} was kept and is not there");
        }
        Ok(())
    }

    /// Live on the server is exactly what no accepted write had in sight.
    fn check_contradictions(&self) -> Result<(), TestCaseError> {
        let mut written: BTreeMap<(RecordId, &str), BTreeSet<&str>> = BTreeMap::new();
        for entry in &self.server.log {
            for one in &entry.op.set {
                let values = written.entry((entry.op.record, one.field.as_str())).or_default();
                values.extend(one.value.as_str());
            }
        }
        for ((record, field), values) in written {
            let expected: BTreeSet<&str> = values
                .iter()
                .copied()
                .filter(|old| !values.iter().any(|new| self.saw[*new].contains(*old)))
                .collect();
            let record = self.server.records.get(record).expect("accepted");
            let live: BTreeSet<&str> =
                record.fields[field].live().iter().filter_map(|one| one.value.as_str()).collect();
            prop_assert_eq!(live, expected);
        }
        Ok(())
    }

    /// A phone shows the server's state of its lists, and its own ops that were set aside there.
    fn check_phone(&self, phone: &Phone) -> Result<(), TestCaseError> {
        let lists = self.server.assigned.get(&phone.person).cloned().unwrap_or_default();
        let mut expected = Records::default();
        for entry in self.server.log.iter().filter(|one| lists.contains(&one.op.worklist)) {
            expected.apply(&entry.op);
        }
        for (op, _) in self.server.quarantine.iter().filter(|(op, _)| lists.contains(&op.worklist))
        {
            if phone.store.ops.contains_key(&op.dot) {
                expected.apply(op);
            }
        }
        prop_assert_eq!(phone.device.records(), &expected);
        let mut again = phone.twin();
        again.restart();
        prop_assert_eq!(again.device.records(), &expected);
        for record in phone.device.records().iter() {
            prop_assert!(lists.contains(&record.worklist));
            prop_assert_eq!(again.device.last_by(record.id), phone.device.last_by(record.id));
        }
        Ok(())
    }
}
