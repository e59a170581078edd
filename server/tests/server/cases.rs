//! From a caretaker's offer to an adviser's case and back, and what each of them never gets to hold.

use crate::erase::erase_only;
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_server::cases;
use aanbel_server::store::{append_office, verify};
use aanbel_shared::programme::{Role, may_hold};
use aanbel_shared::record::{Record, RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, RecordState};
use rusqlite::params;

pub const DAY_MS: i64 = 86_400_000;
/// 21 November 2026.
pub const TODAY: i32 = 20_778;

/// Two caretakers of one corporation, and an adviser who gets what comes from it.
pub struct Town {
    pub office: Office,
    pub gert: PersonId,
    pub hilda: PersonId,
    pub adinda: PersonId,
}

impl Town {
    pub async fn new() -> Town {
        let office = Office::open();
        let gert = office.person("Gert", Role::Caretaker).await;
        let hilda = office.person("Hilda", Role::Caretaker).await;
        let adinda = office.person("Adinda", Role::Adviser).await;
        office
            .write(move |tx| {
                tx.execute("INSERT INTO corporation (id, name) VALUES (1, 'Woonverzinsel')", [])?;
                tx.execute(
                    "UPDATE person SET corporation = 1 WHERE id IN (?1, ?2)",
                    params![gert, hilda],
                )?;
                tx.execute("INSERT INTO case_rule (corporation, person) VALUES (1, ?1)", [adinda])?;
                Ok(())
            })
            .await;
        Town { office, gert, hilda, adinda }
    }

    pub async fn phone(&self, person: PersonId) -> Phone {
        let mut phone = self.office.phone(person).await;
        self.office.sync(&mut phone).await;
        phone
    }
}

pub fn write(phone: &mut Phone, change: Change) {
    let writes = phone.device.prepare(vec![change], NOW_MS).expect("enrolled");
    phone.device.show(&writes);
}

/// The caretaker's newest week.
pub fn week(phone: &Phone) -> WorklistId {
    let weeks = phone.device.records().of_kind("offer_list");
    weeks.max_by_key(|week| week.date("from_on")).expect("this week").worklist
}

pub fn offer(phone: &Phone, id: u128) -> Change {
    Change::new(record(id), "offer", week(phone))
}

/// A tenant somewhere else wants a talk.
pub fn yes_at(phone: &mut Phone, id: u128, name: &str, street: &str, number: i64) {
    let change = offer(phone, id)
        .with("answer", Value::choice("yes"))
        .with("name", Value::text(name))
        .with("street", Value::text(street))
        .with("number", Value::Int(number))
        .with("consent", Value::Bool(true));
    write(phone, change);
}

/// The tenant of number 12 wants a talk.
pub fn yes(phone: &mut Phone, id: u128, name: &str) {
    let change = offer(phone, id)
        .with("answer", Value::choice("yes"))
        .with("name", Value::text(name))
        .with("street", Value::text("Kruidenstraat"))
        .with("number", Value::Int(12))
        .with("postcode", Value::text("9999 XK"))
        .with("consent", Value::Bool(true));
    write(phone, change);
}

pub fn the_case(phone: &Phone) -> &Record {
    let mut cases = phone.device.records().of_kind("case");
    let case = cases.next().expect("a case");
    assert!(cases.next().is_none(), "one case");
    case
}

fn steps(phone: &Phone, id: u128) -> [Option<i32>; 4] {
    let offer = phone.device.records().get(record(id)).expect("the offer");
    ["received_on", "planned_on", "visited_on", "closed_on"].map(|field| offer.date(field))
}

/// Gert's tenant of number 12 said yes, and Adinda has the case.
pub async fn handed_over() -> (Town, Phone, Phone) {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    (town, gert, adinda)
}

/// An appointment of that case.
pub fn appointment(phone: &Phone, at_ms: i64) -> Change {
    let case = the_case(phone);
    Change::new(record(50), "appointment", case.worklist)
        .with("case", Value::Reference(case.id))
        .with("at", Value::Instant(at_ms))
}

#[tokio::test]
async fn yes_becomes_a_case_and_the_caretaker_reads_how_far_it_is() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let case = the_case(&adinda).clone();
    let list = case.worklist;
    assert_eq!(case.id.0, list.0, "who has the worklist has the case");
    assert_eq!(case.str("name"), Some("N. Verzonnen"));
    let address = case.reference("address").expect("an address");
    let door = adinda.device.records().get(address).expect("the address");
    assert_eq!((door.str("street"), door.int("number")), (Some("Kruidenstraat"), Some(12)));
    let source = adinda.device.records().of_kind("case_source").next().expect("a source");
    assert_eq!(source.str("from"), Some("Gert"));
    assert_eq!(source.str("corporation"), Some("Woonverzinsel"));

    let planned = appointment(&adinda, NOW_MS + 2 * DAY_MS);
    write(&mut adinda, planned);
    town.office.sync(&mut adinda).await;
    town.office.sync(&mut gert).await;
    assert_eq!(steps(&gert, 1), [Some(TODAY), Some(TODAY), None, None]);

    town.office.pass(3 * DAY_MS);
    let talk = Change::new(record(51), "talk", list)
        .with("address", Value::Reference(address))
        .with("at", Value::Instant(NOW_MS + 2 * DAY_MS))
        .with("outcome", Value::choice("advice"));
    write(&mut adinda, talk);
    let closed = Change::new(case.id, "case", list).with("closed", Value::Bool(true));
    write(&mut adinda, closed);
    town.office.sync(&mut adinda).await;
    town.office.sync(&mut gert).await;
    let days = [TODAY, TODAY, TODAY + 2, TODAY + 3].map(Some);
    assert_eq!(steps(&gert, 1), days);
    assert_eq!(gert.device.record_state(record(1)), RecordState::AtOffice);
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn corporation_and_municipality_never_hold_each_others_records() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let (mut hilda, mut adinda) = (town.phone(town.hilda).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    let note = Change::new(record(60), "note", the_case(&adinda).worklist)
        .with("about", Value::Reference(the_case(&adinda).id))
        .with("text", Value::text("alleen voor de gemeente"));
    write(&mut adinda, note);
    town.office.sync(&mut adinda).await;
    for phone in [&mut gert, &mut hilda] {
        town.office.sync(phone).await;
        let held = phone.device.records().iter();
        assert!(held.into_iter().all(|one| may_hold(Role::Caretaker, &one.kind)));
    }
    assert!(hilda.device.records().of_kind("offer").next().is_none(), "another's offer");
    assert!(adinda.device.records().iter().all(|one| may_hold(Role::Adviser, &one.kind)));

    // Even when somebody assigns the wrong list, nothing of it is delivered or taken in.
    let (list, person) = (the_case(&adinda).worklist, town.gert);
    town.office.write(move |tx| aanbel_server::campaigns::assign(tx, list, person, NOW_MS)).await;
    let claim = Change::new(record(61), "note", list).with("text", Value::text("van buiten"));
    write(&mut gert, claim);
    town.office.sync(&mut gert).await;
    assert!(gert.device.records().of_kind("case").next().is_none());
    assert_eq!(town.office.count("SELECT COUNT(*) FROM quarantine").await, 1);
}

#[tokio::test]
async fn two_offers_for_one_address_are_one_case_with_two_sources() {
    let town = Town::new().await;
    let (mut gert, mut hilda) = (town.phone(town.gert).await, town.phone(town.hilda).await);
    let mut adinda = town.phone(town.adinda).await;
    yes(&mut gert, 1, "N. Verzonnen");
    yes(&mut hilda, 2, "Mevrouw N. Verzonnen");
    for phone in [&mut gert, &mut hilda, &mut adinda] {
        town.office.sync(phone).await;
    }
    assert_eq!(the_case(&adinda).str("name"), Some("N. Verzonnen"));
    assert_eq!(adinda.device.records().of_kind("case_source").count(), 2);
    for (phone, id) in [(&mut gert, 1), (&mut hilda, 2)] {
        town.office.sync(phone).await;
        assert_eq!(steps(phone, id), [Some(TODAY), None, None, None]);
    }
    // One of them was a mistake: the case goes on for the other.
    let change = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, change);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    assert_eq!(the_case(&adinda).bool("closed"), None);
}

/// Hilda too has a yes, of somebody at number 12 as she writes.
async fn hilda_too(town: &Town) -> Phone {
    let mut hilda = town.phone(town.hilda).await;
    yes(&mut hilda, 2, "P. Bedacht");
    town.office.sync(&mut hilda).await;
    hilda
}

fn numbers(adinda: &Phone) -> Vec<i64> {
    let records = adinda.device.records();
    let doors = records.of_kind("case").filter_map(|case| records.get(case.reference("address")?));
    let mut numbers: Vec<i64> = doors.filter_map(|door| door.int("number")).collect();
    numbers.sort_unstable();
    numbers
}

/// Hilda typed 12 where she meant 14; Gert's tenant lives at 12.
#[tokio::test]
async fn offer_that_is_of_another_address_after_all_gets_a_case_of_its_own() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let mut hilda = hilda_too(&town).await;
    let change = offer(&hilda, 2).with("number", Value::Int(14));
    write(&mut hilda, change);
    for phone in [&mut hilda, &mut adinda, &mut gert] {
        town.office.sync(phone).await;
    }
    town.office.sync(&mut hilda).await;
    assert_eq!(numbers(&adinda), [12, 14]);
    assert_eq!(steps(&hilda, 2), [Some(TODAY), None, None, None]);
    // What happens to the first is no longer told to her, and the other way round.
    let change = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, change);
    for phone in [&mut gert, &mut adinda, &mut hilda] {
        town.office.sync(phone).await;
    }
    let open = adinda.device.records().of_kind("case").filter(|case| case.bool("closed").is_none());
    assert_eq!(open.map(|case| case.str("name")).collect::<Vec<_>>(), [Some("P. Bedacht")]);
    assert_eq!(steps(&hilda, 2)[3], None);
    // Correcting it once more moves her own case along.
    let change = offer(&hilda, 2).with("number", Value::Int(16));
    write(&mut hilda, change);
    for phone in [&mut hilda, &mut adinda] {
        town.office.sync(phone).await;
    }
    assert!(numbers(&adinda).contains(&16) && !numbers(&adinda).contains(&14));
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

/// Hilda's number was another one for a moment only: what she typed went out before she was done.
#[tokio::test]
async fn offer_that_was_elsewhere_for_a_moment_comes_back_to_the_case() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let mut hilda = hilda_too(&town).await;
    for number in [1, 12, 1, 12] {
        let change = offer(&hilda, 2).with("number", Value::Int(number));
        write(&mut hilda, change);
        town.office.sync(&mut hilda).await;
    }
    town.office.sync(&mut adinda).await;
    let open = |adinda: &Phone| {
        let cases = adinda.device.records().of_kind("case");
        cases
            .filter(|case| case.bool("closed") != Some(true))
            .map(|case| case.id)
            .collect::<Vec<_>>()
    };
    let [case] = open(&adinda)[..] else { panic!("one case stays open") };
    assert_eq!(
        adinda.device.records().get(case).and_then(|one| one.str("name")),
        Some("N. Verzonnen")
    );
    // It carries the case when the other offer is taken back.
    let change = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, change);
    for phone in [&mut gert, &mut adinda] {
        town.office.sync(phone).await;
    }
    assert_eq!(open(&adinda), [case]);
}

/// Gert typed 12 where he meant 10; Hilda's tenant lives at 12.
#[tokio::test]
async fn case_that_is_of_another_address_after_all_leaves_the_other_offer_its_own() {
    let (town, mut gert, mut adinda) = handed_over().await;
    hilda_too(&town).await;
    let change = offer(&gert, 1).with("number", Value::Int(10));
    write(&mut gert, change);
    for phone in [&mut gert, &mut adinda] {
        town.office.sync(phone).await;
    }
    assert_eq!(numbers(&adinda), [10, 12]);
}

/// They know where the resident lives.
#[tokio::test]
async fn address_that_the_office_settled_takes_no_offer_out_of_the_case() {
    let (town, _, mut adinda) = handed_over().await;
    let mut hilda = hilda_too(&town).await;
    let case = the_case(&adinda);
    let address = case.reference("address").expect("an address");
    let change = Change::new(address, "address", case.worklist).with("number", Value::Int(21));
    let by = Some(town.adinda);
    town.office.write(move |tx| append_office(tx, by, vec![change], NOW_MS).map(drop)).await;
    let change = offer(&hilda, 2).with("name", Value::text("N. Verzonnen"));
    write(&mut hilda, change);
    for phone in [&mut hilda, &mut adinda] {
        town.office.sync(phone).await;
    }
    assert_eq!(numbers(&adinda), [21]);
}

/// Her phone must go on, and the office keeps the offer no longer than another.
#[tokio::test]
async fn offer_of_which_the_case_was_erased_can_still_be_changed() {
    let (town, mut gert, adinda) = handed_over().await;
    let list = the_case(&adinda).worklist;
    let of_the_case = town
        .office
        .write(move |tx| {
            let mut query = tx.prepare("SELECT id FROM record WHERE worklist = ?1")?;
            let ids = query.query_map([list.0], |row| Ok(RecordId(row.get(0)?)))?;
            Ok(ids.collect::<Result<Vec<_>, _>>()?)
        })
        .await;
    let records = of_the_case.into_iter().map(|record| (record, list)).collect();
    erase_only(&town.office, records, Vec::new()).await;
    let change = offer(&gert, 1).with("telephone", Value::text("06 00 00 00 12"));
    write(&mut gert, change);
    town.office.sync(&mut gert).await;
    assert_eq!(gert.device.waiting(), 0, "it came in");
    assert_eq!(town.office.count("SELECT COUNT(*) FROM record WHERE kind = 'case'").await, 0);
}

#[tokio::test]
async fn who_changes_her_mind_is_gone_from_the_case() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let planned = appointment(&adinda, NOW_MS + DAY_MS);
    write(&mut adinda, planned);
    town.office.sync(&mut adinda).await;

    let change = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, change);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    let after = the_case(&adinda);
    assert_eq!(after.str("name"), None);
    assert_eq!(after.str("result"), Some("consent_withdrawn"));
    let called_off = adinda.device.records().get(record(50)).and_then(|one| one.str("state"));
    assert_eq!(called_off, Some("cancelled"));
    town.office.sync(&mut gert).await;
    assert_eq!(steps(&gert, 1)[3], Some(TODAY));
    let offer = gert.device.records().get(record(1)).expect("the offer");
    assert_eq!((offer.str("name"), offer.str("street"), offer.int("number")), (None, None, None));
}

#[tokio::test]
async fn offer_without_consent_goes_nowhere() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    let change =
        offer(&gert, 1).with("answer", Value::choice("yes")).with("name", Value::text("N."));
    write(&mut gert, change);
    let change = offer(&gert, 2).with("answer", Value::choice("no"));
    write(&mut gert, change);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    assert!(adinda.device.records().of_kind("case").next().is_none());
    assert_eq!(steps(&gert, 1), [None; 4]);
}

#[tokio::test]
async fn what_the_adviser_corrected_stays_and_what_she_left_follows_the_caretaker() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, "N. Verzonen");
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    let case = the_case(&adinda).clone();
    let name = Change::new(case.id, "case", case.worklist);
    write(&mut adinda, name.with("name", Value::text("N. Verzonnen")));
    town.office.sync(&mut adinda).await;
    let change = offer(&gert, 1)
        .with("name", Value::text("N. V."))
        .with("telephone", Value::text("0600000000"));
    write(&mut gert, change);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    let case = the_case(&adinda);
    assert_eq!(case.str("name"), Some("N. Verzonnen"));
    assert_eq!(case.str("telephone"), Some("0600000000"));
}

#[tokio::test]
async fn what_a_person_at_the_office_settled_in_a_case_stays_when_the_caretaker_corrects() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, "N. Verzonen");
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    let (case, by) = (the_case(&adinda).clone(), town.adinda);
    let name = Change::new(case.id, "case", case.worklist);
    let name = name.with("name", Value::text("N. Verzonnen"));
    town.office.write(move |tx| append_office(tx, Some(by), vec![name], NOW_MS)).await;
    let correction = offer(&gert, 1).with("name", Value::text("N. V."));
    write(&mut gert, correction);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    assert_eq!(the_case(&adinda).str("name"), Some("N. Verzonnen"));
}

#[tokio::test]
async fn tenants_of_ninety_days_ago_leave_the_phone_and_the_office_keeps_them() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    for days in [89, 1, 14] {
        town.office.pass(days * DAY_MS);
        town.office.sync(&mut gert).await;
        let is_there = gert.device.records().get(record(1)).is_some();
        assert_eq!(is_there, town.office.state.now_ms() <= NOW_MS + 90 * DAY_MS, "{days}");
    }
    assert_eq!(town.office.count("SELECT COUNT(*) FROM record WHERE kind = 'case'").await, 1);
}

#[tokio::test]
async fn settling_again_changes_nothing() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    yes(&mut gert, 1, "N. Verzonnen");
    town.office.sync(&mut gert).await;
    let before = town.office.count("SELECT COUNT(*) FROM log").await;
    town.office
        .write(|tx| {
            tx.execute("INSERT INTO case_due (record, kind) SELECT id, kind FROM record", [])?;
            cases::settle(tx, NOW_MS + DAY_MS)
        })
        .await;
    assert_eq!(town.office.count("SELECT COUNT(*) FROM log").await, before);
}
