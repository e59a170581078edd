//! What a tap at a door writes: attempts, talks, and what takes them back. Pure: time and chance
//! are passed in.

use aanbel_shared::programme::{Daypart, counts_in};
use aanbel_shared::record::{Record, RecordId, Records, Value, WorklistId};
use aanbel_shared::sync::Change;

/// The door where it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub address: RecordId,
    pub worklist: WorklistId,
}

/// When it happens: corrected clock in ms, and the part of the local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at_ms: i64,
    pub daypart: Daypart,
    /// Local day, days since 1970-01-01.
    pub day: i32,
}

/// One time that somebody rang, with its outcome.
pub fn attempt(id: RecordId, place: Place, moment: Moment, result: &str) -> Change {
    Change::new(id, "attempt", place.worklist)
        .with("address", Value::Reference(place.address))
        .with("at", Value::Instant(moment.at_ms))
        .with("channel", Value::choice("door"))
        .with("result", Value::choice(result))
        .with("daypart", Value::choice(moment.daypart.key()))
}

/// All that one outcome writes. Who wants no visit goes off the list with the same tap.
pub fn outcome(id: RecordId, place: Place, moment: Moment, result: &str) -> Vec<Change> {
    let mut changes = vec![attempt(id, place, moment, result)];
    if result == "opted_out" {
        let address = Change::new(place.address, "address", place.worklist)
            .with("opted_out", Value::Bool(true))
            .with("opted_out_on", Value::Date(moment.day));
        changes.push(address);
    }
    changes
}

/// Ids for the three records of a new talk.
#[derive(Clone, Copy, Debug)]
pub struct TalkIds {
    pub attempt: RecordId,
    pub talk: RecordId,
    /// Of the household that was met here before, or a new one.
    pub household: RecordId,
}

/// The beginning of a talk: the attempt, the talk, and the household unless it is known.
pub fn talk(ids: TalkIds, place: Place, moment: Moment, known_household: bool) -> Vec<Change> {
    let mut changes = vec![attempt(ids.attempt, place, moment, "talk")];
    changes.extend(talk_with(ids, place, moment, known_household));
    changes
}

/// A talk under an attempt that is there already: the first, or one with another household.
pub fn talk_with(ids: TalkIds, place: Place, moment: Moment, known_household: bool) -> Vec<Change> {
    let mut changes = talk_by_itself(ids.talk, ids.household, place, moment, known_household);
    if let Some(talk) = changes.first_mut() {
        talk.fields.push(("attempt".to_owned(), Value::Reference(ids.attempt)));
    }
    changes
}

/// A talk that nobody rang for, as an adviser has: it was agreed on.
pub fn talk_by_itself(
    talk: RecordId,
    household: RecordId,
    place: Place,
    moment: Moment,
    known_household: bool,
) -> Vec<Change> {
    let address = Value::Reference(place.address);
    let talk = Change::new(talk, "talk", place.worklist)
        .with("address", address.clone())
        .with("household", Value::Reference(household))
        .with("at", Value::Instant(moment.at_ms));
    let mut changes = vec![talk];
    if !known_household {
        let household = Change::new(household, "household", place.worklist);
        changes.push(household.with("address", address));
    }
    changes
}

/// The household that was met at this address before; the latest when there are several.
pub fn household_at(records: &Records, address: RecordId) -> Option<RecordId> {
    records.pointing("household", "address", address).map(|household| household.id).max()
}

/// What takes attempts back, with their talks, and the household when only these talks knew it.
pub fn withdraw(records: &Records, attempts: &[RecordId]) -> Vec<Change> {
    let taken = |record: &Record| {
        Change::new(record.id, &record.kind, record.worklist).with("withdrawn", Value::Bool(true))
    };
    let mut changes = Vec::new();
    for attempt in attempts.iter().filter_map(|id| records.get(*id)) {
        changes.push(taken(attempt));
        if attempt.str("result") == Some("opted_out") {
            changes.extend(attempt.reference("address").map(|address| {
                Change::new(address, "address", attempt.worklist)
                    .with("opted_out", Value::Bool(false))
                    .with("opted_out_on", Value::Nothing)
            }));
        }
        for talk in records.pointing("talk", "attempt", attempt.id) {
            changes.push(taken(talk));
            changes.extend(lonely_household(records, talk).map(taken));
        }
    }
    changes
}

/// The household of a talk, when no other talk knows it.
fn lonely_household<'a>(records: &'a Records, talk: &Record) -> Option<&'a Record> {
    let household = talk.reference("household")?;
    let others = records.pointing("talk", "household", household).any(|other| other.id != talk.id);
    records.get(household).filter(|_| !others)
}

/// Whether an attempt's result is a talk.
pub fn is_talk(attempt: &Record) -> bool {
    attempt.str("result").is_some_and(|result| counts_in("talk", result))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::programme::{DoorState, Role, door};
    use aanbel_shared::record::DeviceNo;
    use aanbel_shared::sync::{Device, Me, Meta};

    const MOMENT: Moment = Moment { at_ms: 1_000, daypart: Daypart::Afternoon, day: 20_000 };

    fn id(number: i64) -> RecordId {
        RecordId::at(number, [1; 10])
    }

    fn place() -> Place {
        Place { address: id(1), worklist: WorklistId::at(1, [2; 10]) }
    }

    fn commit(device: &mut Device, changes: Vec<Change>) {
        let writes = device.prepare(changes, 0).expect("enrolled");
        device.show(&writes);
    }

    fn phone() -> Device {
        let me = Me {
            device: DeviceNo(1),
            token: String::new(),
            person: "Vera Voorbeeld".into(),
            role: Role::Volunteer,
            organisation: String::new(),
        };
        let mut device = Device::load(Meta { me: Some(me), ..Meta::default() }, []);
        let address = Change::new(id(1), "address", place().worklist);
        commit(&mut device, vec![address.with("number", Value::Int(12))]);
        device
    }

    fn state(device: &Device) -> DoorState {
        door(device.records(), id(1)).expect("there").state
    }

    #[test]
    fn a_talk_is_three_records_and_all_are_taken_back_together() {
        let mut device = phone();
        let ids = TalkIds { attempt: id(2), talk: id(3), household: id(4) };
        commit(&mut device, talk(ids, place(), MOMENT, false));
        assert_eq!(state(&device), DoorState::Talked);
        assert_eq!(household_at(device.records(), id(1)), Some(id(4)));
        let undo = withdraw(device.records(), &[id(2)]);
        commit(&mut device, undo);
        assert_eq!(state(&device), DoorState::New);
        assert!(
            [2, 3, 4].iter().all(|n| device.records().get(id(*n)).expect("kept").is_withdrawn())
        );
    }

    #[test]
    fn two_households_at_one_door_are_two_talks_of_one_visit() {
        let mut device = phone();
        let ids = TalkIds { attempt: id(2), talk: id(3), household: id(4) };
        commit(&mut device, talk(ids, place(), MOMENT, false));
        let more = TalkIds { talk: id(5), household: id(6), ..ids };
        commit(&mut device, talk_with(more, place(), MOMENT, false));
        let records = device.records();
        assert_eq!(records.of_kind("attempt").count(), 1);
        let mut met: Vec<_> = records
            .pointing("talk", "attempt", id(2))
            .filter_map(|talk| talk.reference("household"))
            .collect();
        met.sort_unstable();
        assert_eq!(met, [id(4), id(6)]);
        let undo = withdraw(records, &[id(2)]);
        commit(&mut device, undo);
        assert_eq!(device.records().of_kind("talk").count(), 0);
        assert_eq!(device.records().of_kind("household").count(), 0);
    }

    #[test]
    fn a_household_that_another_talk_knows_stays() {
        let mut device = phone();
        for (attempt, talk_id, known) in [(2, 3, false), (5, 6, true)] {
            let ids = TalkIds { attempt: id(attempt), talk: id(talk_id), household: id(4) };
            commit(&mut device, talk(ids, place(), MOMENT, known));
        }
        let undo = withdraw(device.records(), &[id(5)]);
        commit(&mut device, undo);
        assert_eq!(household_at(device.records(), id(1)), Some(id(4)));
        assert_eq!(state(&device), DoorState::Talked);
    }

    #[test]
    fn who_wants_no_visit_goes_off_the_list_and_comes_back_by_undo() {
        let mut device = phone();
        commit(&mut device, outcome(id(2), place(), MOMENT, "opted_out"));
        assert_eq!(state(&device), DoorState::OptedOut);
        assert_eq!(device.records().get(id(1)).expect("there").date("opted_out_on"), Some(20_000));
        let undo = withdraw(device.records(), &[id(2)]);
        commit(&mut device, undo);
        assert_eq!(state(&device), DoorState::New);
    }

    #[test]
    fn every_outcome_fits_its_form() {
        let form = aanbel_shared::form::Forms::built_in().form("attempt").expect("built in");
        for result in ["nobody", "no_time", "no_interest", "come_back", "talk", "opted_out"] {
            for (field, value) in attempt(id(2), place(), MOMENT, result).fields {
                let field = form.field(&field).expect("in the form");
                assert_eq!(field.check(&value), Ok(()));
            }
        }
    }
}
