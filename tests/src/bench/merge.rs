//! W5: two replicas that each changed the same fields while they did not know of each other.

use super::measure::{median, ms};
use super::{Budget, Row};
use aanbel_shared::record::{
    Assignment, DeviceNo, Dot, Op, RecordId, Records, Seen, Value, WorklistId,
};
use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::time::Instant;
use uuid::Uuid;

const RECORDS: usize = 100;
/// Of each record; each replica changes them all.
const FIELDS: usize = 10;
const EDITS: usize = RECORDS * FIELDS;
const TIMES: usize = 21;
/// Most time for one merge, ms.
const BUDGET_MS: f64 = 5.0;

/// The row.
///
/// # Errors
/// When a contradiction is hidden, or one is shown that is none.
pub fn measure() -> Result<Row> {
    let (mine, theirs) = (edits(1), edits(2));
    let mut replica = Records::default();
    mine.iter().for_each(|op| drop(replica.apply(op)));
    let (mut times, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let mut merged = replica.clone();
        let start = Instant::now();
        theirs.iter().for_each(|op| drop(merged.apply(op)));
        let shown: usize = merged.iter().map(|record| record.contradictions().count()).sum();
        times.push(ms(start.elapsed()));
        ensure!(shown == EDITS, "{shown} contradictions of {EDITS} show");
        plain.push(last_one_wins(&mine, &theirs)?);
    }
    Ok(Row {
        name: "sync.w5_merge".into(),
        value: median(&times)?,
        unit: "ms",
        baseline: median(&plain)?,
        beside: "a map in which the last one wins and nothing shows",
        budget: Budget::Value(BUDGET_MS),
    })
}

fn edits(device: u32) -> Vec<Op> {
    let edit = |number: usize| Op {
        dot: Dot::new(DeviceNo(device), number as u64 + 1),
        record: RecordId(Uuid::from_u128((number / FIELDS) as u128)),
        kind: "household".into(),
        worklist: WorklistId(Uuid::from_u128(1)),
        at_ms: 1_795_000_000_000 + number as i64,
        set: vec![Assignment {
            field: format!("field_{}", number % FIELDS),
            value: Value::Int(i64::from(device)),
            seen: Seen::default(),
        }],
    };
    (0..EDITS).map(edit).collect()
}

fn last_one_wins(mine: &[Op], theirs: &[Op]) -> Result<f64> {
    let mut map: BTreeMap<(RecordId, String), Value> = BTreeMap::new();
    let mut take = |op: &Op| {
        for one in &op.set {
            map.insert((op.record, one.field.clone()), one.value.clone());
        }
    };
    mine.iter().for_each(&mut take);
    let start = Instant::now();
    theirs.iter().for_each(&mut take);
    let time = ms(start.elapsed());
    ensure!(map.len() == EDITS, "{} fields", map.len());
    Ok(time)
}
