//! Named cases of the device; the properties and the exchange with a server stand in `tests/`.

use super::*;
use crate::programme::Role;
use crate::record::{DeviceNo, Dot, Op, RecordId, Seen, Value, WorklistId};
use crate::sync::{Delivered, EnrolReply, Instruction, Page, Reply, SetAside, Versions};
use uuid::Uuid;

fn list() -> WorklistId {
    WorklistId(Uuid::from_u128(7))
}

fn record(n: u128) -> RecordId {
    RecordId(Uuid::from_u128(n))
}

fn phone(number: u32) -> Device {
    let me = Me {
        device: DeviceNo(number),
        token: "t".into(),
        person: format!("Persoon {number}"),
        role: Role::Volunteer,
        organisation: "Demo".into(),
    };
    Device::load(Meta { me: Some(me), assigned: vec![list()], ..Meta::default() }, [])
}

fn write(device: &mut Device, id: RecordId, field: &str, value: &str, clock_ms: i64) -> Op {
    let change = Change::new(id, "note", list()).with(field, Value::text(value));
    let writes = device.prepare(vec![change], clock_ms).expect("enrolled");
    device.show(&writes);
    match &writes[0] {
        Write::Put(stored) => stored.op.clone(),
        _ => unreachable!("prepare puts"),
    }
}

fn reply(kept: u64, ops: Vec<Delivered>) -> Reply {
    Reply {
        protocol: 1,
        epoch: Uuid::nil(),
        kept,
        instruction: Instruction::Continue,
        pages: vec![Page { worklist: list(), from: 0, ops, upto: 0, more: false }],
        assigned: vec![list()],
        erased: vec![],
        set_aside: vec![],
        server_ms: 1_000,
        versions: Versions::default(),
        remaining: 0,
    }
}

fn from(op: Op, author: &str) -> Delivered {
    Delivered { op, author: author.into(), received_ms: 900 }
}

#[test]
fn op_leaves_the_outbox_only_when_acknowledged() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "a", 10);
    write(&mut phone, record(1), "text", "b", 20);
    assert_eq!(phone.waiting(), 2);
    let writes = phone.absorb(&reply(1, vec![]), 30);
    phone.show(&writes);
    assert_eq!(phone.waiting(), 1);
    assert_eq!(phone.record_state(record(1)), RecordState::Waiting);
    assert_eq!(phone.request("test", 40).first, 2);
}

#[test]
fn loser_of_a_contradiction_is_told_and_winner_is_not() {
    let (mut one, mut two) = (phone(1), phone(2));
    let a = write(&mut one, record(1), "text", "open", 10);
    let b = write(&mut two, record(1), "text", "dicht", 20);
    let both =
        |own: u64| reply(own, vec![from(a.clone(), "Persoon 1"), from(b.clone(), "Persoon 2")]);
    for device in [&mut one, &mut two] {
        let writes = device.absorb(&both(1), 30);
        device.show(&writes);
        assert_eq!(device.records().get(record(1)).expect("there").contradictions().count(), 1);
        assert!(device.meta().notices.is_empty(), "a contradiction replaces nobody's value");
    }
    assert_eq!(one.records(), two.records());
    let seen: Seen = [a.dot, b.dot].into_iter().collect();
    let mut settled = a.clone();
    settled.dot = Dot::new(DeviceNo::OFFICE, 1);
    settled.set[0].value = Value::text("dicht");
    settled.set[0].seen = seen;
    for device in [&mut one, &mut two] {
        let writes = device.absorb(&reply(1, vec![from(settled.clone(), "Kantoor")]), 40);
        device.show(&writes);
        assert_eq!(device.records().get(record(1)).expect("there").contradictions().count(), 0);
    }
    assert_eq!(one.meta().notices.len(), 1);
    assert_eq!(one.meta().notices[0].mine, Value::text("open"));
    assert!(two.meta().notices.is_empty());
}

/// A phone whose owner is told that somebody made "dicht" of her "open".
fn told_of_a_change() -> Device {
    let mut phone = phone(1);
    let mine = write(&mut phone, record(1), "text", "open", 10);
    hear(&mut phone, reply(1, vec![theirs(1, "dicht", mine.dot)]));
    assert_eq!(phone.meta().notices.len(), 1);
    phone
}

fn theirs(seq: u64, text: &str, seen: Dot) -> Delivered {
    let mut op = write(&mut phone(2), record(1), "text", text, 20);
    op.dot = Dot::new(DeviceNo(2), seq);
    op.set[0].seen = [seen].into_iter().collect();
    from(op, "Persoon 2")
}

fn hear(phone: &mut Device, reply: Reply) {
    let writes = phone.absorb(&reply, 30);
    phone.show(&writes);
}

#[test]
fn what_is_told_of_an_answer_leaves_with_its_list() {
    let mut phone = told_of_a_change();
    hear(&mut phone, Reply { assigned: vec![], pages: vec![], ..reply(1, vec![]) });
    assert_eq!(phone.meta().notices, []);
}

#[test]
fn what_is_told_of_an_answer_goes_on_with_it() {
    let mut phone = told_of_a_change();
    let next = |from: u64, ops| {
        let mut reply = reply(1, ops);
        (reply.pages[0].from, reply.pages[0].upto) = (from, from + 1);
        reply
    };
    let second = theirs(2, "onbewoond", Dot::new(DeviceNo(2), 1));
    hear(&mut phone, next(0, vec![theirs(1, "dicht", Dot::new(DeviceNo(1), 1)), second]));
    let [told] = &phone.meta().notices[..] else { panic!("one change is told") };
    assert_eq!((&told.mine, &told.theirs), (&Value::text("open"), &Value::text("onbewoond")));
    // The answer went, for somebody withdrew it: no value of it is told.
    let mut gone = theirs(3, "", Dot::new(DeviceNo(2), 2));
    gone.op.set[0].value = Value::Nothing;
    gone.op.set.push(gone.op.set[0].clone());
    gone.op.set[1].field = "about".into();
    hear(&mut phone, next(1, vec![gone.clone()]));
    assert_eq!(phone.meta().notices[0].theirs, Value::Nothing);
    let mine = write(&mut phone, record(1), "text", "anders", 40);
    hear(&mut phone, Reply { kept: mine.dot.seq, ..next(2, vec![]) });
    assert_eq!(phone.meta().notices, [], "she answered it");
}

#[test]
fn what_is_told_of_an_answer_is_not_for_the_next_person() {
    let phone = told_of_a_change();
    let joined = |person: &str| {
        let reply = EnrolReply {
            device: DeviceNo(9),
            person: person.into(),
            role: Role::Volunteer,
            organisation: "Demo".into(),
            server_ms: 50,
        };
        let writes = phone.enrolled(&reply, "u", None).expect("nothing waits");
        let Some(Write::Meta(meta)) = writes.last() else { panic!("the bookkeeping") };
        meta.notices.len()
    };
    assert_eq!((joined("Persoon 1"), joined("Persoon 3")), (1, 0));
}

#[test]
fn loading_what_was_stored_gives_the_same_device() {
    let mut phone = phone(1);
    let mut stored = std::collections::BTreeMap::new();
    let foreign = |seq, text: &str, seen: Seen| {
        let mut op = write(&mut self::phone(2), record(2), "text", text, 5);
        op.dot = Dot::new(DeviceNo(2), seq);
        op.set[0].seen = seen;
        from(op, "Persoon 2")
    };
    let first = foreign(1, "eerst", Seen::default());
    let later = foreign(2, "later", [first.op.dot].into_iter().collect());
    write(&mut phone, record(1), "text", "a", 10);
    let mut all = vec![
        phone
            .prepare(vec![Change::new(record(3), "note", list()).with("text", Value::text("x"))], 1)
            .expect("enrolled"),
    ];
    phone.show(&all[0]);
    for (place, step) in [vec![first.clone()], vec![later], vec![first]].into_iter().enumerate() {
        let mut reply = reply(2, step);
        (reply.pages[0].from, reply.pages[0].upto) = (place as u64, place as u64 + 1);
        let writes = phone.absorb(&reply, 20);
        phone.show(&writes);
        all.push(writes);
    }
    for write in all.into_iter().flatten() {
        match write {
            Write::Put(op) => drop(stored.insert(op.op.dot, op)),
            Write::Delete(dot) => drop(stored.remove(&dot)),
            Write::Meta(_) => {}
        }
    }
    assert!(!stored.contains_key(&Dot::new(DeviceNo(2), 1)), "replaced foreign op is not stored");
    stored.insert(Dot::new(DeviceNo(1), 1), phone.own[&1].clone());
    let again = Device::load(phone.meta().clone(), stored.into_values());
    assert_eq!(again.records(), phone.records());
    assert_eq!(again.waiting(), phone.waiting());
}

#[test]
fn worklist_taken_away_leaves_after_its_unsent_ops_went_out() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "a", 10);
    let mut away = reply(0, vec![]);
    (away.assigned, away.pages) = (vec![], vec![]);
    let writes = phone.absorb(&away, 20);
    phone.show(&writes);
    assert_eq!(phone.records().len(), 1, "unsent work stays");
    away.kept = 1;
    away.set_aside =
        vec![SetAside { dot: Dot::new(DeviceNo(1), 1), reason: crate::sync::Reason::NotAssigned }];
    let writes = phone.absorb(&away, 30);
    phone.show(&writes);
    assert!(phone.records().is_empty());
    assert_eq!(phone.meta().set_aside.len(), 1, "its owner still sees that it was set aside");
    let writes = phone
        .prepare(vec![Change::new(record(9), "note", list()).with("text", Value::text("n"))], 40);
    let Ok([Write::Put(next)]) = writes.as_deref() else { unreachable!("one put") };
    assert_eq!(next.op.dot.seq, 2, "numbers go on after ops left the phone");
}

#[test]
fn erased_record_leaves_at_once_but_for_words_that_still_have_to_go_out() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "was erased", 10);
    let theirs = from(write(&mut self::phone(2), record(1), "about", "theirs", 11), "Persoon 2");
    let writes = phone.absorb(&reply(1, vec![theirs]), 15);
    phone.show(&writes);
    // More than fits in one batch, and one on a record that nobody erased.
    for _ in 0..600 {
        write(&mut phone, record(1), "text", "unsent", 20);
    }
    write(&mut phone, record(2), "text", "another", 20);
    let mut told = reply(1, vec![]);
    told.erased = vec![record(1)];
    for (kept, unsent) in [(1, 600), (501, 100)] {
        told.kept = kept;
        let writes = phone.absorb(&told, 30);
        phone.show(&writes);
        let left = phone.held[&record(1)].iter();
        assert!(left.clone().all(|dot| dot.device == DeviceNo(1) && dot.seq > kept));
        assert_eq!(left.count(), unsent);
        let fields = &phone.records().get(record(1)).expect("unsent").fields;
        assert!(!fields.contains_key("about"), "what others wrote left");
        assert!(phone.request("test", 40).erased.is_empty(), "not said before nothing is here");
    }
    told.kept = 602;
    let writes = phone.absorb(&told, 50);
    phone.show(&writes);
    assert!(phone.records().get(record(1)).is_none() && phone.records().get(record(2)).is_some());
    assert_eq!(phone.request("test", 60).erased, [record(1)]);
}

#[test]
fn reply_that_comes_late_takes_nothing_off_the_phone() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "before", 10);
    let told = Reply { erased: vec![record(1)], pages: vec![], ..reply(1, vec![]) };
    let writes = phone.absorb(&told, 20);
    phone.show(&writes);
    let later = Reply { server_ms: told.server_ms + 1, ..reply(1, vec![]) };
    let writes = phone.absorb(&later, 30);
    phone.show(&writes);
    write(&mut phone, record(1), "text", "since", 40);
    let theirs = from(write(&mut self::phone(2), record(1), "about", "theirs", 41), "Persoon 2");
    let newer = Reply { server_ms: later.server_ms + 1, ..reply(2, vec![theirs]) };
    let writes = phone.absorb(&newer, 50);
    phone.show(&writes);

    // The answer of before comes a second time.
    let writes = phone.absorb(&told, 60);
    phone.show(&writes);
    let fields = &phone.records().get(record(1)).expect("written since").fields;
    assert!(fields.contains_key("about") && fields.contains_key("text"));

    // A server whose clock was set back is not believed once, and then it is.
    let told = Reply { kept: 2, ..told };
    let writes = phone.absorb(&told, 70);
    phone.show(&writes);
    assert!(phone.records().get(record(1)).is_none());
    assert_eq!(phone.request("test", 80).erased, [record(1)]);
}

/// After a clock that was set back, a late reply still shows itself by a page from before where the phone is.
#[test]
fn page_that_was_read_long_ago_shows_that_a_reply_comes_late() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "since", 10);
    let page = |from, upto| Page { worklist: list(), from, ops: vec![], upto, more: false };
    for (from, upto) in [(0, 5), (5, 9)] {
        hear(&mut phone, Reply { pages: vec![page(from, upto)], ..reply(1, vec![]) });
    }
    let (pages, server_ms) = (vec![page(5, 9)], 2_000);
    let erased = vec![record(1)];
    let late = Reply { erased, pages, server_ms, ..reply(1, vec![]) };
    hear(&mut phone, late.clone());
    assert!(phone.records().get(record(1)).is_some(), "nothing of it is heeded");
    hear(&mut phone, Reply { pages: vec![page(9, 10)], ..late });
    assert!(phone.records().get(record(1)).is_none());
}

#[test]
fn copied_phone_sends_its_outbox_under_its_new_number() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "a", 10);
    let writes = phone.absorb(&reply(1, vec![]), 15);
    phone.show(&writes);
    write(&mut phone, record(1), "text", "b", 20);
    write(&mut phone, record(1), "text", "c", 30);
    let mut fork = reply(1, vec![]);
    fork.instruction = Instruction::EnrolAgain { from: 2 };
    let writes = phone.absorb(&fork, 40);
    phone.show(&writes);
    assert!(!phone.wants_more(), "nothing is sent before it enrolled again");
    let enrolled = crate::sync::EnrolReply {
        device: DeviceNo(8),
        person: "Persoon 1".into(),
        role: Role::Volunteer,
        organisation: "Demo".into(),
        server_ms: 50,
    };
    let all = phone.enrolled(&enrolled, "new", Some(Uuid::from_u128(9))).expect("same person");
    let last = all.iter().rev().find_map(|write| match write {
        Write::Put(stored) => Some(&stored.op),
        _ => None,
    });
    let last = last.expect("ops");
    assert_eq!(last.dot, Dot::new(DeviceNo(8), 3), "put back since: what was in common goes again");
    let saw = |device, seq| last.set[0].seen.covers(Dot::new(DeviceNo(device), seq));
    assert!(
        saw(8, 2) && saw(1, 1) && !saw(1, 2),
        "under both numbers, as far as they mean the same"
    );
    let writes = phone.enrolled(&enrolled, "new", Some(Uuid::nil())).expect("same person");
    let puts: Vec<Op> = writes
        .iter()
        .filter_map(|write| match write {
            Write::Put(stored) => Some(stored.op.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(
        puts.iter().map(|op| op.dot).collect::<Vec<_>>(),
        [Dot::new(DeviceNo(8), 1), Dot::new(DeviceNo(8), 2)]
    );
    assert!(puts[1].set[0].seen.covers(puts[0].dot));
    assert!(puts[0].set[0].seen.covers(Dot::new(DeviceNo(1), 1)));
    assert!(
        !puts[0].set[0].seen.covers(Dot::new(DeviceNo(1), 2)),
        "the other copy's op was not seen"
    );
}

#[test]
fn page_from_the_beginning_replaces_what_others_wrote() {
    let mut phone = phone(1);
    let mine = write(&mut phone, record(1), "text", "mijn", 10);
    let mut lost = write(&mut self::phone(2), record(1), "text", "verloren", 20);
    lost.set[0].seen = [mine.dot].into_iter().collect();
    let other = write(&mut self::phone(3), record(2), "text", "blijft", 5);
    for ops in [vec![from(lost, "Persoon 2"), from(other.clone(), "Persoon 3")], vec![]] {
        let mut reply = reply(1, ops);
        reply.pages[0].ops.push(from(other.clone(), "Persoon 3"));
        let writes = phone.absorb(&reply, 30);
        phone.show(&writes);
    }
    let shown = |id| phone.records().get(id).and_then(|record| record.str("text"));
    assert_eq!(shown(record(1)), Some("mijn"), "it comes back when what replaced it is lost");
    assert_eq!(shown(record(2)), Some("blijft"));
}

#[test]
fn another_life_of_the_server_hears_everything_once_more() {
    let mut phone = phone(1);
    for text in ["a", "b", "c"] {
        write(&mut phone, record(1), "text", text, 10);
    }
    let mut reply = reply(3, vec![]);
    reply.epoch = Uuid::from_u128(1);
    let writes = phone.absorb(&reply, 30);
    phone.show(&writes);
    assert_eq!(phone.waiting(), 0);
    reply.epoch = Uuid::from_u128(2);
    let writes = phone.absorb(&reply, 30);
    phone.show(&writes);
    assert_eq!(phone.request("test", 40).ops.len(), 3, "also what it says to have");
    let writes = phone.absorb(&reply, 50);
    phone.show(&writes);
    assert_eq!(phone.waiting(), 0);
}

#[test]
fn fork_told_to_an_overtaken_request_is_not_believed() {
    let mut phone = phone(1);
    write(&mut phone, record(1), "text", "a", 10);
    write(&mut phone, record(1), "text", "b", 20);
    let mut late = reply(1, vec![]);
    late.instruction = Instruction::EnrolAgain { from: 1 };
    assert_eq!(phone.absorb(&late, 30), [], "op 1 is here, so the server may have it");
    late.kept = 0;
    let writes = phone.absorb(&late, 30);
    phone.show(&writes);
    assert!(!phone.wants_more(), "here the server says that the ops themselves differ");
}

#[test]
fn own_op_that_was_read_back_is_never_sent_again() {
    let mut phone = phone(1);
    let whole = write(&mut phone, record(1), "text", "a", 10);
    let mut taken = reply(1, vec![]);
    taken.epoch = Uuid::from_u128(1);
    taken.assigned.clear();
    taken.pages.clear();
    let writes = phone.absorb(&taken, 20);
    phone.show(&writes);
    assert!(phone.records().is_empty());
    let mut given = reply(1, vec![from(whole, "Persoon 1")]);
    given.epoch = Uuid::from_u128(1);
    let writes = phone.absorb(&given, 30);
    phone.show(&writes);
    assert_eq!(phone.records().len(), 1);
    given.epoch = Uuid::from_u128(2);
    let writes = phone.absorb(&given, 40);
    phone.show(&writes);
    let request = phone.request("test", 50);
    assert_eq!((request.ops, request.gone), (vec![], vec![(1, 1)]));
    assert_eq!(phone.records().len(), 1, "it is shown all the same");
}

/// Found by seed 71 of the simulator: after a restore the server knew the copy's op under a number
/// that others had read as the first phone's.
#[test]
fn number_that_means_another_op_after_a_restore_is_read_anew() {
    let mut reader = phone(1);
    let old = write(&mut phone(2), record(1), "text", "van de telefoon", 10);
    let new = write(&mut phone(2), record(2), "text", "van de kopie", 20);
    assert_eq!(old.dot, new.dot);
    let mut stored = std::collections::BTreeMap::new();
    for (life, op) in [(1, old), (2, new.clone()), (3, Op { record: record(1), ..new })] {
        let mut reply = reply(0, vec![from(op, "Persoon 2")]);
        reply.epoch = Uuid::from_u128(life);
        let writes = reader.absorb(&reply, 30);
        reader.show(&writes);
        for write in writes {
            match write {
                Write::Put(op) => drop(stored.insert(op.op.dot, op)),
                Write::Delete(dot) => drop(stored.remove(&dot)),
                Write::Meta(_) => {}
            }
        }
        let again = Device::load(reader.meta().clone(), stored.values().cloned());
        assert_eq!(again.records(), reader.records(), "life {life}");
        assert_eq!(reader.records().len(), 1, "life {life}");
    }
    let text = reader.records().get(record(1)).and_then(|record| record.str("text"));
    assert_eq!(text, Some("van de kopie"));
}

#[test]
fn what_came_in_behind_a_screen_is_not_answered() {
    let mut phone = phone(1);
    let first = write(&mut phone, record(1), "text", "a", 10);
    let before = Seen::from_iter([first.dot]);
    hear(&mut phone, reply(1, vec![theirs(1, "van een ander", first.dot)]));
    let mut say = |text: &str| {
        let change = Change::new(record(1), "note", list()).with("text", Value::text(text));
        let change = change.before("text", before.clone());
        let writes = phone.prepare(vec![change], 40).expect("enrolled");
        phone.show(&writes);
        let register = &phone.records().get(record(1)).expect("a note").fields;
        register.get("text").expect("a text").live().len()
    };
    assert_eq!(say("b"), 2, "what another said stands beside it");
    assert_eq!(say("c"), 2, "her own word before this one was before her");
}
