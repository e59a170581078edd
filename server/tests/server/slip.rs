//! The caretaker said that a tenant does not want it, and that was a slip: the yes that she writes down once
//! more reaches an adviser again.

use crate::cases::{Town, handed_over, offer, the_case, write, yes};
use crate::office_world::{Phone, record};
use aanbel_server::retention;
use aanbel_server::store::verify;
use aanbel_shared::record::{Record, Value};

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
