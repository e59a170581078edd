//! A world: phones, an office, a server, a net and a clock, all of one seed. Plays steps in order and
//! stops at the first thing that must not be. The same steps give the same world, bit for bit.

use super::chance::Chance;
use super::check;
use super::net::Net;
use super::phone::Phone;
use super::plan::{START_MS, Size};
use super::planted::Fault;
use super::server::Server;
use super::step::{Death, Step, Timed, Trip};
use super::truth::{Held, NUMBERS, Truth, clock_for};
use super::{theft, town};
use aanbel_server::access::{PersonId, people};
use aanbel_server::store::append_office;
use aanbel_server::{campaigns, error::AppError};
use aanbel_shared::programme::Role;
use aanbel_shared::record::WorklistId;
use rusqlite::params;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Requests that arrive within this time share a commit.
const TOGETHER_MS: i64 = 60;
/// Rounds within which everything must have settled.
const ROUNDS: usize = 80;

/// Something that must not be, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl Wrong {
    /// Whether the same kind of thing is wrong: the same words, other names and numbers.
    pub fn is_like(&self, other: &Wrong) -> bool {
        fn words(wrong: &Wrong) -> impl Iterator<Item = &str> {
            let plain = |word: &&str| word.chars().all(|one| one.is_ascii_lowercase());
            wrong.0.split(' ').skip(1).filter(plain)
        }
        words(self).eq(words(other))
    }
}

pub type Played = Result<(), Wrong>;

pub struct World {
    pub now_ms: i64,
    pub server: Server,
    pub phones: Vec<Phone>,
    /// Phones that may exist, copies included.
    pub phones_max: usize,
    pub lists: Vec<WorklistId>,
    pub people: Vec<PersonId>,
    /// Who works in the office.
    pub desk: PersonId,
    pub net: Net,
    pub truth: Truth,
    /// Where tokens and epochs come from.
    pub chance: Chance,
    /// When a thief strikes: apart from the rest, so that a seed's story stays what it is.
    pub thief: Chance,
    pub backup: Option<(usize, u128, Held)>,
    pub backups: usize,
    pub fault: Option<Fault>,
    /// Faults have stopped; what is usual is not told any more.
    pub settling: bool,
    story: Option<Vec<String>>,
    digest: Sha256,
}

impl World {
    /// A town on its first morning; nobody has joined yet.
    pub fn new(seed: u64, size: Size, fault: Option<Fault>) -> Result<World, AppError> {
        let mut chance = Chance::new(!seed);
        let epoch = Uuid::from_bytes(chance.bytes());
        let server = Server::new(seed, epoch, START_MS, fault)?;
        let lists = town::lists(size.devices);
        let mut world = World {
            now_ms: START_MS,
            server,
            phones: (0..size.devices).map(|person| Phone::new(person, fault)).collect(),
            phones_max: size.devices + 3,
            lists,
            people: Vec::new(),
            desk: PersonId(0),
            net: Net::default(),
            truth: Truth::default(),
            chance,
            thief: Chance::new(seed ^ theft::SEED),
            backup: None,
            backups: 0,
            fault,
            settling: false,
            story: None,
            digest: Sha256::new(),
        };
        world.settle_in(size)?;
        Ok(world)
    }

    /// People, lists and doors.
    fn settle_in(&mut self, size: Size) -> Result<(), AppError> {
        let mut doors = Vec::new();
        for (number, list) in self.lists.iter().enumerate() {
            doors.extend((0..town::DOORS).map(|door| town::door(number, *list, door)));
        }
        let commit = self.truth.number();
        let at_ms = clock_for(commit, START_MS, 0);
        self.truth.kept((commit, at_ms), None, &doors, None, Vec::new());
        let (lists, count) = (self.lists.clone(), size.devices);
        let (desk, people) = self.server.write(move |tx| {
            let campaign = town::campaign();
            tx.execute(
                "INSERT INTO campaign (id, name, created_ms) VALUES (?1, 'Proef', ?2)",
                params![campaign, START_MS],
            )?;
            for list in &lists {
                tx.execute(
                    "INSERT INTO worklist (id, campaign, kind, name) VALUES (?1, ?2, 'turf', '')",
                    params![list.0, campaign],
                )?;
            }
            append_office(tx, None, doors, at_ms)?;
            let desk = people::add(tx, "Kantoor", Role::Coordinator, None, START_MS)?;
            let mut found = Vec::new();
            for person in 0..count {
                let name = format!("Persoon {person}");
                let number = people::add(tx, &name, Role::Volunteer, None, START_MS)?;
                for list in town::first_lists(person, &lists) {
                    campaigns::assign(tx, list, number, START_MS)?;
                }
                found.push(number);
            }
            Ok((desk, found))
        })?;
        self.desk = desk;
        self.people = people;
        for person in 0..size.devices {
            let lists = town::first_lists(person, &self.lists).into_iter().collect();
            self.truth.held.assigned.insert(person, lists);
        }
        Ok(())
    }

    /// From now on every event is told.
    pub fn tell_story(&mut self) {
        self.story = Some(Vec::new());
    }

    pub fn story(&mut self) -> Vec<String> {
        self.story.take().unwrap_or_default()
    }

    /// Adds a line to the story.
    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            let since = (self.now_ms - START_MS).max(0) / 1_000;
            let (day, hour) = (since / 86_400 + 1, since / 3_600 % 24);
            let (minute, second) = (since / 60 % 60, since % 60);
            story.push(format!("day {day} {hour:02}:{minute:02}:{second:02}  {}", line()));
        }
    }

    /// As `tell`; what is usual only as long as faults go on.
    pub fn tell_news(&mut self, usual: bool, line: impl FnOnce() -> String) {
        if !(usual && self.settling) {
            self.tell(line);
        }
    }

    /// Adds bytes to the digest of the run.
    pub fn note(&mut self, bytes: &[u8]) {
        self.digest.update((bytes.len() as u64).to_be_bytes());
        self.digest.update(bytes);
    }

    /// A digest of all that was said and kept.
    pub fn digest(mut self) -> [u8; 32] {
        let kept: Vec<Vec<u8>> =
            self.phones.iter().flat_map(|phone| phone.safe.ops.values().cloned()).collect();
        kept.iter().for_each(|bytes| self.note(bytes));
        self.digest.finalize().into()
    }

    /// Plays the steps, lets everything settle, and checks what must hold.
    pub fn play(&mut self, steps: &[Timed]) -> Played {
        for timed in steps {
            self.advance(timed.at_ms)?;
            self.step(&timed.step)?;
        }
        self.settle()?;
        check::all(self)
    }

    fn step(&mut self, step: &Step) -> Played {
        match step {
            Step::Phone { phone, does } => self.phone_step(*phone, does),
            Step::Office { pick, does } => self.office_step(*pick, *does),
            Step::Server(does) => self.server_step(does),
        }
    }

    /// Lets time go by until `until_ms`: messages arrive, the server comes back.
    pub fn advance(&mut self, until_ms: i64) -> Played {
        while let Some(due_ms) = self.net.next_ms().filter(|due_ms| *due_ms <= until_ms) {
            self.now_ms = self.now_ms.max(due_ms);
            self.start_server()?;
            let Some(message) = self.net.take() else { break };
            if message.is_request() {
                let mut together = vec![message];
                while let Some(next) = self.net.take_request(due_ms + TOGETHER_MS) {
                    together.push(next);
                }
                self.arrive_at_server(together)?;
            } else {
                self.arrive_at_phone(message)?;
            }
        }
        self.now_ms = self.now_ms.max(until_ms);
        self.start_server()
    }

    /// The server starts when its time has come; what it acknowledged must be there.
    fn start_server(&mut self) -> Played {
        if self.server.start(self.now_ms).map_err(|error| wrong(&"the server starts", &error))? {
            self.tell(|| "the server is back".into());
            check::acknowledged(self)?;
        }
        Ok(())
    }

    /// Faults stop; everybody tries until nothing changes any more.
    pub fn settle(&mut self) -> Played {
        self.tell(|| "-- all faults stop; everybody syncs until it is quiet".into());
        self.settling = true;
        self.server.doom = None;
        self.advance(self.now_ms.max(self.server.up_at_ms))?;
        self.server.fill(false).map_err(|error| wrong(&"room on the disk", &error))?;
        for phone in &mut self.phones {
            phone.full = false;
            phone.cut_until_ms = 0;
        }
        while let Some(due_ms) = self.net.next_ms() {
            self.advance(due_ms)?;
        }
        let mut before = self.fingerprint();
        for _ in 0..ROUNDS {
            for phone in 0..self.phones.len() {
                if self.phones[phone].number().is_none() {
                    continue;
                }
                self.sync(phone, Trip::GOOD, Trip::GOOD, Death::No)?;
                self.advance(self.now_ms + 1_000)?;
            }
            let after = self.fingerprint();
            let joins = |phone: &Phone| phone.number().is_some() && phone.must_join();
            let mut phones = self.phones.iter();
            let quiet = phones.all(|phone| !phone.device.wants_more() && !joins(phone));
            if quiet && before == after {
                return Ok(());
            }
            before = after;
        }
        Err(Wrong("phones and server go on for ever".into()))
    }

    /// All that an exchange can change, clocks left out.
    fn fingerprint(&self) -> Vec<String> {
        let mut prints: Vec<String> = self
            .phones
            .iter()
            .map(|phone| {
                let meta = phone.device.meta();
                let (kept, told) = (meta.kept, meta.instruction);
                let held: Vec<_> = phone.safe.ops.keys().collect();
                let number = phone.number();
                format!(
                    "{number:?} {kept} {told:?} {:?} {held:?} {:?}",
                    meta.cursors, meta.set_aside
                )
            })
            .collect();
        prints.push(self.server.count().to_string());
        prints
    }

    /// A moment of the server's clock that carries this commit's number.
    pub fn office_ms(&self, commit: u32) -> i64 {
        debug_assert!(i64::from(commit) < NUMBERS, "a world is smaller");
        clock_for(commit, self.now_ms, 0)
    }
}

/// A phone as the story calls it.
pub fn name(phone: usize) -> String {
    format!("phone {}", phone + 1)
}

pub fn wrong(what: &dyn std::fmt::Display, error: &dyn std::fmt::Display) -> Wrong {
    Wrong(format!("{what}: {error}"))
}
