//! What a phone that may not write there says of something that was erased takes nothing from anybody, and
//! nothing of it is kept.

use crate::erase::{
    Street, TALK, change, erase, erase_only, found_under, planted, to, told, verified, write,
};
use crate::office_world::{Office, Phone, record};
use aanbel_server::access::revoke;
use aanbel_server::retention;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Value, WorklistId};

const NOTE: u128 = 0x30;
const ABOUT_NOTE: u128 = 0x31;
/// Words that are held aside.
const ASIDE: &str = "SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL";
const CHECKS: &str = "SELECT COUNT(*) FROM record WHERE kind = 'scheme_check'";

/// A street of which everything behind a door was erased, and somebody's phone that was revoked.
async fn erased() -> (Street, Phone) {
    let street = told().await;
    erase(&street.office, street.door, street.by).await;
    let phone = revoked(&street.office).await;
    (street, phone)
}

async fn revoked(office: &Office) -> Phone {
    let bram = office.person("Bram", Role::Volunteer).await;
    let phone = office.phone(bram).await;
    let number = DeviceNo(phone.number());
    office.write(move |tx| revoke(tx, number, 1)).await;
    phone
}

/// What the phone has is sent; that it is emptied afterwards is not played.
async fn sends(office: &Office, phone: &Phone) {
    office.exchange(&phone.token, &phone.request()).await;
}

async fn somebody_else_begins_it(office: &Office, list: WorklistId, phones: &mut [Phone]) {
    write(&mut phones[1], change(NOTE, "note", list).with("text", Value::text("dit blijft")));
    for phone in [1, 2] {
        office.sync(&mut phones[phone]).await;
    }
    assert_eq!(phones[2].text(NOTE).as_deref(), Some("dit blijft"));
    verified(office.path());
}

#[tokio::test]
async fn revoked_phone_takes_no_record_from_who_writes_it_first() {
    let (Street { office, list, mut phones, .. }, mut stolen) = erased().await;
    // The numbers of checks are known before there is one.
    write(&mut stolen, change(NOTE, "note", list).with("about", to(record(TALK))));
    sends(&office, &stolen).await;
    write(&mut phones[1], change(NOTE, "note", list).with("text", Value::text("dit blijft")));
    office.sync(&mut phones[1]).await;
    let stands = "SELECT COUNT(*) FROM record WHERE kind = 'note'";
    assert_eq!(office.count(stands).await, 1);
    office.sync(&mut phones[2]).await;
    assert_eq!(phones[2].text(NOTE).as_deref(), Some("dit blijft"));
    verified(office.path());
}

#[tokio::test]
async fn revoked_phone_leaves_no_word_about_what_was_erased() {
    let (Street { office, list, .. }, mut stolen) = erased().await;
    write(&mut stolen, change(NOTE, "note", list).with("text", Value::text(planted(50))));
    sends(&office, &stolen).await;
    assert_eq!(office.count(ASIDE).await, 1, "nobody knows yet what it is about");
    write(&mut stolen, change(NOTE, "note", list).with("about", to(record(TALK))));
    sends(&office, &stolen).await;
    assert_eq!(office.count(ASIDE).await, 0);
    write(&mut stolen, change(NOTE, "note", list).with("text", Value::text(planted(51))));
    let about = change(ABOUT_NOTE, "note", list).with("about", to(record(NOTE)));
    write(&mut stolen, about.with("text", Value::text(planted(52))));
    sends(&office, &stolen).await;
    assert_eq!(office.count(ASIDE).await, 0);
    retention::scrub(&office.state).await.expect("clean files");
    assert_eq!(found_under(office.path()), Vec::<String>::new());
    verified(office.path());
}

/// What she made up hangs on a record that nobody has begun, and on one that goes later.
#[tokio::test]
async fn revoked_phone_takes_no_record_along_with_what_is_erased() {
    let Street { office, list, mut phones, .. } = told().await;
    let mut stolen = revoked(&office).await;
    write(&mut stolen, change(NOTE, "note", list).with("about", to(record(TALK))));
    sends(&office, &stolen).await;
    assert_eq!(office.count(ASIDE).await, 1);
    erase_only(&office, vec![(record(TALK), list)], Vec::new()).await;
    assert_eq!(office.count(ASIDE).await, 0);
    somebody_else_begins_it(&office, list, &mut phones).await;
}

/// The same, and of what somebody else has begun in words that wait for an update of the server.
#[tokio::test]
async fn revoked_phone_takes_no_waiting_words_of_others_along() {
    let Street { office, list, mut phones, walker, .. } = told().await;
    let mut stolen = revoked(&office).await;
    let about = change(NOTE, "note", list).with("about", to(record(TALK)));
    write(&mut stolen, about.with("text", Value::text(planted(50))));
    write(&mut stolen, change(NOTE, "note", list).with("text", Value::text(planted(51))));
    sends(&office, &stolen).await;
    let mut newer = office.phone(walker).await;
    write(&mut newer, change(NOTE, "note", list).with("colour", Value::text("blauw")));
    office.sync(&mut newer).await;
    assert_eq!(office.count(ASIDE).await, 3);
    erase_only(&office, vec![(record(TALK), list)], Vec::new()).await;
    assert_eq!(office.count(ASIDE).await, 1, "hers");
    somebody_else_begins_it(&office, list, &mut phones).await;
}

/// A newer app says of a household what the server does not know yet; what hangs on it came in.
#[tokio::test]
async fn what_came_in_without_the_household_it_is_of_goes_with_the_door() {
    let Street { office, list, mut phones, door, by, .. } = told().await;
    let phone = &mut phones[0];
    let household = change(0x40, "household", list).with("address", to(door));
    write(phone, household.with("colour", Value::text("blauw")));
    let check = change(0x41, "scheme_check", list).with("household", to(record(0x40)));
    write(phone, check);
    office.sync(phone).await;
    assert_eq!((office.count(ASIDE).await, office.count(CHECKS).await), (1, 2));
    erase(&office, door, by).await;
    assert_eq!((office.count(ASIDE).await, office.count(CHECKS).await), (0, 0));
    verified(office.path());
}
