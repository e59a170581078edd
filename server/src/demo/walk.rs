//! The rounds: who rings which doors when, and what comes of it.
//!
//! Chances are chosen so that the figures come near the report of 2019: of the doors rung 63 % is
//! reached and with 39 % there is a talk.

use aanbel_shared::programme::Daypart;
use aanbel_shared::record::{RecordId, Value};

use super::chance::Chance;
use super::story::{DAY_MS, Hand, RecordChange, StoryEvent, StreetPlan, record_of};
use super::talk;
use super::town::PLOTS;
use crate::import::{ImportedAddress, ImportedStreet};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Out of a hundred doors where nobody was reached yet, so many answer in the first, second, third round.
const ANSWERS: [u32; 3] = [42, 34, 33];

/// Out of a hundred doors that asked to come back, so many answer.
const ANSWERS_AGAIN: u32 = 75;

const ANSWERED: [(&str, u32); 6] = [
    ("talk", 57),
    ("no_interest", 20),
    ("no_time", 10),
    ("come_back", 7),
    ("language", 3),
    ("opted_out", 3),
];

const UNANSWERED: [(&str, u32); 3] = [("nobody", 97), ("empty", 2), ("moved", 1)];

/// How one street is walked. Days are counted from today, so the past is negative.
struct Walk {
    letter_day: i32,
    phones: Vec<usize>,
    rounds: Vec<(i32, Daypart)>,
    /// How much of the street was walked, in hundredths.
    share: usize,
}

/// The campaign, street by street in the order of `town::PLOTS`: Verzetswijk is finished, De Wierden
/// is half done, Filmwijk has just begun.
fn walks() -> Vec<Walk> {
    use Daypart::{Afternoon, Evening, Morning};
    let walk = |letter_day, phones: &[usize], rounds: &[(i32, Daypart)]| Walk {
        letter_day,
        phones: phones.to_vec(),
        rounds: rounds.to_vec(),
        share: 100,
    };
    let verzetswijk = (0..9).map(|place| {
        let day = 2 * i32::try_from(place).unwrap_or_default();
        let first = if place % 2 == 0 { Morning } else { Afternoon };
        let rounds = [(day - 49, first), (day - 44, Evening), (day - 38, Afternoon)];
        walk(-56, &[place % 7, (place + 1) % 7], &rounds)
    });
    let mut walks: Vec<_> = verzetswijk.collect();
    walks.extend([
        walk(-26, &[0, 1], &[(-20, Afternoon), (-13, Evening)]),
        walk(-26, &[2, 3], &[(-18, Morning), (-11, Evening)]),
        walk(-26, &[4, 5], &[(-16, Evening)]),
        walk(-26, &[6, 0], &[(-14, Afternoon), (-6, Evening)]),
        walk(-26, &[1, 2], &[(-9, Morning)]),
        walk(-26, &[5], &[]),
        walk(-26, &[6], &[]),
        walk(-26, &[], &[]),
        Walk { share: 50, ..walk(-8, &[3, 4], &[(-1, Evening)]) },
        walk(-8, &[1, 4], &[]),
    ]);
    walks.resize_with(PLOTS.len(), || walk(10, &[], &[]));
    walks
}

/// When each street gets its letter and to whom it is assigned.
pub(super) fn plans(now_ms: i64) -> Vec<StreetPlan> {
    let today = day_of(now_ms);
    let plan = |(walk, plot): (Walk, &super::town::Plot)| StreetPlan {
        district: plot.district,
        letter_on: today + walk.letter_day,
        phones: walk.phones,
    };
    walks().into_iter().zip(&PLOTS).map(plan).collect()
}

/// Days since 1970-01-01 in winter time.
pub(super) fn day_of(now_ms: i64) -> i32 {
    i32::try_from((now_ms + HOUR_MS).div_euclid(DAY_MS)).unwrap_or_default()
}

/// When a round begins. Winter time: in summer it is an hour later and still the same part of the day.
fn start_ms(now_ms: i64, day: i32, part: Daypart) -> i64 {
    let hour = match part {
        Daypart::Morning => 9,
        Daypart::Afternoon => 13,
        Daypart::Evening => 18,
    };
    i64::from(day_of(now_ms) + day) * DAY_MS + (hour - 1) * HOUR_MS + 15 * MINUTE_MS
}

/// What the volunteers know of a door.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mind {
    NotReached,
    Again,
    Done,
}

/// Everything that happens on the rounds of all streets.
pub(super) fn rounds(
    town: &[ImportedStreet],
    plans: &[StreetPlan],
    now_ms: i64,
) -> Vec<StoryEvent> {
    let mut events = Vec::new();
    for (place, (walk, street)) in walks().into_iter().zip(town).enumerate() {
        let mut chance = Chance::new(0xaa_be11 + place as u64);
        let doors = &street.addresses[..street.addresses.len() * walk.share / 100];
        let mut minds = vec![Mind::NotReached; doors.len()];
        for (number, (day, part)) in walk.rounds.iter().enumerate() {
            let start = start_ms(now_ms, *day, *part);
            let mut round = Round {
                street: place,
                part: *part,
                number,
                phones: &plans[place].phones,
                clocks: vec![start; walk.phones.len()],
                chance: &mut chance,
                events: &mut events,
            };
            round.walk(doors, &mut minds);
        }
    }
    events
}

/// One round through one street, by one or two people who each take a part of it.
struct Round<'a> {
    street: usize,
    part: Daypart,
    /// 0 for the first.
    number: usize,
    phones: &'a [usize],
    /// What time it is on each phone.
    clocks: Vec<i64>,
    chance: &'a mut Chance,
    events: &'a mut Vec<StoryEvent>,
}

impl Round<'_> {
    fn walk(&mut self, doors: &[ImportedAddress], minds: &mut [Mind]) {
        for (phone, clock) in self.phones.iter().zip(&self.clocks) {
            self.events.push(StoryEvent::sync(clock - 10 * MINUTE_MS, *phone));
        }
        for (at, (door, mind)) in doors.iter().zip(minds).enumerate() {
            if *mind == Mind::Done {
                continue;
            }
            let walker = at * self.phones.len() / doors.len();
            *mind = self.ring(door, *mind, walker);
        }
        for (phone, clock) in self.phones.iter().zip(&self.clocks) {
            self.events.push(StoryEvent::sync(clock + 20 * MINUTE_MS, *phone));
        }
    }

    fn ring(&mut self, door: &ImportedAddress, mind: Mind, walker: usize) -> Mind {
        self.clocks[walker] += MINUTE_MS + i64::from(self.chance.below(60)) * 1_000;
        let at_ms = self.clocks[walker];
        let answers = match mind {
            Mind::Again => ANSWERS_AGAIN,
            _ => ANSWERS[self.number.min(ANSWERS.len() - 1)],
        };
        let outcomes: &[_] = if self.chance.percent(answers) { &ANSWERED } else { &UNANSWERED };
        let result = self.chance.weighted(outcomes);
        let attempt = RecordId::at(at_ms, self.chance.bytes());
        let mut changes = vec![self.attempt(attempt, door, at_ms, result)];
        if result == "opted_out" {
            changes.push(
                RecordChange::new(record_of(door), "address", self.street)
                    .yes("opted_out")
                    .with("opted_out_on", Value::Date(day_of(at_ms))),
            );
        }
        let hand = Hand::Phone(self.phones[walker]);
        self.events.push(StoryEvent::write(at_ms, hand, changes));
        if result == "talk" {
            let scene = talk::Scene { street: self.street, door, attempt, hand, at_ms };
            self.clocks[walker] = talk::hold(&scene, self.chance, self.events);
        }
        match result {
            "nobody" => mind,
            "no_time" | "come_back" | "language" => Mind::Again,
            _ => Mind::Done,
        }
    }

    fn attempt(
        &mut self,
        record: RecordId,
        door: &ImportedAddress,
        at_ms: i64,
        result: &str,
    ) -> RecordChange {
        let channel = if door.floor.is_some_and(|floor| floor > 0) { "intercom" } else { "door" };
        let mut change = RecordChange::new(record, "attempt", self.street)
            .with("address", Value::Reference(record_of(door)))
            .with("at", Value::Instant(at_ms))
            .choice("channel", channel)
            .choice("result", result)
            .choice("daypart", self.part.key());
        if result == "nobody" && self.number > 0 {
            change = change.with("card", Value::Bool(self.chance.percent(70)));
        }
        if result == "come_back" {
            change = change.with("come_back_on", Value::Date(day_of(at_ms) + 7));
        }
        change
    }
}
