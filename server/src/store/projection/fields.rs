//! The fields of one record as its row holds them, packed. Pure: no table is touched here. How SQL
//! looks into them is in `functions`.

use crate::store::StoreError;
use crate::store::said_again::AGAIN_MAX;
use aanbel_shared::record::{DeviceNo, Dot, Live, Op, RecordId, Register, Seen, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Most values that may live in a field beside each other when a phone adds one to a word of its own that
/// lives there. As many people at one door do not write without having seen each other; thousands are made up
/// to keep the writer busy.
pub const BESIDE_MAX: usize = 100;
/// The same for a phone that has no word there: she is not to be kept out by what another makes up.
const CROWD_MAX: usize = 1_000;

/// What folding an op in came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The earlier words of the same phone that this one had not seen, by field; not more than `AGAIN_MAX`.
    pub unseen: Vec<(String, Dot)>,
    /// In a field more values live now than before, and more than may.
    pub is_crowded: bool,
}

/// The registers of one record, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Register>);

/// Packed: the ops that still live, and per field what they gave it. Ops stand once, for mostly all
/// fields of a record come from the same one.
#[derive(Serialize, Deserialize)]
struct Packed<F> {
    ops: Vec<Origin>,
    /// Name of the field; place of the op, value, and what its writer had seen.
    fields: Vec<F>,
}
type Written<'a> = (&'a str, Vec<(usize, &'a Value, &'a Seen)>);
type Read = (String, Vec<(usize, Value, Seen)>);

/// Device, sequence and claimed instant (ms) of an op.
type Origin = (u32, u64, i64);

/// Where each op stands in a packed record.
#[derive(Default)]
struct Places {
    ops: Vec<Origin>,
    /// The same by op, once they are many: somebody makes them up to keep the writer busy.
    by_op: HashMap<Origin, usize>,
}

impl Places {
    const FEW: usize = 32;

    fn of(&mut self, op: Origin) -> usize {
        let known = match self.ops.len() {
            0..=Self::FEW => self.ops.iter().position(|one| *one == op),
            _ => self.by_op.get(&op).copied(),
        };
        known.unwrap_or_else(|| {
            let place = self.ops.len();
            self.ops.push(op);
            if place == Self::FEW {
                self.by_op = self.ops.iter().enumerate().map(|(place, op)| (*op, place)).collect();
            } else if place > Self::FEW {
                self.by_op.insert(op, place);
            }
            place
        })
    }
}

impl Fields {
    /// From the column `live`.
    ///
    /// # Errors
    /// `Damaged` when the bytes are not that.
    pub fn unpack(bytes: &[u8]) -> Result<Fields, StoreError> {
        let damaged = StoreError::Damaged("a record");
        let Ok(packed) = postcard::from_bytes::<Packed<Read>>(bytes) else { return Err(damaged) };
        let mut fields = BTreeMap::new();
        for (field, lives) in packed.fields {
            let mut live = Vec::with_capacity(lives.len());
            for (place, value, seen) in lives {
                let Some(&(device, seq, at_ms)) = packed.ops.get(place) else {
                    return Err(damaged);
                };
                live.push(Live { dot: Dot::new(DeviceNo(device), seq), at_ms, value, seen });
            }
            fields.insert(field, Register::stored(live));
        }
        Ok(Fields(fields))
    }

    /// For the column `live`; the same fields always give the same bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut places = Places::default();
        let mut fields: Vec<Written<'_>> = Vec::with_capacity(self.0.len());
        for (field, register) in &self.0 {
            let lives = register.live().iter().map(|live| {
                let op = (live.dot.device.0, live.dot.seq, live.at_ms);
                (places.of(op), &live.value, &live.seen)
            });
            fields.push((field, lives.collect()));
        }
        let ops = places.ops;
        postcard::to_stdvec(&Packed { ops, fields }).expect("values always serialise")
    }

    /// For the column `live` of a record of which this is the first op, as folding and packing it gives.
    /// None when the op names a field twice: then the fold must say what becomes of that.
    pub fn pack_first(op: &Op) -> Option<Vec<u8>> {
        let mut fields: Vec<Written<'_>> = op
            .set
            .iter()
            .map(|one| (one.field.as_str(), vec![(0, &one.value, &one.seen)]))
            .collect();
        fields.sort_unstable_by_key(|(field, _)| *field);
        let is_twice = fields.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let ops = vec![(op.dot.device.0, op.dot.seq, op.at_ms)];
        let packed = || postcard::to_stdvec(&Packed { ops, fields });
        (!is_twice && !op.set.is_empty()).then(|| packed().expect("values always serialise"))
    }

    /// Folds one op in. The merge itself is the register's.
    pub fn apply(&mut self, op: &Op) -> Folded {
        let mut folded = Folded::default();
        for (field, live) in op.lives() {
            match self.0.get_mut(field) {
                Some(register) => {
                    let room = AGAIN_MAX.saturating_sub(folded.unseen.len());
                    let more = own_unseen(register, &live).take(room);
                    folded.unseen.extend(more.map(|dot| (field.to_owned(), dot)));
                    let before = register.live().len();
                    let has_own = register.live().iter().any(|one| one.dot.device == op.device());
                    let most = if has_own { BESIDE_MAX } else { CROWD_MAX };
                    register.absorb(live);
                    folded.is_crowded |= register.live().len() > before.max(most);
                }
                None => {
                    let mut register = Register::default();
                    register.absorb(live);
                    self.0.insert(field.to_owned(), register);
                }
            }
        }
        folded
    }

    /// The earlier words of its phone that live, and that this op had not seen.
    pub fn unseen_by<'a>(&'a self, op: &'a Op) -> impl Iterator<Item = (String, Dot)> + 'a {
        op.lives().flat_map(|(field, live)| {
            let unseen = self
                .0
                .get(field)
                .map(|register| own_unseen(register, &live).take(AGAIN_MAX).collect());
            let unseen: Vec<Dot> = unseen.unwrap_or_default();
            unseen.into_iter().map(|dot| (field.to_owned(), dot)).collect::<Vec<_>>()
        })
    }

    /// How many fields contradict.
    pub fn open(&self) -> i64 {
        self.0.values().map(|register| i64::from(register.contradicts())).sum()
    }

    /// Whether somewhere more than one value lives, also when they say the same.
    pub fn some_beside(&self) -> bool {
        self.0.values().any(|register| register.live().len() > 1)
    }

    /// Those that contradict.
    pub fn contradictions(&self) -> impl Iterator<Item = (&str, &Register)> {
        self.iter().filter(|(_, register)| register.contradicts())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Register)> {
        self.0.iter().map(|(field, register)| (field.as_str(), register))
    }

    pub fn get(&self, field: &str) -> Option<&Register> {
        self.0.get(field)
    }

    pub fn take(&mut self, field: &str) -> Option<Register> {
        self.0.remove(field)
    }

    /// The first of these fields that shows a record.
    pub fn reference(&self, fields: &[&str]) -> Option<RecordId> {
        let shown = |field: &&str| self.0.get(*field)?.shown()?.value.as_reference();
        fields.iter().find_map(shown)
    }

    /// Whether something that this op wrote into the field still lives.
    pub fn holds(&self, field: &str, dot: Dot) -> bool {
        let register = self.0.get(field);
        register.is_some_and(|register| register.live().iter().any(|live| live.dot == dot))
    }
}

/// Of the office many people write, so of her words no one is expected to have seen the others.
fn own_unseen(register: &Register, incoming: &Live) -> impl Iterator<Item = Dot> {
    let Live { dot, seen, .. } = incoming;
    let is_own = |one: &Dot| one.device == dot.device && dot.device != DeviceNo::OFFICE;
    let earlier = register.live().iter().map(|live| live.dot).filter(move |one| is_own(one));
    earlier.filter(|one| one.seq < dot.seq && !seen.covers(*one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanbel_shared::record::{Assignment, WorklistId};
    use uuid::Uuid;

    fn op(device: u32, fields: &[(&str, Value)]) -> Op {
        let set = fields.iter().map(|(field, value)| Assignment {
            field: (*field).to_owned(),
            value: value.clone(),
            seen: Seen::default(),
        });
        let (record, worklist) = (RecordId(Uuid::from_u128(1)), WorklistId(Uuid::from_u128(2)));
        let (dot, kind) = (Dot::new(DeviceNo(device), 1), "note".into());
        Op { dot, record, kind, worklist, at_ms: i64::from(device), set: set.collect() }
    }

    #[test]
    fn many_ops_beside_each_other_are_read_back_as_they_were() {
        let mut fields = Fields::default();
        for device in 1..100 {
            let set = [("a", Value::Int(device.into())), ("b", Value::Nothing)];
            // Not all fields have the same ops.
            let from = usize::try_from(device % 2).expect("0 or 1");
            assert_eq!(fields.apply(&op(device, &set[from..])), Folded::default());
        }
        let read = Fields::unpack(&fields.pack()).expect("what was packed");
        assert_eq!((read.0["a"].live().len(), read.0["b"].live().len()), (49, 99));
        assert_eq!(read, fields);
        let mut crowded = op(1, &[("a", Value::Nothing)]);
        for seq in 2..100 {
            crowded.dot.seq = seq;
            assert!(fields.apply(&crowded).unseen.len() <= AGAIN_MAX, "not all are said again");
        }
    }

    #[test]
    fn only_what_adds_to_a_crowd_is_too_much() {
        let mut fields = Fields::default();
        let mut next = 0;
        let mut folded = |device: u32, seen: &[(u32, u64)]| {
            next += 1;
            let mut op = op(device, &[("a", Value::Int(device.into()))]);
            op.dot.seq = next;
            let seen = seen.iter().map(|&(device, seq)| Dot::new(DeviceNo(device), seq));
            op.set[0].seen = seen.collect();
            fields.apply(&op).is_crowded
        };
        assert!((1..=100).all(|_| !folded(1, &[])));
        assert!(folded(1, &[]), "of one phone");
        assert!(!folded(2, &[]), "of another");
        assert!(!folded(1, &[(1, 100)]), "what it had seen leaves");
        assert!((3..=999).all(|device| !folded(device, &[])));
        assert!(folded(2_000, &[]));
    }

    #[test]
    fn first_op_of_a_record_is_packed_as_its_fold() {
        let values = [("text", Value::text("een")), ("done", Value::Bool(true))];
        let first = op(3, &values);
        let mut fields = Fields::default();
        fields.apply(&first);
        assert_eq!(Fields::pack_first(&first), Some(fields.pack()));
        let twice = op(3, &[("text", Value::text("een")), ("text", Value::text("twee"))]);
        assert_eq!(Fields::pack_first(&twice), None);
    }

    #[test]
    fn packed_fields_come_back_with_every_live_value() {
        let mut fields = Fields::default();
        fields.apply(&op(1, &[("text", Value::text("een")), ("done", Value::Bool(true))]));
        fields.apply(&op(2, &[("text", Value::text("twee"))]));
        assert_eq!((fields.open(), fields.contradictions().count()), (1, 1));
        assert_eq!(Fields::unpack(&fields.pack()).expect("packed"), fields);
        assert!(fields.holds("text", Dot::new(DeviceNo(1), 1)));
        assert!(!fields.holds("done", Dot::new(DeviceNo(2), 1)));
        assert!(Fields::unpack(&fields.pack()[1..]).is_err());
    }
}
