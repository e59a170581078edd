//! Records as a fold of ops. Nothing here decides what may be written.

use super::{Absorbed, Assignment, Dot, Live, Op, RecordId, Register, Value, WorklistId};
use std::collections::BTreeMap;

/// One record: its registers by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: RecordId,
    pub kind: String,
    pub worklist: WorklistId,
    pub fields: BTreeMap<String, Register>,
}

/// What one op replaced in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    pub field: String,
    pub old: Live,
    pub new: Value,
}

impl Record {
    /// A record without values, as the first op on it finds it.
    pub fn empty(op: &Op) -> Self {
        Record {
            id: op.record,
            kind: op.kind.clone(),
            worklist: op.worklist,
            fields: BTreeMap::new(),
        }
    }

    /// The value to show; none when never set or set to nothing.
    pub fn get(&self, field: &str) -> Option<&Value> {
        let value = &self.fields.get(field)?.shown()?.value;
        (*value != Value::Nothing).then_some(value)
    }

    pub fn bool(&self, field: &str) -> Option<bool> {
        self.get(field)?.as_bool()
    }

    pub fn int(&self, field: &str) -> Option<i64> {
        self.get(field)?.as_int()
    }

    /// Text of a text field, key of a choice.
    pub fn str(&self, field: &str) -> Option<&str> {
        self.get(field)?.as_str()
    }

    pub fn instant(&self, field: &str) -> Option<i64> {
        self.get(field)?.as_instant()
    }

    pub fn date(&self, field: &str) -> Option<i32> {
        self.get(field)?.as_date()
    }

    pub fn reference(&self, field: &str) -> Option<RecordId> {
        self.get(field)?.as_reference()
    }

    /// Deleting is a field too, so that it can be contradicted and undone.
    pub fn is_withdrawn(&self) -> bool {
        self.bool("withdrawn") == Some(true)
    }

    /// Fields on which people disagree.
    pub fn contradictions(&self) -> impl Iterator<Item = (&str, &Register)> {
        self.fields
            .iter()
            .filter(|(_, field)| field.contradicts())
            .map(|(key, f)| (key.as_str(), f))
    }

    /// Leaves one op out, as if it had never come in; says whether anything of it lived.
    pub fn forget(&mut self, dot: Dot) -> bool {
        let mut lived = false;
        self.fields.retain(|_, register| {
            lived |= register.forget(dot);
            !register.live().is_empty()
        });
        lived
    }

    /// Takes one op in and tells what it replaced.
    pub fn apply(&mut self, op: &Op) -> Vec<Replaced> {
        self.take(op.clone())
    }

    /// As `apply`, of an op that nobody needs any more.
    pub fn take(&mut self, op: Op) -> Vec<Replaced> {
        let (dot, at_ms) = (op.dot, op.at_ms);
        let mut replaced = Vec::new();
        for Assignment { field, value, seen } in op.set {
            let Some(register) = self.fields.get_mut(&field) else {
                let mut register = Register::default();
                register.absorb(Live { dot, at_ms, value, seen });
                self.fields.insert(field, register);
                continue;
            };
            let new = value.clone();
            if let Absorbed::Taken(old) = register.absorb(Live { dot, at_ms, value, seen }) {
                replaced.extend(old.into_iter().map(|old| Replaced {
                    field: field.clone(),
                    old,
                    new: new.clone(),
                }));
            }
        }
        replaced
    }
}

/// All records of one device, or of one worklist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    by_id: BTreeMap<RecordId, Record>,
}

impl Records {
    /// Takes one op in and tells what it replaced. The first op of a record fixes kind and
    /// worklist; the server sets aside later ones that claim others.
    pub fn apply(&mut self, op: &Op) -> Vec<Replaced> {
        self.take(op.clone())
    }

    /// As `apply`, of an op that nobody needs any more.
    pub fn take(&mut self, op: Op) -> Vec<Replaced> {
        self.by_id.entry(op.record).or_insert_with(|| Record::empty(&op)).take(op)
    }

    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.by_id.get(&id)
    }

    /// As `Record::forget`.
    pub fn forget(&mut self, id: RecordId, dot: Dot) -> bool {
        self.by_id.get_mut(&id).is_some_and(|record| record.forget(dot))
    }

    pub fn remove(&mut self, id: RecordId) {
        self.by_id.remove(&id);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.by_id.values()
    }

    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> {
        self.iter().filter(move |record| record.kind == kind && !record.is_withdrawn())
    }

    /// Records of one kind that point at `target` through `field`.
    pub fn pointing<'a>(
        &'a self,
        kind: &'a str,
        field: &'a str,
        target: RecordId,
    ) -> impl Iterator<Item = &'a Record> {
        self.of_kind(kind).filter(move |record| record.reference(field) == Some(target))
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
