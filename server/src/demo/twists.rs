//! What goes on beside the rounds: two people who disagree, reviews, questions, aftercare.

use std::collections::HashSet;

use aanbel_shared::record::{RecordId, Value};

use super::chance::Chance;
use super::people::OFFICE;
use super::story::{DAY_MS, Hand, RecordChange, Step, StoryEvent};
use super::walk::day_of;
use crate::import::ImportedStreet;

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// Adds them to the rounds, which must still stand street by street in order of time.
pub(super) fn add(town: &[ImportedStreet], events: &mut Vec<StoryEvent>, now_ms: i64) {
    let mut chance = Chance::new(0x7715_7a11);
    let today_ms = i64::from(day_of(now_ms)) * DAY_MS - HOUR_MS;
    let mut more = Vec::new();
    disagreements(events, today_ms, &mut more);
    reviews(events, today_ms, &mut chance, &mut more);
    aftercare(events, now_ms, &mut chance, &mut more);
    questions(events, today_ms, &mut more);
    broken_bells(town, today_ms, &mut more);
    events.append(&mut more);
}

/// The changes of one kind that phones made before `until_ms`, oldest street first.
fn changes<'a>(
    events: &'a [StoryEvent],
    kind: &'a str,
    until_ms: i64,
) -> impl Iterator<Item = (&'a StoryEvent, &'a RecordChange)> {
    events
        .iter()
        .filter(move |event| event.at_ms < until_ms)
        .flat_map(|event| match &event.step {
            Step::Write(changes) => changes.iter().map(|change| (event, change)).collect(),
            Step::Sync => Vec::new(),
        })
        .filter(move |(_, change)| change.kind == kind)
}

/// The first record of a street on which a phone chose this, before `until_ms`.
fn first_choice(
    events: &[StoryEvent],
    street: usize,
    kind: &str,
    (field, key): (&str, &str),
    until_ms: i64,
) -> Option<RecordId> {
    let wanted = (field.to_owned(), Value::choice(key));
    changes(events, kind, until_ms)
        .find(|(_, change)| change.street == street && change.set.contains(&wanted))
        .map(|(_, change)| change.record)
}

/// Three times two people give another answer without having seen each other's. The office has
/// settled the oldest; the two others wait in its inbox.
fn disagreements(events: &[StoryEvent], today_ms: i64, more: &mut Vec<StoryEvent>) {
    let scenes = [
        // street, phones, days ago, kind, field, what stands there, what the two make of it
        (0, [0, 1], 30, "talk", "outcome", "informed", ["advice", "in_order"]),
        (9, [0, 1], 4, "scheme_check", "use", "discussed", ["uses_already", "wants"]),
        (10, [2, 3], 3, "talk", "outcome", "advice", ["in_order", "no_wish"]),
    ];
    for (street, phones, days, kind, field, before, made) in scenes {
        let day_ms = today_ms - days * DAY_MS;
        let Some(record) = first_choice(events, street, kind, (field, before), day_ms) else {
            continue;
        };
        let at = |minutes: i64| day_ms + 10 * HOUR_MS + minutes * MINUTE_MS;
        for (turn, phone) in (0..).zip(phones) {
            more.push(StoryEvent::sync(at(turn), phone));
        }
        for (turn, (phone, key)) in (0..).zip(phones.into_iter().zip(made)) {
            let change = RecordChange::new(record, kind, street).choice(field, key);
            more.push(StoryEvent::write(at(10 + 7 * turn), Hand::Phone(phone), vec![change]));
        }
        for (turn, phone) in (0..).zip(phones) {
            more.push(StoryEvent::sync(at(40 + turn), phone));
        }
        if street == 0 {
            let change = RecordChange::new(record, kind, street).choice(field, made[0]);
            more.push(StoryEvent::write(at(180), Hand::Desk(OFFICE), vec![change]));
        }
    }
}

/// The office has looked at what is older than three weeks, or nearly all of it.
fn reviews(events: &[StoryEvent], today_ms: i64, chance: &mut Chance, more: &mut Vec<StoryEvent>) {
    let until_ms = today_ms - 21 * DAY_MS;
    let talk = ("result".to_owned(), Value::choice("talk"));
    let found =
        changes(events, "attempt", until_ms).filter(|(_, change)| change.set.contains(&talk));
    for (place, (_, change)) in (0..).zip(found) {
        if chance.percent(85) {
            let reviewed =
                RecordChange::new(change.record, "attempt", change.street).yes("reviewed");
            let at_ms = until_ms + 9 * HOUR_MS + place * MINUTE_MS;
            more.push(StoryEvent::write(at_ms, Hand::Desk(OFFICE), vec![reviewed]));
        }
    }
}

/// The office calls whoever wished it and whose day has come; some are not yet called.
fn aftercare(events: &[StoryEvent], now_ms: i64, chance: &mut Chance, more: &mut Vec<StoryEvent>) {
    for (event, change) in changes(events, "follow_up", now_ms - 16 * DAY_MS) {
        if !chance.percent(65) {
            continue;
        }
        let followed = chance.weighted(&[("yes", 45), ("partly", 35), ("no", 20)]);
        let call = RecordChange::new(change.record, "follow_up", change.street)
            .choice("advice_followed", followed)
            .with("more_help", Value::Bool(chance.percent(25)));
        let at_ms = event.at_ms + 15 * DAY_MS;
        more.push(StoryEvent::write(at_ms, Hand::Desk(OFFICE), vec![call]));
    }
}

/// Two questions of the office about talks: one is answered, one waits for the volunteer.
fn questions(events: &[StoryEvent], today_ms: i64, more: &mut Vec<StoryEvent>) {
    let asked = [
        (9, "Wat hebt u met deze bewoner over het spreekuur afgesproken?", true),
        (12, "Hebt u hier de folder in de goede taal gegeven?", false),
    ];
    for (place, (street, text, answered)) in (0..).zip(asked) {
        let day_ms = today_ms - 2 * DAY_MS + place * HOUR_MS;
        let found = changes(events, "talk", day_ms).find(|(_, change)| change.street == street);
        let Some((event, talk)) = found else { continue };
        let Hand::Phone(phone) = event.hand else { continue };
        let record = RecordId::from_parts(talk.record.0, "question");
        let question = RecordChange::new(record, "question", street)
            .with("about", Value::Reference(talk.record))
            .with("asked", Value::text(text));
        more.push(StoryEvent::write(day_ms + 10 * HOUR_MS, Hand::Desk(OFFICE), vec![question]));
        more.push(StoryEvent::sync(day_ms + 11 * HOUR_MS, phone));
        if answered {
            let answer = RecordChange::new(record, "question", street)
                .with("answered", Value::text("De bewoner gaat er donderdag heen."));
            let at_ms = day_ms + 11 * HOUR_MS + MINUTE_MS;
            more.push(StoryEvent::write(at_ms, Hand::Phone(phone), vec![answer]));
            more.push(StoryEvent::sync(at_ms + MINUTE_MS, phone));
        }
    }
}

/// A few doors where the bell does not work, noted on the way.
fn broken_bells(town: &[ImportedStreet], today_ms: i64, more: &mut Vec<StoryEvent>) {
    let mut done = HashSet::new();
    for (street, door, phone, access) in
        [(9, 3, 0, "broken"), (10, 20, 2, "broken"), (11, 30, 4, "intercom"), (12, 8, 6, "broken")]
    {
        let Some(address) = town.get(street).and_then(|street| street.addresses.get(door)) else {
            continue;
        };
        let change = RecordChange::new(super::story::record_of(address), "address", street)
            .choice("access", access);
        let at_ms = today_ms - 5 * DAY_MS + 12 * HOUR_MS;
        more.push(StoryEvent::write(at_ms, Hand::Phone(phone), vec![change]));
        if done.insert(phone) {
            more.push(StoryEvent::sync(at_ms + HOUR_MS, phone));
        }
    }
}
