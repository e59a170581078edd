//! A telephone number goes out of an agreement that stays: what else was said of it stays as it was said,
//! also what nobody has settled, and what a phone still had to send.

use crate::erase::{
    Street, TALK, change, door, erase_only, found_on, found_under, planted, to, told, verified,
    write,
};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::campaigns;
use aanbel_server::store::{StoreError, projection, scrub};
use aanbel_server::sync::set_aside;
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Dot, Record, Register, Value, WorklistId};
use rusqlite::Connection;

pub const AGREED: u128 = 0x50;
pub const NUMBER: usize = 60;
pub const LATER_NUMBER: usize = 61;

/// The agreement, with a number in it, on all phones.
pub async fn agreed() -> Street {
    let mut street = told().await;
    let agreed = change(AGREED, "follow_up", street.list)
        .with("talk", to(record(TALK)))
        .with("wanted", Value::Bool(true))
        .with("due_on", Value::Date(20_800))
        .with("telephone", Value::text(planted(NUMBER)));
    write(&mut street.phones[0], agreed);
    all_sync(&mut street).await;
    assert!(has_number(&found_under(street.office.path())), "it was on the server");
    assert!(street.phones.iter().all(|phone| has_number(&found_on(phone))), "and on each phone");
    street
}

pub async fn all_sync(street: &mut Street) {
    for phone in &mut street.phones {
        street.office.sync(phone).await;
    }
}

/// The number goes; the rest of the record stays.
pub async fn erase_the_number(office: &Office) {
    let number = vec![(record(AGREED), "telephone".to_owned())];
    erase_only(office, Vec::new(), number).await;
    scrub::scrub(office.path()).expect("nobody reads meanwhile");
}

pub fn on_phone(phone: &Phone) -> &Record {
    phone.device.records().get(record(AGREED)).expect("the agreement stays")
}

pub fn values(register: &Register) -> Vec<Value> {
    let mut all: Vec<_> = register.live().iter().map(|live| live.value.clone()).collect();
    all.sort_by_key(|value| format!("{value:?}"));
    all
}

pub async fn on_server(office: &Office, field: &'static str) -> Vec<Value> {
    let read = move |db: &Connection| -> Result<_, StoreError> {
        projection::register(db, record(AGREED), field)
    };
    values(&office.state.reader.read(read).await.expect("a register"))
}

/// Whether one of the numbers is among the words found somewhere.
pub fn has_number(found: &[String]) -> bool {
    // Of each word its beginning is told, and for a file its name before that.
    let numbers = [NUMBER, LATER_NUMBER].map(|number| planted(number)[..14].to_owned());
    found.iter().any(|word| numbers.iter().any(|number| word.contains(number)))
}

pub fn is_nowhere(street: &Street) {
    assert!(!has_number(&found_under(street.office.path())), "on the server");
    assert!(!street.phones.iter().any(|phone| has_number(&found_on(phone))), "on a phone");
    verified(street.office.path());
}

#[tokio::test]
async fn what_nobody_settled_in_another_field_stays_to_be_settled() {
    let mut street = agreed().await;
    for (phone, day) in [(0, 20_801), (1, 20_802)] {
        let other = change(AGREED, "follow_up", street.list).with("due_on", Value::Date(day));
        let number = Value::text(planted(LATER_NUMBER));
        write(&mut street.phones[phone], other.with("telephone", number));
    }
    all_sync(&mut street).await;
    all_sync(&mut street).await;
    let both = [Value::Date(20_801), Value::Date(20_802)];
    assert_eq!(on_server(&street.office, "due_on").await, both);

    erase_the_number(&street.office).await;
    assert_eq!(on_server(&street.office, "due_on").await, both);
    let by = "SELECT COUNT(*) FROM log WHERE device = 0 AND author = (SELECT id FROM person WHERE name = 'Anna')";
    assert_eq!(street.office.count(by).await, 2, "each said again as the word of who said it");
    // Those who wrote in it drop it, say so, and are told again what stayed.
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
    assert_eq!(on_server(&street.office, "due_on").await, both);
    for phone in &street.phones {
        assert_eq!(values(&on_phone(phone).fields["due_on"]), both);
        assert_eq!(on_phone(phone).bool("wanted"), Some(true));
    }
    let settled = change(AGREED, "follow_up", street.list).with("due_on", Value::Date(20_802));
    write(&mut street.phones[0], settled);
    street.office.sync(&mut street.phones[0]).await;
    assert_eq!(on_server(&street.office, "due_on").await, [Value::Date(20_802)]);
}

/// What was erased had missed an earlier word, which the office takes in afterwards.
#[tokio::test]
async fn word_taken_in_after_the_erasure_is_asked_about_when_what_went_had_not_seen_it() {
    let mut street = agreed().await;
    let (list, anna) = (street.list, street.walker);
    let first = change(AGREED, "follow_up", list).with("due_on", Value::Date(20_801));
    write(&mut street.phones[1], first);
    street.office.write(move |tx| campaigns::unassign(tx, list, anna)).await;
    for _ in 0..2 {
        street.office.sync(&mut street.phones[1]).await;
    }
    street.office.write(move |tx| campaigns::assign(tx, list, anna, NOW_MS)).await;
    street.office.sync(&mut street.phones[1]).await;
    let second = change(AGREED, "follow_up", list).with("due_on", Value::Date(20_802));
    let number = Value::text(planted(LATER_NUMBER));
    write(&mut street.phones[1], second.with("telephone", number));
    street.office.sync(&mut street.phones[1]).await;
    erase_the_number(&street.office).await;
    let (device, by) = (DeviceNo(street.phones[1].number()), street.by.0);
    street
        .office
        .write(move |tx| set_aside::accept(tx, Forms::built_in(), Dot::new(device, 1), by, NOW_MS))
        .await;
    let both = [Value::Date(20_801), Value::Date(20_802)];
    assert_eq!(on_server(&street.office, "due_on").await, both);
}

/// She goes on writing while the exchange in which her phone is told is under way.
async fn word_under_way(street: &mut Street, meanwhile: impl AsyncFnOnce(&Office, WorklistId)) {
    let list = street.list;
    let asked = street.phones[0].request();
    meanwhile(&street.office, list).await;
    let reply = street.office.exchange(&street.phones[0].token, &asked).await;
    let word = change(AGREED, "follow_up", list).with("more_help", Value::Bool(true));
    write(&mut street.phones[0], word);
    assert!(reply.erased.contains(&record(AGREED)), "she is told");
    let writes = street.phones[0].device.absorb(&reply, NOW_MS);
    street.phones[0].device.show(&writes);
    assert!(!has_number(&found_on(&street.phones[0])), "the number leaves at once");
}

#[tokio::test]
async fn word_written_while_the_phone_was_told_still_goes_out() {
    let mut street = agreed().await;
    word_under_way(&mut street, async |office, _| erase_the_number(office).await).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_server(&street.office, "more_help").await, [Value::Bool(true)]);
    for phone in &street.phones {
        assert_eq!(on_phone(phone).bool("more_help"), Some(true));
        assert_eq!(on_phone(phone).date("due_on"), Some(20_800));
    }
    is_nowhere(&street);
    let open = "SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL";
    assert_eq!(street.office.count(open).await, 0);
}

#[tokio::test]
async fn word_on_a_street_that_was_taken_away_meanwhile_waits_at_the_office() {
    let mut street = agreed().await;
    let anna = street.walker;
    word_under_way(&mut street, async |office, list| {
        erase_the_number(office).await;
        office.write(move |tx| campaigns::unassign(tx, list, anna)).await;
    })
    .await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    let waits = "SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL";
    assert_eq!(street.office.count(waits).await, 1);
    for phone in &street.phones {
        assert_eq!(phone.device.records().iter().count(), 0, "the street left");
    }
    is_nowhere(&street);
}

#[tokio::test]
async fn word_about_a_household_that_went_goes_nowhere() {
    let mut street = agreed().await;
    let (by, at) = (street.by, door(&street.phones[0].device, 2));
    word_under_way(&mut street, async |office, _| {
        crate::erase::erase(office, at, by).await;
    })
    .await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert_eq!(
        street.office.count("SELECT COUNT(*) FROM record WHERE kind = 'follow_up'").await,
        0
    );
    for phone in &street.phones {
        assert!(phone.device.records().get(record(AGREED)).is_none());
        assert_eq!(found_on(phone), Vec::<String>::new());
    }
    is_nowhere(&street);
}
