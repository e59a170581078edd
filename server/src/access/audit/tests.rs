//! The trail on a database in memory: what a line holds, what the chain shows, what triggers refuse.

use super::*;
use crate::store;

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let connection = store::open_for_writing(folder.path(), 0).expect("a new database");
    (folder, connection)
}

fn lines(db: &Connection, number: i64) {
    for at_ms in 0..number {
        let line = Actor::stranger([192, 0, 2, 1].into())
            .known_as(PersonId(7))
            .did(Action::ReadVisit, at_ms)
            .on(RecordId(Uuid::from_u128(9)))
            .with("filter", "Jansen & zoon");
        record(db, line).expect("a line");
    }
}

#[test]
fn every_action_has_one_key_and_goes_both_ways() {
    for action in Action::all() {
        assert_eq!(Action::from_key(action.key()), Some(action));
        assert!(Group::from_key(action.group().key()).is_some());
    }
}

#[test]
fn what_is_typed_does_not_survive_as_text() {
    let (_folder, db) = database();
    lines(&db, 1);
    let detail: String =
        db.query_row("SELECT detail FROM audit", [], |row| row.get(0)).expect("a line");
    assert_eq!(detail, "filter=Jansen???zoon");
}

#[test]
fn triggers_refuse_to_change_or_remove_a_line() {
    let (_folder, db) = database();
    lines(&db, 3);
    for sql in [
        "UPDATE audit SET person = 1 WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
    ] {
        let error = db.execute(sql, []).expect_err("refused");
        assert!(error.to_string().contains("audit lines are"), "{sql}: {error}");
    }
    assert_eq!(check(&db).expect("a check").lines, 3);
}

#[test]
fn any_change_behind_the_triggers_names_its_line() {
    let changes = [
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET person = NULL WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET person = 8 WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET session = 0 WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET device = 1 WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET peer = '' WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET action = 'sign_in' WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET about_kind = about, about = about_kind WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET address = zeroblob(16) WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET refused = 1 WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET detail = '' WHERE id = 3", "line 3 is not"),
        ("UPDATE audit SET chain = zeroblob(32) WHERE id = 3", "line 3 is not"),
        ("DELETE FROM audit WHERE id = 3", "line 3 is missing"),
    ];
    for (sql, told) in changes {
        let (_folder, db) = database();
        lines(&db, 5);
        assert_eq!(check(&db).expect("a check").problems, Vec::<String>::new());
        db.execute_batch(&format!(
            "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_cut_at_its_end; {sql}"
        ))
        .expect("somebody with the file in hand can do anything");
        let problems = check(&db).expect("a check").problems;
        assert!(problems.iter().any(|problem| problem.contains(told)), "{sql}: {problems:?}");
    }
}

#[test]
fn retention_cuts_the_oldest_lines_and_the_rest_still_proves_itself() {
    let (_folder, db) = database();
    lines(&db, 6);
    let before = check(&db).expect("a check").chain;
    assert_eq!(forget_before(&db, 4, Actor::SYSTEM, 100).expect("a cut"), 4);
    let found = check(&db).expect("a check");
    assert_eq!((found.lines, found.problems), (3, vec![]), "two left, and the line of the cut");
    assert_ne!(found.chain, before);
    assert_eq!(forget_before(&db, 4, Actor::SYSTEM, 101).expect("nothing to cut"), 0);
    assert_eq!(forget_before(&db, 200, Actor::SYSTEM, 102).expect("a cut"), 3);
    assert_eq!(check(&db).expect("a check").problems, Vec::<String>::new());
}
