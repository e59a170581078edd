//! A volunteer's day: 25 talks with all that is written around them, 190 records with 1,510 field
//! changes. The same in every run, and made up.

use super::town::DOORS;
use crate::client::Phone;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use anyhow::{Context, Result, ensure};
use uuid::Uuid;

/// What a day holds.
pub const RECORDS: usize = 190;
pub const CHANGES: usize = 1_510;
const TALKS: usize = 25;
const CHECKS: usize = 15;
const START_MS: i64 = 1_795_000_000_000;
const WORDS: [&str; 24] = [
    "afspraak",
    "brief",
    "bus",
    "deur",
    "folder",
    "formulier",
    "fiets",
    "hulp",
    "huur",
    "kaart",
    "kind",
    "klopt",
    "komt",
    "later",
    "liever",
    "loket",
    "morgen",
    "nieuwe",
    "raam",
    "samen",
    "school",
    "spreekuur",
    "vraagt",
    "wijkteam",
];

/// The day of this phone, in the order in which it is written, one change per record.
///
/// # Errors
/// When the phone has too few doors.
pub fn day(phone: &Phone, seed: u128) -> Result<Vec<Change>> {
    let doors = phone.device.records().of_kind("address").take(DOORS);
    let doors: Vec<_> = doors.map(|door| (door.id, door.worklist)).collect();
    ensure!(doors.len() >= TALKS, "a day needs {TALKS} doors");
    // Far apart, so that no two phones ever draw the same.
    let mut pen = Pen { chance: seed * 1_000_000, now_ms: START_MS };
    let mut changes = Vec::new();
    for (number, door) in doors.into_iter().take(TALKS).enumerate() {
        pen.at_the_door(door, number < CHECKS, &mut changes);
    }
    let fields: usize = changes.iter().map(|change| change.fields.len()).sum();
    ensure!(changes.len() == RECORDS && fields == CHANGES, "{} of {fields}", changes.len());
    Ok(changes)
}

/// The same day when every tap is kept by itself, as the app does in a talk.
pub fn by_tap(day: &[Change]) -> Vec<Change> {
    let alone = |change: &Change, (field, value): &(String, Value)| {
        Change::new(change.record, &change.kind, change.worklist).with(field, value.clone())
    };
    day.iter().flat_map(|one| one.fields.iter().map(move |field| alone(one, field))).collect()
}

/// So many households of twelve fields each, spread over the phone's doors.
///
/// # Errors
/// When the phone has no doors.
pub fn households(phone: &Phone, count: usize) -> Result<Vec<Change>> {
    let doors: Vec<_> = phone.device.records().of_kind("address").collect();
    ensure!(!doors.is_empty(), "households need doors");
    let mut pen = Pen { chance: 900_000_000_000, now_ms: START_MS };
    let mut one = |number: usize| {
        let door = doors[number % doors.len()];
        let id = pen.id();
        let household = pen.household(id, door.worklist, Value::Reference(door.id));
        household.with("insured", pen.yes_or_no())
    };
    Ok((0..count).map(&mut one).collect())
}

/// Keeps the changes on the phone, each in a commit of its own.
///
/// # Errors
/// When the phone is not enrolled.
pub fn write(phone: &mut Phone, changes: Vec<Change>) -> Result<()> {
    for change in changes {
        phone.clock_ms += 20_000;
        phone.write(vec![change])?;
    }
    Ok(())
}

/// Sends it all; nothing may wait or be set aside afterwards, or something else was measured.
///
/// # Errors
/// As `Phone::sync`.
pub async fn push(phone: &mut Phone) -> Result<()> {
    phone.sync().await?;
    let meta = phone.device.meta();
    ensure!(phone.device.waiting() == 0, "{} ops wait", phone.device.waiting());
    let refused = meta.set_aside.first();
    refused.map_or(Ok(()), |one| Err(anyhow::anyhow!("set aside: {:?}", one.reason)))
}

struct Pen {
    chance: u128,
    now_ms: i64,
}

impl Pen {
    /// Three visits, of which the last becomes a talk, and what follows from it.
    fn at_the_door(
        &mut self,
        (door, street): (RecordId, WorklistId),
        has_check: bool,
        changes: &mut Vec<Change>,
    ) {
        let address = Value::Reference(door);
        let mut attempt = self.id();
        for result in ["nobody", "come_back", "talk"] {
            attempt = self.id();
            let visit = Change::new(attempt, "attempt", street)
                .with("address", address.clone())
                .with("at", Value::Instant(self.now_ms))
                .with("channel", Value::choice("door"))
                .with("result", Value::choice(result))
                .with("daypart", Value::choice("afternoon"))
                .with("card", Value::Bool(result == "nobody"))
                .with("bulk", Value::Bool(false));
            changes.push(visit);
        }
        let (talk, household) = (self.id(), self.id());
        changes.push(self.household(household, street, address.clone()));
        changes.push(self.talk(talk, street, address, attempt, household));
        if has_check {
            let check = Change::new(self.id(), "scheme_check", street)
                .with("household", Value::Reference(household))
                .with("scheme", Value::choice("zorgtoeslag"))
                .with("use", Value::choice("discussed"))
                .with("agreed", Value::text(self.sentence(40)));
            changes.push(check);
        }
        let note = Change::new(self.id(), "note", street)
            .with("about", Value::Reference(talk))
            .with("text", Value::text(self.sentence(200)));
        let follow_up = Change::new(self.id(), "follow_up", street)
            .with("talk", Value::Reference(talk))
            .with("wanted", Value::Bool(true))
            .with("due_on", Value::Date(20_800 + self.below(20) as i32))
            .with("telephone", Value::text("06-00000000"))
            .with("advice_followed", Value::choice("partly"))
            .with("more_help", Value::Bool(self.below(2) == 0));
        changes.extend([note, follow_up]);
    }

    fn household(&mut self, id: RecordId, street: WorklistId, address: Value) -> Change {
        let mut household = Change::new(id, "household", street)
            .with("address", address)
            .with("composition", self.one_of(&["single", "couple", "couple_children"]))
            .with("age_band", self.one_of(&["23_26", "27_aow", "aow"]))
            .with("income_band", self.one_of(&["to_100", "100_120", "120_130", "unknown"]))
            .with("housing", self.one_of(&["rent", "owned"]))
            .with("assets_band", self.one_of(&["to_assistance", "to_rent", "unknown"]));
        for child in ["0_3", "4_11", "12_15", "16_17", "18_plus"] {
            household = household.with(&format!("children.{child}"), self.yes_or_no());
        }
        household
    }

    fn talk(
        &mut self,
        id: RecordId,
        street: WorklistId,
        address: Value,
        attempt: RecordId,
        household: RecordId,
    ) -> Change {
        let mut talk = Change::new(id, "talk", street)
            .with("address", address)
            .with("attempt", Value::Reference(attempt))
            .with("household", Value::Reference(household))
            .with("at", Value::Instant(self.now_ms))
            .with("place", self.one_of(&["doorway", "inside"]))
            .with("language", self.one_of(&["nl", "en", "tr"]))
            .with("approach", self.one_of(&["need_led", "preventive"]))
            .with("outcome", self.one_of(&["advice", "informed", "in_order"]))
            .with("minutes", Value::Int(5 + self.below(30) as i64));
        for topic in ["money", "housing", "family", "participation", "letters", "other"] {
            talk = talk.with(&format!("topics.{topic}"), self.yes_or_no());
        }
        for given in ["folder", "card", "team"] {
            talk = talk.with(&format!("material.{given}"), self.yes_or_no());
        }
        talk
    }

    /// As a phone makes them: the moment, then chance.
    fn id(&mut self) -> RecordId {
        self.now_ms += 20_000;
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&self.next()[..10]);
        RecordId::at(self.now_ms, bytes)
    }

    fn sentence(&mut self, letters: usize) -> String {
        let mut text = String::new();
        while text.len() < letters {
            text.push_str(WORDS[self.below(WORDS.len())]);
            text.push(' ');
        }
        text.truncate(letters);
        text
    }

    fn one_of(&mut self, keys: &[&str]) -> Value {
        Value::choice(keys[self.below(keys.len())])
    }

    fn yes_or_no(&mut self) -> Value {
        Value::Bool(self.below(2) == 0)
    }

    fn below(&mut self, end: usize) -> usize {
        self.next()[15] as usize % end
    }

    /// Chance that is the same in every run: a hash of a counter.
    fn next(&mut self) -> [u8; 16] {
        self.chance += 1;
        *Uuid::new_v5(&Uuid::from_u128(self.chance), b"day").as_bytes()
    }
}

/// The first request with all of the day in it, for comparing encodings.
///
/// # Errors
/// When there is nothing to send.
pub fn request(phone: &Phone) -> Result<aanbel_shared::sync::Request> {
    let request = phone.device.request("proef", phone.clock_ms);
    (!request.ops.is_empty()).then_some(request).context("nothing to send")
}
