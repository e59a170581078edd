//! The demo keeps what it promises: 929 doors, figures near the report, valid answers, and two open
//! contradictions once every phone has synced.

use std::collections::{BTreeMap, BTreeSet};

use aanbel_shared::form::Forms;
use aanbel_shared::programme::{Role, counts_in};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Records, Value, WorklistId};
use aanbel_shared::scheme::{Day, catalogue};

use super::*;
use crate::import::{self, ADDRESS_NAMESPACE, BuildingKind};

/// Saturday 21 November 2026, 12:00 UTC.
const NOW_MS: i64 = 1_795_262_400_000;

fn writes(story: &Story) -> impl Iterator<Item = (&StoryEvent, &RecordChange)> {
    story.events.iter().flat_map(|event| match &event.step {
        Step::Write(changes) => changes.iter().map(|change| (event, change)).collect(),
        Step::Sync => Vec::new(),
    })
}

#[test]
fn the_town_has_929_doors_in_three_districts_and_no_wrong_row() {
    let preview = import::read(address_csv().as_bytes()).expect("the town's own file");
    assert!(preview.problems.is_empty(), "{:?}", preview.problems);
    assert_eq!(preview.counts.kept, 929);
    assert_eq!(preview.streets.len(), 24);
    let all: Vec<_> = preview.streets.iter().flat_map(|street| &street.addresses).collect();
    let mut districts = BTreeMap::new();
    for address in &all {
        *districts.entry(address.district.as_deref().expect("every row has one")).or_insert(0) += 1;
    }
    assert_eq!(
        districts.into_iter().collect::<Vec<_>>(),
        [("De Wierden", 315), ("Filmwijk", 300), ("Verzetswijk", 314)]
    );
    let count = |kind| all.iter().filter(|address| address.building_kind == kind).count();
    assert_eq!(count(BuildingKind::Mooring), 6);
    assert_eq!(count(BuildingKind::Pitch), 1);
    assert_eq!(count(BuildingKind::Flat), 124);
}

#[test]
fn a_gallery_flat_is_walked_by_floor() {
    let story = story(NOW_MS);
    let gallery = story.town.iter().find(|s| s.name == "Strohoedwierde").expect("in the town");
    let floors: Vec<_> = gallery.addresses.iter().map(|address| address.floor).collect();
    assert!(floors.is_sorted() && floors.first() == Some(&Some(0)));
    assert_eq!(floors.last(), Some(&Some(4)));
}

#[test]
fn the_story_is_the_same_on_every_run_and_ends_before_now() {
    let (one, two) = (story(NOW_MS), story(NOW_MS));
    assert_eq!(one.events, two.events);
    assert!(one.events.is_sorted_by_key(|event| event.at_ms));
    assert!(one.events.iter().all(|event| event.at_ms < NOW_MS));
    let later = story(NOW_MS + 9 * 86_400_000);
    assert_eq!(one.events.len(), later.events.len());
}

#[test]
fn every_answer_fits_its_form_and_may_be_given_by_who_gave_it() {
    let story = story(NOW_MS);
    let schemes = catalogue(CATALOGUE_SCOPE);
    let on = Day::of_instant(NOW_MS);
    for (event, change) in writes(&story) {
        let form = Forms::built_in().form(change.kind).expect("a kind that has a form");
        let person = match event.hand {
            Hand::Phone(phone) => PHONES[phone].person,
            Hand::Desk(person) => person,
        };
        for (key, value) in &change.set {
            let field = form.field(key).unwrap_or_else(|| panic!("{}: {key}", change.kind));
            assert_eq!(field.check(value), Ok(()), "{}: {key} {value:?}", change.kind);
            let role = PEOPLE[person].role.key();
            let may = field.field().write.iter().any(|allowed| allowed == role);
            assert!(may, "{role} writes {}.{key}", change.kind);
            if key == "scheme" {
                let id = value.as_str().expect("the key of a scheme");
                assert!(schemes.scheme(id).is_some_and(|scheme| scheme.is_listed(on)), "{id}");
            }
        }
    }
}

#[test]
fn nobody_rings_before_the_letter_or_in_a_street_that_is_not_theirs() {
    let story = story(NOW_MS);
    for (event, change) in writes(&story) {
        let plan = &story.plans[change.street];
        assert!(event.at_ms >= i64::from(plan.letter_on) * 86_400_000, "{change:?}");
        if let Hand::Phone(phone) = event.hand {
            assert!(plan.phones.contains(&phone), "phone {phone} in street {}", change.street);
        }
    }
}

#[test]
fn the_figures_are_near_those_of_the_report() {
    let story = story(NOW_MS);
    let (mut rung, mut reached, mut talks) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (_, change) in writes(&story).filter(|(_, change)| change.kind == "attempt") {
        let get = |key: &str| change.set.iter().find(|(field, _)| field == key).map(|(_, v)| v);
        let Some(Value::Reference(address)) = get("address") else { continue };
        let result = get("result").and_then(Value::as_str).expect("every attempt has a result");
        rung.insert(*address);
        if counts_in("reached", result) {
            reached.insert(*address);
        }
        if counts_in("talk", result) {
            talks.insert(*address);
        }
    }
    let hundredths = |part: usize| part * 100 / rung.len();
    assert!((500..620).contains(&rung.len()), "{} rung", rung.len());
    assert!((62..=64).contains(&hundredths(reached.len())), "{} reached", reached.len());
    assert!(
        (38..=40).contains(&hundredths(talks.len())),
        "{} talks of {}",
        talks.len(),
        rung.len()
    );
}

#[test]
fn every_page_has_something_to_show() {
    let story = story(NOW_MS);
    let mut kinds: BTreeMap<&str, BTreeSet<RecordId>> = BTreeMap::new();
    for (_, change) in writes(&story) {
        kinds.entry(change.kind).or_default().insert(change.record);
    }
    for (kind, least) in [
        ("attempt", 800),
        ("talk", 180),
        ("household", 180),
        ("scheme_check", 500),
        ("note", 30),
        ("referral", 20),
        ("follow_up", 30),
        ("question", 2),
        ("address", 8),
    ] {
        let found = kinds.get(kind).map_or(0, BTreeSet::len);
        assert!(found >= least, "{found} of {kind}");
    }
    assert_eq!(PEOPLE.iter().filter(|person| person.role == Role::Volunteer).count(), PHONES.len());
}

/// One phone, or the office: its records, its number, and what it has not sent or fetched.
#[derive(Default)]
struct Place {
    records: Records,
    last_seq: u64,
    outbox: Vec<Op>,
    fetched: usize,
}

impl Place {
    fn write(&mut self, device: u32, at_ms: i64, change: &RecordChange) {
        self.last_seq += 1;
        let known = self.records.get(change.record);
        let set = change.set.iter().map(|(field, value)| Assignment {
            field: field.clone(),
            value: value.clone(),
            seen: known
                .and_then(|record| record.fields.get(field))
                .map(|register| register.seen())
                .unwrap_or_default(),
        });
        let op = Op {
            dot: Dot::new(DeviceNo(device), self.last_seq),
            record: change.record,
            kind: change.kind.to_owned(),
            worklist: WorklistId::from_parts(ADDRESS_NAMESPACE, &change.street.to_string()),
            at_ms,
            set: set.collect(),
        };
        assert_eq!(op.check_shape(), Ok(()), "{change:?}");
        self.records.apply(&op);
        self.outbox.push(op);
    }

    fn sync(&mut self, log: &mut Vec<Op>) {
        log.append(&mut self.outbox);
        for op in &log[self.fetched..] {
            self.records.apply(op);
        }
        self.fetched = log.len();
    }
}

#[test]
fn when_all_have_synced_two_contradictions_are_left() {
    let story = story(NOW_MS);
    let mut log = Vec::new();
    let mut office = Place::default();
    let mut phones: Vec<_> = PHONES.iter().map(|_| Place::default()).collect();
    for event in &story.events {
        match (event.hand, &event.step) {
            (Hand::Phone(phone), Step::Sync) => phones[phone].sync(&mut log),
            (Hand::Phone(phone), Step::Write(changes)) => {
                let device = u32::try_from(phone + 1).expect("a few phones");
                changes.iter().for_each(|change| phones[phone].write(device, event.at_ms, change));
            }
            (Hand::Desk(_), Step::Write(changes)) => {
                office.sync(&mut log);
                changes.iter().for_each(|change| office.write(0, event.at_ms, change));
                office.sync(&mut log);
            }
            (Hand::Desk(_), Step::Sync) => panic!("a desk never syncs"),
        }
    }
    assert!(phones.iter().all(|phone| phone.outbox.is_empty()), "every phone syncs at the end");
    office.sync(&mut log);
    let mut left: Vec<_> = office
        .records
        .iter()
        .flat_map(|record| record.contradictions().map(|(field, _)| (record.kind.as_str(), field)))
        .collect();
    left.sort_unstable();
    assert_eq!(left, [("scheme_check", "use"), ("talk", "outcome")]);
    let known: BTreeSet<_> = story.town.iter().flat_map(|s| &s.addresses).map(|a| a.id).collect();
    for value in log.iter().flat_map(|op| &op.set).filter_map(|one| one.value.as_reference()) {
        assert!(known.contains(&value.0) || office.records.get(value).is_some(), "{value}");
    }
}
