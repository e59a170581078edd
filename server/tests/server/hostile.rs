//! What a stolen or broken phone may try: each of these once held up the server, filled its memory
//! or reached somebody else's pages. Named after what must hold.

use crate::erase::{change, door, write};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::revoke;
use aanbel_server::campaigns;
use aanbel_server::store::{projection, verify};
use aanbel_server::sync::set_aside;
use aanbel_shared::form::{Field, FieldKind, Forms};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, Value, WorklistId};
use aanbel_shared::sync::{
    Instruction, Problem, Reason, decode_plain, decode_request, encode_request,
};
use rusqlite::Connection;

/// Sends one note, changed by `forge`, and gives the reason why it was set aside, if it was.
async fn verdict(
    office: &Office,
    phone: &mut Phone,
    list: WorklistId,
    forge: impl FnOnce(&mut Op),
) -> Option<Reason> {
    phone.note(1, list, "vervalst");
    let mut request = phone.request();
    let op = request.ops.last_mut().expect("one op");
    let seq = op.dot.seq;
    forge(op);
    let reply = office.exchange(&phone.token, &request).await;
    reply.set_aside.iter().find(|one| one.dot.seq == seq).map(|one| one.reason)
}

async fn world() -> (Office, Phone, WorklistId, WorklistId) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let bilal = office.person("Bilal", Role::Volunteer).await;
    let hers = office.street("Annastraat", 2, anna).await;
    let his = office.street("Bilalstraat", 2, bilal).await;
    let phone = office.phone(anna).await;
    (office, phone, hers, his)
}

#[tokio::test]
async fn year_that_no_calendar_has_is_set_aside() {
    for at_ms in [i64::MIN, i64::MAX, 8_210_266_876_799_999] {
        let (office, mut phone, hers, _) = world().await;
        let found = verdict(&office, &mut phone, hers, |op| op.at_ms = at_ms).await;
        assert_eq!(found, Some(Reason::Malformed));
    }
}

#[tokio::test]
async fn having_seen_a_thousand_devices_is_set_aside_and_number_0_counts_for_nothing() {
    let (office, mut phone, hers, _) = world().await;
    let crowd: Seen = (100..1_100).map(|device| Dot::new(DeviceNo(device), 1)).collect();
    let found = verdict(&office, &mut phone, hers, |op| op.set[0].seen = crowd).await;
    assert_eq!(found, Some(Reason::Malformed));
    let nobody: Seen = (100..1_100).map(|device| Dot::new(DeviceNo(device), 0)).collect();
    assert!(nobody.is_empty());
}

#[tokio::test]
async fn reference_into_a_street_of_somebody_else_is_set_aside() {
    let (office, mut phone, hers, his) = world().await;
    // The record of a street has the id of its list.
    let foreign = Value::Reference(RecordId(his.0));
    let found = verdict(&office, &mut phone, hers, |op| {
        op.set[0].field = "about".to_owned();
        op.set[0].value = foreign;
    });
    assert_eq!(found.await, Some(Reason::OtherRecord));
}

#[tokio::test]
async fn small_message_never_unpacks_to_a_huge_one() {
    let (_, mut phone, hers, _) = world().await;
    phone.note(1, hers, "veel");
    let mut request = phone.request();
    let op = request.ops[0].clone();
    request.ops = std::iter::repeat_n(op, 6_000).collect();
    assert!(decode_request(&encode_request(&request)).is_err(), "more ops than a message holds");
    request.ops.truncate(1);
    let one = request.ops[0].set[0].clone();
    request.ops[0].set = std::iter::repeat_n(one, 150_000).collect();
    assert!(decode_request(&encode_request(&request)).is_err(), "more fields than a message holds");
}

#[tokio::test]
async fn long_lists_are_refused_before_they_hold_up_the_writer() {
    let (office, mut phone, hers, _) = world().await;
    phone.note(1, hers, "gewoon");
    let mut request = phone.request();
    request.gone = (0..60_000u64).map(|n| (2 * n + 10, 2 * n + 10)).collect();
    let body = encode_request(&request);
    let (status, _) = office.post("/api/sync", &phone.token, body).await;
    assert_eq!(status, 400);
    request.gone.clear();
    let reply = office.exchange(&phone.token, &request).await;
    assert_eq!(reply.kept, 1, "nothing is lost by it");
}

#[tokio::test]
async fn made_up_waiting_never_holds_up_what_really_waits() {
    let (office, mut anna, hers, _) = world().await;
    for n in 0..210 {
        anna.note(n, hers, "wacht op niets");
    }
    let mut request = anna.request();
    for op in &mut request.ops {
        op.set[0].seen = [Dot::new(DeviceNo(4_000_000), 1)].into_iter().collect();
    }
    office.exchange(&anna.token, &request).await;

    let chantal = office.person("Chantal", Role::Volunteer).await;
    let street = office.street("Chantalstraat", 2, chantal).await;
    let (mut first, mut second) = (office.phone(chantal).await, office.phone(chantal).await);
    first.note(1, street, "eerst");
    second.note(1, street, "daarna");
    let mut later = second.request();
    later.ops[0].set[0].seen = [Dot::new(DeviceNo(first.number()), 1)].into_iter().collect();
    let reply = office.exchange(&second.token, &later).await;
    assert_eq!(reply.set_aside[0].reason, Reason::SeenAhead);
    office.exchange(&first.token, &first.request()).await;
    let reply = office.exchange(&second.token, &later).await;
    assert!(reply.set_aside.is_empty(), "released as soon as what it had seen came in");
}

/// Words that had not seen each other are said once more when a later one comes in; so many at once are
/// made up to keep the only writer busy.
#[tokio::test]
async fn made_up_words_beside_each_other_are_not_all_said_again() {
    let (office, mut phone, hers, _) = world().await;
    for _ in 0..800 {
        phone.note(1, hers, "steeds hetzelfde");
    }
    let mut ops: Vec<Op> = phone.device.outbox().map(|stored| stored.op.clone()).collect();
    ops.iter_mut().for_each(|op| op.set[0].seen = Seen::default());
    let said_again = "SELECT COUNT(*) FROM log WHERE device = 0";
    for half in ops.chunks(400) {
        let before = office.count(said_again).await;
        let mut request = phone.request();
        (request.first, request.ops) = (half[0].dot.seq, half.to_vec());
        let reply = office.exchange(&phone.token, &request).await;
        assert_eq!(reply.kept, half[399].dot.seq);
        assert!(office.count(said_again).await <= before + 50);
    }
    assert_eq!(verify::verify(office.path()).expect("readable").problems, Vec::<String>::new());
}

/// With thousands of values beside each other in every field, each next one costs more than the one before.
#[tokio::test]
async fn made_up_words_beside_each_other_fill_no_field() {
    let (office, mut phone, hers, _) = world().await;
    office.sync(&mut phone).await;
    let (me, at) = (DeviceNo(phone.number()), door(&phone.device, 2));
    let forms = Forms::built_in();
    let form = forms.form("household").expect("a form");
    let is_asked = |field: &&Field| matches!(field.kind, FieldKind::YesNo);
    let asked: Vec<_> = form.fields().filter(is_asked).map(|field| field.key.clone()).collect();
    assert!(asked.len() > 10);
    let said = |field: &str, value: Value| Assignment {
        field: field.to_owned(),
        value,
        seen: Seen::default(),
    };
    let word = |seq: u64| {
        let answers = asked.iter().map(|field| said(field, Value::Bool(seq.is_multiple_of(2))));
        let set = std::iter::once(said("address", Value::Reference(at))).chain(answers).collect();
        let (dot, record, kind) = (Dot::new(me, seq), record(1), "household".to_owned());
        Op { dot, record, kind, worklist: hers, at_ms: NOW_MS, set }
    };
    let mut request = phone.request();
    request.ops = (1..=300).map(word).collect();
    (request.first, request.own_high) = (1, 300);
    let reply = office.exchange(&phone.token, &request).await;
    assert_eq!(reply.kept, 300, "nothing is refused");
    assert!(reply.set_aside.iter().all(|one| one.reason == Reason::Malformed));
    let wait = "SELECT COUNT(*) FROM quarantine";
    assert_eq!(office.count(wait).await, 200);

    // Somebody else who writes there, having seen it, is not held up by it.
    let carla = office.person("Carla", Role::Volunteer).await;
    office.write(move |tx| campaigns::assign(tx, hers, carla, NOW_MS)).await;
    let mut colleague = office.phone(carla).await;
    office.sync(&mut colleague).await;
    let settled = change(1, "household", hers).with(&asked[0], Value::Bool(true));
    write(&mut colleague, settled);
    assert_eq!(office.sync(&mut colleague).await.set_aside, []);
    assert_eq!(verify::verify(office.path()).expect("readable").problems, Vec::<String>::new());
}

/// Numbers that she said are gone come in after all, one by one beside a later word that had seen none.
#[tokio::test]
async fn made_up_holes_fill_no_field() {
    let (office, mut phone, hers, _) = world().await;
    for _ in 0..402 {
        phone.note(1, hers, "steeds hetzelfde");
    }
    let mut ops: Vec<Op> = phone.device.outbox().map(|stored| stored.op.clone()).collect();
    ops.iter_mut().for_each(|op| op.set[0].seen = Seen::default());
    let me = DeviceNo(phone.number());
    ops[400].set[0].seen = [Dot::new(me, 400)].into_iter().collect();
    let mut request = phone.request();
    (request.gone, request.ops) = (vec![(1, 400)], ops.split_off(400));
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 402);
    request.gone.clear();
    for holes in ops.chunks(50) {
        request.ops = holes.to_vec();
        office.exchange(&phone.token, &request).await;
    }
    let live = |db: &Connection| projection::register(db, record(1), "text");
    let live = office.state.reader.read(live).await.expect("a register").live().len();
    assert!(live <= 150, "{live} beside each other");
}

/// She fills a field; somebody who wrote there without having seen that is not kept out.
#[tokio::test]
async fn made_up_words_keep_nobody_elses_out() {
    let (office, mut phone, hers, _) = world().await;
    let carla = office.person("Carla", Role::Volunteer).await;
    office.write(move |tx| campaigns::assign(tx, hers, carla, NOW_MS)).await;
    let mut colleague = office.phone(carla).await;
    colleague.note(1, hers, "haar eigen woord");
    for _ in 0..150 {
        phone.note(1, hers, "steeds hetzelfde");
    }
    let mut request = phone.request();
    request.ops.iter_mut().for_each(|op| op.set[0].seen = Seen::default());
    office.exchange(&phone.token, &request).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine").await, 50);
    assert_eq!(office.sync(&mut colleague).await.set_aside, []);
}

#[tokio::test]
async fn op_in_the_name_of_another_phone_makes_nobody_say_anything_again() {
    let (office, mut anna, hers, _) = world().await;
    anna.note(1, hers, "haar woord");
    office.sync(&mut anna).await;
    let mut stray = office.phone(office.person("Carla", Role::Volunteer).await).await;
    stray.note(2, hers, "een eigen woord, zodat het volgende een later nummer heeft");
    office.sync(&mut stray).await;
    let (hers_is, log) = (DeviceNo(anna.number()), "SELECT COUNT(*) FROM log");
    let before = office.count(log).await;
    let found = verdict(&office, &mut stray, hers, |op| op.dot.device = hers_is).await;
    assert_eq!(found, Some(Reason::OtherDevice));
    assert_eq!(office.count(log).await, before);
}

#[tokio::test]
async fn stolen_phone_cannot_fill_the_inbox_and_goes_on_once_a_person_decided() {
    let (office, mut phone, hers, _) = world().await;
    for n in 0..1_200 {
        phone.note(n, hers, "rommel");
    }
    let mut request = phone.request();
    request.ops = phone.device.outbox().map(|stored| stored.op.clone()).collect();
    for op in &mut request.ops {
        op.set[0].field = "no_such_question".to_owned();
    }
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 1_000, "no more is set aside");
    request.ops.drain(..1_000);
    let body = encode_request(&request);
    let (status, bytes) = office.post("/api/sync", &phone.token, body.clone()).await;
    let problem: Problem = decode_plain(&bytes).expect("a problem");
    assert_eq!((status.as_u16(), problem.code.as_str()), (429, "set_aside_full"));
    let waits = "SELECT COUNT(*) FROM quarantine WHERE resolved_ms IS NULL";
    assert_eq!(office.count(waits).await, 1_000);

    let person = aanbel_server::access::PersonId(1);
    let device = DeviceNo(phone.number());
    office
        .write(move |tx| {
            for seq in 1..=1_000 {
                set_aside::dismiss(tx, Dot::new(device, seq), person, NOW_MS)?;
            }
            assert_eq!(set_aside::purge(tx, NOW_MS)?, 1_000);
            Ok(())
        })
        .await;
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 1_200);
    assert_eq!(office.count(waits).await, 200);
    let report = verify::verify(office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

/// What is missing before it may be the only copy of a word, so nobody hears that it was kept.
#[tokio::test]
async fn hole_that_cannot_be_filled_for_want_of_room_is_not_confirmed() {
    let (office, mut phone, hers, _) = world().await;
    for n in 0..1_010 {
        phone.note(n, hers, "rommel");
    }
    let number = DeviceNo(phone.number());
    office.write(move |tx| revoke(tx, number, NOW_MS)).await;
    let all: Vec<_> = phone.device.outbox().map(|stored| stored.op.clone()).collect();
    let mut request = phone.request();
    request.gone = vec![(1, 10)];
    request.ops = all[10..].to_vec();
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 1_010);
    (request.gone, request.ops) = (vec![], all[..3].to_vec());
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 0, "there was no room for any");
    // An op that is there is confirmed, up to the first that is not.
    request.ops = all[10..12].to_vec();
    assert_eq!(office.exchange(&phone.token, &request).await.kept, 1_010);
}

#[tokio::test]
async fn revoked_phone_hears_that_it_is_to_be_emptied_however_much_it_sends() {
    let (office, mut phone, hers, _) = world().await;
    for n in 0..1_200 {
        phone.note(n, hers, "rommel");
    }
    let mut request = phone.request();
    request.ops = phone.device.outbox().map(|stored| stored.op.clone()).collect();
    let number = phone.number();
    let revoke = "UPDATE device SET revoked_ms = 1 WHERE number = ?1";
    office.write(move |tx| Ok(tx.execute(revoke, [number])?)).await;
    let reply = office.exchange(&phone.token, &request).await;
    assert_eq!((reply.kept, reply.instruction), (1_000, Instruction::Wipe));
}
