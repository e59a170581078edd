//! An erased resident is nowhere: not in the database, its write-ahead log or its free pages, not in a
//! backup made afterwards, not on any phone. And nothing brings her back.

use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_server::access::audit::Actor;
use aanbel_server::campaigns;
use aanbel_server::erase::request::{self, Decided};
use aanbel_server::erase::{self, Cause, Erasure, Ledger, find};
use aanbel_server::store::{StoreError, append_office, backup, scrub, verify};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, Device};
use rusqlite::Connection;
use std::path::Path;
use uuid::Uuid;

pub const DAY_MS: i64 = 86_400_000;
/// Letters with which every planted word begins.
const START: usize = 12;

/// A word that stands nowhere else.
pub fn planted(number: usize) -> String {
    format!("zwaluwstaart{number:02}kweepeer")
}

/// The words that stand somewhere in these bytes.
pub fn found_in(bytes: &[u8]) -> Vec<String> {
    let start = planted(0).into_bytes()[..START].to_vec();
    let ends = bytes.windows(START).enumerate().filter(|(_, part)| *part == start);
    ends.map(|(place, _)| {
        String::from_utf8_lossy(&bytes[place..(place + 16).min(bytes.len())]).into_owned()
    })
    .collect()
}

/// The words in any file of a folder, with the file's name.
pub fn found_under(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let files = files.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
    files
        .flat_map(|path| {
            let bytes = std::fs::read(&path).expect("a readable file");
            let name = path.display().to_string();
            found_in(&bytes).into_iter().map(move |word| format!("{name}: {word}"))
        })
        .collect()
}

pub fn found_on(phone: &Phone) -> Vec<String> {
    found_in(format!("{:?}", phone.device).as_bytes())
}

pub fn write(phone: &mut Phone, change: Change) {
    let writes = phone.device.prepare(vec![change], NOW_MS).expect("enrolled");
    phone.device.show(&writes);
}

pub fn change(id: u128, kind: &str, list: WorklistId) -> Change {
    Change::new(record(id), kind, list)
}

pub fn to(id: RecordId) -> Value {
    Value::Reference(id)
}

/// The door with this number, as the phone shows it.
pub fn door(device: &Device, number: i64) -> RecordId {
    let mut doors = device.records().iter().filter(|one| one.kind == "address");
    doors.find(|one| one.int("number") == Some(number)).expect("a door").id
}

pub const ATTEMPT: u128 = 0x10;
pub const TALK: u128 = 0x11;
pub const HOUSEHOLD: u128 = 0x12;
const CHECK: u128 = 0x13;
pub const NOTE: u128 = 0x14;

/// A visit behind a door with a word in every text that there is; each text was changed once.
pub fn visit(phone: &mut Phone, list: WorklistId, door: RecordId) {
    let mut word = (0..).map(|number| Value::text(planted(number)));
    let mut next = || word.next().expect("endless");
    write(
        phone,
        change(ATTEMPT, "attempt", list)
            .with("address", to(door))
            .with("result", Value::choice("talk")),
    );
    write(phone, change(HOUSEHOLD, "household", list).with("address", to(door)));
    let talk =
        change(TALK, "talk", list).with("address", to(door)).with("attempt", to(record(ATTEMPT)));
    write(phone, talk.with("household", to(record(HOUSEHOLD))));
    for _ in 0..2 {
        let check = change(CHECK, "scheme_check", list).with("household", to(record(HOUSEHOLD)));
        write(phone, check.with("papers", next()).with("reason", next()).with("agreed", next()));
        let about = to(record(TALK));
        write(
            phone,
            change(0x15, "referral", list).with("talk", about.clone()).with("reason", next()),
        );
        write(
            phone,
            change(0x16, "follow_up", list).with("talk", about.clone()).with("telephone", next()),
        );
        for note in 0..10 {
            let note = change(NOTE + 0x100 * (1 + note), "note", list);
            write(phone, note.with("about", about.clone()).with("text", next()));
        }
    }
}

fn actor(person: PersonId) -> Actor {
    Actor { person: Some(person), ..Actor::SYSTEM }
}

/// One person asks and another confirms; then the files are cleaned.
pub async fn erase(office: &Office, door: RecordId, by: (PersonId, PersonId)) -> Uuid {
    let ledger = Ledger::of(&office.state.config);
    let now_ms = office.state.now_ms();
    let id = office
        .write(move |tx| request::ask(tx, door, None, Cause::Asked, actor(by.0), now_ms))
        .await;
    let done = office.write(move |tx| request::confirm(tx, &ledger, id, actor(by.1), now_ms)).await;
    assert_eq!(done, Decided::Done);
    scrub::scrub(office.path()).expect("nobody reads meanwhile");
    id
}

/// Records and fields go, and no door.
pub async fn erase_only(
    office: &Office,
    records: Vec<(RecordId, WorklistId)>,
    fields: Vec<(RecordId, String)>,
) {
    erase_at(office, 1, NOW_MS + 1, records, fields).await;
}

/// The same, as an erasure of this moment.
pub async fn erase_at(
    office: &Office,
    id: u128,
    at_ms: i64,
    records: Vec<(RecordId, WorklistId)>,
    fields: Vec<(RecordId, String)>,
) {
    let (id, cause) = (Uuid::from_u128(id), Cause::Withdrawn);
    let (by, doors) = (Vec::new(), Vec::new());
    let after_seq = None;
    let erasure = Erasure { id, cause, at_ms, by, doors, records, fields, after_seq };
    let ledger = Ledger::of(&office.state.config);
    office.write(move |tx| erase::perform(tx, &ledger, erasure)).await;
}

pub fn verified(folder: &Path) {
    assert_eq!(verify::verify(folder).expect("readable").problems, Vec::<String>::new());
}

async fn unconfirmed(office: &Office, id: Uuid) -> usize {
    let job = move |db: &Connection| request::phones(db, id);
    let phones = office.state.reader.read(job).await.expect("phones");
    phones.iter().filter(|phone| phone.confirmed_ms.is_none()).count()
}

pub struct Street {
    pub office: Office,
    pub by: (PersonId, PersonId),
    pub walker: PersonId,
    pub list: WorklistId,
    pub phones: Vec<Phone>,
    pub door: RecordId,
}

/// Three phones on a street; all hold what the first one wrote behind door 2. The office asked back.
pub async fn told() -> Street {
    let office = Office::open();
    let by = (
        office.person("Iris", Role::Coordinator).await,
        office.person("Hanna", Role::Office).await,
    );
    let anna = office.person("Anna", Role::Volunteer).await;
    let list = office.street("Proefstraat", 3, anna).await;
    let mut phones = Vec::new();
    for person in [anna, anna, anna] {
        let mut phone = office.phone(person).await;
        office.sync(&mut phone).await;
        phones.push(phone);
    }
    let door = door(&phones[0].device, 2);
    visit(&mut phones[0], list, door);
    office.sync(&mut phones[0]).await;
    let question = change(0x17, "question", list)
        .with("about", to(record(TALK)))
        .with("asked", Value::text(planted(40)));
    office.write(move |tx| append_office(tx, Some(by.1), vec![question], NOW_MS)).await;
    for phone in &mut phones {
        office.sync(phone).await;
        assert!(found_on(phone).len() > 10, "every phone holds it");
    }
    Street { office, by, walker: anna, list, phones, door }
}

#[tokio::test]
async fn erased_resident_is_in_no_file_and_on_no_phone_also_after_a_month() {
    let Street { office, by, list, mut phones, door, .. } = told().await;
    // The third phone goes off for a month, with work on it that nobody has.
    let third = &mut phones[2];
    write(
        third,
        change(NOTE, "note", list)
            .with("about", to(record(TALK)))
            .with("text", Value::text(planted(41))),
    );
    write(third, change(NOTE, "note", list).with("text", Value::text(planted(42))));
    write(third, change(0x20, "household", list).with("address", to(door)));
    let check = change(0x21, "scheme_check", list).with("household", to(record(0x20)));
    write(third, check.with("agreed", Value::text(planted(43))));
    let own = change(0x22, "note", list).with("about", to(door_of(third, 3)));
    write(third, own.with("text", Value::text("dit blijft")));
    assert!(!found_under(office.path()).is_empty(), "there was something to find");
    office.pass(DAY_MS);
    let id = erase(&office, door, by).await;
    assert_eq!(found_under(office.path()), Vec::<String>::new());
    verified(office.path());
    assert_eq!(unconfirmed(&office, id).await, 3);
    for phone in &mut phones[..2] {
        office.sync(phone).await;
        assert_eq!(found_on(phone), Vec::<String>::new());
        office.sync(phone).await;
    }
    assert_eq!(unconfirmed(&office, id).await, 1);
    office.pass(30 * DAY_MS);
    office.sync(&mut phones[2]).await;
    assert_eq!(found_on(&phones[2]), Vec::<String>::new());
    assert_eq!(phones[2].text(0x22).as_deref(), Some("dit blijft"));
    office.sync(&mut phones[2]).await;
    assert_eq!(unconfirmed(&office, id).await, 0);
    assert_eq!(found_under(office.path()), Vec::<String>::new(), "not by what came late either");
    assert_eq!(office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 1);
    let copies = tempfile::tempdir().expect("a folder");
    backup::backup(office.path(), &copies.path().join("copy.db")).expect("a backup");
    assert_eq!(found_under(copies.path()), Vec::<String>::new());
    verified(office.path());
}

fn door_of(phone: &Phone, number: i64) -> RecordId {
    door(&phone.device, number)
}

/// Simulator seed 121: what says where a record hangs was set aside, what came after it was taken in.
#[tokio::test]
async fn record_of_which_only_a_part_was_taken_in_goes_with_its_door() {
    let Street { office, by, list, door, .. } = told().await;
    let bram = office.person("Bram", Role::Volunteer).await;
    let mut stray = office.phone(bram).await;
    let about = change(NOTE, "note", list).with("about", to(record(TALK)));
    write(&mut stray, about.with("text", Value::text(planted(44))));
    office.sync(&mut stray).await;
    office.write(move |tx| campaigns::assign(tx, list, bram, NOW_MS)).await;
    office.sync(&mut stray).await;
    write(&mut stray, change(NOTE, "note", list).with("text", Value::text(planted(45))));
    office.sync(&mut stray).await;
    let loose = "SELECT COUNT(*) FROM record WHERE kind = 'note' AND parent IS NULL";
    assert_eq!(office.count(loose).await, 1, "its second half alone stands in the tables");
    erase(&office, door, by).await;
    assert_eq!(found_under(office.path()), Vec::<String>::new());
    office.sync(&mut stray).await;
    assert_eq!(found_on(&stray), Vec::<String>::new());
    verified(office.path());
}

#[tokio::test]
async fn what_was_set_aside_goes_too_and_a_new_phone_never_sees_it() {
    let Street { office, by, list, phones, door, .. } = told().await;
    // Somebody else without the street writes about the same talk.
    let bram = office.person("Bram", Role::Volunteer).await;
    let mut stray = office.phone(bram).await;
    write(
        &mut stray,
        change(NOTE, "note", list)
            .with("about", to(record(TALK)))
            .with("text", Value::text(planted(44))),
    );
    office.sync(&mut stray).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL").await, 1);
    erase(&office, door, by).await;
    assert_eq!(found_under(office.path()), Vec::<String>::new());
    office.sync(&mut stray).await;
    assert_eq!(found_on(&stray), Vec::<String>::new());
    let again = phones[0].request();
    let reply = office.exchange(&phones[0].token, &again).await;
    assert!(reply.erased.contains(&record(TALK)), "told until it is confirmed");
    let mut fresh = office.phone(bram).await;
    office.write(move |tx| aanbel_server::campaigns::assign(tx, list, bram, NOW_MS)).await;
    office.sync(&mut fresh).await;
    assert!(fresh.device.records().get(record(TALK)).is_none());
    assert!(fresh.device.records().get(door).is_some(), "the address stays");
    verified(office.path());
}

/// Only the first of two words that were set aside says what they hang on.
#[tokio::test]
async fn all_that_waits_of_a_record_goes_and_holds_nobody_up() {
    let Street { office, list, mut phones, .. } = told().await;
    let bram = office.person("Bram", Role::Volunteer).await;
    let mut stray = office.phone(bram).await;
    let about = change(NOTE, "note", list).with("about", to(record(TALK)));
    write(&mut stray, about.with("text", Value::text(planted(44))));
    write(&mut stray, change(NOTE, "note", list).with("text", Value::text(planted(45))));
    office.sync(&mut stray).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL").await, 2);
    erase_only(&office, vec![(record(TALK), list)], Vec::new()).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL").await, 0);
    // What she said without the street says nothing of the record: who begins it there is answered, and so is
    // what else she writes.
    let notes = "SELECT COUNT(*) FROM record WHERE kind = 'note'";
    let before = office.count(notes).await;
    let other = &mut phones[1];
    write(other, change(NOTE, "note", list).with("text", Value::text(planted(46))));
    let own = change(0x22, "note", list).with("about", to(door_of(other, 3)));
    write(other, own.with("text", Value::text("dit blijft")));
    office.sync(other).await;
    assert_eq!(office.count(notes).await, before + 2);
    verified(office.path());
}

/// Somebody without the street points a record of others at something that was erased.
#[tokio::test]
async fn who_may_not_write_there_takes_nothing_of_others_along() {
    let Street { office, list, mut phones, door, by, .. } = told().await;
    erase(&office, door, by).await;
    for phone in &mut phones {
        office.sync(phone).await;
    }
    let waits = change(0x30, "note", list).with("about", to(door_of(&phones[0], 3)));
    let mut waiting = office.phone(office.person("Bram", Role::Volunteer).await).await;
    write(&mut waiting, waits.with("text", Value::text("dit blijft")));
    office.sync(&mut waiting).await;
    let mut stray = office.phone(office.person("Carla", Role::Volunteer).await).await;
    write(&mut stray, change(0x30, "note", list).with("about", to(record(TALK))));
    office.sync(&mut stray).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL").await, 1);
}

/// Which records were in a street is the business of who walks it.
#[tokio::test]
async fn who_says_to_have_read_a_street_she_never_had_is_not_told_what_was_erased_there() {
    let Street { office, list, door, by, .. } = told().await;
    erase(&office, door, by).await;
    let stray = office.phone(office.person("Carla", Role::Volunteer).await).await;
    let mut request = stray.request();
    request.cursors.push((list, 1));
    for _ in 0..2 {
        assert_eq!(office.exchange(&stray.token, &request).await.erased, []);
    }
}

#[tokio::test]
async fn copy_of_a_phone_that_confirmed_is_told_as_well() {
    let Street { office, by, mut phones, door, .. } = told().await;
    let mut copy = Phone { device: phones[0].device.clone(), token: phones[0].token.clone() };
    erase(&office, door, by).await;
    office.sync(&mut phones[0]).await;
    office.sync(&mut phones[0]).await;
    office.sync(&mut copy).await;
    assert_eq!(found_on(&copy), Vec::<String>::new());
}

#[tokio::test]
async fn put_back_from_before_the_erasure_it_is_erased_again() {
    let Street { office, by, door, mut phones, .. } = told().await;
    let copies = tempfile::tempdir().expect("a folder");
    let copy = copies.path().join("copy.db");
    backup::backup(office.path(), &copy).expect("a backup");
    erase(&office, door, by).await;
    assert!(!found_under(copies.path()).is_empty(), "the old backup still has it");
    let ledger = std::fs::read(Ledger::of(&office.state.config).path()).expect("the ledger");
    assert_eq!(found_in(&ledger), Vec::<String>::new());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(&copy, folder.path().join("aanbel.db")).expect("put back");
    std::fs::write(folder.path().join("erased.jsonl"), &ledger).expect("the ledger beside it");
    let restored = Office::open_in(folder);
    assert_eq!(found_under(restored.path()), Vec::<String>::new());
    verified(restored.path());
    // Every phone sends again what it has of its own, and none of it comes back.
    for phone in &mut phones {
        restored.sync(phone).await;
        restored.sync(phone).await;
        assert_eq!(found_on(phone), Vec::<String>::new());
    }
    assert_eq!(found_under(restored.path()), Vec::<String>::new());
    verified(restored.path());
}

#[tokio::test]
async fn two_different_people_within_two_weeks_or_nothing_happens() {
    let Street { office, by, door, .. } = told().await;
    let ledger = Ledger::of(&office.state.config);
    let ask =
        move |tx: &Connection| request::ask(tx, door, None, Cause::Asked, actor(by.0), NOW_MS);
    let (id, again) = (office.write(ask).await, office.write(ask).await);
    assert_eq!(id, again, "one request for one door");
    let confirm = |who: PersonId, at_ms: i64| {
        let ledger = ledger.clone();
        office.write(move |tx| request::confirm(tx, &ledger, id, actor(who), at_ms))
    };
    assert_eq!(confirm(by.0, NOW_MS).await, Decided::SamePerson);
    assert_eq!(confirm(by.1, NOW_MS + 14 * DAY_MS).await, Decided::NotOpen);
    let back = office.write(move |tx| request::withdraw(tx, id, actor(by.1), NOW_MS)).await;
    assert_eq!(back, Decided::Done);
    assert_eq!(confirm(by.1, NOW_MS).await, Decided::NotOpen);
    assert!(!ledger.path().exists(), "nothing was erased");
    assert_eq!(office.count("SELECT COUNT(*) FROM erased").await, 0);
}

#[tokio::test]
async fn one_household_goes_and_its_neighbours_behind_the_same_door_stay() {
    let Street { office, door, list, mut phones, .. } = told().await;
    let phone = &mut phones[1];
    write(phone, change(0x30, "household", list).with("address", to(door)));
    let talk = change(0x31, "talk", list).with("address", to(door));
    write(phone, talk.with("household", to(record(0x30))));
    write(
        phone,
        change(0x32, "note", list)
            .with("about", to(record(0x31)))
            .with("text", Value::text("buren")),
    );
    office.sync(phone).await;
    let job = move |db: &Connection| find::of_household(db, door, record(HOUSEHOLD), NOW_MS);
    let found = office.state.reader.read(job).await.expect("a dossier");
    let has = |id: u128| found.records.contains_key(&record(id));
    assert!(has(HOUSEHOLD) && has(TALK) && has(ATTEMPT) && has(CHECK) && has(0x17));
    assert!(!has(0x30) && !has(0x31) && !has(0x32));
}

#[tokio::test]
async fn door_is_found_by_address_and_by_a_name_in_a_note() {
    let Street { office, door, .. } = told().await;
    let search = |address: &'static str, name: String| {
        office.state.reader.read(move |db: &Connection| find::doors(db, address, &name))
    };
    let by_address = search("proefstraat 2", String::new()).await.expect("doors");
    assert_eq!(by_address.iter().map(|one| one.id).collect::<Vec<_>>(), [door]);
    let by_name = search("", planted(41 - 1).to_uppercase()).await.expect("doors");
    assert_eq!(
        by_name.iter().map(|one| (one.id, one.has_name)).collect::<Vec<_>>(),
        [(door, true)]
    );
    assert_eq!(search("", "niemand".to_owned()).await.expect("doors"), []);
    assert_eq!(search("", String::new()).await.expect("doors"), []);
}

#[tokio::test]
async fn nothing_brings_an_erased_record_back() {
    let Street { office, by, list, door, .. } = told().await;
    erase(&office, door, by).await;
    let change = change(TALK, "talk", list).with("minutes", Value::Int(3));
    let written: Result<_, StoreError> = office
        .state
        .writer
        .write(move |tx: &Connection| append_office(tx, Some(by.1), vec![change], NOW_MS))
        .await;
    assert!(matches!(written, Err(StoreError::Erased)), "{written:?}");
    verified(office.path());
}

#[tokio::test]
async fn phone_that_says_it_is_empty_has_confirmed_everything() {
    let Street { office, by, door, phones, .. } = told().await;
    let id = erase(&office, door, by).await;
    for phone in &phones {
        let (status, _) = office.post("/api/wiped", &phone.token, Vec::new()).await;
        assert_eq!(status, axum::http::StatusCode::NO_CONTENT);
        let (status, _) = office.post("/api/wiped", &phone.token, Vec::new()).await;
        assert_eq!(status, axum::http::StatusCode::NO_CONTENT, "again is nothing");
    }
    assert_eq!(unconfirmed(&office, id).await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM device WHERE wiped_ms IS NULL").await, 1);
    assert_eq!(office.count("SELECT COUNT(*) FROM audit WHERE action = 'wipe_phone'").await, 3);
    let (status, _) = office.post("/api/wiped", &crate::office_world::token(), Vec::new()).await;
    assert_eq!(status, axum::http::StatusCode::UNAUTHORIZED);
    let reply = office.exchange(&phones[0].token, &phones[0].request()).await;
    assert_eq!(
        reply.instruction,
        aanbel_shared::sync::Instruction::Wipe,
        "and it gets nothing more"
    );
    assert!(reply.pages.is_empty());
}
