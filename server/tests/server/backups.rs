//! Backups that only the key opens, and the way back: what was erased since stays erased.

use crate::erase::{Street, erase, found_under, told, verified};
use crate::office_world::NOW_MS;
use aanbel_server::config::Config;
use aanbel_server::erase::Ledger;
use aanbel_server::state::AppState;
use aanbel_server::store::{DATABASE, StoreError, backup, open_for_writing, sealed};
use rusqlite::{Connection, Row};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

fn aanbel(arguments: &[&str]) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_aanbel"))
        .args(arguments)
        .env_remove("AANBEL_BACKUP_RECIPIENTS")
        .output()
        .expect("the program runs");
    let told = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(told).expect("text"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[tokio::test]
async fn restored_backup_of_before_an_erasure_holds_nothing_of_it() {
    let Street { office, by, door, .. } = told().await;
    let safe = tempfile::tempdir().expect("a folder");
    let (copy, later) = (safe.path().join("maandag.age"), safe.path().join("dinsdag.age"));
    let away = tempfile::tempdir().expect("another folder");
    let key = away.path().join("key.txt");
    let (made, public) = aanbel(&["backup-key", text(&key)]);
    assert!(made && public.starts_with("age1"), "{public}");
    let back_up = |file: &Path| {
        let data =
            ["backup", "--data", text(office.path()), text(file), "--recipient", public.trim()];
        let (done, told) = aanbel(&data);
        assert!(done, "{told}");
    };
    back_up(&copy);
    erase(&office, door, by).await;
    back_up(&later);
    assert_eq!(found_under(safe.path()), Vec::<String>::new(), "a copy cannot be read");
    let bytes = std::fs::read(&copy).expect("the copy");
    assert!(!bytes.windows(13).any(|part| part == b"SQLite format"));
    assert!(std::fs::read_dir(office.path()).expect("files").count() < 6, "nothing is left behind");
    let data = tempfile::tempdir().expect("a new machine");
    let restore = ["restore", "--data", text(data.path()), text(&copy), "--key", text(&key)];
    let (done, told) = aanbel(&restore);
    assert!(done && told.contains("1 erasures hold"), "{told}");
    assert_eq!(found_under(data.path()), Vec::<String>::new());
    verified(data.path());
    assert!(!aanbel(&restore).0, "never over a database that is there");
}

#[tokio::test]
async fn another_key_opens_nothing_and_leaves_nothing_behind() {
    let Street { office, .. } = told().await;
    let safe = tempfile::tempdir().expect("a folder");
    let copy = safe.path().join("kopie.age");
    let (right, public) = sealed::new_key();
    sealed::backup(office.path(), &copy, &[public]).expect("a backup");
    let data = tempfile::tempdir().expect("a folder");
    let (wrong, _) = sealed::new_key();
    assert!(sealed::open(&copy, &wrong, data.path()).is_err());
    let mut bytes = std::fs::read(&copy).expect("the copy");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let broken = safe.path().join("stuk.age");
    std::fs::write(&broken, bytes).expect("a broken copy");
    assert!(sealed::open(&broken, &right, data.path()).is_err());
    assert_eq!(std::fs::read_dir(data.path()).expect("files").count(), 0);
    let opened = sealed::open(&copy, &right, data.path()).expect("the right key");
    opened.put_in(data.path()).expect("it is moved");
    verified(data.path());
    assert!(!found_under(data.path()).is_empty(), "it is the whole of it");
}

/// Each gets its own epoch, and numbers that no phone of the other knows.
#[tokio::test]
async fn copy_that_is_put_back_twice_is_two_servers() {
    let Street { office, .. } = told().await;
    let safe = tempfile::tempdir().expect("a folder");
    let copy = safe.path().join("kopie.db");
    backup::backup(office.path(), &copy).expect("a backup");
    let life = |folder: &Path, now_ms: i64| {
        let database = open_for_writing(folder, now_ms).expect("a database");
        let query = "SELECT meta.value, next.value, kept FROM meta, meta AS next, device
             WHERE meta.key = 'epoch' AND next.key = 'next_device' AND number = 0";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let life: (Vec<u8>, i64, i64) = database.query_row(query, [], read).expect("a life");
        life
    };
    let put_back = || {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::copy(&copy, folder.path().join(DATABASE)).expect("put back");
        folder
    };
    let (first, second, third) = (put_back(), put_back(), put_back());
    let lives = [
        life(office.path(), NOW_MS),
        life(first.path(), NOW_MS + 60_000),
        life(second.path(), NOW_MS + 86_400_000),
        life(third.path(), NOW_MS + 13 * 86_400_000),
    ];
    assert_eq!(BTreeSet::from(lives.clone().map(|life| life.0)).len(), 4);
    assert_eq!(BTreeSet::from(lives.clone().map(|life| life.1 / 1_000)).len(), 4, "phones");
    // Who had read a number of one life must not seem to have read what a later one says.
    let of_the_office = lives.clone().map(|life| life.2 / 1_000_000);
    assert!(of_the_office.is_sorted_by(|earlier, later| earlier < later), "{of_the_office:?}");
    assert_eq!(life(first.path(), NOW_MS + 99_000), lives[1], "a start is no new life");
    // A machine that believes to be in 1970 cannot know which life is the later one.
    let behind = [0, 1_000].map(|now_ms| life(put_back().path(), now_ms).2 / 1_000_000);
    assert_ne!(behind[0], behind[1], "the office");
}

fn ledger(folder: &Path) -> Ledger {
    Ledger::at(folder.join("erased.jsonl"))
}

#[tokio::test]
async fn ledger_of_erasures_never_gets_shorter() {
    let Street { office, by, door, .. } = told().await;
    let key = tempfile::tempdir().expect("a folder");
    let key = key.path().join("key.txt");
    let (_, public) = aanbel(&["backup-key", text(&key)]);
    // Into the data folder itself, by another name of it: ledger and copy of the ledger are one file.
    let data = office.path().join(".");
    let old = office.path().join("oud.age");
    let back_up = |file: &Path| {
        let recipient = ["--recipient", public.trim()];
        let (done, told) =
            aanbel(&[&["backup", "--data", text(&data), text(file)], &recipient[..]].concat());
        assert!(done, "{told}");
    };
    back_up(&old);
    erase(&office, door, by).await;
    let all = ledger(office.path()).read().expect("a ledger");
    back_up(&office.path().join("nieuw.age"));
    assert_eq!(ledger(office.path()).read().expect("a ledger"), all);
    // Beside the copies stands one that knows more than the server that makes a copy.
    let safe = tempfile::tempdir().expect("a folder");
    ledger(safe.path()).take_in(ledger(office.path()).path()).expect("a ledger");
    std::fs::write(ledger(office.path()).path(), "").expect("a ledger that begins anew");
    back_up(&safe.path().join("later.age"));
    assert_eq!(ledger(safe.path()).read().expect("a ledger"), all);
    // An erasure that failed twice was taken back twice.
    let (own, other) = (safe.path().join("own"), safe.path().join("other"));
    std::fs::write(&own, "\nX1\nF").expect("a ledger");
    std::fs::write(&other, "\nX1\nF\nX2\nF").expect("a ledger that went on");
    for _ in 0..2 {
        Ledger::at(own.clone()).take_in(&other).expect("both");
        assert_eq!(std::fs::read_to_string(&own).expect("a ledger"), "\nX1\nF\nX2\nF");
    }
    // A folder that has a ledger of its own gets the one that is given too.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(ledger(folder.path()).path(), "half a li").expect("a ledger");
    let newest = safe.path().join("erased.jsonl");
    let restore = ["restore", "--data", text(folder.path()), text(&old), "--key", text(&key)];
    let (done, told) = aanbel(&[&restore[..], &["--erasures", text(&newest)]].concat());
    assert!(done && told.contains("1 erasures hold"), "{told}");
    assert_eq!(found_under(folder.path()), Vec::<String>::new());
}

/// The restore puts the ledger beside the database; the server that is started keeps it elsewhere.
#[tokio::test]
async fn ledger_is_brought_along_to_where_the_settings_keep_it() {
    let Street { office, by, door, .. } = told().await;
    erase(&office, door, by).await;
    let elsewhere = tempfile::tempdir().expect("another disk");
    let erasures = elsewhere.path().join("erased.jsonl");
    let data = office.path().to_owned();
    let config = Config { data, erasures: Some(erasures.clone()), ..Config::default() };
    AppState::open(config, Arc::new(|| NOW_MS)).expect("it starts");
    assert_eq!(Ledger::at(erasures).read().expect("a ledger").len(), 1);
}

/// A phone sends all the while, to a server of which somebody makes a copy beside it.
#[tokio::test]
async fn backup_beside_a_busy_server_is_of_one_moment_and_ends() {
    let Street { office, .. } = told().await;
    let fill = |tx: &Connection| -> Result<(), StoreError> {
        let put = "INSERT INTO meta (key, value) VALUES ('filled', zeroblob(8000000))";
        tx.execute(put, [])?;
        Ok(())
    };
    office.write(fill).await;
    let count = "SELECT COUNT(*) FROM meta";
    let before = office.count(count).await;
    let [source, server] =
        [(); 2].map(|()| Connection::open(office.path().join(DATABASE)).expect("the database"));
    let mut copy = Connection::open_in_memory().expect("room");
    let mut steps = 0;
    backup::copy_whole(&source, &mut copy, || {
        steps += 1;
        assert!(steps < 50, "it began again");
        let put = "INSERT INTO meta (key, value) VALUES (?1, 1)";
        server.execute(put, [format!("step {steps}")]).expect("a commit");
    })
    .expect("a copy");
    let copied: i64 = copy.query_row(count, [], |row| row.get(0)).expect("a count");
    assert!(steps > 5 && copied == before);
    let moved = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy: i64 = server.query_row(moved, [], |row| row.get(0)).expect("an answer");
    assert_eq!(busy, 0, "nothing holds the log of the server any more");
}
