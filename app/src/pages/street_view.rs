//! A street and its doors in words, worked out once per change, for the screens to show.

use super::now::on_this_clock;
use super::records;
use crate::browser::clock;
use crate::form::words;
use crate::session::Session;
use crate::ui::icon::Icon;
use crate::visit;
use crate::walk;
use aanbel_shared::programme::{Door, DoorState, next_daypart};
use aanbel_shared::record::{Record, RecordId, WorklistId};
use aanbel_shared::sync::Device;

/// One door as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub id: RecordId,
    pub number: String,
    pub icon: Icon,
    pub words: String,
    /// When to ring best, for a door where nobody answered.
    pub best: Option<&'static str>,
    pub done: bool,
    /// Somebody agreed to come back: not a door to tick along with the others.
    pub agreed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub title: String,
    pub rows: Vec<Row>,
}

/// A street as its screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreetView {
    pub name: String,
    pub district: String,
    /// The day of the letter, when that is still to come: until then nobody rings.
    pub not_before: Option<i32>,
    /// No day of the letter was filled in: whether people may ring is for the office to say.
    pub no_letter: bool,
    pub groups: Vec<Group>,
    pub doors: usize,
    pub open: usize,
    /// Doors that went off the list today by this person: an error can still be taken back.
    pub off_today: Vec<(RecordId, String)>,
}

impl StreetView {
    /// None when the street is not on this phone.
    pub fn of(device: &Device, street: WorklistId) -> Option<Self> {
        let records = device.records();
        let turf = records.get(RecordId(street.0))?;
        let doors = walk::doors_of(records, street);
        let progress = walk::progress(&doors);
        let groups = walk::groups(&doors);
        let several = groups.windows(2).any(|pair| pair[0].0.street != pair[1].0.street);
        let off_today = doors.iter().filter(|door| door.state == DoorState::OptedOut);
        let off_today = off_today.filter(|door| off_by_me_today(device, door));
        Some(StreetView {
            name: turf.str("name").unwrap_or("Straat zonder naam").to_owned(),
            district: turf.str("district").unwrap_or_default().to_owned(),
            not_before: not_before(turf),
            no_letter: turf.date("letter_on").is_none(),
            off_today: off_today
                .map(|door| (door.address.id, walk::number_of(door.address)))
                .collect(),
            groups: groups
                .into_iter()
                .map(|(key, doors)| Group {
                    title: key.title_nl(several),
                    rows: doors.into_iter().map(row).collect(),
                })
                .collect(),
            doors: progress.doors as usize,
            open: (progress.doors - progress.done) as usize,
        })
    }
}

/// The day of the letter, when it is still to come.
pub fn not_before(turf: &Record) -> Option<i32> {
    turf.date("letter_on").filter(|day| *day > clock::local_day(clock::now_ms()))
}

fn off_by_me_today(device: &Device, door: &Door) -> bool {
    door.attempts.iter().any(|attempt| is_mine_today(device, attempt))
}

/// Whether this person made the attempt today, so that an error can be taken back here.
pub fn is_mine_today(device: &Device, attempt: &Record) -> bool {
    let me = device.me().map_or("", |me| me.person.as_str());
    let mine = author(device, attempt).is_none_or(|author| author == me);
    let at_ms = attempt.instant("at").unwrap_or_default().saturating_sub(device.meta().offset_ms);
    mine && clock::local_day(at_ms) == clock::local_day(clock::now_ms())
}

/// Who told what happened, if it was not written on this phone.
fn author<'d>(device: &'d Device, attempt: &Record) -> Option<&'d str> {
    device.author(attempt.fields.get("result")?.shown()?.dot)
}

fn row(door: &Door) -> Row {
    let (icon, words) = state_words(door);
    Row {
        id: door.address.id,
        number: walk::number_of(door.address),
        icon,
        words,
        best: next_daypart(door).map(aanbel_shared::programme::Daypart::name_nl),
        done: door.state.is_done(),
        agreed: door.state == DoorState::Open
            && door.last().is_some_and(|last| last.str("result") == Some("come_back")),
    }
}

/// The state of a door in words, with its icon.
pub fn state_words(door: &Door) -> (Icon, String) {
    let last = door.last().map(result_words).unwrap_or_default();
    match door.state {
        DoorState::New => (Icon::Bell, "Nog niet aangebeld".into()),
        DoorState::NobodyYet(times) => (Icon::Moon, format!("{times} keer niemand thuis")),
        DoorState::Open => (Icon::Clock, last),
        DoorState::Talked => (Icon::Speech, "Gesprek gehad".into()),
        DoorState::Closed => (Icon::Check, last),
        DoorState::OptedOut => (Icon::Cross, "Wil geen bezoek".into()),
    }
}

/// The outcome of one attempt in words.
pub fn result_words(attempt: &Record) -> String {
    let result = attempt.str("result").unwrap_or_default();
    match attempt.date("come_back_on") {
        Some(day) if result == "come_back" => format!("Terugkomen op {}", clock::day_nl(day)),
        _ => words::choice("attempt", "result", result).to_owned(),
    }
}

/// One earlier attempt, as the door's screen lists it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Report {
    pub id: RecordId,
    pub what: String,
    pub more: String,
    pub mine_today: bool,
    /// The talk that belongs to it.
    pub talk: Option<RecordId>,
}

/// What happened at a door, latest first.
pub fn reports(session: Session, device: &Device, door: &Door) -> Vec<Report> {
    let report = |attempt: &&Record| {
        let records = device.records();
        let talk = records.pointing("talk", "attempt", attempt.id).next().map(|talk| talk.id);
        Report {
            id: attempt.id,
            what: result_words(attempt),
            more: details(session, device, attempt),
            mine_today: is_mine_today(device, attempt),
            talk: talk.filter(|_| visit::is_talk(attempt)),
        }
    };
    door.attempts.iter().rev().map(report).collect()
}

/// Who, when and how, in one line.
fn details(session: Session, device: &Device, attempt: &Record) -> String {
    let who = author(device, attempt).unwrap_or("U");
    let mut parts = vec![who.to_owned()];
    if let Some(at_ms) = attempt.instant("at") {
        parts.push(clock::moment_nl(on_this_clock(session, at_ms), clock::now_ms()));
    }
    if let Some(part) = attempt.str("daypart").and_then(aanbel_shared::programme::Daypart::from_key)
    {
        parts.push(part.name_nl().to_owned());
    }
    if attempt.bool("card") == Some(true) {
        parts.push("kaart in de bus".into());
    }
    parts.join(", ")
}

/// The street of a record's worklist.
pub fn street_name(device: &Device, worklist: WorklistId) -> String {
    let turf = device.records().get(RecordId(worklist.0));
    turf.and_then(|turf| turf.str("name")).unwrap_or("Vandaag").to_owned()
}

/// Name of the door that a talk was at.
pub fn door_name(device: &Device, record: RecordId) -> String {
    records::place_name(device.records(), record)
}
