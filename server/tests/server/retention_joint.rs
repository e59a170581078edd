//! Plans and joint visits go by themselves: sooner when nobody went, together with the case that was asked
//! for, and off the phones that still hold them.

use crate::cases::write;
use crate::erase::{DAY_MS, verified};
use crate::joint::{Town, agreed, finding, own, plan, the_visit};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::audit::Actor;
use aanbel_server::cases::{self, Opening};
use aanbel_server::retention::{self, Counts, Terms};
use aanbel_server::store::{StoreError, append_office};
use aanbel_shared::programme::{Role, is_double};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use axum::http::StatusCode;
use rusqlite::Connection;

/// A joint visit with all that is written at it.
const WHOLE: [(&str, usize); 5] = [
    ("address", 1),
    ("home_finding", 1),
    ("joint_plan", 1),
    ("joint_visit", 1),
    ("welfare_finding", 1),
];

/// What a run would take, kind by kind, but for weeks in which nothing stands any more.
async fn due(office: &Office) -> Vec<(String, usize)> {
    let now_ms = office.state.now_ms();
    let job = move |db: &Connection| -> Result<_, StoreError> {
        Ok(retention::due(db, Terms::read(db)?, now_ms)?.counts)
    };
    let counts = office.state.reader.read(job).await.expect("a dry run");
    without_weeks(counts)
}

fn without_weeks(counts: Counts) -> Vec<(String, usize)> {
    counts.0.into_iter().filter(|(kind, _)| !kind.ends_with("_list")).collect()
}

fn of(kinds: &[(&str, usize)]) -> Vec<(String, usize)> {
    kinds.iter().map(|(kind, number)| ((*kind).to_owned(), *number)).collect()
}

/// Runs, and tells what went.
async fn run(office: &Office) -> Vec<(String, usize)> {
    let first = due(office).await;
    let went = retention::run(&office.state, Actor::SYSTEM).await.expect("a run");
    assert_eq!(without_weeks(went), first, "a run takes what the dry run told");
    assert_eq!(due(office).await, []);
    verified(office.path());
    first
}

/// A visit of tomorrow, in which both sides wrote for themselves.
async fn visited() -> (Town, Phone, Phone, RecordId) {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let yes = agreed(&gert, 1);
    write(&mut gert, yes);
    town.sync_both(&mut gert, &mut adinda).await;
    let visit = the_visit(&gert).id;
    write(&mut gert, finding(visit, "home_finding", "home", "kozijn is rot"));
    write(&mut adinda, finding(visit, "welfare_finding", "welfare", "brieven blijven liggen"));
    let wish = Change::new(visit, "joint_visit", the_visit(&gert).worklist);
    write(&mut gert, wish.with("wish", Value::text("graag een hogere wc")));
    town.sync_both(&mut gert, &mut adinda).await;
    (town, gert, adinda, visit)
}

fn state(phone: &mut Phone, state: &str) {
    let visit = the_visit(phone);
    let change = Change::new(visit.id, "joint_visit", visit.worklist);
    write(phone, change.with("state", Value::choice(state)));
}

#[tokio::test]
async fn own_words_go_after_three_months_and_the_visit_after_twelve() {
    let (town, mut gert, mut adinda, _) = visited().await;
    state(&mut gert, "held");
    town.sync_both(&mut gert, &mut adinda).await;
    town.office.pass(90 * DAY_MS);
    assert_eq!(due(&town.office).await, []);
    town.office.pass(4 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&[("velden", 3)]));
    town.sync_both(&mut gert, &mut adinda).await;
    let words = ["kozijn is rot", "brieven blijven liggen", "graag een hogere wc"];
    for phone in [&gert, &adinda] {
        let held = format!("{:?}", phone.device);
        assert!(words.iter().all(|word| !held.contains(word)), "{held}");
    }
    town.office.pass(260 * DAY_MS);
    assert_eq!(due(&town.office).await, [], "twelve months are not over yet");
    town.office.pass(20 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&WHOLE));
    let left = "SELECT COUNT(*) FROM record WHERE kind LIKE 'joint%' OR kind LIKE '%finding'";
    assert_eq!(town.office.count(left).await, 0);
}

#[tokio::test]
async fn visit_that_did_not_take_place_goes_sooner_and_off_both_phones() {
    for off in ["cancelled", "not_home"] {
        let (town, mut gert, mut adinda, visit) = visited().await;
        let moved = Change::new(visit, "joint_visit", the_visit(&gert).worklist);
        // As long ahead as this both phones still hold it when its term is over.
        let (at, terms) = (NOW_MS + 40 * DAY_MS, Terms { plan: 1, ..Terms::default() });
        write(&mut gert, moved.with("at", Value::Instant(at)));
        state(&mut gert, off);
        town.sync_both(&mut gert, &mut adinda).await;
        town.office.write(move |tx| terms.write(tx)).await;
        town.office.pass(66 * DAY_MS);
        town.sync_both(&mut gert, &mut adinda).await;
        assert_eq!(run(&town.office).await, [], "{off}");
        town.office.pass(6 * DAY_MS);
        assert_eq!(run(&town.office).await, of(&WHOLE), "{off}");
        let open = "SELECT COUNT(*) FROM erase_phone WHERE confirmed_ms IS NULL";
        assert_eq!(town.office.count(open).await, 2, "both phones are told");
        town.sync_both(&mut gert, &mut adinda).await;
        town.sync_both(&mut gert, &mut adinda).await;
        for phone in [&gert, &adinda] {
            let held = phone.device.records();
            assert!(held.get(visit).is_none() && held.get(record(1)).is_none(), "{off}");
            assert!(held.get(RecordId(own(visit, "home").0)).is_none(), "{off}");
        }
        assert_eq!(town.office.count(open).await, 0, "both said that they dropped it");
        let hanna = town.office.person("Hanna", Role::Office).await;
        let (status, _) = town.office.page(hanna, &format!("/kantoor/samen/{visit}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "nor is there a page of it");
        let gert_too = town.gert.0.to_string();
        let who = [("kant", "home"), ("geven-home", gert_too.as_str())];
        let path = format!("/kantoor/samen/{visit}/wie");
        let (status, _) = town.office.fill_in(hanna, &path, &who).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn plan_that_never_became_a_visit_goes_three_months_after_its_day() {
    let town = Town::new().await;
    let (mut gert, _) = town.phones().await;
    let unasked = plan(&gert, 1);
    let undated = Change::new(record(2), "joint_plan", unasked.worklist);
    let slip = plan(&gert, 3).with("at", Value::Instant(NOW_MS + 40 * 365 * DAY_MS));
    for change in [unasked, undated.with("street", Value::text("Bedachtlaan")), slip] {
        write(&mut gert, change);
    }
    town.office.sync(&mut gert).await;
    town.office.pass(91 * DAY_MS);
    assert_eq!(due(&town.office).await, []);
    town.office.pass(DAY_MS);
    assert_eq!(due(&town.office).await, of(&[("joint_plan", 1)]), "made that day, for no day");
    town.office.pass(DAY_MS);
    assert_eq!(run(&town.office).await, of(&[("joint_plan", 2)]));
    town.office.pass(3 * 365 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&[("joint_plan", 1)]), "that was a slip of the pen");
    let weeks = "SELECT COUNT(*) FROM record WHERE kind = 'plan_list'";
    assert_eq!(town.office.count(weeks).await, 0, "the weeks went too");
}

/// He typed last year for next week.
#[tokio::test]
async fn visit_of_a_day_that_was_over_stays_until_it_can_have_been() {
    let town = Town::new().await;
    let (mut gert, mut adinda) = town.phones().await;
    let slip = agreed(&gert, 1).with("at", Value::Instant(NOW_MS - 364 * DAY_MS));
    write(&mut gert, slip);
    town.sync_both(&mut gert, &mut adinda).await;
    let visit = the_visit(&gert).id;
    let words = finding(visit, "home_finding", "home", "kozijn is rot");
    write(&mut gert, words);
    town.sync_both(&mut gert, &mut adinda).await;
    town.office.pass(7 * DAY_MS);
    assert_eq!(due(&town.office).await, []);
    // A new week takes what is long past off both phones.
    town.sync_both(&mut gert, &mut adinda).await;
    for phone in [&gert, &adinda] {
        assert_eq!(the_visit(phone).id, visit);
    }
    town.office.pass(86 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&[("velden", 1)]));
    town.office.pass(273 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&WHOLE));
}

#[tokio::test]
async fn visit_stays_as_long_as_the_case_that_was_asked_for() {
    let (town, mut gert, mut adinda, visit) = visited().await;
    state(&mut gert, "held");
    let list = own(visit, "welfare");
    let asked = Change::new(RecordId(list.0), "welfare_finding", list);
    write(&mut adinda, asked.with("follow", Value::choice("case")));
    town.sync_both(&mut gert, &mut adinda).await;
    let case = record(9);
    town.office.write(move |tx| cases::open(tx, None, &opening(case), NOW_MS).map(drop)).await;
    town.office.pass(94 * DAY_MS);
    assert_eq!(run(&town.office).await, of(&[("velden", 3)]));
    town.office.pass(600 * DAY_MS);
    assert_eq!(run(&town.office).await, [], "an open case keeps it");
    let now_ms = town.office.state.now_ms();
    let close = move |tx: &Connection| {
        let closed = Change::new(case, "case", WorklistId(case.0));
        append_office(tx, None, vec![closed.with("closed", Value::Bool(true))], now_ms).map(drop)
    };
    town.office.write(close).await;
    town.office.pass(360 * DAY_MS);
    assert_eq!(run(&town.office).await, [], "and so does a closed one");
    town.office.pass(7 * DAY_MS);
    let gone = run(&town.office).await;
    let kinds = ["address", "case", "case_source", "joint_plan", "joint_visit"];
    assert!(kinds.iter().all(|kind| gone.iter().any(|one| one.0 == *kind)), "{gone:?}");
}

/// A case at the address of the visit.
fn opening(case: RecordId) -> Opening {
    Opening {
        case,
        resident: vec![("name", Value::text("V. Erzonnen"))],
        address: vec![("street", Value::text("Kruidenstraat")), ("number", Value::Int(12))],
        source: record(10),
        origin: vec![("via", Value::choice("other"))],
        in_pilot: false,
        today: 20_778,
    }
}

#[tokio::test]
async fn erased_visit_is_no_double_of_the_one_that_stays() {
    let town = Town::of_two_caretakers().await;
    let (mut gert, mut adinda) = town.phones().await;
    // Nobody wrote what became of hers; his is for much later.
    let his = agreed(&gert, 1).with("at", Value::Instant(NOW_MS + 500 * DAY_MS));
    let hers = agreed(&adinda, 2).with("corporation", Value::text("Woonverzinsel"));
    write(&mut gert, his);
    write(&mut adinda, hers);
    town.sync_both(&mut gert, &mut adinda).await;
    let double = |phone: &Phone| is_double(phone.device.records(), the_visit(phone));
    assert!(double(&gert), "of hers he only knows that it is there");
    town.office.pass(370 * DAY_MS);
    run(&town.office).await;
    town.sync_both(&mut gert, &mut adinda).await;
    assert!(!double(&gert), "hers is erased");
    let told =
        "SELECT COUNT(*) FROM record WHERE kind = 'joint_visit' AND field(live, 'double') = 1";
    assert_eq!(town.office.count(told).await, 0);
}
