//! What each role may have on a phone, over random histories of all roles at once: streets, offers,
//! cases and joint visits, people who write where they may not, and an office that gives lists to the
//! wrong people. Weather and restarts are in `world`; here it is only about who sees what.

use super::chance::Chance;
use super::phone::Phone;
use super::plan::START_MS;
use super::planted::Fault;
use super::roles::{self, SECRETS};
use super::server::{Answer, Call, Server};
use super::town;
use super::world::{Played, Wrong, wrong};
use aanbel_server::access::{PersonId, codes, people};
use aanbel_server::error::AppError;
use aanbel_server::store::append_office;
use aanbel_server::{campaigns, cases};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Op, WorklistId};
use aanbel_shared::sync::{EnrolRequest, PROTOCOL, encode_request};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;
const STEPS: usize = 140;

/// Who takes part.
const TEAM: [Role; 7] = [
    Role::Volunteer,
    Role::Volunteer,
    Role::Coordinator,
    Role::Caretaker,
    Role::Caretaker,
    Role::Adviser,
    Role::Adviser,
];

/// The kinds of records that a role may hold, as `docs/PRIVACY.md` promises it: said here once more, so
/// that a mistake in the product's own table is no mistake of this one.
fn promised(role: Role) -> &'static str {
    match role {
        Role::Volunteer | Role::Coordinator => {
            "address attempt follow_up household note question referral scheme_check talk turf"
        }
        Role::Caretaker => "home home_finding joint_plan joint_visit offer offer_list plan_list",
        Role::Adviser => {
            "address application appointment case case_source follow_up household joint_plan \
             joint_visit note plan_list question referral scheme_check talk welfare_finding"
        }
        Role::Office | Role::System | Role::Corporation => "",
    }
}

struct Member {
    role: Role,
    person: PersonId,
    token: String,
    phone: Phone,
}

struct Village {
    server: Server,
    team: Vec<Member>,
    chance: Chance,
    now_ms: i64,
    /// Kinds that reached some phone from another, so that a test can tell that something happened.
    seen: BTreeSet<String>,
}

/// Plays one history. Gives the kinds of records that travelled.
///
/// # Errors
/// What a phone held that it may not, in words.
pub fn play(seed: u64, fault: Option<Fault>) -> Result<BTreeSet<String>, Wrong> {
    let begun = Village::new(seed, fault);
    let mut village = begun.map_err(|error| wrong(&"a village", &error))?;
    for phone in 0..village.team.len() {
        village.sync(phone)?;
    }
    for _ in 0..STEPS {
        village.now_ms += MINUTE_MS;
        let who = village.chance.below(village.team.len());
        match village.chance.below(8) {
            0..=3 => village.write(who),
            4..=6 => village.sync(who)?,
            _ => village.assign()?,
        }
    }
    for _ in 0..3 {
        for phone in 0..village.team.len() {
            village.sync(phone)?;
        }
    }
    Ok(village.seen)
}

impl Village {
    fn new(seed: u64, fault: Option<Fault>) -> Result<Village, AppError> {
        let mut chance = Chance::new(seed);
        let epoch = Uuid::from_bytes(chance.bytes());
        let mut server = Server::new(seed, epoch, START_MS, fault)?;
        let people = server.write(settle_in)?;
        let mut team = Vec::new();
        for (place, (role, person)) in TEAM.into_iter().zip(people).enumerate() {
            let code = server.write(move |tx| Ok(codes::create(tx, person, START_MS)?))?;
            let token: String =
                chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
            let request = EnrolRequest {
                protocol: PROTOCOL,
                code,
                token: token.clone(),
                label: String::new(),
                app: String::new(),
            };
            let reply = server.enrol(request, START_MS)?;
            let mut phone = Phone::new(place, None);
            phone.join(&reply, &token, server.epoch());
            team.push(Member { role, person, token, phone });
        }
        let seen = BTreeSet::new();
        Ok(Village { server, team, chance, now_ms: START_MS, seen })
    }

    /// Somebody writes what her role writes, and now and then what it may not.
    fn write(&mut self, who: usize) {
        let member = &mut self.team[who];
        let (chance, device) = (&mut self.chance, &member.phone.device);
        let changes = match member.role {
            _ if chance.one_in(10) => roles::forged(chance, device),
            Role::Caretaker => roles::caretaker(chance, device, self.now_ms),
            Role::Adviser => roles::adviser(chance, device, self.now_ms),
            _ => {
                let pick = chance.next();
                let filled = town::fill_in(device, pick, pick as u32 % 90_000, self.now_ms);
                filled.map(|filled| filled.changes).unwrap_or_default()
            }
        };
        if let Ok(writes) = device.prepare(changes, self.now_ms) {
            member.phone.keep(&writes);
            member.phone.show(&writes);
        }
    }

    fn sync(&mut self, who: usize) -> Played {
        let member = &mut self.team[who];
        let bytes = encode_request(&member.phone.device.request("proef", self.now_ms));
        let token = &member.token;
        let proof = self.server.proof(token, &bytes);
        let call = Call { token, proof: &proof, bytes: &bytes };
        let mut told = self.server.exchange(&[call], self.now_ms);
        let reply = match told.pop().flatten() {
            Some(Answer::Reply(reply)) => reply,
            Some(Answer::Refused(why)) => return Err(Wrong(format!("refused: {why}"))),
            _ => return Err(Wrong("a phone got no answer".into())),
        };
        let writes = member.phone.absorb(&reply, self.now_ms);
        member.phone.keep(&writes);
        member.phone.show(&writes);
        let role = member.role;
        for op in reply.pages.iter().flat_map(|page| &page.ops).map(|one| &one.op) {
            within(role, op)?;
            self.seen.insert(format!("{} {}", role.key(), op.kind));
        }
        self.stored(who)
    }

    /// What lies on the phone: of others only what is promised, and none of their secrets.
    fn stored(&self, who: usize) -> Played {
        let Member { role, phone, .. } = &self.team[who];
        let own = phone.number();
        for stored in phone.safe.stored().filter(|stored| Some(stored.op.device()) != own) {
            within(*role, &stored.op)?;
            let bytes = format!("{:?}", stored.op);
            for (secret, not_for) in SECRETS {
                if not_for.contains(role) && bytes.contains(secret) {
                    let name = role.key();
                    return Err(Wrong(format!("a {name} holds what was not for her: {secret}")));
                }
            }
        }
        Ok(())
    }

    /// The office gives or takes a list, also one that is not for that role.
    fn assign(&mut self) -> Played {
        let lists = self.lists().map_err(|error| wrong(&"the lists", &error))?;
        let Some(list) = self.chance.pick(&lists).copied() else { return Ok(()) };
        let (person, now_ms) = (self.team[self.chance.below(self.team.len())].person, self.now_ms);
        let gives = self.chance.below(3) > 0;
        let done = self.server.write(move |tx| {
            let done = match gives {
                true => campaigns::assign(tx, list, person, now_ms),
                false => campaigns::unassign(tx, list, person),
            };
            Ok(done?)
        });
        done.map_err(|error| wrong(&"the office gave a list", &error))
    }

    fn lists(&self) -> Result<Vec<WorklistId>, rusqlite::Error> {
        let Some(db) = self.server.reader() else { return Ok(Vec::new()) };
        let mut query = db.prepare_cached("SELECT id FROM worklist ORDER BY id")?;
        query.query_map([], |row| Ok(WorklistId(row.get(0)?)))?.collect()
    }
}

/// Kind and fields of an op are what is promised to this role.
fn within(role: Role, op: &Op) -> Played {
    let name = role.key();
    if !promised(role).split_whitespace().any(|kind| kind == op.kind) {
        return Err(Wrong(format!("a {name} received a record of kind {}", op.kind)));
    }
    let form = Forms::built_in().form(&op.kind);
    match op.set.iter().find(|one| form.is_none_or(|form| form.field(&one.field).is_none())) {
        None => Ok(()),
        Some(one) => Err(Wrong(format!("a {name} received {} of {}", one.field, op.kind))),
    }
}

/// Two streets for who walks, a corporation for the caretakers, and its adviser.
fn settle_in(tx: &Connection) -> Result<Vec<PersonId>, AppError> {
    let lists = town::lists(TEAM.len());
    campaigns::make(tx, town::campaign(), "Proef", START_MS)?;
    // Known beforehand, or its id would be another one in every run.
    campaigns::make(tx, Uuid::from_u128(7), cases::CAMPAIGN, START_MS)?;
    for (number, list) in lists.iter().enumerate() {
        tx.execute(
            "INSERT INTO worklist (id, campaign, kind, name) VALUES (?1, ?2, 'turf', '')",
            params![list.0, town::campaign()],
        )?;
        let doors = (0..town::DOORS).map(|door| town::door(number, *list, door)).collect();
        append_office(tx, None, doors, START_MS)?;
    }
    tx.execute("INSERT INTO corporation (id, name) VALUES (1, ?1)", [roles::CORPORATION])?;
    let mut found = Vec::new();
    for (place, role) in TEAM.into_iter().enumerate() {
        let person = people::add(tx, &format!("Persoon {place}"), role, None, START_MS)?;
        match role {
            Role::Volunteer | Role::Coordinator => {
                for list in town::first_lists(place, &lists) {
                    campaigns::assign(tx, list, person, START_MS)?;
                }
            }
            Role::Caretaker => {
                tx.execute("UPDATE person SET corporation = 1 WHERE id = ?1", [person])?;
            }
            Role::Adviser => {
                tx.execute(
                    "INSERT INTO case_rule (corporation, person) VALUES (1, ?1)
                     ON CONFLICT DO NOTHING",
                    [person],
                )?;
            }
            Role::Office | Role::System | Role::Corporation => {}
        }
        found.push(person);
    }
    Ok(found)
}
