//! Whatever is erased while the files are cleaned is cleaned up too.

use crate::erase::{
    Street, TALK, change, erase_at, erase_only, found_under, planted, to, told, write,
};
use crate::office_world::{NOW_MS, Office, record};
use aanbel_server::retention;
use aanbel_server::store::StoreError;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{RecordId, Value};
use rusqlite::Connection;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use tokio::sync::Notify;

/// Tells that what was begun can go on.
struct Told(Notify);

impl Wake for Told {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// The daily look of a day on which retention ran already.
async fn looks_again(office: &Office) -> Vec<String> {
    assert!(!retention::run_daily(&office.state).await.expect("a look"));
    found_under(office.path())
}

/// What somebody told.
async fn told_records(office: &Office) -> Vec<RecordId> {
    let job = |db: &Connection| -> Result<Vec<RecordId>, StoreError> {
        let mut query =
            db.prepare("SELECT id FROM record WHERE kind NOT IN ('address', 'turf')")?;
        let found = query.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    };
    office.state.reader.read(job).await.expect("records")
}

#[tokio::test]
async fn what_is_erased_while_the_files_are_cleaned_is_cleaned_up_by_the_next_look() {
    let Street { office, list, .. } = told().await;
    retention::run_daily(&office.state).await.expect("the run of today");
    erase_only(&office, vec![(record(0x15), list)], Vec::new()).await;
    {
        let told = Arc::new(Told(Notify::new()));
        let waker = Waker::from(told.clone());
        let mut cleaning = pin!(retention::scrub(&office.state));
        let begun = cleaning.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(matches!(begun, Poll::Pending));
        told.0.notified().await;
        // The file was written anew; whoever asked for that does not know it yet.
        let told = told_records(&office).await.into_iter().map(|one| (one, list)).collect();
        erase_at(&office, 2, NOW_MS + 2, told, Vec::new()).await;
        cleaning.await.expect("clean files");
    }
    assert_eq!(looks_again(&office).await, Vec::<String>::new());
}

/// Somebody without the street said it first; what it is about is known from a later word.
#[tokio::test]
async fn what_waited_and_went_with_a_later_word_is_cleaned_up_by_the_next_look() {
    let Street { office, list, mut phones, .. } = told().await;
    let gone = vec![(record(TALK), list)];
    retention::run_daily(&office.state).await.expect("the run of today");
    erase_only(&office, gone, Vec::new()).await;
    retention::scrub(&office.state).await.expect("clean files");
    let mut stray = office.phone(office.person("Bram", Role::Volunteer).await).await;
    write(&mut stray, change(0x30, "note", list).with("text", Value::text(planted(77))));
    office.sync(&mut stray).await;
    let word = |found: &[String]| found.iter().filter(|one| one.contains("77")).count();
    assert!(word(&found_under(office.path())) > 0, "it waits for a person");
    let about = change(0x30, "note", list).with("about", to(record(TALK)));
    write(&mut phones[1], about);
    office.sync(&mut phones[1]).await;
    let aside = "SELECT COUNT(*) FROM quarantine WHERE payload IS NOT NULL";
    assert_eq!(office.count(aside).await, 0);
    assert_eq!(word(&looks_again(&office).await), 0);
}

/// Several that went ask for clean files; the first who does it does it for all.
#[tokio::test]
async fn files_are_not_written_anew_for_nothing() {
    let Street { office, list, .. } = told().await;
    erase_only(&office, vec![(record(0x15), list)], Vec::new()).await;
    retention::scrub(&office.state).await.expect("clean files");
    let spare = "CREATE TABLE spare AS SELECT zeroblob(100000) AS room; DROP TABLE spare;";
    office.write(move |tx| Ok(tx.execute_batch(spare)?)).await;
    let free = "SELECT freelist_count FROM pragma_freelist_count";
    let before = office.count(free).await;
    assert!(before > 0);
    retention::scrub(&office.state).await.expect("clean files");
    assert_eq!(office.count(free).await, before, "nobody rewrote the file");
}
