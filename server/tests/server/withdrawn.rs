//! A tenant who changed her mind, and residents who ask: offers and cases are found, erased and kept no
//! longer than the law asks. What is planted here must be nowhere afterwards.

use crate::cases::{DAY_MS, TODAY, Town, appointment, handed_over, offer, the_case, write, yes};
use crate::erase::{found_on, found_under, planted};
use crate::office_world::{NOW_MS, Phone, record};
use aanbel_server::access::audit::Actor;
use aanbel_server::erase::request::{self, Decided};
use aanbel_server::erase::{Cause, Ledger, find};
use aanbel_server::retention::{self, Terms};
use aanbel_server::store::{StoreError, verify};
use aanbel_shared::programme::{Case, Role, dropped_cases};
use aanbel_shared::record::{Record, Value};
use aanbel_shared::sync::Change;
use rusqlite::Connection;

const NONE: Vec<String> = Vec::new();

async fn is_nowhere(town: &Town) {
    let folder = town.office.path().to_owned();
    // What the server does behind the withdrawal by itself, done to its end.
    retention::run_daily(&town.office.state).await.expect("a run");
    retention::scrub(&town.office.state).await.expect("clean files");
    assert_eq!(found_under(&folder), NONE);
    let report = verify::verify(&folder).expect("readable");
    assert_eq!(report.problems, NONE);
}

/// The phones that an erasure waits for.
async fn waits_for(town: &Town) -> i64 {
    town.office.count("SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL").await
}

/// Adinda was there, wrote it down and filed an application.
fn worked_on(adinda: &mut Phone) {
    let case = the_case(adinda).clone();
    let (list, about) = (case.worklist, Value::Reference(case.id));
    let address = Value::Reference(case.reference("address").expect("an address"));
    let planned = appointment(adinda, NOW_MS + DAY_MS);
    write(adinda, planned);
    write(
        adinda,
        Change::new(record(51), "talk", list)
            .with("address", address.clone())
            .with("at", Value::Instant(NOW_MS))
            .with("minutes", Value::Int(40)),
    );
    write(
        adinda,
        Change::new(record(60), "note", list)
            .with("about", about.clone())
            .with("text", Value::text(planted(2))),
    );
    write(
        adinda,
        Change::new(record(52), "application", list)
            .with("case", about)
            .with("scheme", Value::choice("nl.zorgtoeslag"))
            .with("filed_on", Value::Date(TODAY)),
    );
}

#[tokio::test]
async fn name_of_who_changed_her_mind_is_out_of_the_log_and_off_both_phones() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, &planted(0));
    let number = offer(&gert, 1).with("telephone", Value::text(planted(1)));
    write(&mut gert, number);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    worked_on(&mut adinda);
    town.office.sync(&mut adinda).await;
    assert!(!found_under(town.office.path()).is_empty(), "it was there");

    let stopped = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, stopped);
    town.office.sync(&mut gert).await;
    town.office.sync(&mut gert).await;
    assert_eq!(found_on(&gert), NONE);
    assert_eq!(waits_for(&town).await, 1, "the adviser was not in touch yet");
    is_nowhere(&town).await;

    town.office.sync(&mut adinda).await;
    town.office.sync(&mut adinda).await;
    assert_eq!(found_on(&adinda), NONE);
    assert_eq!(waits_for(&town).await, 0);
    let left = adinda.device.records();
    assert!(left.get(record(60)).is_none(), "the note");
    let application = left.get(record(52)).expect("what the municipality must keep");
    assert_eq!(application.date("filed_on"), Some(TODAY));
    assert_eq!(left.get(record(51)).and_then(|talk| talk.int("minutes")), Some(40));
    let case = the_case(&adinda);
    assert_eq!((case.str("name"), case.bool("closed")), (None, Some(true)));
    let mut doors = left.of_kind("address");
    assert!(doors.all(|door| door.str("street").is_none() && door.int("number").is_none()));
}

#[tokio::test]
async fn case_stays_on_the_list_of_who_wrote_in_it_when_its_resident_took_the_yes_back() {
    let (town, mut gert, mut adinda) = handed_over().await;
    let case = the_case(&adinda).clone();
    let wrote = Change::new(case.id, "case", case.worklist);
    write(&mut adinda, wrote.with("telephone", Value::text(planted(1))));
    town.office.sync(&mut adinda).await;
    let stopped = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, stopped);
    town.office.sync(&mut gert).await;

    town.office.sync(&mut adinda).await;
    assert_eq!(found_on(&adinda), NONE);
    assert!(adinda.device.records().get(case.id).is_none(), "what she wrote is dropped whole");
    assert_eq!(dropped_cases(adinda.device.records()), [case.id]);
    town.office.sync(&mut adinda).await;
    assert_eq!(dropped_cases(adinda.device.records()), []);
    let records = adinda.device.records();
    assert!(Case::of(records, case.id).is_some_and(|case| case.is_taken_back()));
}

#[tokio::test]
async fn what_a_phone_brings_after_a_withdrawal_goes_with_the_next_look() {
    let (town, mut gert, mut adinda) = handed_over().await;
    worked_on(&mut adinda);
    let stopped = offer(&gert, 1).with("stopped", Value::Bool(true));
    write(&mut gert, stopped);
    town.office.sync(&mut gert).await;
    // She was at the table without a signal, and did not know.
    town.office.sync(&mut adinda).await;
    is_nowhere(&town).await;
    town.office.sync(&mut adinda).await;
    assert_eq!(found_on(&adinda), NONE);
    assert!(adinda.device.records().get(record(52)).is_some(), "the application stays");
}

#[tokio::test]
async fn offer_that_went_nowhere_is_erased_too_when_it_is_taken_back() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let half =
        offer(&gert, 1).with("answer", Value::choice("yes")).with("name", Value::text(planted(0)));
    write(&mut gert, half);
    town.office.sync(&mut gert).await;
    let undone = offer(&gert, 1).with("withdrawn", Value::Bool(true));
    write(&mut gert, undone);
    town.office.sync(&mut gert).await;
    is_nowhere(&town).await;
}

#[tokio::test]
async fn other_offer_keeps_the_case_when_one_of_two_is_taken_back() {
    let town = Town::new().await;
    let (mut gert, mut hilda) = (town.phone(town.gert).await, town.phone(town.hilda).await);
    yes(&mut gert, 1, "N. Verzonnen");
    yes(&mut hilda, 2, &planted(0));
    town.office.sync(&mut gert).await;
    town.office.sync(&mut hilda).await;
    let stopped = offer(&hilda, 2).with("stopped", Value::Bool(true));
    write(&mut hilda, stopped);
    town.office.sync(&mut hilda).await;
    is_nowhere(&town).await;
    let adinda = town.phone(town.adinda).await;
    assert_eq!(the_case(&adinda).str("name"), Some("N. Verzonnen"));
    assert_eq!(adinda.device.records().of_kind("address").count(), 1);
}

#[tokio::test]
async fn resident_is_found_by_name_and_address_and_all_of_her_is_erased() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = (town.phone(town.gert).await, town.phone(town.adinda).await);
    yes(&mut gert, 1, &planted(0));
    town.office.sync(&mut gert).await;
    town.office.sync(&mut adinda).await;
    worked_on(&mut adinda);
    town.office.sync(&mut adinda).await;

    let search = |address: &'static str, name: String| {
        let read = move |db: &Connection| find::doors(db, address, &name);
        town.office.state.reader.read(read)
    };
    let by_name = search("", planted(0)).await.expect("a search");
    let by_address = search("Kruidenstraat 12", String::new()).await.expect("a search");
    assert_eq!((by_name.len(), by_address.len()), (1, 1), "{by_name:?} {by_address:?}");
    let door = by_address[0].id;
    let read = move |db: &Connection| find::at_door(db, door, NOW_MS);
    let dossier = town.office.state.reader.read(read).await.expect("a dossier");
    for kind in ["offer", "case", "case_source", "appointment", "application", "talk", "note"] {
        assert_eq!(dossier.of_kind(kind).count(), 1, "{kind}");
    }

    let asker = town.office.person("Iris", Role::Coordinator).await;
    let other = town.office.person("Hanna", Role::Office).await;
    let ledger = Ledger::of(&town.office.state.config);
    let by = |person| Actor { person: Some(person), ..Actor::SYSTEM };
    let done = town
        .office
        .write(move |tx| {
            let id = request::ask(tx, door, None, Cause::Asked, by(asker), NOW_MS)?;
            request::confirm(tx, &ledger, id, by(other), NOW_MS)
        })
        .await;
    assert_eq!(done, Decided::Done);
    for phone in [&mut gert, &mut adinda] {
        town.office.sync(phone).await;
        assert_eq!(found_on(phone), NONE);
    }
    is_nowhere(&town).await;
}

#[tokio::test]
async fn offer_without_a_case_is_found_and_erased_by_itself() {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let no_consent = offer(&gert, 1)
        .with("answer", Value::choice("yes"))
        .with("name", Value::text(planted(0)))
        .with("street", Value::text("Kruidenstraat"))
        .with("number", Value::Int(12));
    write(&mut gert, no_consent);
    town.office.sync(&mut gert).await;
    let name = planted(0);
    let read = move |db: &Connection| -> Result<(Vec<find::Door>, bool), StoreError> {
        let found = find::doors(db, "", &name)?;
        let dossier = find::at_door(db, found[0].id, NOW_MS)?;
        Ok((found, dossier.records.contains_key(&record(1))))
    };
    let (found, is_there) = town.office.state.reader.read(read).await.expect("a search");
    assert_eq!((found[0].id, is_there), (record(1), true));
}

/// How many of each kind would go now.
async fn due(town: &Town) -> Vec<(String, usize)> {
    let now_ms = town.office.state.now_ms();
    let read = move |db: &Connection| retention::due(db, Terms::default(), now_ms);
    let due = town.office.state.reader.read(read).await.expect("a dry run");
    due.counts.0.into_iter().collect()
}

/// An adviser closes a case, on this day by her phone.
fn close(phone: &mut Phone, case: &Record, day: i32) {
    let closed = Change::new(case.id, "case", case.worklist)
        .with("closed", Value::Bool(true))
        .with("closed_on", Value::Date(day));
    write(phone, closed);
}

#[tokio::test]
async fn case_goes_twelve_months_after_it_was_closed_and_not_after_its_campaign() {
    let (town, mut gert, mut adinda) = handed_over().await;
    town.office.pass(400 * DAY_MS);
    let weeks = [("plan_list".to_owned(), 2)];
    assert_eq!(due(&town).await, weeks, "an open case stays; weeks without a plan do not");
    let case = the_case(&adinda).clone();
    close(&mut adinda, &case, TODAY + 400);
    town.office.sync(&mut adinda).await;
    town.office.sync(&mut gert).await;
    town.office
        .write(|tx| {
            tx.execute("UPDATE campaign SET closed_ms = ?1", [NOW_MS])?;
            Ok(())
        })
        .await;
    town.office.pass(360 * DAY_MS);
    let early = due(&town).await;
    let goes = |kind: &str, due: &[(String, usize)]| due.iter().any(|(one, _)| one == kind);
    assert!(!goes("case", &early) && !goes("offer", &early), "{early:?}");
    town.office.pass(10 * DAY_MS);
    let late = due(&town).await;
    for kind in ["address", "case", "case_source", "offer"] {
        assert!(goes(kind, &late), "{kind}: {late:?}");
    }
    retention::run(&town.office.state, Actor::SYSTEM).await.expect("a run");
    let left = "SELECT COUNT(*) FROM record WHERE kind IN ('case', 'offer', 'address')";
    assert_eq!(town.office.count(left).await, 0);
}

#[tokio::test]
async fn case_that_a_phone_with_a_clock_of_last_year_closes_stays_as_long_as_another() {
    let (town, _, mut adinda) = handed_over().await;
    town.office.pass(400 * DAY_MS);
    let case = the_case(&adinda).clone();
    close(&mut adinda, &case, TODAY + 20);
    town.office.sync(&mut adinda).await;
    let goes = |due: Vec<(String, usize)>| due.iter().any(|(one, _)| one == "case");
    town.office.pass(360 * DAY_MS);
    // A word that comes in later changes nothing of when it was closed.
    let note =
        Change::new(record(60), "note", case.worklist).with("about", Value::Reference(case.id));
    write(&mut adinda, note.with("text", Value::text("nog gebeld")));
    let named = Change::new(case.id, "case", case.worklist).with("name", Value::text("N. V."));
    write(&mut adinda, named);
    town.office.sync(&mut adinda).await;
    assert!(!goes(due(&town).await));
    town.office.pass(7 * DAY_MS);
    assert!(goes(due(&town).await));
}
