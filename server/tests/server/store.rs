//! What is kept stays whole: one commit for many, one effect per import, and a check that sees.

use crate::office_world::{Folder, NOW_MS, Office, street_csv};
use aanbel_server::store::{StoreError, verify};
use aanbel_server::{campaigns, import};
use aanbel_shared::programme::Role;
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

/// A folder with a street and a note in it, and no server.
async fn filled() -> Folder {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Proefstraat", 3, anna).await;
    let mut phone = office.phone(anna).await;
    phone.note(1, street, "tekst");
    office.sync(&mut phone).await;
    office.folder
}

#[tokio::test]
async fn check_finds_what_somebody_changed() {
    let blows = [
        ("UPDATE log SET payload = x'00' WHERE entry = 2", "does not say what was written"),
        ("UPDATE log SET received_ms = 0 WHERE entry = 2", "chain breaks at entry 2"),
        ("DELETE FROM log WHERE entry = 2", "entry 2 is missing"),
        ("UPDATE log SET author = 99 WHERE entry = 3", "chain breaks at entry 3"),
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
async fn database_with_a_row_per_field_gets_its_records_from_the_log() {
    let folder = filled().await;
    let path = folder.path().join("aanbel.db");
    let records = verify::verify(folder.path()).expect("readable").records;
    // What the migrations after the third made goes, and the tables of before the fourth come back.
    let before = "DROP TABLE second_factor; DROP TABLE recovery_code; DROP TABLE case_rule;
                  DROP TABLE case_due; DROP TABLE case_offer; DROP INDEX worklist_kind;
                  ALTER TABLE person DROP COLUMN corporation; DROP TABLE corporation;
                  ALTER TABLE device DROP COLUMN signing_key;
                  DROP VIEW shown; DROP TABLE record; DELETE FROM visit;
                  CREATE TABLE live (record); CREATE TABLE shown (record);
                  CREATE TABLE record (id); PRAGMA user_version = 3";
    Connection::open(&path).expect("the database").execute_batch(before).expect("as it was");
    drop(aanbel_server::store::open_for_writing(folder.path(), NOW_MS).expect("it is taken over"));
    let db = aanbel_server::store::open_for_reading(folder.path()).expect("the database");
    let text = "SELECT value FROM shown JOIN record ON id = record WHERE kind = 'note'
                AND field = 'text'";
    let text: String = db.query_row(text, [], |row| row.get(0)).expect("the note");
    assert_eq!(text, "tekst");
    let report = verify::verify(folder.path()).expect("readable");
    assert_eq!((report.problems, report.records), (Vec::<String>::new(), records));
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
