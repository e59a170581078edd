//! Reference for bytes: the same changes in columns and nothing else, packed with gzip. No device, no
//! cursor, no context, nothing that makes a message of it.

use crate::client::pack;
use aanbel_shared::record::{Op, Value};
use anyhow::Result;
use serde::Serialize;

/// Each thing that repeats stands once, and rows point at it.
#[derive(Default, Serialize)]
struct Columns<'a> {
    names: Vec<&'a str>,
    ids: Vec<[u8; 16]>,
    record: Vec<usize>,
    kind: Vec<usize>,
    /// Difference with the moment before, ms.
    at: Vec<i64>,
    fields: Vec<usize>,
    field: Vec<usize>,
    tag: Vec<u8>,
    numbers: Vec<i64>,
    texts: Vec<&'a str>,
}

fn place<T: PartialEq>(list: &mut Vec<T>, thing: T) -> usize {
    list.iter().position(|one| *one == thing).unwrap_or_else(|| {
        list.push(thing);
        list.len() - 1
    })
}

/// Bytes of these changes as columns with gzip.
///
/// # Errors
/// Never for a buffer in memory.
pub fn bytes<'a>(ops: impl Iterator<Item = &'a Op>) -> Result<usize> {
    let mut columns = Columns::default();
    let mut before = 0;
    for op in ops {
        let record = place(&mut columns.ids, *op.record.0.as_bytes());
        let kind = place(&mut columns.names, &op.kind);
        columns.record.push(record);
        columns.kind.push(kind);
        columns.at.push(op.at_ms - before);
        before = op.at_ms;
        columns.fields.push(op.set.len());
        for one in &op.set {
            let field = place(&mut columns.names, &one.field);
            columns.field.push(field);
            columns.value(&one.value);
        }
    }
    Ok(pack(&postcard::to_stdvec(&columns)?)?.len())
}

impl<'a> Columns<'a> {
    fn value(&mut self, value: &'a Value) {
        let (tag, number) = match value {
            Value::Nothing => (0, None),
            Value::Bool(yes) => (1 + u8::from(*yes), None),
            Value::Int(number) => (3, Some(*number)),
            Value::Text(text) => {
                self.texts.push(text);
                (4, None)
            }
            Value::Date(days) => (5, Some(i64::from(*days))),
            Value::Instant(ms) => (6, Some(*ms)),
            Value::Choice(key) => (7, Some(place(&mut self.names, key) as i64)),
            Value::Reference(id) => (8, Some(place(&mut self.ids, *id.0.as_bytes()) as i64)),
        };
        self.tag.push(tag);
        self.numbers.extend(number);
    }
}
