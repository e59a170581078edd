//! Very much of something: what fits in no reply, and more lists than a street has doors.

use crate::cases::DAY_MS;
use crate::erase::{erase_only, verified, write};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_server::campaigns;
use aanbel_server::store::{StoreError, append_office};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Dot, RecordId, Seen, Value, WorklistId};
use aanbel_shared::sync::{Change, encode_request};
use axum::http::StatusCode;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Somebody makes up that each of her words had seen the words of five hundred phones.
#[tokio::test]
async fn made_up_contexts_never_make_a_reply_that_no_phone_reads() {
    const NOTES: u128 = 420;
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let list = office.street("Proefstraat", 2, anna).await;
    office.write(five_hundred_phones).await;
    let (mut stolen, mut other) = (office.phone(anna).await, office.phone(anna).await);
    for note in 0..NOTES {
        stolen.note(0x1000 + note, list, "een verzonnen woord");
    }
    let mut request = stolen.request();
    let crowd: Seen = (1_000..1_500).map(|device| Dot::new(DeviceNo(device), 1)).collect();
    request.ops.iter_mut().for_each(|op| op.set[0].seen = crowd.clone());
    // She sends no more at once than a message holds.
    let rest = request.ops.split_off(request.ops.len() / 2);
    for ops in [request.ops.clone(), rest] {
        request.ops = ops;
        let sent = office.post("/api/sync", &stolen.token, encode_request(&request)).await;
        assert_eq!(sent.0, StatusCode::OK);
    }
    let reply = office.sync(&mut other).await;
    assert_eq!(reply.remaining, 0);
    assert_eq!(other.device.records().of_kind("note").count() as u128, NOTES);
    // And nobody is kept from answering them, by hundreds at once.
    for note in 0..NOTES {
        other.note(0x1000 + note, list, "wat er echt was");
    }
    while other.device.waiting() > 0 {
        office.sync(&mut other).await;
    }
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine").await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM record WHERE open > 0").await, 0);
}

fn five_hundred_phones(tx: &Connection) -> Result<(), StoreError> {
    for number in 1_000..1_500 {
        let put = "INSERT INTO device (number, enrolled_ms, kept) VALUES (?1, ?2, 1)";
        tx.execute(put, params![number, NOW_MS])?;
    }
    Ok(())
}

fn case(number: u128) -> WorklistId {
    WorklistId(Uuid::from_u128(0x7000_0000 + number))
}

/// An adviser with so many cases, all of them closed.
async fn adviser(cases: u128) -> (Office, Phone) {
    let office = Office::open();
    let campaign = office.campaign().await;
    let adinda = office.person("Adinda", Role::Adviser).await;
    let give = move |tx: &Connection| -> Result<(), StoreError> {
        (0..cases).try_for_each(|number| give_case(tx, &campaign, case(number), adinda))
    };
    office.write(give).await;
    let phone = office.phone(adinda).await;
    (office, phone)
}

fn give_case(
    tx: &Connection,
    campaign: &campaigns::Campaign,
    list: WorklistId,
    to: PersonId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO worklist (id, campaign, kind, name) VALUES (?1, ?2, 'case', '')",
        params![list.0, campaign.id],
    )?;
    let closed = Change::new(RecordId(list.0), "case", list).with("closed", Value::Bool(true));
    append_office(tx, None, vec![closed], NOW_MS)?;
    campaigns::assign(tx, list, to, NOW_MS)
}

#[tokio::test]
async fn phone_with_more_than_a_thousand_lists_is_answered() {
    let (office, mut phone) = adviser(1_100).await;
    office.sync(&mut phone).await;
    assert!(phone.request().cursors.len() > 1_000);
    let reply = office.sync(&mut phone).await;
    assert!(reply.assigned.len() > 1_000 && reply.pages.is_empty());
}

/// What she has not sent yet goes out first; of what went nothing is kept, the rest waits for a person.
#[tokio::test]
async fn case_of_which_nothing_stands_any_more_leaves_the_list_of_its_adviser() {
    let (office, mut phone) = adviser(3).await;
    office.sync(&mut phone).await;
    let note = |id: u128, number: u128| Change::new(record(id), "note", case(number));
    let about = Value::Reference(RecordId(case(0).0));
    write(&mut phone, note(1, 0).with("about", about).with("text", Value::text("over haar")));
    write(&mut phone, note(2, 1).with("text", Value::text("nergens over")));
    let gone = (0..2).map(|number| (RecordId(case(number).0), case(number))).collect();
    erase_only(&office, gone, Vec::new()).await;
    office.pass(DAY_MS);
    let reply = office.sync(&mut phone).await;
    let left = |number| reply.assigned.contains(&case(number));
    assert_eq!([0, 1, 2].map(left), [false, false, true]);
    office.sync(&mut phone).await;
    let aside = "SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL";
    assert_eq!(office.count(aside).await, 1);
    assert_eq!(phone.device.records().of_kind("case").count(), 1);
    assert_eq!(phone.device.records().of_kind("note").count(), 0);
    assert!(phone.request().ops.is_empty());
    let waits = "SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL";
    assert_eq!(office.count(waits).await, 0);
    verified(office.path());
}
