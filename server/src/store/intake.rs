//! The one way in which a record changes: into the log, and from there into the tables. Of many ops in
//! one transaction, what they share is read and written once.

use super::StoreError;
use super::log::{self, Entry, Salts, Tail, Words};
use super::projection::{Fold, Next, Row};
use aanbel_shared::record::{Op, WorklistId};
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Kinds from which something may follow wherever they stand; `cases::settle` looks at what changed.
const FOLLOWED: &[&str] = &["offer", "joint_plan", "joint_visit"];
/// Kinds from which something may follow in the list of a case.
const FOLLOWED_IN_CASES: &[&str] = &["case", "appointment", "talk"];

/// What becomes of an op that is the first on its record, worked out before its turn to be written: as
/// little as possible is left to the one writer.
pub struct Draft {
    said: log::Draft,
    next: Next,
}

/// Works ops out before their turn. Only reads, and of what it reads nothing ever changes.
pub struct Drafter<'a> {
    words: Words<'a>,
    salts: Salts,
}

impl<'a> Drafter<'a> {
    pub fn new(db: &'a Connection) -> Self {
        Drafter { words: Words::new(db), salts: Salts::default() }
    }

    /// Of an op that is received at that moment (ms). None when it says a word that the log does not hold:
    /// a new word gets its number from the writer.
    ///
    /// # Errors
    /// Those of the database.
    pub fn draft(&mut self, op: &Op, received_ms: i64) -> Result<Option<Draft>, StoreError> {
        let number = |word: &str| self.words.known(word).map_err(Some)?.ok_or(None);
        match log::Draft::of(op, received_ms, &mut self.salts, number) {
            Ok(said) => Ok(Some(Draft { said, next: Next::first(op) })),
            Err(None) => Ok(None),
            Err(Some(error)) => Err(error),
        }
    }
}

/// Ops on their way in. Nothing else may write log or tables before `finish`.
#[must_use = "without finish log and tables do not agree"]
pub struct Intake<'a> {
    tx: &'a Connection,
    tail: Tail<'a>,
    fold: Fold<'a>,
    some_erased: bool,
    /// Which lists are those of a case.
    cases: HashMap<WorklistId, bool>,
}

impl<'a> Intake<'a> {
    /// # Errors
    /// Those of the database.
    pub fn new(tx: &'a Connection) -> Result<Self, StoreError> {
        let some_erased = log::some_erased(tx)?;
        Ok(Intake {
            tx,
            tail: Tail::new(tx)?,
            fold: Fold::new(tx)?,
            some_erased,
            cases: HashMap::new(),
        })
    }

    /// Appends to the log and brings the record up to date; nothing when the very same op is there.
    ///
    /// # Errors
    /// `Fork` when another op has this number, `NoWorklist` when its worklist does not exist, `Erased`
    /// when its record was erased. What went before can still be finished.
    pub fn accept(&mut self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let row = Row::of(self.tx, entry.op.record)?;
        self.accept_on(row, entry)
    }

    /// As `accept`, of an op on a record that is surely not there yet.
    ///
    /// # Errors
    /// As `accept`.
    pub fn accept_new(&mut self, entry: &Entry<'_>) -> Result<(), StoreError> {
        self.accept_on(None, entry)
    }

    /// As `accept_new`, of an op of which this is the draft. False when its record or the very same op is
    /// there by now; then nothing was done.
    ///
    /// # Errors
    /// As `accept`.
    pub fn accept_drafted(&mut self, entry: &Entry<'_>, draft: &Draft) -> Result<bool, StoreError> {
        self.check_erased(entry.op)?;
        let number = self.tail.next()?;
        // Looked for by writing it: its index is then gone through once.
        if !self.fold.insert(entry, &draft.next, number)? {
            return Ok(false);
        }
        let appended = self.tail.append(entry, None, Some(&draft.said));
        if !matches!(appended, Ok(Some(_))) {
            self.fold.take_back(number)?;
        }
        if appended?.is_none() {
            return Ok(false);
        }
        self.fold.inserted(entry, &draft.next)?;
        self.note_due(entry.op)?;
        Ok(true)
    }

    fn accept_on(&mut self, row: Option<Row>, entry: &Entry<'_>) -> Result<(), StoreError> {
        self.check_erased(entry.op)?;
        let first = row.as_ref().map(Row::first);
        let Some(number) = self.tail.append(entry, first, None)? else { return Ok(()) };
        self.fold.apply(entry, first.unwrap_or(number), row)?;
        self.note_due(entry.op)
    }

    fn check_erased(&self, op: &Op) -> Result<(), StoreError> {
        let is_erased = self.some_erased && log::is_erased(self.tx, op.record)?;
        if is_erased { Err(StoreError::Erased) } else { Ok(()) }
    }

    /// Remembers that something may follow from it.
    fn note_due(&mut self, op: &Op) -> Result<(), StoreError> {
        let kind = op.kind.as_str();
        if FOLLOWED.contains(&kind)
            || (FOLLOWED_IN_CASES.contains(&kind) && self.is_case(op.worklist)?)
        {
            let mut due = self.tx.prepare_cached(
                "INSERT INTO case_due (record, kind) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?;
            due.execute(params![op.record.0, op.kind])?;
        }
        Ok(())
    }

    fn is_case(&mut self, worklist: WorklistId) -> Result<bool, StoreError> {
        if let Some(known) = self.cases.get(&worklist) {
            return Ok(*known);
        }
        let query = "SELECT 1 FROM worklist WHERE id = ?1 AND kind = 'case'";
        let found = self.tx.prepare_cached(query)?.exists([worklist.0])?;
        self.cases.insert(worklist, found);
        Ok(found)
    }

    /// Brings everything else up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub fn finish(self) -> Result<(), StoreError> {
        self.tail.finish()?;
        self.fold.finish()
    }
}

/// One op alone.
///
/// # Errors
/// As `Intake::accept`.
pub fn accept(tx: &Connection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let mut intake = Intake::new(tx)?;
    intake.accept(entry)?;
    intake.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;
    use aanbel_shared::record::{Assignment, DeviceNo, Dot, RecordId, Seen, Value};
    use uuid::Uuid;

    const LIST: WorklistId = WorklistId(Uuid::from_u128(1));
    const DOOR: RecordId = RecordId(Uuid::from_u128(2));
    const RECEIVED_MS: i64 = 1_795_000_000_000;

    fn database() -> Connection {
        let db = schema::open_in_memory().expect("a database");
        let list = "INSERT INTO campaign (id, name, created_ms) VALUES (x'01', 'Proef', 0);
                    INSERT INTO worklist (id, campaign, kind, name)
                    VALUES (x'00000000000000000000000000000001', x'01', 'turf', 'Straat');";
        db.execute_batch(list).expect("a list");
        db
    }

    /// On device 1, of a record with the same number as the op.
    fn op(seq: u64, kind: &str, fields: &[(&str, Value)]) -> Op {
        let set = fields.iter().map(|(field, value)| Assignment {
            field: (*field).to_owned(),
            value: value.clone(),
            seen: Seen::default(),
        });
        let (dot, record) = (Dot::new(DeviceNo(1), seq), record(seq));
        let (kind, set) = (kind.to_owned(), set.collect());
        Op { dot, record, kind, worklist: LIST, at_ms: RECEIVED_MS - 7, set }
    }

    fn record(seq: u64) -> RecordId {
        RecordId(Uuid::from_u128(100 + u128::from(seq)))
    }

    /// Three visits: one that became a talk, one in which the talk was withdrawn, one of which no more is
    /// known than the door.
    fn evening() -> Vec<Op> {
        let door = ("address", Value::Reference(DOOR));
        let talk = |attempt| ("attempt", Value::Reference(record(attempt)));
        let visit = [
            door.clone(),
            ("at", Value::Instant(RECEIVED_MS - 99)),
            ("result", Value::choice("talk")),
            ("channel", Value::choice("door")),
            ("reviewed", Value::Bool(true)),
            ("daypart", Value::Nothing),
        ];
        vec![
            op(1, "attempt", &visit),
            op(2, "talk", &[talk(1), door.clone()]),
            op(3, "attempt", &visit),
            op(4, "talk", &[talk(3), ("withdrawn", Value::Bool(true))]),
            op(5, "attempt", &[door]),
            // Before its visit.
            op(6, "talk", &[talk(7)]),
            op(7, "attempt", &[("withdrawn", Value::Bool(true))]),
        ]
    }

    fn entry(op: &Op) -> Entry<'_> {
        Entry { op, author: None, received_ms: RECEIVED_MS }
    }

    /// All that the tables hold, but salts and links.
    fn held(db: &Connection) -> Vec<String> {
        let tables = [
            ("log", "entry, list, seq, device, device_seq, record, first, received_ms, payload"),
            ("record", "nr, id, kind, worklist, parent, household, created_ms, device, live"),
            (
                "visit",
                "attempt, address, at_ms, result, daypart, channel, talk, device, reviewed,
                 withdrawn, open, received_ms",
            ),
            ("worklist", "id, last_seq"),
        ];
        let mut held = Vec::new();
        for (table, columns) in tables {
            let quoted: Vec<_> =
                columns.split(',').map(|one| format!("quote({})", one.trim())).collect();
            let mut query = db
                .prepare(&format!("SELECT {} FROM {table} ORDER BY 1", quoted.join("||' '||")))
                .expect("a table");
            let rows = query.query_map([], |row| row.get(0)).expect("rows");
            held.extend(rows.map(|row| row.expect("a row")));
        }
        held
    }

    #[test]
    fn draft_becomes_what_its_op_becomes() {
        let (plain, drafted) = (database(), database());
        let evening = evening();
        for db in [&plain, &drafted] {
            // So that the log has all words.
            let mut intake = Intake::new(db).expect("an intake");
            for (seq, before) in (50..).zip(&evening) {
                let (dot, record) = (Dot::new(DeviceNo(9), seq), record(seq));
                let before = Op { dot, record, ..before.clone() };
                intake.accept(&entry(&before)).expect("accepted");
            }
            intake.finish().expect("finished");
        }
        let mut drafter = Drafter::new(&drafted);
        let (mut one, mut other) =
            (Intake::new(&plain).expect("an intake"), Intake::new(&drafted).expect("an intake"));
        for op in &evening {
            one.accept(&entry(op)).expect("accepted");
            let draft = drafter.draft(op, RECEIVED_MS).expect("read").expect("all words are known");
            assert!(other.accept_drafted(&entry(op), &draft).expect("accepted"));
        }
        one.finish().expect("finished");
        other.finish().expect("finished");
        assert_eq!(held(&drafted), held(&plain));
        // And a rebuild sees it so too.
        let before = held(&drafted);
        crate::store::projection::rebuild(&drafted, &drafted).expect("rebuilt");
        assert_eq!(held(&drafted), before);
    }

    #[test]
    fn nothing_is_done_with_a_draft_that_came_too_late() {
        let db = database();
        let note = [("text", Value::text("een"))];
        let mut intake = Intake::new(&db).expect("an intake");
        intake.accept(&entry(&op(1, "note", &note))).expect("accepted");
        intake.finish().expect("finished");
        let before = held(&db);
        let mut drafter = Drafter::new(&db);
        // The record is there under another number; the number is taken by another record.
        let same_record = Op { dot: Dot::new(DeviceNo(2), 1), ..op(1, "note", &note) };
        let same_number = Op { record: record(2), ..op(1, "note", &note) };
        for late in [same_record, same_number] {
            let draft = drafter.draft(&late, RECEIVED_MS).expect("read").expect("known words");
            let mut intake = Intake::new(&db).expect("an intake");
            assert!(!intake.accept_drafted(&entry(&late), &draft).unwrap_or(false), "{late:?}");
            intake.finish().expect("finished");
            assert_eq!(held(&db), before);
        }
        // A word that the log never held gets its number from the writer.
        let new_word = op(3, "note", &[("colour", Value::text("rood"))]);
        assert!(drafter.draft(&new_word, RECEIVED_MS).expect("read").is_none());
    }
}
