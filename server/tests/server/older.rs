//! Databases that older programs left: all that is in them comes along, and the chain stays whole.

use crate::office_world::{Folder, NOW_MS};
use crate::store::{filled, noted};
use aanbel_server::store::{log, verify};
use rusqlite::Connection;

/// As a program of before there were salts left it.
#[tokio::test]
async fn older_database_gets_its_salts_and_keeps_its_chain() {
    use sha2::{Digest, Sha256};
    let source = filled().await;
    log_in_full(&Connection::open(source.path().join("aanbel.db")).expect("the database"));
    let folder = tempfile::tempdir().expect("a folder");
    let db = Connection::open(folder.path().join("aanbel.db")).expect("a new file");
    db.execute_batch(include_str!("../../migrations/0001_start.sql")).expect("the first shape");
    db.execute("ATTACH ?1 AS new", [source.path().join("aanbel.db").display().to_string()])
        .expect("the other file");
    for table in ["meta", "person", "device", "campaign", "worklist", "assignment", "log"] {
        let columns: Vec<String> = db
            .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .expect("columns");
        let columns = columns.join(", ");
        let copy =
            format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}");
        db.execute(&copy, []).expect("the same rows");
    }
    let payloads: Vec<(i64, Vec<u8>)> = db
        .prepare("SELECT entry, payload FROM main.log ORDER BY entry")
        .and_then(|mut query| query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .expect("payloads");
    for (entry, payload) in &payloads {
        let plain: [u8; 32] = Sha256::digest(payload).into();
        db.execute("UPDATE main.log SET payload_hash = ?2 WHERE entry = ?1", (entry, plain))
            .expect("a hash without salt");
    }
    db.pragma_update(None, "user_version", 1).expect("a setting");
    drop(db);
    drop(aanbel_server::store::open_for_writing(folder.path(), NOW_MS).expect("it opens"));
    assert!(payloads.len() > 3);
    let problems = verify::verify(folder.path()).expect("readable").problems;
    assert_eq!(problems, Vec::<String>::new());
}

/// What the migrations after the seventh made goes.
const LATER: &str = "ALTER TABLE device DROP COLUMN signing_key;
     DROP TABLE passkey; ALTER TABLE session DROP COLUMN challenge;
     ALTER TABLE session DROP COLUMN challenge_ms; DROP TABLE erased_field;
     DROP TABLE part_op; DROP TABLE left_case;
     DROP INDEX erase_tell_said; ALTER TABLE erase_tell DROP COLUMN said_seq;
     ALTER TABLE erase_tell DROP COLUMN said;
     ALTER TABLE erase_tell DROP COLUMN said_upto;";

/// What the migrations after the third made goes, and the tables of before the fourth come back.
const ROW_PER_FIELD: &str =
    "DROP TABLE second_factor; DROP TABLE recovery_code; DROP TABLE case_rule;
     DROP TABLE case_due; DROP TABLE case_offer; DROP INDEX worklist_kind;
     ALTER TABLE person DROP COLUMN corporation; DROP TABLE corporation;
     DROP VIEW shown; DROP TABLE record; DELETE FROM visit;
     CREATE TABLE live (record); CREATE TABLE shown (record); CREATE TABLE record (id);
     PRAGMA user_version = 3";

fn words_in_full(db: &Connection) {
    let mut query = db
        .prepare(&format!("SELECT {}, entry.entry, entry.salt FROM entry", log::OP))
        .expect("SQL");
    let (mut rows, reader) = (query.query([]).expect("entries"), log::Ops::new(db));
    while let Some(row) = rows.next().expect("an entry") {
        let Some(op) = reader.read(row).expect("an op") else { continue };
        let salt: log::Salt = row.get(7).expect("a salt");
        db.execute(
            "UPDATE full SET payload = ?2, payload_hash = ?3 WHERE entry = ?1",
            (row.get::<_, i64>(6).expect("a number"), log::encode(&op), log::sealed(&salt, &op)),
        )
        .expect("in full");
    }
}

/// The log as it was before the seventh migration: every op in words, every id in full.
fn log_in_full(db: &Connection) {
    db.execute_batch(
        "CREATE TABLE full (entry INTEGER PRIMARY KEY, worklist BLOB NOT NULL, seq INTEGER NOT NULL,
             device INTEGER NOT NULL, device_seq INTEGER NOT NULL, record BLOB NOT NULL,
             author INTEGER, received_ms INTEGER NOT NULL, payload BLOB,
             payload_hash BLOB NOT NULL, chain BLOB NOT NULL, salt BLOB, erasure BLOB);
         INSERT INTO full SELECT entry, worklist, seq, device, device_seq, record, author,
             received_ms, NULL, COALESCE(payload_hash, x''), chain, salt, erasure FROM entry;",
    )
    .expect("the rows");
    words_in_full(db);
    db.execute_batch(
        "DROP TABLE district_rule; DROP TABLE adviser_plan; DROP TABLE cover;
         DROP TABLE escalation; DROP TABLE corporation_homes; DROP TABLE withdrawal_due;
         DROP TABLE erase_cursor; DROP INDEX case_offer_by_offer;
         DROP VIEW record_entry; DROP VIEW entry; DROP TABLE log; DROP TABLE log_word;
         DROP TABLE log_list; PRAGMA legacy_alter_table = ON; ALTER TABLE full RENAME TO log;
         CREATE UNIQUE INDEX log_dot ON log (device, device_seq);
         CREATE INDEX log_worklist ON log (worklist, seq);
         CREATE INDEX log_record ON log (record);",
    )
    .expect("as it was");
}

/// Opens a database that an older program left, and reads a note in it.
fn taken_over(folder: &Folder) -> String {
    drop(aanbel_server::store::open_for_writing(folder.path(), NOW_MS).expect("it is taken over"));
    let db = aanbel_server::store::open_for_reading(folder.path()).expect("the database");
    let text = "SELECT value FROM shown JOIN record ON id = record WHERE kind = 'note'
                AND field = 'text'";
    db.query_row(text, [], |row| row.get(0)).expect("the note")
}

#[tokio::test]
async fn database_with_a_row_per_field_gets_its_records_from_the_log() {
    let folder = filled().await;
    let before = verify::verify(folder.path()).expect("readable");
    let db = Connection::open(folder.path().join("aanbel.db")).expect("the database");
    log_in_full(&db);
    db.execute_batch(LATER).expect("as it was");
    db.execute_batch(ROW_PER_FIELD).expect("as it was");
    drop(db);
    assert_eq!(taken_over(&folder), "tekst");
    assert_eq!(verify::verify(folder.path()).expect("readable"), before, "the same chain too");
}

#[tokio::test]
async fn log_in_words_is_packed_and_its_chain_stays_the_same() {
    let (office, mut phone, street) = noted().await;
    phone.note(2, street, "wordt gewist");
    phone.note(2, street, "en nog eens");
    office.sync(&mut phone).await;
    let gone = phone.device.records().of_kind("note").find(|one| one.str("text") != Some("tekst"));
    let gone = gone.expect("the other note").id;
    let erasure = aanbel_server::erase::Erasure {
        id: uuid::Uuid::from_u128(1),
        cause: aanbel_server::erase::Cause::Asked,
        at_ms: NOW_MS,
        by: Vec::new(),
        doors: Vec::new(),
        records: vec![(gone, street)],
        fields: Vec::new(),
        after_seq: None,
    };
    office.write(move |tx| aanbel_server::erase::apply(tx, &erasure)).await;
    let folder = office.folder;
    let before = verify::verify(folder.path()).expect("readable");
    assert_eq!(before.problems, Vec::<String>::new());
    let path = folder.path().join("aanbel.db");
    let db = Connection::open(&path).expect("the database");
    log_in_full(&db);
    db.execute_batch(LATER).expect("as it was");
    db.pragma_update(None, "user_version", 6).expect("a setting");
    drop(db);
    assert_eq!(taken_over(&folder), "tekst");
    assert_eq!(verify::verify(folder.path()).expect("readable"), before, "the same chain too");
    let db = Connection::open(&path).expect("the database");
    let forgotten = "SELECT COUNT(*) FROM log WHERE payload IS NULL AND salt IS NULL";
    let forgotten: i64 = db.query_row(forgotten, [], |row| row.get(0)).expect("a count");
    assert_eq!(forgotten, 2, "what was erased stays erased");
}
