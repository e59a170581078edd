//! The desk of the cases: who gets a new one, who stands in, how much an adviser gets.

use crate::cases::{DAY_MS, TODAY, Town, handed_over, the_case, write, yes, yes_at};
use crate::office_world::{NOW_MS, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_server::cases::escalation::{self, Reason};
use aanbel_server::cases::{self, capacity, cover, rules};
use aanbel_server::{campaigns, import};
use aanbel_shared::programme::Role;
use aanbel_shared::record::Value;
use aanbel_shared::sync::Change;
use axum::http::StatusCode;
use rusqlite::Connection;

fn has_a_case(phone: &Phone) -> bool {
    phone.device.records().of_kind("case").next().is_some()
}

impl Town {
    /// An address list that says in which district the street of the offers lies.
    pub async fn with_districts(&self) {
        let list = "straat;nummer;postcode;plaats;wijk\n\
                    Kruidenstraat;12;9999XK;Voorbeeldstad;Kruidenbuurt\n";
        let preview = import::read(list.as_bytes()).expect("a right file");
        let campaign = self.office.campaign().await;
        let writer = &self.office.state.writer;
        let done = campaigns::import(writer, &campaign, &preview.streets, None, NOW_MS, |_| {});
        done.await.expect("an import");
    }

    async fn rule(&self, district: &'static str, adviser: PersonId) {
        self.office.write(move |tx| rules::set_district(tx, district, Some(adviser))).await;
    }

    async fn load_of(&self, person: PersonId) -> capacity::Load {
        let now_ms = self.office.state.now_ms();
        let read = move |db: &Connection| capacity::loads(db, now_ms);
        let loads = self.office.state.reader.read(read).await.expect("readable");
        loads.into_iter().find(|load| load.person == person).expect("an adviser")
    }
}

#[tokio::test]
async fn district_comes_before_corporation_and_others_come_last() {
    let town = Town::new().await;
    town.with_districts().await;
    let bram = town.office.person("Bram", Role::Adviser).await;
    let cees = town.office.person("Cees", Role::Adviser).await;
    town.rule("Kruidenbuurt", bram).await;
    town.rule(rules::ALL_OTHERS, cees).await;
    let mut gert = town.phone(town.gert).await;
    let loose = town.office.person("Loes", Role::Caretaker).await;
    let mut loose = town.phone(loose).await;

    yes(&mut gert, 1, "N. Verzonnen");
    yes_at(&mut gert, 2, "O. Verzonnen", "Bedachtlaan", 1);
    town.office.sync(&mut gert).await;
    // Of no corporation, in no district that is known.
    yes_at(&mut loose, 3, "P. Verzonnen", "Nergenspad", 3);
    town.office.sync(&mut loose).await;

    for (person, name) in [(bram, "N."), (town.adinda, "O."), (cees, "P.")] {
        let phone = town.phone(person).await;
        let case = the_case(&phone);
        assert_eq!(case.str("name"), Some(&*format!("{name} Verzonnen")));
    }
}

#[tokio::test]
async fn colleague_has_the_cases_during_leave_and_not_before_or_after() {
    let (town, _, mut adinda) = handed_over().await;
    let bram = town.office.person("Bram", Role::Adviser).await;
    let (away, from_on) = (town.adinda, TODAY + 1);
    town.office.write(move |tx| cover::add(tx, away, bram, from_on, from_on + 6)).await;
    let mut bram = town.phone(bram).await;
    assert!(!has_a_case(&bram), "her leave begins tomorrow");

    town.office.pass(DAY_MS);
    town.office.sync(&mut bram).await;
    let case = the_case(&bram).clone();
    let note = Change::new(record(70), "note", case.worklist)
        .with("about", Value::Reference(case.id))
        .with("text", Value::text("ingevallen"));
    write(&mut bram, note);
    town.office.sync(&mut bram).await;
    town.office.sync(&mut adinda).await;
    assert!(adinda.device.records().get(record(70)).is_some(), "she keeps her case");

    town.office.pass(7 * DAY_MS);
    town.office.sync(&mut bram).await;
    assert!(!has_a_case(&bram), "her leave is over");
}

#[tokio::test]
async fn what_was_closed_is_no_business_of_who_stands_in() {
    let (town, _, mut adinda) = handed_over().await;
    let case = the_case(&adinda).clone();
    let closed = Change::new(case.id, "case", case.worklist).with("closed", Value::Bool(true));
    write(&mut adinda, closed);
    town.office.sync(&mut adinda).await;
    let bram = town.office.person("Bram", Role::Adviser).await;
    let away = town.adinda;
    town.office.write(move |tx| cover::add(tx, away, bram, TODAY, TODAY)).await;
    assert!(!has_a_case(&town.phone(bram).await));
}

#[tokio::test]
async fn more_new_addresses_than_planned_is_told_and_last_week_does_not_count() {
    let (town, mut gert, _) = handed_over().await;
    let adinda = town.adinda;
    town.office.write(move |tx| capacity::plan(tx, adinda, Some(1))).await;
    let load = town.load_of(adinda).await;
    assert_eq!((load.new, load.open, load.is_over()), ([1, 0, 0, 0], 1, false));
    yes_at(&mut gert, 4, "Q. Verzonnen", "Bedachtlaan", 7);
    town.office.sync(&mut gert).await;
    let load = town.load_of(adinda).await;
    assert_eq!((load.new[0], load.is_over()), (2, true));
    town.office.pass(7 * DAY_MS);
    let load = town.load_of(adinda).await;
    assert_eq!((load.new, load.open, load.is_over()), ([0, 2, 0, 0], 2, false));
}

/// What is escalated today, by its reason, and since when.
async fn escalated(town: &Town) -> Vec<(Reason, Option<i32>)> {
    let today = time_of(town);
    let found = town.office.write(move |tx| escalation::look(tx, today)).await;
    found.into_iter().map(|one| (one.reason, one.since_on)).collect()
}

fn time_of(town: &Town) -> i32 {
    TODAY + i32::try_from((town.office.state.now_ms() - NOW_MS) / DAY_MS).expect("days")
}

#[tokio::test]
async fn clock_that_ran_out_is_escalated_until_something_was_filed() {
    let (town, _, mut adinda) = handed_over().await;
    let case = the_case(&adinda).clone();
    let talk = Change::new(record(51), "talk", case.worklist)
        .with("address", Value::Reference(case.reference("address").expect("an address")))
        .with("at", Value::Instant(NOW_MS));
    write(&mut adinda, talk);
    town.office.sync(&mut adinda).await;
    town.office.pass(7 * DAY_MS);
    assert_eq!(escalated(&town).await, []);
    town.office.pass(2 * DAY_MS);
    assert_eq!(escalated(&town).await, [(Reason::ClockRed, Some(TODAY + 8))]);

    let filed = Change::new(record(52), "application", case.worklist)
        .with("case", Value::Reference(case.id))
        .with("scheme", Value::choice("nl.zorgtoeslag"))
        .with("filed_on", Value::Date(TODAY + 9));
    write(&mut adinda, filed);
    town.office.sync(&mut adinda).await;
    assert_eq!(escalated(&town).await, []);
    town.office.pass(56 * DAY_MS);
    assert_eq!(escalated(&town).await, []);
    town.office.pass(DAY_MS);
    assert_eq!(escalated(&town).await, [(Reason::DecisionLate, Some(TODAY + 9 + 57))]);
}

#[tokio::test]
async fn refused_referral_is_escalated_until_something_else_was_arranged() {
    let (town, _, mut adinda) = handed_over().await;
    let case = the_case(&adinda).clone();
    let talk = Change::new(record(51), "talk", case.worklist)
        .with("address", Value::Reference(case.reference("address").expect("an address")))
        .with("at", Value::Instant(NOW_MS));
    write(&mut adinda, talk);
    let refused = Change::new(record(53), "referral", case.worklist)
        .with("talk", Value::Reference(record(51)))
        .with("organisation", Value::choice("debt_help"))
        .with("answer", Value::choice("refused"));
    write(&mut adinda, refused);
    town.office.sync(&mut adinda).await;
    assert_eq!(escalated(&town).await, [(Reason::ReferralRefused, Some(TODAY))]);
    town.office.pass(2 * DAY_MS);
    let since = Some(TODAY);
    assert_eq!(escalated(&town).await, [(Reason::ReferralRefused, since)], "known since then");
    let settled = Change::new(record(53), "referral", case.worklist);
    write(&mut adinda, settled.with("settled", Value::Bool(true)));
    town.office.sync(&mut adinda).await;
    assert_eq!(escalated(&town).await, []);
}

#[tokio::test]
async fn server_looks_at_the_cases_once_a_day_by_itself() {
    let (town, _, _) = handed_over().await;
    let state = &town.office.state;
    assert_eq!(escalation::look_daily(state).await.expect("a look"), Some(0));
    town.office.pass(DAY_MS / 4);
    assert_eq!(escalation::look_daily(state).await.expect("a look"), None);
    town.office.pass(DAY_MS);
    assert_eq!(escalation::look_daily(state).await.expect("a look"), Some(0));
}

#[tokio::test]
async fn corporation_sees_its_own_counts_hidden_when_small_and_nothing_else() {
    let (town, mut gert, _) = handed_over().await;
    let (ours, other) = (
        town.office.person("Olga", Role::Corporation).await,
        town.office.person("Piet", Role::Corporation).await,
    );
    town.office
        .write(move |tx| {
            tx.execute("INSERT INTO corporation (id, name) VALUES (2, 'Elders')", [])?;
            tx.execute("UPDATE person SET corporation = 1 WHERE id = ?1", [ours])?;
            tx.execute("UPDATE person SET corporation = 2 WHERE id = ?1", [other])?;
            Ok(())
        })
        .await;
    let (status, small) = town.office.page(ours, "/kantoor/aantallen").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(small.matches(">minder dan 5<").count(), 6, "{small}");
    for id in 100..105 {
        let no = Change::new(record(id), "offer", crate::cases::week(&gert));
        write(&mut gert, no.with("answer", Value::choice("no")));
    }
    town.office.sync(&mut gert).await;
    let (_, more) = town.office.page(ours, "/kantoor/aantallen").await;
    assert_eq!(more.matches(">minder dan 5<").count(), 5);
    assert!(more.contains(">6</td>") && more.contains("Woonverzinsel"));
    assert!(!more.contains("Verzonnen") && !more.contains("Kruidenstraat"));
    let (_, elsewhere) = town.office.page(other, "/kantoor/aantallen").await;
    assert_eq!(elsewhere.matches(">minder dan 5<").count(), 6);

    let (status, _) = town.office.page(ours, "/kantoor").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    for path in ["/kantoor/dossiers", "/kantoor/dossiers/cijfers", "/kantoor/cijfers"] {
        assert_eq!(town.office.page(ours, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn office_gets_rules_plan_and_leave_as_pages() {
    let (town, _, _) = handed_over().await;
    town.with_districts().await;
    let hanna = town.office.person("Hanna", Role::Office).await;
    let (status, body) = town.office.page(hanna, "/kantoor/adviseurs").await;
    assert_eq!(status, StatusCode::OK);
    for words in ["Adinda", "Kruidenbuurt", "Alle andere dossiers", "Nieuw deze week"] {
        assert!(body.contains(words), "{words}: {body}");
    }
    let (status, body) = town.office.page(hanna, "/kantoor/dossiers/aandacht").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("Alles loopt op tijd."));
    let (status, body) = town.office.page(hanna, "/kantoor/dossiers/cijfers").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("Per corporatie"));
}

/// The streets of the homes on this phone.
fn homes(phone: &Phone) -> Vec<String> {
    let homes = phone.device.records().of_kind("home");
    homes.filter_map(|home| home.str("street").map(str::to_owned)).collect()
}

impl Town {
    async fn gets_homes(&self, corporation: i64, street: &'static str) {
        let list = format!("straat;nummer;letter;postcode;plaats\n{street};1;B;9999XK;Elders\n");
        let found = import::read(list.as_bytes()).expect("a right file");
        let now_ms = self.office.state.now_ms();
        let job =
            move |tx: &Connection| cases::homes::replace(tx, corporation, &found, None, now_ms);
        assert_eq!(self.office.write(job).await, 1);
    }
}

#[tokio::test]
async fn caretaker_gets_the_homes_of_her_own_corporation_and_only_the_newest_list() {
    let town = Town::new().await;
    town.office
        .write(|tx| {
            tx.execute("INSERT INTO corporation (id, name) VALUES (2, 'Elders')", [])?;
            tx.execute("UPDATE person SET corporation = 2 WHERE name = 'Hilda'", [])?;
            Ok(())
        })
        .await;
    town.gets_homes(1, "Kruidenstraat").await;
    town.gets_homes(2, "Bedachtlaan").await;
    let (mut gert, hilda) = (town.phone(town.gert).await, town.phone(town.hilda).await);
    let adinda = town.phone(town.adinda).await;
    assert_eq!(homes(&gert), ["Kruidenstraat"]);
    assert_eq!(homes(&hilda), ["Bedachtlaan"]);
    assert_eq!(homes(&adinda), [""; 0]);
    let home = gert.device.records().of_kind("home").next().expect("a home");
    assert_eq!((home.int("number"), home.str("addition")), (Some(1), Some("B")));

    town.gets_homes(1, "Nieuwstraat").await;
    town.office.sync(&mut gert).await;
    assert_eq!(homes(&gert), ["Nieuwstraat"]);
}
