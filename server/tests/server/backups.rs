//! Backups that only the key opens, and the way back: what was erased since stays erased.

use crate::erase::{Street, erase, found_under, told, verified};
use aanbel_server::store::sealed;
use std::path::Path;
use std::process::Command;

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
    assert!(sealed::restore(&copy, &wrong, data.path()).is_err());
    let mut bytes = std::fs::read(&copy).expect("the copy");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let broken = safe.path().join("stuk.age");
    std::fs::write(&broken, bytes).expect("a broken copy");
    assert!(sealed::restore(&broken, &right, data.path()).is_err());
    assert_eq!(std::fs::read_dir(data.path()).expect("files").count(), 0);
    sealed::restore(&copy, &right, data.path()).expect("the right key");
    verified(data.path());
    assert!(!found_under(data.path()).is_empty(), "it is the whole of it");
}
