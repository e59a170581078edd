//! What was set aside and has an address in itself hangs on nothing: it is found for who asks all the same,
//! erased, and kept no longer than the rest.

use crate::cases::{DAY_MS, Town, offer, write, yes};
use crate::erase::{erase, found_under, planted};
use crate::office_world::{NOW_MS, record};
use aanbel_server::access::audit::Actor;
use aanbel_server::erase::find;
use aanbel_server::retention::{self, Terms};
use aanbel_server::store::verify;
use aanbel_shared::programme::Role;
use aanbel_shared::record::Value;
use axum::http::StatusCode;
use rusqlite::Connection;

impl Town {
    async fn doors(&self, address: &'static str, name: String) -> Vec<find::Door> {
        let read = move |db: &Connection| find::doors(db, address, &name);
        self.office.state.reader.read(read).await.expect("a search")
    }

    /// How much of what was set aside would go now.
    async fn aside_due(&self) -> usize {
        let now_ms = self.office.state.now_ms();
        let read = move |db: &Connection| retention::due(db, Terms::default(), now_ms);
        let due = self.office.state.reader.read(read).await.expect("a dry run");
        due.counts.0.get("apart").copied().unwrap_or(0)
    }
}

/// An offer in two words, of a phone that was lost.
async fn set_aside() -> Town {
    let town = Town::new().await;
    let mut gert = town.phone(town.gert).await;
    let name = offer(&gert, 1).with("name", Value::text(planted(7)));
    write(&mut gert, name);
    yes(&mut gert, 1, &planted(0));
    town.revoked(&gert).await;
    town
}

#[tokio::test]
async fn resident_of_an_offer_that_was_set_aside_is_found_shown_and_erased() {
    let town = set_aside().await;
    let (iris, hanna) = (
        town.office.person("Iris", Role::Coordinator).await,
        town.office.person("Hanna", Role::Office).await,
    );
    let by_name = town.doors("", planted(0)).await;
    let by_address = town.doors("Kruidenstraat 12", String::new()).await;
    for found in [&by_name, &by_address] {
        let found: Vec<_> = found.iter().map(|door| (door.id, &*door.address)).collect();
        assert_eq!(found, [(record(1), "Kruidenstraat 12")]);
    }
    for page in ["", "/inzage"] {
        let path = format!("/kantoor/deur/{}{page}", record(1));
        let (status, page) = town.office.page(hanna, &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(page.contains("Kruidenstraat 12"));
        assert_eq!(page.contains(&planted(0)), path.ends_with("inzage"));
    }
    assert!(!found_under(town.office.path()).is_empty(), "it was there");
    erase(&town.office, record(1), (iris, hanna)).await;
    assert_eq!(found_under(town.office.path()), Vec::<String>::new());
    assert_eq!(town.doors("Kruidenstraat 12", String::new()).await, []);
    let report = verify::verify(town.office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn offer_that_was_set_aside_is_found_at_the_address_where_others_went() {
    let town = set_aside().await;
    town.with_districts().await;
    let found = town.doors("Kruidenstraat 12", String::new()).await;
    let [door] = &found[..] else { panic!("one door: {found:?}") };
    let door = door.id;
    assert_ne!(door, record(1), "the address of the street");
    let read = move |db: &Connection| find::at_door(db, door, NOW_MS);
    let dossier = town.office.state.reader.read(read).await.expect("a dossier");
    assert!(dossier.records.contains_key(&record(1)));
}

#[tokio::test]
async fn offer_on_which_nobody_decides_goes_after_twelve_months() {
    let town = set_aside().await;
    town.office.pass(360 * DAY_MS);
    assert_eq!(town.aside_due().await, 0);
    town.office.pass(6 * DAY_MS);
    assert_eq!(town.aside_due().await, 2);
    retention::run(&town.office.state, Actor::SYSTEM).await.expect("a run");
    retention::scrub(&town.office.state).await.expect("clean files");
    assert_eq!(found_under(town.office.path()), Vec::<String>::new());
}
