//! Words of which somebody made up what their writers had seen keep no erased number on a phone.

use crate::erase::{change, found_on, planted, verified, write};
use crate::office_world::{NOW_MS, record};
use crate::part_erased::{
    AGREED, LATER_NUMBER, NUMBER, agreed, all_sync, erase_the_number, has_number, is_nowhere,
    on_phone, on_server, values,
};
use aanbel_server::store::{StoreError, projection};
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, Seen, Value, WorklistId};
use rusqlite::Connection;

/// An op of one field that somebody makes up.
pub fn made_up(dot: Dot, list: WorklistId, field: &str, value: Value, seen: Seen) -> Op {
    let set = vec![Assignment { field: field.into(), value, seen }];
    let (record, kind) = (record(AGREED), "follow_up".into());
    Op { dot, record, kind, worklist: list, at_ms: NOW_MS, set }
}

/// Somebody makes up what her words had seen: one that stays says to have seen the word with the number and
/// nothing that this had seen, and the last number only the one before it.
#[tokio::test]
async fn made_up_contexts_keep_no_number_and_bring_nothing_back() {
    let mut street = agreed().await;
    let list = street.list;
    let first = change(AGREED, "follow_up", list).with("due_on", Value::Date(20_802));
    write(&mut street.phones[0], first);
    all_sync(&mut street).await;
    let word = change(AGREED, "follow_up", list).with("due_on", Value::Date(20_801));
    write(&mut street.phones[1], word.with("telephone", Value::text(planted(LATER_NUMBER))));
    let by_second = Dot::new(DeviceNo(street.phones[1].number()), 1);
    street.office.sync(&mut street.phones[1]).await;
    let mut reader = street.office.phone(street.walker).await;
    street.office.sync(&mut reader).await;
    assert!(has_number(&found_on(&reader)));
    let me = DeviceNo(street.phones[2].number());
    let made_up = |seq: u64, field: &str, value: Value, seen: Dot| {
        made_up(Dot::new(me, seq), list, field, value, [seen].into_iter().collect())
    };
    let mut request = street.phones[2].request();
    request.ops = vec![
        made_up(1, "due_on", Value::Date(20_803), by_second),
        made_up(2, "telephone", Value::text(planted(NUMBER)), by_second),
        made_up(3, "telephone", Value::text(planted(NUMBER)), Dot::new(me, 2)),
    ];
    (request.first, request.own_high) = (1, 3);
    let token = street.phones.remove(2).token;
    let reply = street.office.exchange(&token, &request).await;
    assert_eq!((reply.kept, reply.set_aside), (3, vec![]));
    verified(street.office.path());
    erase_the_number(&street.office).await;
    street.phones.push(reader);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
    assert_eq!(on_server(&street.office, "due_on").await, [Value::Date(20_803)]);
    for phone in &street.phones {
        assert_eq!(values(&on_phone(phone).fields["due_on"]), [Value::Date(20_803)]);
    }
}

/// What she answered in the same word as a number was replaced by a made-up word that goes with it, and that
/// by one which says to have seen nothing else: the answer and the number stay on no phone that reads.
#[tokio::test]
async fn made_up_context_in_another_field_keeps_no_number_on_a_phone_that_reads() {
    let mut street = agreed().await;
    let due = |day| Value::Date(day);
    let word = change(AGREED, "follow_up", street.list).with("due_on", due(20_801));
    write(&mut street.phones[0], word.with("telephone", Value::text(planted(LATER_NUMBER))));
    all_sync(&mut street).await;
    let first = &street.phones[0];
    let by_first = Dot::new(DeviceNo(first.number()), first.request().own_high);
    let mut reader = street.office.phone(street.walker).await;
    street.office.sync(&mut reader).await;
    assert!(has_number(&found_on(&reader)));
    let me = DeviceNo(street.phones[2].number());
    let seen = |dot: Dot| -> Seen { [dot].into_iter().collect() };
    let mut both = made_up(Dot::new(me, 1), street.list, "due_on", due(20_802), seen(by_first));
    let number = Value::text(planted(NUMBER));
    let number = made_up(both.dot, street.list, "telephone", number, seen(by_first));
    both.set.extend(number.set);
    let alone = seen(both.dot);
    let last = made_up(Dot::new(me, 2), street.list, "due_on", due(20_803), alone);
    let mut request = street.phones[2].request();
    (request.first, request.own_high, request.ops) = (1, 2, vec![both, last]);
    let token = street.phones.remove(2).token;
    assert_eq!(street.office.exchange(&token, &request).await.kept, 2);
    erase_the_number(&street.office).await;
    street.phones.push(reader);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
    for phone in &street.phones {
        assert_eq!(values(&on_phone(phone).fields["due_on"]), [due(20_803)]);
    }
}

/// Who says to have seen what the office said when the number went, and nothing before, does not keep it on
/// a phone that has still to read that.
#[tokio::test]
async fn made_up_context_after_the_erasure_keeps_no_number_on_a_phone_that_reads() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    let read = |db: &Connection| -> Result<_, StoreError> {
        projection::register(db, record(AGREED), "telephone")
    };
    let nothing = street.office.state.reader.read(read).await.expect("a register").live()[0].dot;
    let me = Dot::new(DeviceNo(street.phones[1].number()), 1);
    let mut request = street.phones[1].request();
    let seen = [nothing].into_iter().collect();
    let op = made_up(me, street.list, "telephone", Value::Nothing, seen);
    (request.first, request.own_high, request.ops) = (1, 1, vec![op]);
    street.office.exchange(&street.phones[1].token, &request).await;
    for _ in 0..2 {
        street.office.sync(&mut street.phones[2]).await;
    }
    assert!(!has_number(&found_on(&street.phones[2])));
}
