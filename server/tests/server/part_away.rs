//! A telephone number that went out of an agreement stays away: whoever brings it once more, under
//! whatever number.

use crate::erase::{
    Street, TALK, change, erase_at, found_on, found_under, planted, to, told, verified, write,
};
use crate::office_world::{NOW_MS, Office, Phone, record};
use crate::part_erased::{
    AGREED, LATER_NUMBER, NUMBER, agreed, all_sync, erase_the_number, has_number, is_nowhere,
    on_phone, on_server, values,
};
use crate::part_made_up::made_up;
use aanbel_server::access::audit::Actor;
use aanbel_server::erase::Ledger;
use aanbel_server::store::{backup, scrub};
use aanbel_server::{campaigns, retention};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Dot, Seen, Value, WorklistId};
use aanbel_shared::sync::{Instruction, Reply};

const HOUR_MS: i64 = 3_600_000;

fn copy_of(phone: &Phone) -> Phone {
    Phone { device: phone.device.clone(), token: phone.token.clone() }
}

/// As her phone writes it, whose clock says this.
fn write_number(phone: &mut Phone, list: WorklistId, number: Value, at_ms: i64) {
    let change = change(AGREED, "follow_up", list).with("telephone", number);
    let writes = phone.device.prepare(vec![change], at_ms).expect("enrolled");
    phone.device.show(&writes);
}

/// The server is put back from a backup, with the ledger beside it.
pub async fn put_back(street: &mut Street, folder: tempfile::TempDir) {
    let ledger = Ledger::of(&street.office.state.config);
    std::fs::copy(ledger.path(), folder.path().join("erased.jsonl")).expect("beside it");
    street.office = Office::open_in(folder);
}

pub fn backed_up(office: &Office) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    backup::backup(office.path(), &folder.path().join("aanbel.db")).expect("a backup");
    folder
}

/// A number that was written an hour after the other went.
fn write_a_number_afterwards(phone: &mut Phone, list: WorklistId) -> Value {
    let number = Value::text(planted(LATER_NUMBER));
    write_number(phone, list, number.clone(), NOW_MS + HOUR_MS);
    number
}

/// A number that was written after the other went stands beside what says nothing, and has its own end.
#[tokio::test]
async fn number_that_comes_in_after_the_erasure_is_found_when_its_time_has_come() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    let number = write_a_number_afterwards(&mut street.phones[1], street.list);
    street.office.sync(&mut street.phones[1]).await;
    assert!(on_server(&street.office, "telephone").await.contains(&number), "it stands beside");
    street
        .office
        .write(|tx| {
            tx.execute("UPDATE campaign SET closed_ms = ?1", [NOW_MS])?;
            Ok(())
        })
        .await;
    street.office.pass(120 * 86_400_000);
    retention::run(&street.office.state, Actor::SYSTEM).await.expect("a run");
    retention::scrub(&street.office.state).await.expect("clean files");
    assert!(!has_number(&found_under(street.office.path())));
}

/// Everything was said and heard, and nobody is asked to drop anything any more.
async fn is_settled(street: &mut Street) {
    let words = "SELECT COUNT(*) FROM log";
    let before = street.office.count(words).await;
    for phone in &mut street.phones {
        assert_eq!(street.office.sync(phone).await.erased, []);
    }
    assert_eq!(street.office.count(words).await, before, "nothing is said again and again");
    let open = "SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL";
    assert_eq!(street.office.count(open).await, 0);
}

#[tokio::test]
async fn number_that_was_on_its_way_goes_as_it_comes_in_and_the_rest_of_what_she_said_stays() {
    let mut street = agreed().await;
    let number = Value::text(planted(LATER_NUMBER));
    let later = change(AGREED, "follow_up", street.list).with("telephone", number);
    let after = change(AGREED, "follow_up", street.list).with("more_help", Value::Bool(false));
    let both = later.with("more_help", Value::Bool(true)).with("wanted", Value::Bool(false));
    write(&mut street.phones[1], both);
    write(&mut street.phones[1], after);
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    scrub::scrub(street.office.path()).expect("nobody reads meanwhile");
    is_nowhere(&street);
    for phone in &street.phones {
        assert_eq!(values(&on_phone(phone).fields["more_help"]), [Value::Bool(false)]);
        // She answered the old entry: the office is asked.
        let both = [Value::Bool(false), Value::Bool(true)];
        assert_eq!(values(&on_phone(phone).fields["wanted"]), both);
        assert_eq!(on_phone(phone).date("due_on"), Some(20_800));
    }
    is_settled(&mut street).await;
}

/// One from before comes in where a newer one stands.
#[tokio::test]
async fn newer_number_stays_when_an_older_one_comes_in_late() {
    let mut street = agreed().await;
    let old = change(AGREED, "follow_up", street.list);
    write(&mut street.phones[1], old.with("telephone", Value::text(planted(NUMBER))));
    erase_the_number(&street.office).await;
    let newer = write_a_number_afterwards(&mut street.phones[0], street.list);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_server(&street.office, "telephone").await, std::slice::from_ref(&newer));
    for phone in &street.phones {
        assert_eq!(values(&on_phone(phone).fields["telephone"]), std::slice::from_ref(&newer));
        assert!(!found_on(phone).iter().any(|word| word.contains(&planted(NUMBER)[..14])));
    }
    verified(street.office.path());
    is_settled(&mut street).await;
}

#[tokio::test]
async fn number_that_waits_for_the_office_is_not_kept() {
    let mut street = agreed().await;
    let (list, anna) = (street.list, street.walker);
    erase_the_number(&street.office).await;
    let old = change(AGREED, "follow_up", list);
    write(&mut street.phones[1], old.with("telephone", Value::text(planted(LATER_NUMBER))));
    street.office.write(move |tx| campaigns::unassign(tx, list, anna)).await;
    for _ in 0..2 {
        all_sync(&mut street).await;
    }
    assert_eq!(street.office.count("SELECT COUNT(*) FROM quarantine").await, 1, "under its number");
    is_nowhere(&street);
}

#[tokio::test]
async fn copy_of_a_phone_that_dropped_the_number_is_told_as_well() {
    let mut street = agreed().await;
    let copy = copy_of(&street.phones[0]);
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert!(has_number(&found_on(&copy)));
    street.phones.push(copy);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
    for phone in &street.phones {
        assert_eq!(on_phone(phone).date("due_on"), Some(20_800));
        assert_eq!(on_phone(phone).bool("wanted"), Some(true));
    }
    is_settled(&mut street).await;
}

#[tokio::test]
async fn number_stays_away_when_the_server_is_put_back_from_before_it() {
    for agreed_before in [false, true] {
        let mut street = told().await;
        let agreed = change(AGREED, "follow_up", street.list)
            .with("talk", to(record(TALK)))
            .with("wanted", Value::Bool(true));
        write(&mut street.phones[0], agreed);
        if agreed_before {
            all_sync(&mut street).await;
        }
        let folder = backed_up(&street.office);
        let number = change(AGREED, "follow_up", street.list)
            .with("due_on", Value::Date(20_800))
            .with("telephone", Value::text(planted(NUMBER)));
        write(&mut street.phones[0], number);
        all_sync(&mut street).await;
        assert!(street.phones.iter().all(|phone| has_number(&found_on(phone))));
        erase_the_number(&street.office).await;
        // One colleague hears of it in time; the others are off, also who wrote it.
        street.office.sync(&mut street.phones[2]).await;
        put_back(&mut street, folder).await;
        for _ in 0..4 {
            all_sync(&mut street).await;
        }
        scrub::scrub(street.office.path()).expect("nobody reads meanwhile");
        is_nowhere(&street);
        for phone in &street.phones {
            assert_eq!(on_phone(phone).date("due_on"), Some(20_800), "{agreed_before}");
            assert_eq!(on_phone(phone).bool("wanted"), Some(true));
        }
        is_settled(&mut street).await;
    }
}

/// A word was acknowledged after the backup, the number went, and the server is put back before her phone heard
/// of it: the word is nowhere but on it.
#[tokio::test]
async fn word_that_only_the_phone_still_has_goes_out_before_it_drops_the_rest() {
    let mut street = agreed().await;
    let folder = backed_up(&street.office);
    let word = change(AGREED, "follow_up", street.list).with("more_help", Value::Bool(true));
    write(&mut street.phones[0], word);
    street.office.sync(&mut street.phones[0]).await;
    erase_the_number(&street.office).await;
    put_back(&mut street, folder).await;
    for _ in 0..4 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_server(&street.office, "more_help").await, [Value::Bool(true)]);
    is_nowhere(&street);
    for phone in &street.phones {
        assert_eq!(on_phone(phone).bool("more_help"), Some(true));
    }
    is_settled(&mut street).await;
}

/// A number was written after the first had gone, and goes too; the copy was made between.
#[tokio::test]
async fn copy_that_was_made_between_two_erasures_is_told() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    write_a_number_afterwards(&mut street.phones[0], street.list);
    all_sync(&mut street).await;
    street.phones.push(copy_of(&street.phones[0]));
    let copy = street.phones.remove(3);
    assert!(has_number(&found_on(&copy)));
    let number = vec![(record(AGREED), "telephone".to_owned())];
    erase_at(&street.office, 2, NOW_MS + 2 * HOUR_MS, Vec::new(), number).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    street.phones.push(copy);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    scrub::scrub(street.office.path()).expect("nobody reads meanwhile");
    is_nowhere(&street);
    is_settled(&mut street).await;
}

#[tokio::test]
async fn copy_that_comes_after_a_restore_is_told() {
    let mut street = agreed().await;
    let copy = copy_of(&street.phones[0]);
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    let folder = backed_up(&street.office);
    put_back(&mut street, folder).await;
    street.phones.push(copy);
    for _ in 0..4 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
    for phone in &street.phones {
        assert_eq!(on_phone(phone).date("due_on"), Some(20_800));
    }
}

#[tokio::test]
async fn who_has_no_right_there_is_told_nothing_and_makes_the_office_say_nothing() {
    let street = agreed().await;
    let eve = street.office.person("Eve", Role::Volunteer).await;
    let mut stray = street.office.phone(eve).await;
    street.office.sync(&mut stray).await;
    erase_the_number(&street.office).await;
    let words = "SELECT COUNT(*) FROM log";
    let before = street.office.count(words).await;
    let me = DeviceNo(stray.number());
    for seq in 1..=3 {
        let mut request = stray.request();
        request.cursors.push((street.list, 1));
        let number = Value::text("x");
        let op = made_up(Dot::new(me, seq), street.list, "telephone", number, Seen::default());
        (request.first, request.own_high, request.ops) = (seq, seq, vec![op]);
        let reply = street.office.exchange(&stray.token, &request).await;
        assert_eq!(reply.erased, [], "not even that something went");
        if seq == 1 {
            continue; // The next one comes directly after it.
        }
        (request.first, request.ops, request.erased) = (seq + 1, vec![], vec![record(AGREED)]);
        street.office.exchange(&stray.token, &request).await;
    }
    assert_eq!(street.office.count(words).await, before);
    let noted = "SELECT COUNT(*) FROM audit WHERE action = 'push_outside'";
    assert_eq!(street.office.count(noted).await, 3);
    let concerned =
        "SELECT COUNT(*) FROM erase_phone WHERE device = (SELECT MAX(number) FROM device)";
    assert_eq!(street.office.count(concerned).await, 0, "nor is her phone to confirm anything");
}

/// She was told while she had the street, and says that she dropped it when she has it no more.
#[tokio::test]
async fn for_who_lost_the_street_meanwhile_the_office_says_nothing_again() {
    let mut street = agreed().await;
    let (list, anna) = (street.list, street.walker);
    erase_the_number(&street.office).await;
    let told = street.office.sync(&mut street.phones[0]).await;
    assert_eq!(told.erased, [record(AGREED)]);
    street.office.write(move |tx| campaigns::unassign(tx, list, anna)).await;
    let words = "SELECT COUNT(*) FROM log";
    let before = street.office.count(words).await;
    for _ in 0..2 {
        let reply = street.office.sync(&mut street.phones[0]).await;
        assert_eq!(reply.erased, [], "she said that it is gone");
    }
    assert_eq!(street.office.count(words).await, before);
    assert_eq!(street.phones[0].device.records().iter().count(), 0, "the street left");

    // When it is hers again she reads it as it stands.
    street.office.write(move |tx| campaigns::assign(tx, list, anna, NOW_MS)).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    for phone in &street.phones {
        assert_eq!(on_phone(phone).date("due_on"), Some(20_800));
    }
    is_nowhere(&street);
    is_settled(&mut street).await;
}

#[tokio::test]
async fn number_that_waits_at_the_office_also_leaves_the_phone_that_wrote_it() {
    let mut street = agreed().await;
    let number = Value::text(planted(LATER_NUMBER));
    let odd = change(AGREED, "follow_up", street.list).with("nonsense", Value::Bool(true));
    write(&mut street.phones[1], odd.with("telephone", number));
    all_sync(&mut street).await;
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    is_nowhere(&street);
}

/// The number went, she wrote a new one with something else, and that went later.
#[tokio::test]
async fn new_number_stays_when_another_field_of_the_same_word_goes() {
    let mut street = agreed().await;
    let office = &street.office;
    erase_the_number(office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    let number = Value::text(planted(LATER_NUMBER));
    let word = change(AGREED, "follow_up", street.list).with("more_help", Value::Bool(true));
    let writes = street.phones[1]
        .device
        .prepare(vec![word.with("telephone", number.clone())], NOW_MS + HOUR_MS)
        .expect("enrolled");
    street.phones[1].device.show(&writes);
    let help = vec![(record(AGREED), "more_help".to_owned())];
    erase_at(&street.office, 2, NOW_MS + 2 * HOUR_MS, Vec::new(), help).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_server(&street.office, "telephone").await, [number]);
    assert!(!on_server(&street.office, "more_help").await.contains(&Value::Bool(true)));
    verified(street.office.path());
}

#[tokio::test]
async fn who_had_read_that_the_number_went_writes_a_new_one_whatever_her_clock_says() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    let number = Value::text(planted(LATER_NUMBER));
    write_number(&mut street.phones[1], street.list, number.clone(), NOW_MS - HOUR_MS);
    for _ in 0..3 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_server(&street.office, "telephone").await, [number]);
}

/// A reply that comes twice, the second time hours later, says nothing of what was erased; an app of before
/// heeded it, and dropped what was said again since.
#[tokio::test]
async fn late_reply_takes_nothing_away_for_good() {
    let mut street = agreed().await;
    erase_the_number(&street.office).await;
    let phone = &street.phones[0];
    let told = street.office.exchange(&phone.token, &phone.request()).await;
    assert_eq!(told.erased, [record(AGREED)]);
    all_sync(&mut street).await;
    all_sync(&mut street).await;
    let phone = &mut street.phones[0];
    let writes = phone.device.absorb(&told, NOW_MS);
    phone.device.show(&writes);
    assert_eq!(on_phone(phone).date("due_on"), Some(20_800), "it came too late");
    let heeded = Reply { pages: Vec::new(), ..told };
    let writes = phone.device.absorb(&heeded, NOW_MS);
    phone.device.show(&writes);
    assert!(phone.device.records().get(record(AGREED)).is_none());
    let word = change(AGREED, "follow_up", street.list).with("more_help", Value::Bool(true));
    write(&mut street.phones[1], word);
    street.office.sync(&mut street.phones[1]).await;
    for _ in 0..2 {
        all_sync(&mut street).await;
    }
    assert_eq!(on_phone(&street.phones[0]).date("due_on"), Some(20_800));
    is_settled(&mut street).await;
}

/// The copy wrote about the same record, under the number whose word lost a part meanwhile.
#[tokio::test]
async fn other_word_of_a_copy_under_the_number_of_what_went_is_not_lost() {
    let mut street = told().await;
    let mut copy = copy_of(&street.phones[0]);
    let agreed = change(AGREED, "follow_up", street.list)
        .with("talk", to(record(TALK)))
        .with("telephone", Value::text(planted(NUMBER)));
    write(&mut street.phones[0], agreed);
    all_sync(&mut street).await;
    erase_the_number(&street.office).await;
    all_sync(&mut street).await;
    write_number(&mut copy, street.list, Value::Nothing, NOW_MS + HOUR_MS);
    let reply = street.office.exchange(&copy.token, &copy.request()).await;
    assert!(matches!(reply.instruction, Instruction::EnrolAgain { .. }), "{:?}", reply.instruction);
    // What the phone itself sends once more is its own.
    let own = street.office.exchange(&street.phones[0].token, &street.phones[0].request()).await;
    assert_eq!(own.instruction, Instruction::Continue);
}
