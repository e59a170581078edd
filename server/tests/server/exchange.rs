//! What the exchange must hold: one effect per op, only one's own streets, and everybody converges.

use crate::office_world::{Folder, NOW_MS, Office, Phone, record};
use aanbel_server::campaigns;
use aanbel_server::store::{append_office, verify};
use aanbel_server::sync::set_aside::{self, Decided};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Value, WorklistId};
use aanbel_shared::sync::{
    COMPACT_TYPE, Change, Instruction, Reply, Request as SyncRequest, decode_reply, encode_request,
};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use rusqlite::Connection;
use std::collections::BTreeSet;

#[tokio::test]
async fn lost_reply_has_one_effect() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    office.sync(&mut phone).await;
    let before = office.count("SELECT COUNT(*) FROM log").await;
    phone.note(1, street, "eerst");
    phone.note(1, street, "daarna");
    let request = phone.request();
    let first = office.exchange(&phone.token, &request).await;
    let second = office.exchange(&phone.token, &request).await;
    assert_eq!((first.kept, second.kept), (2, 2));
    assert_eq!(second.instruction, Instruction::Continue);
    assert_eq!(office.count("SELECT COUNT(*) FROM log").await, before + 2);
    office.sync(&mut phone).await;
    assert_eq!(phone.device.waiting(), 0);
}

#[tokio::test]
async fn gap_is_left_until_it_is_filled() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    let mut phone = office.phone(anna).await;
    for id in 1..=3 {
        phone.note(id, street, "x");
    }
    let whole = phone.request();
    let mut request = whole.clone();
    request.ops.remove(1);
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 1);
    assert_eq!(office.exchange(&phone.token, &whole).await.kept, 3);
}

#[tokio::test]
async fn what_a_phone_no_longer_holds_is_a_hole_that_the_check_knows() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    let mut phone = office.phone(anna).await;
    for id in 1..=4 {
        phone.note(id, street, "x");
    }
    let mut request = phone.request();
    request.ops.remove(1);
    request.ops.remove(1);
    request.gone = vec![(2, 3)];
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 4);
    let report = verify::verify(office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn other_bytes_under_a_kept_number_send_the_phone_back_to_enrolment() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "hier");
    let mut request = phone.request();
    office.exchange(&phone.token, &request).await;
    request.ops[0].set[0].value = Value::text("daar");
    let reply = office.exchange(&phone.token, &request).await;
    assert_eq!(reply.instruction, Instruction::EnrolAgain { from: 1 });
    assert!(reply.pages.is_empty());
    assert_eq!(office.count("SELECT COUNT(*) FROM shown WHERE value = 'daar'").await, 0);
}

#[tokio::test]
async fn two_phones_converge_and_a_settled_contradiction_reaches_both() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let bilal = office.person("Bilal", Role::Volunteer).await;
    let street = office.street("Proefstraat", 2, anna).await;
    office.write(move |tx| campaigns::assign(tx, street, bilal, NOW_MS)).await;
    let (mut one, mut two) = (office.phone(anna).await, office.phone(bilal).await);
    one.note(1, street, "open");
    two.note(1, street, "dicht");
    for phone in [&mut one, &mut two] {
        office.sync(phone).await;
    }
    office.sync(&mut one).await;
    assert_eq!(one.device.records(), two.device.records());
    assert_eq!(office.count("SELECT open FROM record WHERE kind = 'note'").await, 1);
    let settle = Change::new(record(1), "note", street).with("text", Value::text("dicht"));
    office.write(move |tx| append_office(tx, Some(anna), vec![settle], NOW_MS)).await;
    assert_eq!(office.count("SELECT open FROM record WHERE kind = 'note'").await, 0);
    for phone in [&mut one, &mut two] {
        office.sync(phone).await;
        assert_eq!(phone.text(1).as_deref(), Some("dicht"));
        let note = phone.device.records().get(record(1)).expect("the note");
        assert_eq!(note.contradictions().count(), 0);
    }
}

/// What this phone would send had its storage been copied onto the other: the same words, under numbers of
/// the other.
fn as_sent_by(word: &SyncRequest, other: &Phone) -> SyncRequest {
    let mut copied = word.clone();
    for op in &mut copied.ops {
        op.dot.device = DeviceNo(other.number());
    }
    copied
}

async fn word_is_sent_twice(first: Order, by: &'static str) -> (Office, [Phone; 3]) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let other = office.person("Bilal", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    office.write(move |tx| campaigns::assign(tx, street, other, NOW_MS)).await;
    let copier = if by == "Anna" { anna } else { other };
    let mut phones =
        [office.phone(anna).await, office.phone(other).await, office.phone(copier).await];
    let [one, two, copy] = &mut phones;
    one.note(1, street, "open");
    let twice = as_sent_by(&one.request(), copy);
    office.sync(one).await;
    office.sync(two).await;
    two.note(1, street, "dicht");
    if first == Order::Answer {
        office.sync(two).await;
    }
    office.exchange(&copy.token, &twice).await;
    office.sync(two).await;
    (office, phones)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Answer,
    Copy,
}

#[tokio::test]
async fn word_that_comes_in_under_a_second_number_is_not_asked_about_when_it_was_answered() {
    for first in [Order::Answer, Order::Copy] {
        let (office, mut phones) = word_is_sent_twice(first, "Anna").await;
        assert_eq!(office.count("SELECT open FROM record WHERE kind = 'note'").await, 0);
        let last = "SELECT COUNT(*) FROM log JOIN person ON person.id = author WHERE name = 'Bilal'
                        AND device = 0 AND entry = (SELECT MAX(entry) FROM log)";
        assert_eq!(office.count(last).await, 1, "it is still his word");
        for phone in &mut phones[..2] {
            office.sync(phone).await;
            assert_eq!(phone.text(1).as_deref(), Some("dicht"));
            let note = phone.device.records().get(record(1)).expect("the note");
            assert_eq!(note.fields["text"].live().len(), 1);
        }
        let report = verify::verify(office.path()).expect("readable");
        assert_eq!(report.problems, Vec::<String>::new());
    }
}

#[tokio::test]
async fn same_word_of_somebody_else_is_asked_about() {
    let (office, _) = word_is_sent_twice(Order::Answer, "Bilal").await;
    assert_eq!(office.count("SELECT open FROM record WHERE kind = 'note'").await, 1);
}

/// Anna wrote a note; it was set aside and left her phone with her list, which she has again. Gives her phone,
/// then Bilal's, and the street.
async fn note_left_with_the_list() -> (Office, [Phone; 2], WorklistId) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let bilal = office.person("Bilal", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, bilal).await;
    let mut hers = office.phone(anna).await;
    let give = move |tx: &Connection| campaigns::assign(tx, street, anna, NOW_MS);
    office.write(give).await;
    office.sync(&mut hers).await;
    hers.note(1, street, "zonder lijst");
    office.write(move |tx| campaigns::unassign(tx, street, anna)).await;
    office.sync(&mut hers).await;
    office.write(give).await;
    office.sync(&mut hers).await;
    assert_eq!(hers.text(1), None);
    let his = office.phone(bilal).await;
    (office, [hers, his], street)
}

/// The office takes in what Anna's phone sent first.
async fn take_in(office: &Office, phone: &Phone) {
    let place = Dot::new(DeviceNo(phone.number()), 1);
    let by = office.person("Carla", Role::Coordinator).await;
    let accept = move |tx: &Connection| set_aside::accept(tx, Forms::built_in(), place, by, NOW_MS);
    assert_eq!(office.write(accept).await, Decided::Done);
}

/// Everybody is asked about these two.
async fn both_stand(office: &Office, phones: &mut [Phone], two: [&str; 2]) {
    assert_eq!(office.count("SELECT open FROM record WHERE kind = 'note'").await, 1);
    for phone in phones {
        office.sync(phone).await;
        let note = phone.device.records().get(record(1)).expect("the note");
        let live = note.fields["text"].live().iter();
        let live: BTreeSet<_> = live.filter_map(|one| one.value.as_str()).collect();
        assert_eq!(live, BTreeSet::from(two));
    }
    let report = verify::verify(office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn word_taken_in_after_a_later_one_of_its_phone_was_answered_is_asked_about() {
    let (office, mut phones, street) = note_left_with_the_list().await;
    let [hers, his] = &mut phones;
    hers.note(1, street, "later");
    office.sync(hers).await;
    // He answers her later word, and never saw the first.
    office.sync(his).await;
    his.note(1, street, "antwoord");
    office.sync(his).await;
    take_in(&office, hers).await;
    both_stand(&office, &mut phones, ["antwoord", "zonder lijst"]).await;
}

#[tokio::test]
async fn word_taken_in_before_two_later_ones_of_its_phone_is_asked_about() {
    let (office, mut phones, street) = note_left_with_the_list().await;
    let [hers, _] = &mut phones;
    take_in(&office, hers).await;
    // She does not know of it yet.
    hers.note(1, street, "later");
    hers.note(1, street, "nog later");
    office.sync(hers).await;
    both_stand(&office, &mut phones[..1], ["nog later", "zonder lijst"]).await;
}

#[tokio::test]
async fn word_taken_in_before_one_that_was_set_aside_is_asked_about() {
    let (office, mut phones, street) = note_left_with_the_list().await;
    let [hers, _] = &mut phones;
    take_in(&office, hers).await;
    hers.note(1, street, "later");
    hers.note(1, street, "nog later");
    // Her app is newer than the server, so the word between says something that is not known here.
    let mut request = hers.request();
    let between = request.ops.first_mut().expect("the word between");
    let new = Assignment { field: "nieuw".into(), ..between.set[0].clone() };
    between.set.push(new);
    let reply = office.exchange(&hers.token, &request).await;
    let writes = hers.device.absorb(&reply, NOW_MS);
    hers.device.show(&writes);
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine WHERE resolved_ms IS NULL").await, 1);
    both_stand(&office, &mut phones[..1], ["nog later", "zonder lijst"]).await;
}

#[tokio::test]
async fn long_list_comes_in_pages_and_is_whole_in_the_end() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    for number in 0..9 {
        office.street(&format!("Proefstraat {number}"), 140, anna).await;
    }
    let mut phone = office.phone(anna).await;
    let first = office.exchange(&phone.token, &phone.request()).await;
    let ops: usize = first.pages.iter().map(|page| page.ops.len()).sum();
    assert_eq!(ops, 1_000);
    assert_eq!(first.remaining, 9 * 141 - 1_000);
    let last = office.sync(&mut phone).await;
    assert_eq!(last.remaining, 0);
    assert_eq!(phone.device.records().of_kind("address").count(), 9 * 140);
}

#[tokio::test]
async fn value_that_was_replaced_is_not_sent_to_a_new_phone() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "eerst");
    phone.note(1, street, "daarna");
    office.sync(&mut phone).await;
    let new = office.phone(anna).await;
    let reply = office.exchange(&new.token, &new.request()).await;
    let texts: Vec<_> =
        reply.pages[0].ops.iter().filter_map(|one| one.op.get("text")).cloned().collect();
    assert_eq!(texts, [Value::text("daarna")]);
    assert_eq!(reply.pages[0].ops.last().expect("the note").author, "Anna");
}

#[tokio::test]
async fn json_and_compact_say_the_same() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.old_phone(anna).await;
    phone.note(1, street, "tekst");
    let request = phone.request();
    let ask = |kind: &str, accept: &str, body: Vec<u8>| {
        Request::post("/api/sync")
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT, accept)
            .header(header::AUTHORIZATION, format!("Bearer {}", phone.token))
            .body(Body::from(body))
            .expect("a request")
    };
    let json = serde_json::to_vec(&request).expect("serialises");
    let replies: Vec<Reply> = [
        office.send(ask(COMPACT_TYPE, "*/*", encode_request(&request))).await,
        office.send(ask("application/json", COMPACT_TYPE, json.clone())).await,
    ]
    .into_iter()
    .map(|(status, bytes)| {
        assert_eq!(status, StatusCode::OK);
        decode_reply(&bytes).expect("a compact reply")
    })
    .collect();
    let (_, bytes) = office.send(ask("application/json", "*/*", json)).await;
    let third: Reply = serde_json::from_slice(&bytes).expect("a reply in JSON");
    assert_eq!(replies[0], replies[1]);
    assert_eq!(replies[0], third);
}

#[tokio::test]
async fn op_that_saw_ahead_is_taken_in_once_what_it_saw_arrives() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let bilal = office.person("Bilal", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    office.write(move |tx| campaigns::assign(tx, street, bilal, NOW_MS)).await;
    let (mut one, mut two) = (office.phone(anna).await, office.phone(bilal).await);
    one.note(1, street, "van Anna");
    two.note(1, street, "van Bilal");
    let mut request = two.request();
    request.ops[0].set[0].seen = [one.request().ops[0].dot].into_iter().collect();
    let reply = office.exchange(&two.token, &request).await;
    assert_eq!((reply.kept, reply.set_aside.len()), (1, 1));
    office.sync(&mut one).await;
    let reply = office.sync(&mut two).await;
    assert!(reply.set_aside.is_empty());
    assert_eq!(office.count("SELECT COUNT(*) FROM shown WHERE field = 'text'").await, 1);
    let report = verify::verify(office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn restored_backup_gets_back_what_phones_still_hold() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 2, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "voor de kopie");
    office.sync(&mut phone).await;
    let restored = Folder::new().expect("a temporary folder");
    aanbel_server::store::backup::backup(office.path(), &restored.path().join("aanbel.db"))
        .expect("a copy");
    phone.note(2, street, "na de kopie");
    office.sync(&mut phone).await;
    let again = Office::open_in(restored);
    again.sync(&mut phone).await;
    again.sync(&mut phone).await;
    assert_eq!(phone.device.waiting(), 0);
    assert_eq!(again.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 2);
    assert_eq!(phone.device.records().of_kind("address").count(), 2);
    let report = verify::verify(again.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn phone_that_read_further_than_the_server_wrote_reads_all_anew() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    office.sync(&mut phone).await;
    let mut request = phone.request();
    request.cursors = vec![(street, 9_999)];
    let reply = office.exchange(&phone.token, &request).await;
    assert_ne!(reply.epoch, request.epoch, "the phone must forget how far it was");
    assert_eq!((reply.pages[0].from, reply.pages[0].ops.len()), (0, 4));
}
