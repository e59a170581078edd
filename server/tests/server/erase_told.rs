//! Who is told what was erased and who has confirmed it, in odd cases; and erasures that failed.

use crate::erase::{Street, change, door, erase, erase_only, told, write};
use crate::office_world::{NOW_MS, Office, record};
use crate::part_away::{backed_up, put_back};
use crate::part_erased::{AGREED, agreed, all_sync, erase_the_number, on_phone};
use aanbel_server::access::audit::Actor;
use aanbel_server::campaigns;
use aanbel_server::erase::{Cause, Erasure, Ledger, request};
use aanbel_server::retention;
use aanbel_server::store::StoreError;
use aanbel_server::sync::push::{self, By};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, RecordId, Value, WorklistId};
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Phones that have still to confirm something.
const OPEN: &str = "SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL";

/// A phone remembers five hundred; the others are told as well.
#[tokio::test]
async fn phone_hears_of_all_that_was_erased_however_much_it_is() {
    let Street { office, list, mut phones, .. } = told().await;
    let records: Vec<_> =
        (0..1_600).map(|n| (RecordId(Uuid::from_u128(0x9000 + n)), list)).collect();
    let ids: Vec<_> = records.iter().map(|(record, _)| record.0).collect();
    erase_only(&office, records, Vec::new()).await;
    let number = phones[0].number();
    office
        .write(move |tx| {
            for id in ids {
                tx.execute(
                    "INSERT OR IGNORE INTO erase_tell (device, record, erasure)
                     SELECT ?1, ?2, id FROM erasure",
                    params![number, id],
                )?;
            }
            Ok(())
        })
        .await;
    for _ in 0..5 {
        office.sync(&mut phones[0]).await;
    }
    let left = "SELECT COUNT(*) FROM erase_tell WHERE confirmed_ms IS NULL
                AND device = (SELECT MIN(number) FROM device WHERE number > 0)";
    assert_eq!(office.count(left).await, 0);
}

/// What somebody hands in for a phone says nothing of what this phone holds.
#[tokio::test]
async fn phone_for_which_somebody_hands_in_has_confirmed_nothing() {
    let mut street = agreed().await;
    let (list, anna) = (street.list, street.walker);
    street.office.write(move |tx| campaigns::unassign(tx, list, anna)).await;
    erase_the_number(&street.office).await;
    let open = street.office.count(OPEN).await;
    assert!(open > 0);
    let phone = &mut street.phones[2];
    write(phone, change(AGREED, "follow_up", list).with("more_help", Value::Bool(true)));
    let mut request = phone.request();
    (request.waiting, request.epoch) = (0, Uuid::nil());
    request.cursors.clear();
    // About another street than the one that it still holds.
    request.ops[0].worklist = WorklistId(Uuid::from_u128(8));
    let number = DeviceNo(phone.number());
    street
        .office
        .write(move |tx| {
            push::push(tx, Forms::built_in(), number, &request, By::HandIn, NOW_MS)
                .expect("it is taken in");
            Ok(())
        })
        .await;
    assert_eq!(street.office.count(OPEN).await, open);
    let held = "SELECT COUNT(*) FROM device_list";
    assert_eq!(street.office.count(held).await, 3, "it still counts as held");
}

/// How far a phone had read before the server was put back says nothing of what it read since.
#[tokio::test]
async fn phone_that_read_in_another_life_of_the_server_has_confirmed_nothing() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    let phone = &street.phones[2];
    let mut request = phone.request();
    let place = request.cursors.iter_mut().find(|(list, _)| *list == street.list);
    place.expect("it read the street").1 += 1_000;
    request.epoch = Uuid::from_u128(1);
    let number = phone.number();
    let reads = move |db: &Connection| -> Result<i64, StoreError> {
        let query = "SELECT COUNT(*) FROM erase_cursor WHERE device = ?1";
        Ok(db.query_row(query, [number], |row| row.get(0))?)
    };
    street.office.exchange(&phone.token, &request).await;
    assert_eq!(street.office.state.reader.read(reads).await.expect("a count"), 1);
    all_sync(&mut street).await;
    all_sync(&mut street).await;
    assert_eq!(street.office.state.reader.read(reads).await.expect("a count"), 0);
}

/// As it stands in the ledger when what follows fails.
fn fails(office: &Office, id: Uuid, records: Vec<RecordId>, fields: Vec<(RecordId, String)>) {
    let list = WorklistId(Uuid::nil());
    let records = records.into_iter().map(|record| (record, list)).collect();
    let (cause, at_ms) = (Cause::Asked, NOW_MS);
    let (by, doors, after_seq) = (vec![], vec![], None);
    let erasure = Erasure { id, cause, at_ms, by, doors, records, fields, after_seq };
    Ledger::of(&office.state.config).append(&erasure).expect("a line");
}

/// The server is stopped and started again.
async fn started_again(street: &mut Street) {
    let folder = backed_up(&street.office);
    put_back(street, folder).await;
}

#[tokio::test]
async fn erasure_that_failed_takes_nothing_away_weeks_later() {
    let mut street = agreed().await;
    let number = vec![(record(AGREED), "telephone".to_owned())];
    fails(&street.office, Uuid::from_u128(5), vec![], number);
    retention::run(&street.office.state, Actor::SYSTEM).await.expect("a run");
    started_again(&mut street).await;
    let telephone = "SELECT COUNT(*) FROM erased_field";
    assert_eq!(street.office.count(telephone).await, 0);
    // Without the run of a day between it is done at the start: somebody decided it just now.
    let number = vec![(record(AGREED), "telephone".to_owned())];
    fails(&street.office, Uuid::from_u128(5), vec![], number);
    started_again(&mut street).await;
    assert_eq!(street.office.count(telephone).await, 1);
}

#[tokio::test]
async fn erasure_that_failed_and_was_taken_back_is_not_done_at_a_start() {
    let mut street = agreed().await;
    let (by, at) = (street.by, door(&street.phones[0].device, 2));
    let actor = Actor { person: Some(by.0), ..Actor::SYSTEM };
    let ask = move |tx: &Connection| request::ask(tx, at, None, Cause::Asked, actor, NOW_MS);
    let id = street.office.write(ask).await;
    fails(&street.office, id, vec![record(AGREED)], vec![]);
    street.office.write(move |tx| request::withdraw(tx, id, actor, NOW_MS)).await;
    started_again(&mut street).await;
    assert_eq!(street.office.count("SELECT COUNT(*) FROM erased").await, 0);
    street.office.sync(&mut street.phones[1]).await;
    assert_eq!(on_phone(&street.phones[1]).bool("wanted"), Some(true));
    // Another request for the same door is another one.
    erase(&street.office, at, by).await;
    assert!(street.office.count("SELECT COUNT(*) FROM erased").await > 0);
}

/// Also for a copy of when it was still asked for.
#[tokio::test]
async fn erasure_that_failed_and_was_taken_back_is_not_done_after_a_restore() {
    let mut street = agreed().await;
    let at = door(&street.phones[0].device, 2);
    let actor = Actor { person: Some(street.by.0), ..Actor::SYSTEM };
    let ask = move |tx: &Connection| request::ask(tx, at, None, Cause::Asked, actor, NOW_MS);
    let id = street.office.write(ask).await;
    let asked = backed_up(&street.office);
    fails(&street.office, id, vec![record(AGREED)], vec![]);
    street.office.write(move |tx| request::withdraw(tx, id, actor, NOW_MS)).await;
    retention::run(&street.office.state, Actor::SYSTEM).await.expect("a run");
    put_back(&mut street, asked).await;
    assert_eq!(street.office.count("SELECT COUNT(*) FROM erased").await, 0);
}
