//! What is kept long enough goes by itself: doors after three months, talks after twelve, and single
//! answers before their record.

use crate::erase::{DAY_MS, change, door, found_under, to, verified, visit, write};
use crate::office_world::{NOW_MS, Office, Phone, record};
use aanbel_server::access::audit::{self, Action, Actor};
use aanbel_server::retention::{self, Counts, Terms};
use aanbel_server::store::{StoreError, projection};
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use rusqlite::{Connection, params};

const ALONE: u128 = 0x40;
const REMARK: u128 = 0x41;

struct Closed {
    office: Office,
    doors: [RecordId; 3],
}

/// A campaign closed at `NOW_MS`: nobody at home at door 1, a talk behind door 2, and at door 3 how to
/// get in together with that no visit is wanted.
async fn closed() -> Closed {
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
    world.office.write(|tx| Terms { campaign: 0, case: 0 }.write(tx)).await;
    world.office.pass(1);
    assert_eq!(of(&world.due().await, "talk"), 1);
    let job = |db: &Connection| Terms::read(db);
    let read = world.office.state.reader.read(job).await.expect("terms");
    assert_eq!(read, Terms { campaign: 0, case: 0 });
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
async fn lines_of_the_audit_go_after_three_years() {
    let office = Office::open();
    let note = |at_ms: i64| {
        office.write(move |tx| audit::record(tx, Actor::SYSTEM.did(Action::SignOut, at_ms)))
    };
    note(NOW_MS).await;
    office.pass(20 * 30 * DAY_MS);
    note(office.state.now_ms()).await;
    assert!(retention::run_daily(&office.state).await.expect("a run"));
    let lines = "SELECT COUNT(*) FROM audit WHERE action = 'sign_out'";
    assert_eq!(office.count(lines).await, 2, "nothing is that old");
    office.pass(17 * 30 * DAY_MS);
    assert!(retention::run_daily(&office.state).await.expect("a run"));
    assert_eq!(office.count(lines).await, 1);
    assert_eq!(office.count("SELECT COUNT(*) FROM audit WHERE action = 'cut_trail'").await, 1);
    verified(office.path());
}
