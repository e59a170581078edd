//! What is kept long enough goes by itself: doors after three months, talks after twelve, and single
//! answers before their record.

use crate::erase::{DAY_MS, change, door, found_under, to, verified, visit, write};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::audit::{self, Action, Actor};
use aanbel_server::campaigns;
use aanbel_server::retention::rule::{self, RULES};
use aanbel_server::retention::{self, Counts, Terms};
use aanbel_server::store::{StoreError, append_office, projection};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::{Role, may_hold};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use axum::http::StatusCode;
use rusqlite::{Connection, params};

const ALONE: u128 = 0x40;
const REMARK: u128 = 0x41;

pub struct Closed {
    pub office: Office,
    doors: [RecordId; 3],
}

/// A campaign closed at `NOW_MS`: nobody at home at door 1, a talk behind door 2, and at door 3 how to
/// get in together with that no visit is wanted.
pub async fn closed() -> Closed {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let list = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    office.sync(&mut phone).await;
    let doors = [1, 2, 3].map(|number| door(&phone.device, number));
    fill_in(&mut phone, list, doors);
    office.sync(&mut phone).await;
    let close = |tx: &Connection| -> Result<(), StoreError> {
        tx.execute("UPDATE campaign SET closed_ms = ?1", params![NOW_MS])?;
        Ok(())
    };
    office.write(close).await;
    Closed { office, doors }
}

fn fill_in(phone: &mut Phone, list: WorklistId, doors: [RecordId; 3]) {
    let nobody = change(ALONE, "attempt", list).with("address", to(doors[0]));
    write(phone, nobody.with("result", Value::choice("nobody")));
    let remark = change(REMARK, "note", list).with("about", to(record(ALONE)));
    write(phone, remark.with("text", Value::text("de bel is zacht")));
    visit(phone, list, doors[1]);
    let getting_in = aanbel_shared::sync::Change::new(doors[2], "address", list);
    let getting_in = getting_in.with("access", Value::choice("intercom"));
    write(phone, getting_in.with("opted_out", Value::Bool(true)));
}

impl Closed {
    async fn due(&self) -> Counts {
        let now_ms = self.office.state.now_ms();
        let job = move |db: &Connection| -> Result<Counts, StoreError> {
            Ok(retention::due(db, Terms::read(db)?, now_ms)?.counts)
        };
        self.office.state.reader.read(job).await.expect("a count")
    }

    async fn shown(&self, record: RecordId, field: &'static str) -> bool {
        let job = move |db: &Connection| projection::register(db, record, field);
        let register = self.office.state.reader.read(job).await.expect("an answer");
        register.shown().is_some_and(|live| live.value != Value::Nothing)
    }

    async fn run(&self) -> Counts {
        retention::run(&self.office.state, Actor::SYSTEM).await.expect("a run")
    }
}

fn of(counts: &Counts, kind: &str) -> usize {
    counts.0.get(kind).copied().unwrap_or(0)
}

#[tokio::test]
async fn doors_go_after_three_months_and_talks_after_twelve() {
    let world = closed().await;
    let office = &world.office;
    office.pass(91 * DAY_MS); // 20 February; three months are over on the 21st.
    assert_eq!(world.due().await.total(), 0);
    office.pass(DAY_MS);
    let due = world.due().await;
    assert_eq!((of(&due, "attempt"), of(&due, "talk"), of(&due, "address")), (1, 0, 0));
    assert_eq!(of(&due, "note"), 11, "notes go with the doors, also those of the talk");
    assert_eq!(of(&due, "velden"), 2, "how to get in, and the telephone number");
    assert_eq!(office.count("SELECT COUNT(*) FROM erased").await, 0, "counting changes nothing");
    assert_eq!(world.run().await, due);
    assert_eq!(world.due().await.total(), 0);
    verified(office.path());
    let [_, second, third] = world.doors;
    assert!(world.shown(third, "opted_out").await && !world.shown(third, "access").await);
    assert!(world.shown(second, "street").await);
    assert!(world.shown(record(0x11), "household").await, "the talk stays");
    assert!(
        world.shown(record(0x10), "result").await,
        "and so does the attempt that it began with"
    );
    assert!(!world.shown(record(0x16), "telephone").await);
    office.pass(274 * DAY_MS);
    assert!(of(&world.due().await, "talk") == 1 && of(&world.due().await, "household") == 1);
    world.run().await;
    assert_eq!(found_under(office.path()), Vec::<String>::new());
    assert_eq!(
        office.count("SELECT COUNT(*) FROM record WHERE kind NOT IN ('address', 'turf')").await,
        0
    );
    assert_eq!(office.count("SELECT COUNT(*) FROM record WHERE kind = 'address'").await, 3);
    verified(office.path());
}

#[tokio::test]
async fn runs_once_a_day_and_notes_each_run() {
    let world = closed().await;
    let state = &world.office.state;
    let first = retention::run_daily(state).await.expect("a run");
    let second = retention::run_daily(state).await.expect("no run");
    assert!(first && !second);
    world.office.pass(DAY_MS);
    assert!(retention::run_daily(state).await.expect("a run"));
    assert_eq!(world.office.count("SELECT COUNT(*) FROM retention_run").await, 2);
    let lines = "SELECT COUNT(*) FROM audit WHERE action = 'retention_run'";
    assert_eq!(world.office.count(lines).await, 2);
}

#[tokio::test]
async fn coordinator_sets_the_months() {
    let world = closed().await;
    let set = Terms { campaign: 0, case: 0, plan: 1, visit: 24 };
    world.office.write(move |tx| set.write(tx)).await;
    world.office.pass(1);
    assert_eq!(of(&world.due().await, "talk"), 1);
    let job = |db: &Connection| Terms::read(db);
    let read = world.office.state.reader.read(job).await.expect("terms");
    assert_eq!(read, set);
}

#[tokio::test]
async fn campaign_that_is_not_closed_keeps_everything() {
    let world = closed().await;
    let open = |tx: &Connection| -> Result<(), StoreError> {
        tx.execute("UPDATE campaign SET closed_ms = NULL", [])?;
        Ok(())
    };
    world.office.write(open).await;
    world.office.pass(2_000 * DAY_MS);
    assert_eq!(world.due().await.total(), 0);
}

#[tokio::test]
async fn streets_of_a_closed_campaign_leave_the_phone_and_come_back_when_it_opens() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let iris = office.person("Iris", Role::Coordinator).await;
    let list = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    office.sync(&mut phone).await;
    let doors = |phone: &Phone| phone.device.records().of_kind("address").count();
    assert_eq!(doors(&phone), 3);
    phone.note(ALONE, list, "nog niet verstuurd");
    let path = format!("/kantoor/bewaren/campagne/{}", office.campaign().await.id);
    for (open, left) in [("", 0), ("open", 3)] {
        let (status, _) = office.fill_in(iris, &path, &[("open", open)]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        office.sync(&mut phone).await;
        office.sync(&mut phone).await;
        assert_eq!(doors(&phone), left);
    }
    let arrived = "SELECT (SELECT COUNT(*) FROM quarantine)
                        + (SELECT COUNT(*) FROM record WHERE kind = 'note')";
    assert_eq!(office.count(arrived).await, 1, "what was unsent went out first");
}

#[tokio::test]
async fn lines_of_the_audit_go_after_three_years() {
    let office = Office::open();
    let note = |at_ms: i64| {
        office.write(move |tx| audit::record(tx, Actor::SYSTEM.did(Action::SignOut, at_ms)))
    };
    note(NOW_MS).await;
    office.pass(20 * 30 * DAY_MS);
    note(office.state.now_ms()).await;
    retention::run(&office.state, Actor::SYSTEM).await.expect("a run");
    let lines = "SELECT COUNT(*) FROM audit WHERE action = 'sign_out'";
    assert_eq!(office.count(lines).await, 2, "nothing is that old");
    office.pass(17 * 30 * DAY_MS);
    retention::run(&office.state, Actor::SYSTEM).await.expect("a run");
    assert_eq!(office.count(lines).await, 1);
    assert_eq!(office.count("SELECT COUNT(*) FROM audit WHERE action = 'cut_trail'").await, 1);
    verified(office.path());
}

/// Kinds whose record has the number of its list.
const OWN_LIST: [&str; 7] =
    ["case", "home_finding", "joint_visit", "offer_list", "plan_list", "turf", "welfare_finding"];

/// One record of every kind in every kind of list that it may be in, with the end of each at `NOW_MS`.
fn one_of_each(tx: &Connection) -> Result<(), StoreError> {
    let campaign = campaigns::named(tx, "Proef", NOW_MS)?.id;
    tx.execute("UPDATE campaign SET closed_ms = ?1", params![NOW_MS])?;
    let visit = record(0xA0_0000);
    for (number, rule) in (0..).zip(RULES) {
        for (place, kind) in (0..).zip(rule.kinds) {
            let list = match (rule.list, *kind) {
                ("joint_side", "home_finding") => WorklistId::from_parts(visit.0, "home"),
                ("joint_side", _) => WorklistId::from_parts(visit.0, "welfare"),
                ("joint", _) => WorklistId(visit.0),
                (list, _) => WorklistId::from_parts(visit.0, list),
            };
            tx.execute(
                "INSERT INTO worklist (id, campaign, kind, name) VALUES (?1, ?2, ?3, '')
                 ON CONFLICT (id) DO NOTHING",
                params![list.0, campaign, rule.list],
            )?;
            let own = record(0xB0_0000 + number * 0x100 + place);
            let id = if OWN_LIST.contains(kind) { RecordId(list.0) } else { own };
            let first = Forms::built_in().form(kind).and_then(|form| form.fields().next());
            let first = first.expect("a field").key.clone();
            let change = Change::new(id, kind, list).with(&first, Value::text("verzonnen"));
            let change = match *kind {
                "case" => change.with("closed", Value::Bool(true)),
                "joint_visit" | "joint_plan" => change.with("at", Value::Instant(NOW_MS)),
                "offer_list" | "plan_list" => change.with("from_on", Value::Date(20_681)),
                _ => change,
            };
            append_office(tx, None, vec![change], NOW_MS)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_kind_of_record_has_a_rule_and_goes_as_it_says() {
    let kinds: Vec<&str> = Forms::built_in().forms.iter().map(|form| &*form.kind).collect();
    for kind in &kinds {
        assert!(
            rule::of_kind(kind).next().is_some(),
            "{kind} is kept for ever, and nobody said so"
        );
    }
    let told: Vec<&str> = RULES.iter().flat_map(|rule| rule.kinds).copied().collect();
    assert!(told.iter().all(|kind| kinds.contains(kind)), "{told:?}");
    let office = Office::open();
    office.write(one_of_each).await;
    let world = Closed { office, doors: [record(1); 3] };
    assert_eq!(world.due().await.total(), 0, "nothing goes on the day on which it ends");
    world.office.pass(400 * DAY_MS);
    let mut goes = Counts::default();
    for kind in RULES.iter().filter(|rule| !rule.stays).flat_map(|rule| rule.kinds) {
        *goes.0.entry((*kind).to_owned()).or_default() += 1;
    }
    assert_eq!(world.run().await, goes);
    let stay: usize = RULES.iter().filter(|rule| rule.stays).map(|rule| rule.kinds.len()).sum();
    assert_eq!(world.office.count("SELECT COUNT(*) FROM record").await, stay as i64);
    verified(world.office.path());
}

/// In which lists somebody with this role writes: a kind that she may hold has a rule in one of them.
#[test]
fn what_a_role_may_hold_has_a_rule_where_it_writes() {
    for (role, lists) in [
        (Role::Volunteer, &["turf"][..]),
        (Role::Adviser, &["case", "plans", "joint", "joint_side"]),
        (Role::Caretaker, &["offers", "homes", "plans", "joint", "joint_side"]),
    ] {
        for form in Forms::built_in().forms.iter().filter(|form| may_hold(role, &form.kind)) {
            let mut rules = rule::of_kind(&form.kind);
            assert!(rules.any(|rule| lists.contains(&rule.list)), "{role:?}: {}", form.kind);
        }
    }
}
