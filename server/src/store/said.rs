//! What was said of a record, and who had really seen what of it. What a writer had seen is told as the
//! highest number per phone, so by the numbers she may have seen what she never did.

use super::StoreError;
use super::log;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen};
use rusqlite::{Connection, params};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

/// Most words that are looked at to find what was really seen. Thousands that hang on each other are made up
/// to keep the writer busy; then it is not sure.
const WALK_MAX: usize = 5_000;

/// All that the log says of a record, and all that was set aside of one phone.
pub struct Said {
    ops: HashMap<Dot, Op>,
    /// Numbers of what that phone, or the office, said of it and was erased.
    erased: Vec<Dot>,
    left_to_look_at: Cell<usize>,
}

/// # Errors
/// `Damaged` when an op cannot be read.
pub fn said_by(db: &Connection, device: DeviceNo, record: RecordId) -> Result<Said, StoreError> {
    let mut said = log::ops_of(db, record)?;
    // Thousands may be set aside, and few of them are about this record.
    let mut query = db.prepare_cached(
        "SELECT payload FROM quarantine WHERE device = ?1 AND instr(payload, ?2) > 0",
    )?;
    let mut rows = query.query(params![device.0, &record.0.as_bytes()[..]])?;
    while let Some(row) = rows.next()? {
        let op = log::decode(&row.get::<_, Vec<u8>>(0)?)?;
        if op.device() == device && op.record == record {
            said.push(op);
        }
    }
    let ops = said.into_iter().map(|op| (op.dot, op)).collect();
    let erased = erased(db, device, record)?;
    Ok(Said { ops, erased, left_to_look_at: Cell::new(WALK_MAX) })
}

fn erased(db: &Connection, device: DeviceNo, record: RecordId) -> Result<Vec<Dot>, StoreError> {
    let mut query = db.prepare_cached(
        "SELECT log.device_seq FROM log JOIN record_entry ON record_entry.entry = log.entry
         WHERE record_entry.record = ?2 AND log.device = ?1 AND log.payload IS NULL
         UNION SELECT device_seq FROM quarantine WHERE device = ?1 AND erased_record = ?2",
    )?;
    let found = query.query_map(params![device.0, record.0], |row| row.get::<_, i64>(0))?;
    let dots = found.map(|seq| Ok(Dot::new(device, seq?.unsigned_abs())));
    dots.collect()
}

impl Said {
    /// Whether a later word in this field under the same number of a phone, or of the office, had not seen
    /// that of this op. Of what was erased nobody can tell.
    pub fn is_overtaken(&self, dot: Dot, field: &str) -> bool {
        let later = |one: &&Op| one.device() == dot.device && one.dot.seq > dot.seq;
        let had_not_seen = |one: &Assignment| one.field == field && !one.seen.covers(dot);
        self.erased.iter().any(|one| one.device == dot.device && one.seq > dot.seq)
            || self.ops.values().filter(later).any(|one| one.set.iter().any(had_not_seen))
    }

    /// Whether who had seen this much of a field had surely seen what this op said there: it is the highest
    /// of its phone, or one of the highest had seen it in the same way.
    pub fn really_saw(&self, seen: &Seen, dot: Dot, field: &str) -> bool {
        let mut open: Vec<Dot> = seen.dots().collect();
        let mut looked_at = HashSet::new();
        while let Some(one) = open.pop() {
            if one == dot {
                return true;
            }
            if looked_at.insert(one) {
                let Some(left) = self.left_to_look_at.get().checked_sub(1) else { return false };
                self.left_to_look_at.set(left);
                let said = self.ops.get(&one).into_iter().flat_map(|op| &op.set);
                open.extend(
                    said.filter(|said| said.field == field).flat_map(|one| one.seen.dots()),
                );
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{Value, WorklistId};
    use uuid::Uuid;

    fn dot(device: u32, seq: u64) -> Dot {
        Dot::new(DeviceNo(device), seq)
    }

    fn op(dot: Dot, seen: &[Dot]) -> Op {
        let seen = seen.iter().copied().collect();
        let (record, worklist) = (RecordId(Uuid::from_u128(1)), WorklistId(Uuid::from_u128(2)));
        let set = vec![Assignment { field: "text".into(), value: Value::Nothing, seen }];
        Op { dot, record, kind: "note".into(), worklist, at_ms: 0, set }
    }

    #[test]
    fn only_what_leads_to_it_word_by_word_was_really_seen() {
        // Her third word had not seen the two before it; the second had seen the first.
        let ops = [op(dot(1, 1), &[]), op(dot(1, 2), &[dot(1, 1)]), op(dot(1, 3), &[])];
        let ops = ops.into_iter().map(|op| (op.dot, op)).collect();
        let mut said = Said { ops, erased: Vec::new(), left_to_look_at: Cell::new(WALK_MAX) };
        let saw = |seen: &[Dot], one| said.really_saw(&seen.iter().copied().collect(), one, "text");
        assert!(saw(&[dot(1, 2)], dot(1, 1)) && saw(&[dot(1, 1)], dot(1, 1)));
        assert!(!saw(&[dot(1, 3)], dot(1, 1)) && !saw(&[dot(1, 3)], dot(1, 2)));
        assert!(!saw(&[dot(2, 9)], dot(1, 1)), "what nobody knows leads nowhere");
        assert!(said.is_overtaken(dot(1, 1), "text") && said.is_overtaken(dot(1, 2), "text"));
        assert!(!said.is_overtaken(dot(1, 3), "text") && !said.is_overtaken(dot(1, 1), "about"));
        said.erased.push(dot(1, 4));
        assert!(said.is_overtaken(dot(1, 3), "text"), "nobody can tell what it had seen");
    }
}
