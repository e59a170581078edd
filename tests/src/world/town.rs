//! The invented town: who lists belong to, which doors there are, and what people do at a door.

use super::chance::Chance;
use super::forms::NEWER_FIELD;
use super::truth::Commit;
use aanbel_shared::record::{Record, RecordId, Records, Value, WorklistId};
use aanbel_shared::sync::{Change, Device, Reason};
use uuid::Uuid;

/// Doors of one list.
pub const DOORS: usize = 6;

/// Of this many devices there is one list for each three, and at least two.
pub fn lists(devices: usize) -> Vec<WorklistId> {
    (0..(devices / 3).max(2)).map(|number| WorklistId(id(1, number as u128))).collect()
}

/// The lists that a person begins with: two neighbours, so that every list is shared.
pub fn first_lists(person: usize, lists: &[WorklistId]) -> Vec<WorklistId> {
    let first = person % lists.len();
    vec![lists[first], lists[(first + 1) % lists.len()]]
}

pub fn campaign() -> Uuid {
    id(0, 0)
}

/// Number of a list and of its door, as the import would bring them in.
pub fn door(list: usize, worklist: WorklistId, number: usize) -> Change {
    Change::new(door_id(list, number), "address", worklist)
        .with("street", Value::text(format!("Proefstraat {list}")))
        .with("number", Value::Int(number as i64 + 1))
        .with("order", Value::Int(number as i64))
}

fn door_id(list: usize, number: usize) -> RecordId {
    RecordId(id(2, (list * 100 + number) as u128))
}

/// How to get in at one door.
pub fn getting_in(list: usize, worklist: WorklistId, door: usize, commit: Commit) -> Filled {
    let how = ["bell", "intercom", "broken"][commit as usize % 3];
    let change = Change::new(door_id(list, door), "address", worklist);
    Filled { changes: vec![change.with("access", Value::choice(how))], oddity: None }
}

fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 64) + number + 1)
}

/// What somebody fills in, and why the server will set it aside, if it will.
pub struct Filled {
    pub changes: Vec<Change>,
    pub oddity: Option<Reason>,
}

/// Chosen by `pick` from what the phone shows; none when it shows no door.
pub fn fill_in(device: &Device, pick: u64, commit: Commit, now_ms: i64) -> Option<Filled> {
    let mut chance = Chance::new(pick);
    let lists = &device.meta().assigned;
    let list = *chance.pick(lists)?;
    let of_list = |kind: &'static str| of_list(device.records(), kind, list);
    let doors = of_list("address");
    let door = *chance.pick(&doors)?;
    let about = Value::Reference(door.id);
    let fresh = |part: u128| RecordId(id(3, (u128::from(commit) << 8) + part));
    let attempts = of_list("attempt");
    let change = match chance.below(18) {
        0 | 1 => at_the_door(&mut chance, door),
        2..=4 => return Some(visit(&mut chance, about, list, fresh, now_ms)),
        5 | 6 => {
            let attempt = *chance.pick(&attempts)?;
            correction(&mut chance, attempt)
        }
        7..=9 => household(&mut chance, door),
        10..=12 => check(&mut chance, &of_list("household"))?,
        13 => Change::new(fresh(0), "note", list)
            .with("about", about)
            .with("text", Value::text(format!("Notitie {commit}"))),
        14 => {
            let notes = of_list("note");
            let note = chance.pick(&notes)?;
            same(note).with("text", Value::text(format!("Notitie {commit}")))
        }
        15 => {
            let questions = of_list("question");
            let question = chance.pick(&questions)?;
            same(question).with("answered", Value::text(format!("Antwoord {commit}")))
        }
        16 => {
            // A newer app knows a field that this server does not know yet.
            let change = Change::new(fresh(0), "note", list)
                .with("about", about)
                .with(NEWER_FIELD, Value::text("nieuw"));
            return Some(Filled { changes: vec![change], oddity: Some(Reason::UnknownField) });
        }
        _ => {
            let attempt = chance.pick(&attempts)?;
            let change = same(attempt).with("reviewed", Value::Bool(true));
            return Some(Filled { changes: vec![change], oddity: Some(Reason::MayNotWrite) });
        }
    };
    Some(Filled { changes: vec![change], oddity: None })
}

pub fn of_list<'a>(records: &'a Records, kind: &'a str, list: WorklistId) -> Vec<&'a Record> {
    records.of_kind(kind).filter(|record| record.worklist == list).collect()
}

pub fn same(record: &Record) -> Change {
    Change::new(record.id, &record.kind, record.worklist)
}

fn choice(chance: &mut Chance, keys: &[&str]) -> Value {
    Value::choice(chance.pick(keys).expect("there are keys"))
}

fn at_the_door(chance: &mut Chance, door: &Record) -> Change {
    if chance.one_in(3) {
        return same(door).with("opted_out", Value::Bool(chance.one_in(2)));
    }
    same(door).with("access", choice(chance, &["bell", "intercom", "broken"]))
}

/// An attempt, and often a talk or a note in the same commit.
fn visit(
    chance: &mut Chance,
    about: Value,
    list: WorklistId,
    fresh: impl Fn(u128) -> RecordId,
    now_ms: i64,
) -> Filled {
    let results = ["nobody", "no_time", "no_interest", "come_back", "talk", "moved"];
    let attempt = Change::new(fresh(0), "attempt", list)
        .with("address", about.clone())
        .with("at", Value::Instant(now_ms))
        .with("channel", choice(chance, &["door", "intercom", "telephone"]))
        .with("result", choice(chance, &results));
    let mut changes = vec![attempt];
    if chance.one_in(2) {
        let talk = Change::new(fresh(1), "talk", list)
            .with("address", about)
            .with("attempt", Value::Reference(fresh(0)))
            .with("at", Value::Instant(now_ms))
            .with("place", choice(chance, &["doorway", "inside"]));
        changes.push(talk);
    }
    Filled { changes, oddity: None }
}

fn correction(chance: &mut Chance, attempt: &Record) -> Change {
    match chance.below(4) {
        0 => same(attempt).with("withdrawn", Value::Bool(chance.one_in(2))),
        1 => same(attempt).with("card", Value::Bool(chance.one_in(2))),
        2 => same(attempt).with("daypart", Value::Nothing),
        _ => same(attempt)
            .with("result", choice(chance, &["nobody", "talk", "empty"]))
            .with("daypart", choice(chance, &["morning", "evening"])),
    }
}

/// Two phones arrive at the same household of a door without knowing of each other.
fn household(chance: &mut Chance, door: &Record) -> Change {
    let record = RecordId::from_parts(door.id.0, "huishouden");
    let change = Change::new(record, "household", door.worklist)
        .with("address", Value::Reference(door.id))
        .with("composition", choice(chance, &["single", "couple", "single_parent"]));
    if chance.one_in(2) {
        return change;
    }
    change
        .with("housing", choice(chance, &["rent", "room", "owned"]))
        .with("arrears", Value::Bool(chance.one_in(2)))
}

fn check(chance: &mut Chance, households: &[&Record]) -> Option<Change> {
    let household = chance.pick(households)?;
    let record = RecordId::from_parts(household.id.0, ["a", "b"][chance.below(2)]);
    let change = Change::new(record, "scheme_check", household.worklist)
        .with("household", Value::Reference(household.id))
        .with("use", choice(chance, &["uses_already", "discussed", "wants"]));
    Some(match chance.one_in(2) {
        true => change.with("agreed", Value::text(format!("Belt in week {}", chance.below(50)))),
        false => change,
    })
}
