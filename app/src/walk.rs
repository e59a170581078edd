//! A street as it is walked: its doors in order, in groups by side and floor, and how far it is.
//! Pure, and one pass over the records, for a phone may hold a thousand doors.

use aanbel_shared::programme::{Door, DoorState, Progress};
use aanbel_shared::record::{Record, RecordId, Records, WorklistId};
use std::collections::HashMap;

/// How far every street is. Doors of people who want no visit are among them.
pub fn progress_by_street(records: &Records) -> HashMap<WorklistId, Progress> {
    let mut streets: HashMap<WorklistId, Progress> = HashMap::new();
    for door in doors(records, |_| true) {
        streets.entry(door.address.worklist).or_default().add(door.state);
    }
    streets
}

/// Doors of one street, in walking order.
pub fn doors_of(records: &Records, street: WorklistId) -> Vec<Door<'_>> {
    let mut doors = doors(records, |record| record.worklist == street);
    doors.sort_by_cached_key(|door| place_in_walk(door.address));
    doors
}

/// Doors among the records that `counts` lets through.
fn doors(records: &Records, counts: impl Fn(&Record) -> bool) -> Vec<Door<'_>> {
    let mut attempts: HashMap<RecordId, Vec<&Record>> = HashMap::new();
    for attempt in records.of_kind("attempt").filter(|record| counts(record)) {
        if let Some(address) = attempt.reference("address") {
            attempts.entry(address).or_default().push(attempt);
        }
    }
    let mut doors = Vec::new();
    for address in records.of_kind("address").filter(|record| counts(record)) {
        doors.push(Door::new(address, attempts.remove(&address.id).unwrap_or_default()));
    }
    doors
}

fn place_in_walk(address: &Record) -> (i64, String, i64, String, RecordId) {
    let text = |field| address.str(field).unwrap_or_default().to_owned();
    let order = address.int("order").unwrap_or(i64::MAX);
    let number = address.int("number").unwrap_or_default();
    (order, text("street"), number, text("letter") + &text("addition"), address.id)
}

pub fn progress(doors: &[Door<'_>]) -> Progress {
    let mut progress = Progress::default();
    for door in doors {
        progress.add(door.state);
    }
    progress
}

/// Doors that are passed one after the other: one side of a street, one floor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    pub street: String,
    pub odd: bool,
    pub floor: Option<i64>,
}

impl GroupKey {
    fn of(address: &Record) -> Self {
        GroupKey {
            street: address.str("street").unwrap_or_default().to_owned(),
            odd: address.int("number").unwrap_or_default() % 2 != 0,
            floor: address.int("floor"),
        }
    }

    /// As a heading; with the street's name when the list has several.
    pub fn title_nl(&self, with_street: bool) -> String {
        let side = if self.odd { "Oneven kant" } else { "Even kant" };
        let floor = match self.floor {
            None => String::new(),
            Some(0) => ", begane grond".into(),
            Some(floor) => format!(", verdieping {floor}"),
        };
        let street = if with_street { format!("{}: ", self.street) } else { String::new() };
        format!("{street}{side}{floor}")
    }
}

/// Groups in the order in which the walk first comes to them; within a group in walking order.
/// Doors of people who want no visit are left out.
pub fn groups<'a, 'r>(doors: &'a [Door<'r>]) -> Vec<(GroupKey, Vec<&'a Door<'r>>)> {
    let mut groups: Vec<(GroupKey, Vec<&Door<'r>>)> = Vec::new();
    for door in doors.iter().filter(|door| door.state != DoorState::OptedOut) {
        let key = GroupKey::of(door.address);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, doors)) => doors.push(door),
            None => groups.push((key, vec![door])),
        }
    }
    groups
}

/// House number as it stands on the door: `12B-3`.
pub fn number_of(address: &Record) -> String {
    let mut text = address.int("number").map(|number| number.to_string()).unwrap_or_default();
    text.push_str(address.str("letter").unwrap_or_default());
    if let Some(addition) = address.str("addition") {
        text.push('-');
        text.push_str(addition);
    }
    text
}

/// Street and number.
pub fn name_of(address: &Record) -> String {
    format!("{} {}", address.str("street").unwrap_or_default(), number_of(address))
}

/// The next door of the walk that still needs a visit, after this one and then from the start.
pub fn next_door(doors: &[Door<'_>], after: RecordId) -> Option<RecordId> {
    let place = doors.iter().position(|door| door.address.id == after)?;
    let (before, rest) = doors.split_at(place + 1);
    let mut walk = rest.iter().chain(before.iter().take(place));
    walk.find(|door| !door.state.is_done()).map(|door| door.address.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, Value};

    fn street() -> WorklistId {
        WorklistId::at(1, [0; 10])
    }

    fn id(number: i64) -> RecordId {
        RecordId::at(number, [0; 10])
    }

    fn op(seq: u64, record: RecordId, kind: &str, set: Vec<(&str, Value)>) -> Op {
        let assignment = |(field, value): (&str, Value)| Assignment {
            field: field.into(),
            value,
            seen: Default::default(),
        };
        Op {
            dot: Dot::new(DeviceNo(1), seq),
            record,
            kind: kind.into(),
            worklist: street(),
            at_ms: seq as i64,
            set: set.into_iter().map(assignment).collect(),
        }
    }

    fn house(records: &mut Records, number: i64, order: i64, floor: Option<i64>) {
        let mut set = vec![
            ("street", Value::text("Proefstraat")),
            ("number", Value::Int(number)),
            ("order", Value::Int(order)),
        ];
        set.extend(floor.map(|floor| ("floor", Value::Int(floor))));
        records.apply(&op(number as u64, id(number), "address", set));
    }

    fn rang(records: &mut Records, seq: u64, number: i64, result: &str) {
        let set =
            vec![("address", Value::Reference(id(number))), ("result", Value::choice(result))];
        records.apply(&op(seq, id(seq as i64), "attempt", set));
    }

    #[test]
    fn doors_stand_in_walking_order_in_groups_by_side_and_floor() {
        let mut records = Records::default();
        for (number, order, floor) in [
            (1, 1, None),
            (3, 2, None),
            (4, 4, None),
            (2, 5, None),
            (10, 6, Some(0)),
            (12, 7, Some(1)),
        ] {
            house(&mut records, number, order, floor);
        }
        let doors = doors_of(&records, street());
        let told: Vec<_> = groups(&doors)
            .iter()
            .map(|(key, doors)| {
                let numbers: Vec<_> = doors.iter().map(|door| number_of(door.address)).collect();
                (key.title_nl(false), numbers.join(" "))
            })
            .collect();
        let expected = [
            ("Oneven kant", "1 3"),
            ("Even kant", "4 2"),
            ("Even kant, begane grond", "10"),
            ("Even kant, verdieping 1", "12"),
        ];
        assert_eq!(told, expected.map(|(title, numbers)| (title.into(), numbers.into())));
    }

    #[test]
    fn done_doors_are_skipped_and_opted_out_doors_do_not_count() {
        let mut records = Records::default();
        for number in [1, 3, 5, 7] {
            house(&mut records, number, number, None);
        }
        rang(&mut records, 100, 3, "talk");
        rang(&mut records, 101, 5, "opted_out");
        rang(&mut records, 102, 7, "nobody");
        let doors = doors_of(&records, street());
        assert_eq!(progress(&doors), Progress { doors: 3, done: 1, talks: 1 });
        assert_eq!(next_door(&doors, id(1)), Some(id(7)));
        assert_eq!(next_door(&doors, id(7)), Some(id(1)));
        let shown: usize = groups(&doors).iter().map(|(_, doors)| doors.len()).sum();
        assert_eq!(shown, 3);
    }
}
