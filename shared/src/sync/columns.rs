//! Ops in columns: one list of sequences, one of kinds, one of values, ... with names and ids
//! written once. It compresses to a sixth of JSON. Turning back never trusts a length or an index.

use super::WireError;
use crate::record::{
    Assignment, DeviceNo, Dot, NAME_MAX_BYTES, Op, RecordId, Seen, Value, WorklistId, at_most,
};
use serde::{Deserialize, Serialize};

use std::collections::HashMap;
use std::hash::Hash;
use uuid::Uuid;

/// Ops grouped in columns. Every `Vec<u32>` named `*_ix` points into a list of distinct things.
#[derive(Default, Serialize, Deserialize)]
pub struct Columns {
    #[serde(deserialize_with = "at_most::<NAMES_MAX, _, _>")]
    names: Vec<String>,
    #[serde(deserialize_with = "at_most::<IDS_MAX, _, _>")]
    ids: Vec<[u8; 16]>,
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    device: Vec<u32>,
    /// Difference with the sequence before.
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    seq: Vec<i64>,
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    record_ix: Vec<u32>,
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    kind_ix: Vec<u32>,
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    worklist_ix: Vec<u32>,
    /// Difference with the instant before, ms.
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    at: Vec<i64>,
    #[serde(deserialize_with = "at_most::<OPS_MAX, _, _>")]
    fields: Vec<u32>,
    #[serde(deserialize_with = "at_most::<ASSIGNMENTS_MAX, _, _>")]
    field_ix: Vec<u32>,
    #[serde(deserialize_with = "at_most::<ASSIGNMENTS_MAX, _, _>")]
    tag: Vec<u8>,
    #[serde(deserialize_with = "at_most::<ASSIGNMENTS_MAX, _, _>")]
    numbers: Vec<i64>,
    #[serde(deserialize_with = "at_most::<ASSIGNMENTS_MAX, _, _>")]
    texts: Vec<String>,
    #[serde(deserialize_with = "at_most::<ASSIGNMENTS_MAX, _, _>")]
    seen_count: Vec<u32>,
    #[serde(deserialize_with = "at_most::<SEEN_MAX, _, _>")]
    seen_device: Vec<u32>,
    #[serde(deserialize_with = "at_most::<SEEN_MAX, _, _>")]
    seen_seq: Vec<u64>,
}

/// Most ops in one message, fields set by them, and entries of what they had seen. Rows point at
/// names that stand once, so without a bound a small message unpacks to a huge one.
const OPS_MAX: usize = 5_000;
pub const ASSIGNMENTS_MAX: usize = 100_000;
pub const SEEN_MAX: usize = 200_000;
/// Most distinct names (of kinds, fields and choices) and ids in one message.
const NAMES_MAX: usize = 10_000;
const IDS_MAX: usize = 2 * OPS_MAX + ASSIGNMENTS_MAX;

const NOTHING: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const TEXT: u8 = 4;
const DATE: u8 = 5;
const INSTANT: u8 = 6;
const CHOICE: u8 = 7;
const REFERENCE: u8 = 8;

/// Writes each distinct thing once and gives its place.
struct Distinct<T> {
    places: HashMap<T, u32>,
}

impl<T: Eq + Hash + Clone> Distinct<T> {
    fn new() -> Self {
        Distinct { places: HashMap::new() }
    }

    fn place(&mut self, thing: &T, list: &mut Vec<T>) -> u32 {
        if let Some(place) = self.places.get(thing) {
            return *place;
        }
        let place = list.len() as u32;
        list.push(thing.clone());
        self.places.insert(thing.clone(), place);
        place
    }
}

/// Packs ops; `unpack` gives them back in the same order.
pub fn pack<'a>(ops: impl Iterator<Item = &'a Op>) -> Columns {
    let mut packer =
        Packer { columns: Columns::default(), names: Distinct::new(), ids: Distinct::new() };
    let (mut seq, mut at) = (0i64, 0i64);
    for op in ops {
        packer.op(op, &mut seq, &mut at);
    }
    packer.columns
}

struct Packer {
    columns: Columns,
    names: Distinct<String>,
    ids: Distinct<[u8; 16]>,
}

impl Packer {
    fn name(&mut self, name: &String) -> u32 {
        self.names.place(name, &mut self.columns.names)
    }

    fn id(&mut self, id: Uuid) -> u32 {
        self.ids.place(id.as_bytes(), &mut self.columns.ids)
    }

    fn op(&mut self, op: &Op, seq: &mut i64, at: &mut i64) {
        let (record, worklist, kind) =
            (self.id(op.record.0), self.id(op.worklist.0), self.name(&op.kind));
        let columns = &mut self.columns;
        columns.device.push(op.dot.device.0);
        columns.seq.push((op.dot.seq as i64).wrapping_sub(*seq));
        columns.record_ix.push(record);
        columns.kind_ix.push(kind);
        columns.worklist_ix.push(worklist);
        columns.at.push(op.at_ms.wrapping_sub(*at));
        columns.fields.push(op.set.len() as u32);
        (*seq, *at) = (op.dot.seq as i64, op.at_ms);
        for one in &op.set {
            let field = self.name(&one.field);
            self.columns.field_ix.push(field);
            self.value(&one.value);
            self.columns.seen_count.push(one.seen.len() as u32);
            for dot in one.seen.dots() {
                self.columns.seen_device.push(dot.device.0);
                self.columns.seen_seq.push(dot.seq);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        let (tag, number) = match value {
            Value::Nothing => (NOTHING, None),
            Value::Bool(false) => (FALSE, None),
            Value::Bool(true) => (TRUE, None),
            Value::Int(number) => (INT, Some(*number)),
            Value::Text(text) => {
                self.columns.texts.push(text.clone());
                (TEXT, None)
            }
            Value::Date(days) => (DATE, Some(i64::from(*days))),
            Value::Instant(ms) => (INSTANT, Some(*ms)),
            Value::Choice(key) => (CHOICE, Some(i64::from(self.name(key)))),
            Value::Reference(id) => (REFERENCE, Some(i64::from(self.id(id.0)))),
        };
        self.columns.tag.push(tag);
        self.columns.numbers.extend(number);
    }
}

/// Gives the ops back.
///
/// # Errors
/// `WireError::Columns` when columns do not fit together, or a name is longer than ours are.
pub fn unpack(columns: &Columns) -> Result<Vec<Op>, WireError> {
    let too_long = columns.names.iter().any(|name| name.len() > NAME_MAX_BYTES);
    if too_long {
        return Err(WireError::Columns);
    }
    let mut reader = Reader {
        columns,
        field: 0..columns.field_ix.len(),
        number: columns.numbers.iter(),
        text: columns.texts.iter(),
        seen: 0..columns.seen_device.len(),
    };
    let (mut seq, mut at) = (0i64, 0i64);
    // No capacity from outside data: the list grows only as far as the columns really go.
    let mut ops = Vec::new();
    for row in 0..columns.device.len() {
        ops.push(reader.op(row, &mut seq, &mut at)?);
    }
    Ok(ops)
}

struct Reader<'a> {
    columns: &'a Columns,
    field: std::ops::Range<usize>,
    number: std::slice::Iter<'a, i64>,
    text: std::slice::Iter<'a, String>,
    seen: std::ops::Range<usize>,
}

fn cell<T: Clone>(column: &[T], row: usize) -> Result<T, WireError> {
    column.get(row).cloned().ok_or(WireError::Columns)
}

impl Reader<'_> {
    fn name(&self, place: u32) -> Result<String, WireError> {
        cell(&self.columns.names, place as usize)
    }

    fn id(&self, place: u32) -> Result<Uuid, WireError> {
        cell(&self.columns.ids, place as usize).map(Uuid::from_bytes)
    }

    fn number(&mut self) -> Result<i64, WireError> {
        self.number.next().copied().ok_or(WireError::Columns)
    }

    fn op(&mut self, row: usize, seq: &mut i64, at: &mut i64) -> Result<Op, WireError> {
        let columns = self.columns;
        *seq = seq.wrapping_add(cell(&columns.seq, row)?);
        *at = at.wrapping_add(cell(&columns.at, row)?);
        let fields = cell(&columns.fields, row)?;
        let mut set = Vec::new();
        for _ in 0..fields {
            set.push(self.assignment()?);
        }
        Ok(Op {
            dot: Dot::new(DeviceNo(cell(&columns.device, row)?), *seq as u64),
            record: RecordId(self.id(cell(&columns.record_ix, row)?)?),
            kind: self.name(cell(&columns.kind_ix, row)?)?,
            worklist: WorklistId(self.id(cell(&columns.worklist_ix, row)?)?),
            at_ms: *at,
            set,
        })
    }

    fn assignment(&mut self) -> Result<Assignment, WireError> {
        let row = self.field.next().ok_or(WireError::Columns)?;
        let field = self.name(cell(&self.columns.field_ix, row)?)?;
        let value = self.value(cell(&self.columns.tag, row)?)?;
        let mut seen = Vec::new();
        for _ in 0..cell(&self.columns.seen_count, row)? {
            let place = self.seen.next().ok_or(WireError::Columns)?;
            let device = DeviceNo(cell(&self.columns.seen_device, place)?);
            seen.push((device, cell(&self.columns.seen_seq, place)?));
        }
        Ok(Assignment { field, value, seen: Seen::from(seen) })
    }

    fn value(&mut self, tag: u8) -> Result<Value, WireError> {
        let place = |number: i64| u32::try_from(number).map_err(|_| WireError::Columns);
        Ok(match tag {
            NOTHING => Value::Nothing,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT => Value::Int(self.number()?),
            TEXT => Value::Text(self.text.next().ok_or(WireError::Columns)?.clone()),
            DATE => Value::Date(i32::try_from(self.number()?).map_err(|_| WireError::Columns)?),
            INSTANT => Value::Instant(self.number()?),
            CHOICE => {
                let place = place(self.number()?)?;
                Value::Choice(self.name(place)?)
            }
            REFERENCE => {
                let place = place(self.number()?)?;
                Value::Reference(RecordId(self.id(place)?))
            }
            _ => return Err(WireError::Columns),
        })
    }
}
