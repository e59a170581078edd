//! What is kept stays whole: one commit for many, one effect per import, and a check that sees.

use crate::office_world::{Folder, NOW_MS, Office, Phone, street_csv};
use aanbel_server::store::{StoreError, verify};
use aanbel_server::{campaigns, import};
use aanbel_shared::programme::Role;
use aanbel_shared::record::WorklistId;
use rusqlite::Connection;

#[tokio::test]
async fn job_that_fails_undoes_itself_and_not_its_neighbours() {
    let office = Office::open();
    let add = |name: &'static str, fail: bool| {
        office.state.writer.write(move |tx: &Connection| -> Result<(), StoreError> {
            tx.execute("INSERT INTO meta (key, value) VALUES (?1, 1)", [name])?;
            if fail { Err(StoreError::NoWorklist) } else { Ok(()) }
        })
    };
    let (one, two, three) = tokio::join!(add("a", false), add("b", true), add("c", false));
    assert!(one.is_ok() && two.is_err() && three.is_ok());
    assert_eq!(office.count("SELECT COUNT(*) FROM meta WHERE key IN ('a', 'b', 'c')").await, 2);
}

#[tokio::test]
async fn repeatable_job_that_fails_or_panics_undoes_itself_and_not_its_neighbours() {
    let office = Office::open();
    let add = |name: &'static str, end: fn() -> Result<(), StoreError>| {
        office.state.writer.write_repeatable(move |tx: &Connection| {
            tx.execute("INSERT INTO meta (key, value) VALUES (?1, 1)", [name])?;
            end()
        })
    };
    let (one, two, three, four) = tokio::join!(
        add("a", || Ok(())),
        add("b", || Err(StoreError::NoWorklist)),
        add("c", || panic!("a mistake")),
        add("d", || Ok(())),
    );
    assert!(one.is_ok() && four.is_ok());
    assert!(matches!(two, Err(StoreError::NoWorklist)));
    assert!(matches!(three, Err(StoreError::Stopped)));
    let kept = "SELECT COUNT(*) FROM meta WHERE key IN ('a', 'b', 'c', 'd')";
    assert_eq!(office.count(kept).await, 2);
}

#[tokio::test]
async fn job_that_panics_takes_nobody_along() {
    let office = Office::open();
    let panicking = |_: &Connection| -> Result<(), StoreError> { panic!("as planned") };
    assert!(office.state.writer.write(panicking).await.is_err());
    office.write(|tx| Ok(tx.execute("INSERT INTO meta (key, value) VALUES ('a', 1)", [])?)).await;
}

#[tokio::test]
async fn importing_twice_changes_nothing_and_a_shorter_list_adds_no_door() {
    let office = Office::open();
    let campaign = office.campaign().await;
    let csv = street_csv("Proefstraat", 400);
    let bring = |text: String| {
        let (writer, campaign) = (office.state.writer.clone(), campaign.clone());
        async move {
            let streets = import::read(text.as_bytes()).expect("a right file").streets;
            campaigns::import(&writer, &campaign, &streets, None, NOW_MS, |_| {}).await
        }
    };
    let first = bring(csv.clone()).await.expect("works");
    assert_eq!((first.new_worklists, first.added), (3, 400), "a long street is cut in parts");
    let entries = office.count("SELECT COUNT(*) FROM log").await;
    let again = bring(csv).await.expect("works");
    assert_eq!((again.new_worklists, again.added, again.unchanged), (0, 0, 400));
    assert_eq!(office.count("SELECT COUNT(*) FROM log").await, entries);
    let shorter = bring(street_csv("Proefstraat", 399)).await.expect("works");
    assert_eq!((shorter.added, shorter.doors()), (0, 399), "only the walking order moved");
    let report = verify::verify(office.path()).expect("readable");
    assert_eq!(report.problems, Vec::<String>::new());
}

/// An office with a street and a note in it, and the phone that wrote it.
pub async fn noted() -> (Office, Phone, WorklistId) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "tekst");
    office.sync(&mut phone).await;
    (office, phone, street)
}

/// Its folder, and no server.
pub async fn filled() -> Folder {
    noted().await.0.folder
}

#[tokio::test]
async fn check_finds_what_somebody_changed() {
    let blows = [
        ("UPDATE log SET payload = x'00' WHERE entry = 2", "entry 2 cannot be read"),
        ("UPDATE log SET payload = payload || x'00' WHERE entry = 2", "entry 2 cannot be read"),
        ("UPDATE log SET salt = zeroblob(16) WHERE entry = 2", "entry 2 is not what was written"),
        ("UPDATE log SET payload = NULL, salt = NULL WHERE entry = 2", "entry 2 lost what it says"),
        ("UPDATE log SET received_ms = 0 WHERE entry = 2", "entry 2 is not what was written"),
        ("UPDATE log SET first = 1 WHERE entry = 2", "entry 2 is filed under another record"),
        ("UPDATE log_word SET word = 'tekst' WHERE word = 'text'", "entry 5 is not what was"),
        ("UPDATE log_list SET worklist = zeroblob(16)", "entry 2 is not what was written"),
        ("DELETE FROM log WHERE entry = 2", "entry 2 is missing"),
        ("UPDATE log SET author = 99 WHERE entry = 3", "entry 3 is not what was written"),
        ("DELETE FROM log WHERE device = 1", "its last 5 is not what the log has"),
        ("UPDATE record SET parent = x'00' WHERE kind = 'note'", "table record"),
        ("UPDATE record SET open = 1", "table record"),
        ("UPDATE record SET live = x'0000'", "table record"),
        ("UPDATE device SET kept = 7 WHERE number = 1", "device 1: 7 kept, 1 found"),
        ("UPDATE device SET kept = 0 WHERE number = 1", "beyond 0 kept"),
    ];
    for (blow, told) in blows {
        let folder = filled().await;
        assert_eq!(verify::verify(folder.path()).expect("readable").problems, Vec::<String>::new());
        let connection = Connection::open(folder.path().join("aanbel.db")).expect("the database");
        assert!(connection.execute(blow, []).expect("a blow") > 0, "{blow}");
        let problems = verify::verify(folder.path()).expect("readable").problems;
        assert!(problems.iter().any(|one| one.contains(told)), "{blow}: {problems:?}");
    }
}

#[tokio::test]
async fn database_of_a_newer_program_is_left_alone() {
    let folder = filled().await;
    let connection = Connection::open(folder.path().join("aanbel.db")).expect("the database");
    connection.pragma_update(None, "user_version", 99).expect("a setting");
    assert!(matches!(
        aanbel_server::store::open_for_writing(folder.path(), NOW_MS),
        Err(StoreError::Newer)
    ));
}

#[tokio::test]
async fn full_disk_loses_nothing_that_was_kept_and_says_so() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 1, anna).await;
    let mut phone = office.phone(anna).await;
    let limit = |pages: &'static str| {
        office.write(move |tx| {
            let pages: i64 = tx.query_row(pages, [], |row| row.get(0))?;
            tx.pragma_update(None, "max_page_count", pages)?;
            Ok(())
        })
    };
    limit("SELECT page_count FROM pragma_page_count").await;
    for id in 0..200 {
        phone.note(id, street, &"lang ".repeat(300));
    }
    let body = aanbel_shared::sync::encode_request(&phone.request());
    let (status, bytes) = office.post("/api/sync", &phone.token, body).await;
    assert_eq!(status, axum::http::StatusCode::INSUFFICIENT_STORAGE);
    let problem: aanbel_shared::sync::Problem =
        aanbel_shared::sync::decode_plain(&bytes).expect("a problem");
    assert_eq!(problem.code, "disk_full");
    assert_eq!(office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 0);
    limit("SELECT 1000000").await;
    office.sync(&mut phone).await;
    assert_eq!(office.count("SELECT COUNT(*) FROM record WHERE kind = 'note'").await, 200);
}
