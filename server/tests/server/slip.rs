//! The caretaker said that a tenant does not want it, and that was a slip: the yes that she writes down once
//! more reaches an adviser again.

use crate::cases::{Town, handed_over, offer, the_case, write, yes};
use crate::office_world::{NOW_MS, Office, Phone, record};
use crate::part_away::backed_up;
use aanbel_server::access::people;
use aanbel_server::erase::Ledger;
use aanbel_server::retention;
use aanbel_server::store::verify;
use aanbel_shared::record::{Record, RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;

fn open_cases(adinda: &Phone) -> Vec<&Record> {
    let cases = adinda.device.records().of_kind("case");
    cases.filter(|case| case.bool("closed") != Some(true)).collect()
}

async fn stops(town: &Town, phone: &mut Phone, id: u128) {
    let no = offer(phone, id).with("stopped", Value::Bool(true));
    write(phone, no);
    // Once more: she reads that the name is gone.
    town.office.sync(phone).await;
    town.office.sync(phone).await;
    assert_eq!(phone.device.records().get(record(id)).and_then(|one| one.str("name")), None);
}

fn was_a_slip(phone: &mut Phone, id: u128) {
    let slip = offer(phone, id).with("stopped", Value::Bool(false));
    write(phone, slip);
}

async fn all_is_right(town: &Town) {
    retention::run_daily(&town.office.state).await.expect("a run");
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn yes_that_comes_back_after_a_slip_is_a_case_again() {
    let (town, mut gert, mut adinda) = handed_over().await;
    // No rule: the office gave her the case by hand.
    town.office.write(|tx| Ok(tx.execute("DELETE FROM case_rule", [])?)).await;
    let ended = the_case(&adinda).id;
    stops(&town, &mut gert, 1).await;
    town.office.sync(&mut adinda).await;
    assert!(open_cases(&adinda).is_empty());

    was_a_slip(&mut gert, 1);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    all_is_right(&town).await;
    for phone in [&mut gert, &mut adinda] {
        town.office.sync(phone).await;
    }
    let [case] = open_cases(&adinda)[..] else { panic!("one case") };
    assert_eq!(case.str("name"), Some("N. Verzonnen"));
    let door = case.reference("address").and_then(|door| adinda.device.records().get(door));
    assert_eq!(door.and_then(|door| door.int("number")), Some(12));
    assert_ne!(case.id, ended, "what ended stays as it was");
    let told = gert.device.records().get(record(1)).expect("the offer");
    assert!(told.date("received_on").is_some() && told.date("closed_on").is_none());
    assert_eq!(told.str("name"), Some("N. Verzonnen"), "nothing takes it away again");

    // She really changes her mind.
    stops(&town, &mut gert, 1).await;
    town.office.sync(&mut adinda).await;
    assert!(open_cases(&adinda).is_empty());
    all_is_right(&town).await;
}

#[tokio::test]
async fn yes_that_is_half_written_again_is_not_erased_meanwhile() {
    let (town, mut gert, mut adinda) = handed_over().await;
    stops(&town, &mut gert, 1).await;
    was_a_slip(&mut gert, 1);
    let half = offer(&gert, 1).with("name", Value::text("N. Verzonnen"));
    write(&mut gert, half);
    town.office.sync(&mut gert).await;
    all_is_right(&town).await;
    let rest =
        offer(&gert, 1).with("street", Value::text("Kruidenstraat")).with("number", Value::Int(12));
    write(&mut gert, rest);
    town.office.sync(&mut gert).await;
    all_is_right(&town).await;
    town.office.sync(&mut adinda).await;
    let names: Vec<_> = open_cases(&adinda).iter().map(|case| case.str("name")).collect();
    assert_eq!(names, [Some("N. Verzonnen")]);
}

/// Of two offers to one home both were a slip.
#[tokio::test]
async fn two_offers_to_one_home_that_both_come_back_are_one_case() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let mut hilda = town.phone(town.hilda).await;
    yes(&mut hilda, 2, "N. Verzonnen");
    town.office.sync(&mut hilda).await;
    stops(&town, &mut gert, 1).await;
    stops(&town, &mut hilda, 2).await;
    for (phone, id) in [(&mut hilda, 2), (&mut gert, 1)] {
        was_a_slip(phone, id);
        yes(phone, id, "N. Verzonnen");
        town.office.sync(phone).await;
    }
    all_is_right(&town).await;
    town.office.sync(&mut adinda).await;
    let [case] = open_cases(&adinda)[..] else { panic!("one case") };
    let sources = adinda.device.records().pointing("case_source", "case", case.id);
    assert_eq!(sources.count(), 2);
}

/// What was written again within minutes is no earlier word, also for a server that knows of the first yes
/// alone and does the erasure once more.
#[tokio::test]
async fn yes_that_came_back_outlives_a_restore_from_before_the_slip() {
    let (mut town, mut gert, mut adinda) = handed_over().await;
    let copy = backed_up(&town.office);
    stops(&town, &mut gert, 1).await;
    was_a_slip(&mut gert, 1);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    let ledger = Ledger::of(&town.office.state.config);
    std::fs::copy(ledger.path(), copy.path().join("erased.jsonl")).expect("beside it");
    town.office = Office::open_in(copy);
    for _ in 0..3 {
        town.office.sync(&mut gert).await;
    }
    all_is_right(&town).await;
    let told = gert.device.records().get(record(1)).expect("the offer");
    assert_eq!(told.str("name"), Some("N. Verzonnen"));
    for _ in 0..2 {
        town.office.sync(&mut adinda).await;
    }
    let names: Vec<_> = open_cases(&adinda).iter().map(|case| case.str("name")).collect();
    assert_eq!(names, [Some("N. Verzonnen")]);
}

/// She was without signal when it all happened, and wrote in the case that ended.
#[tokio::test]
async fn what_comes_in_late_in_the_case_that_ended_goes_too() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let ended = the_case(&adinda).clone();
    stops(&town, &mut gert, 1).await;
    was_a_slip(&mut gert, 1);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    what_she_writes_goes(&town, &mut adinda, &ended).await;
    for _ in 0..2 {
        town.office.sync(&mut adinda).await;
    }
    let [open] = open_cases(&adinda)[..] else { panic!("one case") };
    assert_eq!(open.str("name"), Some("N. Verzonnen"), "the other case keeps all");
}

async fn what_she_writes_goes(town: &Town, adinda: &mut Phone, ended: &Record) {
    let note = Change::new(record(70), "note", ended.worklist);
    let note = note.with("about", Value::Reference(ended.id));
    write(adinda, note.with("text", Value::text("Wil bellen")));
    town.office.sync(adinda).await;
    assert_eq!(notes(town).await, 1, "it came in");
    all_is_right(town).await;
    assert_eq!(notes(town).await, 0);
}

async fn notes(town: &Town) -> i64 {
    town.office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await
}

#[tokio::test]
async fn yes_that_comes_back_goes_to_nobody_who_left() {
    let (town, mut gert, mut adinda) = handed_over().await;
    town.office.write(|tx| Ok(tx.execute("DELETE FROM case_rule", [])?)).await;
    stops(&town, &mut gert, 1).await;
    town.office.sync(&mut adinda).await;
    let left = town.adinda;
    town.office.write(move |tx| people::set_active(tx, left, false, NOW_MS)).await;
    was_a_slip(&mut gert, 1);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    all_is_right(&town).await;
    let without = "SELECT COUNT(*) FROM record
        WHERE kind = 'case' AND COALESCE(field(live, 'closed'), 0) = 0
          AND NOT EXISTS (SELECT 1 FROM assignment WHERE worklist = record.worklist)";
    assert_eq!(town.office.count(without).await, 1, "it looks for an adviser");
}

/// She had closed the case for a reason of her own, without signal.
#[tokio::test]
async fn yes_that_comes_back_is_a_case_whatever_the_other_ended_with() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let ended = the_case(&adinda).clone();
    stops(&town, &mut gert, 1).await;
    let closed = Change::new(ended.id, "case", WorklistId(ended.id.0));
    let closed = closed.with("result", Value::choice("no_contact"));
    write(&mut adinda, closed.with("closed", Value::Bool(true)));
    town.office.sync(&mut adinda).await;
    settle_for(&town, ended.id, "no_contact").await;
    was_a_slip(&mut gert, 1);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    all_is_right(&town).await;
    for _ in 0..2 {
        town.office.sync(&mut adinda).await;
    }
    let names: Vec<_> = open_cases(&adinda).iter().map(|case| case.str("name")).collect();
    assert_eq!(names, [Some("N. Verzonnen")]);
    // What she still writes in the first one goes.
    what_she_writes_goes(&town, &mut adinda, &ended).await;
}

/// Two caretakers asked at one home. One of them said no by a slip, and the other's yes carried the case to its
/// end: there is nothing to do again.
#[tokio::test]
async fn yes_that_comes_back_to_a_home_that_was_served_is_no_other_case() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let mut hilda = town.phone(town.hilda).await;
    yes(&mut hilda, 2, "N. Verzonnen");
    town.office.sync(&mut hilda).await;
    stops(&town, &mut hilda, 2).await;
    town.office.sync(&mut adinda).await;
    let case = the_case(&adinda).clone();
    let closed = Change::new(case.id, "case", case.worklist);
    let closed = closed.with("result", Value::choice("applied"));
    write(&mut adinda, closed.with("closed", Value::Bool(true)));
    town.office.sync(&mut adinda).await;
    was_a_slip(&mut hilda, 2);
    yes(&mut hilda, 2, "N. Verzonnen");
    for phone in [&mut hilda, &mut gert, &mut adinda] {
        town.office.sync(phone).await;
    }
    all_is_right(&town).await;
    assert!(open_cases(&adinda).is_empty());
    assert_eq!(town.office.count("SELECT COUNT(*) FROM record WHERE kind = 'case'").await, 1);
}

/// The office settles with what a case ended.
async fn settle_for(town: &Town, case: RecordId, result: &'static str) {
    let change =
        Change::new(case, "case", WorklistId(case.0)).with("result", Value::choice(result));
    let by = Some(town.adinda);
    town.office
        .write(move |tx| aanbel_server::store::append_office(tx, by, vec![change], NOW_MS))
        .await;
}
