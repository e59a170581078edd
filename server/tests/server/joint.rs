//! A joint visit: planned from either side, one part that both hold, and notes that the other side never
//! gets.

use crate::cases::write;
use crate::erase::{erase, found_on, found_under, planted};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::PersonId;
use aanbel_server::campaigns;
use aanbel_server::cases::joint;
use aanbel_server::erase::find;
use aanbel_server::store::verify;
use aanbel_shared::programme::{Role, is_double};
use aanbel_shared::record::{Record, RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, RecordState};
use axum::http::StatusCode;
use rusqlite::{Connection, params};

const DAY_MS: i64 = 86_400_000;

/// A caretaker and the adviser who gets what comes from his corporation.
pub struct Town {
    pub office: Office,
    pub gert: PersonId,
    pub adinda: PersonId,
}

impl Town {
    pub async fn new() -> Town {
        let office = Office::open();
        let gert = office.person("Gert", Role::Caretaker).await;
        let adinda = office.person("Adinda", Role::Adviser).await;
        office
            .write(move |tx| {
                tx.execute("INSERT INTO corporation (id, name) VALUES (1, 'Woonverzinsel')", [])?;
                tx.execute("UPDATE person SET corporation = 1 WHERE id = ?1", params![gert])?;
                tx.execute("INSERT INTO case_rule (corporation, person) VALUES (1, ?1)", [adinda])?;
                Ok(())
            })
            .await;
        Town { office, gert, adinda }
    }

    /// As `new`, with a second caretaker: of two nobody is chosen, so Gert does not hold the visit that
    /// Adinda plans.
    pub async fn of_two_caretakers() -> Town {
        let town = Town::new().await;
        let hilda = town.office.person("Hilda", Role::Caretaker).await;
        town.office
            .write(move |tx| {
                tx.execute("UPDATE person SET corporation = 1 WHERE id = ?1", [hilda])?;
                Ok(())
            })
            .await;
        town
    }

    pub async fn phones(&self) -> (Phone, Phone) {
        let (mut gert, mut adinda) =
            (self.office.phone(self.gert).await, self.office.phone(self.adinda).await);
        self.office.sync(&mut gert).await;
        self.office.sync(&mut adinda).await;
        (gert, adinda)
    }

    pub async fn sync_both(&self, gert: &mut Phone, adinda: &mut Phone) {
        for phone in [&mut *gert, &mut *adinda] {
            self.office.sync(phone).await;
        }
        // What one wrote is there for the other the second time.
        self.office.sync(gert).await;
    }
}

/// A plan for number 12, all but the resident's yes.
pub fn plan(phone: &Phone, id: u128) -> Change {
    let weeks = phone.device.records().of_kind("plan_list");
    let week = weeks.max_by_key(|week| week.date("from_on")).expect("this week");
    Change::new(record(id), "joint_plan", week.worklist)
        .with("at", Value::Instant(NOW_MS + DAY_MS))
        .with("street", Value::text("Kruidenstraat"))
        .with("number", Value::Int(12))
}

pub fn agreed(phone: &Phone, id: u128) -> Change {
    plan(phone, id).with("agreed", Value::Bool(true))
}

pub fn the_visit(phone: &Phone) -> &Record {
    let mut visits = phone.device.records().of_kind("joint_visit");
    let visit = visits.next().expect("a visit");
    assert!(visits.next().is_none(), "one visit");
    visit
}

pub fn own(visit: RecordId, side: &str) -> WorklistId {
    WorklistId::from_parts(visit.0, side)
}

/// A finding of one side.
pub fn finding(visit: RecordId, kind: &str, side: &str, text: &str) -> Change {
    let list = own(visit, side);
    Change::new(RecordId(list.0), kind, list).with("text", Value::text(text))
}

#[tokio::test]
async fn a_caretakers_plan_is_one_visit_on_both_phones() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let unasked = plan(&gert, 1);
    write(&mut gert, unasked);
    town.sync_both(&mut gert, &mut adinda).await;
    assert!(adinda.device.records().of_kind("joint_visit").next().is_none(), "no yes yet");

    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    for phone in [&gert, &adinda] {
        let visit = the_visit(phone);
        assert_eq!((visit.str("street"), visit.int("number")), (Some("Kruidenstraat"), Some(12)));
        assert_eq!(visit.instant("at"), Some(NOW_MS + DAY_MS));
        assert_eq!(visit.str("corporation"), Some("Woonverzinsel"));
        assert_eq!((visit.str("home_by"), visit.str("welfare_by")), (Some("Gert"), Some("Adinda")));
    }
    assert!(adinda.device.records().of_kind("joint_plan").next().is_none(), "the plan is his");
    let told = gert.device.records().get(record(1)).and_then(|plan| plan.reference("visit"));
    assert_eq!(told, Some(the_visit(&gert).id));
    // With other work she does not go, and he reads that nobody does.
    let her = town.adinda;
    town.office.write(move |tx| joint::leave_all(tx, her, NOW_MS)).await;
    town.office.sync(&mut gert).await;
    assert_eq!(the_visit(&gert).str("welfare_by"), None);
}

#[tokio::test]
async fn an_adviser_plans_with_a_corporation_and_its_only_caretaker_goes_along() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let week = adinda.device.records().of_kind("plan_list").next().expect("her week");
    assert_eq!(week.str("partners"), Some("Woonverzinsel"));
    let change = agreed(&adinda, 1).with("corporation", Value::text("Woonverzinsel"));
    write(&mut adinda, change);
    town.office.sync(&mut adinda).await;
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!(the_visit(&gert).str("home_by"), Some("Gert"));
    assert_eq!(the_visit(&adinda).id, the_visit(&gert).id);

    // Taken back before anybody went: both read that it is off.
    let gone = Change::new(record(1), "joint_plan", plan(&adinda, 1).worklist);
    write(&mut adinda, gone.with("withdrawn", Value::Bool(true)));
    town.office.sync(&mut adinda).await;
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!(the_visit(&gert).str("state"), Some("cancelled"));
}

#[tokio::test]
async fn wishes_about_the_home_reach_both_and_own_notes_only_their_side() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    let (visit, list) = (the_visit(&gert).id, the_visit(&gert).worklist);
    let wish = Change::new(visit, "joint_visit", list).with("wishes.kitchen", Value::Bool(true));
    write(&mut adinda, wish);
    write(&mut adinda, finding(visit, "welfare_finding", "welfare", "brieven blijven liggen"));
    write(&mut gert, finding(visit, "home_finding", "home", "kozijn is rot"));
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!(the_visit(&gert).bool("wishes.kitchen"), Some(true));
    assert!(gert.device.records().of_kind("welfare_finding").next().is_none());
    assert!(adinda.device.records().of_kind("home_finding").next().is_none());
    assert_eq!(gert.device.record_state(RecordId(own(visit, "home").0)), RecordState::AtOffice);

    // Even when somebody assigns the wrong list, nothing of it is delivered or taken in.
    let gert_too = town.gert;
    let theirs = own(visit, "welfare");
    town.office.write(move |tx| campaigns::assign(tx, theirs, gert_too, NOW_MS)).await;
    write(&mut gert, finding(visit, "welfare_finding", "welfare", "van buiten"));
    town.office.sync(&mut gert).await;
    let held = gert.device.records().get(RecordId(theirs.0));
    assert_ne!(held.and_then(|one| one.str("text")), Some("brieven blijven liggen"));
    assert_eq!(town.office.count("SELECT COUNT(*) FROM quarantine").await, 1);
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn visits_of_ninety_days_ago_leave_both_phones() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    let visit = the_visit(&gert).id;
    write(&mut gert, finding(visit, "home_finding", "home", "kozijn is rot"));
    town.office.pass(80 * DAY_MS);
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!(the_visit(&adinda).id, visit);
    town.office.pass(20 * DAY_MS);
    town.sync_both(&mut gert, &mut adinda).await;
    for phone in [&gert, &adinda] {
        let mut held = phone.device.records().iter();
        assert!(held.all(|one| !one.kind.starts_with("joint_v") && !one.kind.ends_with("finding")));
    }
    let kept = "SELECT COUNT(*) FROM record WHERE kind = 'joint_visit'
                   AND field(live, 'home_by') = 'Gert' AND field(live, 'welfare_by') = 'Adinda'";
    assert_eq!(town.office.count(kept).await, 1, "the office keeps it, with who went");
}

#[tokio::test]
async fn plan_that_became_no_visit_is_found_shown_and_erased() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let unasked = plan(&gert, 1).with("addition", Value::text(planted(0)));
    let half = Change::new(record(2), "joint_plan", unasked.worklist);
    write(&mut gert, unasked);
    write(
        &mut gert,
        half.with("street", Value::text("Bedachtlaan")).with("town", Value::text(planted(1))),
    );
    town.sync_both(&mut gert, &mut adinda).await;
    let by = (
        town.office.person("Iris", Role::Coordinator).await,
        town.office.person("Hanna", Role::Office).await,
    );
    for (id, address, word) in [(1, "Kruidenstraat 12", planted(0)), (2, "Bedachtlaan", planted(1))]
    {
        for (address, name) in [(address.to_owned(), String::new()), (String::new(), word.clone())]
        {
            let search = move |db: &Connection| find::doors(db, &address, &name);
            let found = town.office.state.reader.read(search).await.expect("a search");
            let found: Vec<_> = found.iter().map(|door| (door.id, door.address.as_str())).collect();
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].0, record(id), "{found:?}");
        }
        let path = format!("/kantoor/deur/{}/inzage", record(id));
        let (_, file) = town.office.page(by.1, &path).await;
        assert!(
            file.contains("Plan voor een gezamenlijk bezoek") && file.contains(&word),
            "{file}"
        );
        erase(&town.office, record(id), by).await;
    }
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!(found_on(&gert), Vec::<String>::new());
    assert_eq!(found_under(town.office.path()), Vec::<String>::new());
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn two_plans_for_one_home_are_told_as_double_until_one_is_called_off_with_a_reason() {
    let town = Town::of_two_caretakers().await;
    let (mut gert, mut adinda) = town.phones().await;
    let (his, hers) = (agreed(&gert, 1), agreed(&adinda, 2));
    write(&mut gert, his);
    write(&mut adinda, hers.with("corporation", Value::text("Woonverzinsel")));
    town.sync_both(&mut gert, &mut adinda).await;
    town.office.sync(&mut adinda).await;
    let double = |phone: &Phone| {
        let records = phone.device.records();
        let visits = records.of_kind("joint_visit");
        visits.map(|visit| is_double(records, visit)).collect::<Vec<_>>()
    };
    assert_eq!(double(&gert), [true], "of the other one he only knows that it is there");
    assert_eq!(double(&adinda), [true, true]);

    let hanna = town.office.person("Hanna", Role::Office).await;
    let (_, list) = town.office.page(hanna, "/kantoor/samen").await;
    assert_eq!(list.matches("Dubbel gepland").count(), 2, "{list}");
    let his = the_visit(&gert).id;
    let other = adinda.device.records().of_kind("joint_visit").find(|visit| visit.id != his);
    let path = format!("/kantoor/samen/{}", other.expect("hers").id);
    let (_, page) = town.office.page(hanna, &path).await;
    assert!(page.contains("Voor dit adres staat al een bezoek gepland"), "{page}");
    assert!(page.contains(&format!("/kantoor/samen/{his}")), "{page}");
    for (reason, off) in [("", false), ("plan", false), ("double", true), ("us", true)] {
        let path = format!("{path}/afzeggen");
        let (status, _) = town.office.fill_in(hanna, &path, &[("waarom", reason)]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let count = "SELECT COUNT(*) FROM record WHERE kind = 'joint_visit'
                        AND field(live, 'state') = 'cancelled'
                        AND field(live, 'cancelled_why') = 'double'";
        assert_eq!(town.office.count(count).await, i64::from(off), "{reason}");
    }
    town.sync_both(&mut gert, &mut adinda).await;
    assert_eq!((double(&gert), double(&adinda)), (vec![false], vec![false, false]));
    let (_, list) = town.office.page(hanna, "/kantoor/samen").await;
    assert!(!list.contains("Dubbel gepland"), "{list}");
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}
