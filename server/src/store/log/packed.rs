//! What an op says, as the log holds it: words by number, and nothing that the columns of its entry say
//! already. Unpacking gives back the very same op. Hashes are never taken over these bytes, but over
//! the op itself (`super::encode`), so another way of packing leaves the chain as it is.

use super::words::Words;
use crate::store::StoreError;
use aanbel_shared::record::{Assignment, DeviceNo, Op, RecordId, Seen, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Without number, record and list, which stand in the entry.
#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    /// Word of the kind.
    kind: u32,
    /// How long before it was received the op says it was made, ms; wraps.
    ago_ms: i64,
    /// Word of each field, and what it was given.
    #[serde(borrow)]
    set: Vec<(u32, Said<'a>)>,
    /// Of the fields of which something had been seen: place in `set`, and per device its highest
    /// sequence. Most ops write on a field for the first time.
    seen: Vec<(u32, Vec<(u32, u64)>)>,
}

/// A `Value` in fewer bytes.
#[derive(Serialize, Deserialize)]
enum Said<'a> {
    Nothing,
    No,
    Yes,
    Int(i64),
    Text(&'a str),
    Date(i32),
    Instant(i64),
    /// Word of the key.
    Choice(u32),
    Reference([u8; 16]),
}

/// What `op` says, received at that moment (ms).
///
/// # Errors
/// Those of the database, when a word is new.
pub fn pack(op: &Op, received_ms: i64, words: &Words<'_>) -> Result<Vec<u8>, StoreError> {
    let (mut set, mut seen) = (Vec::with_capacity(op.set.len()), Vec::new());
    for (place, one) in (0..).zip(&op.set) {
        let said = match &one.value {
            Value::Nothing => Said::Nothing,
            Value::Bool(false) => Said::No,
            Value::Bool(true) => Said::Yes,
            Value::Int(number) => Said::Int(*number),
            Value::Text(text) => Said::Text(text),
            Value::Date(days) => Said::Date(*days),
            Value::Instant(ms) => Said::Instant(*ms),
            Value::Choice(key) => Said::Choice(words.number(key)?),
            Value::Reference(id) => Said::Reference(*id.0.as_bytes()),
        };
        set.push((words.number(&one.field)?, said));
        if !one.seen.is_empty() {
            let dots = one.seen.dots().map(|dot| (dot.device.0, dot.seq));
            seen.push((place, dots.collect()));
        }
    }
    let kind = words.number(&op.kind)?;
    let packed = Packed { kind, ago_ms: received_ms.wrapping_sub(op.at_ms), set, seen };
    Ok(postcard::to_stdvec(&packed).expect("values always serialise"))
}

/// Kind, claimed moment (ms) and fields of the op that was packed into these bytes.
///
/// # Errors
/// `Damaged` when they are no such bytes, or name a word that is not there.
pub fn unpack(
    bytes: &[u8],
    received_ms: i64,
    words: &Words<'_>,
) -> Result<(String, i64, Vec<Assignment>), StoreError> {
    let damaged = StoreError::Damaged("an op");
    // Bytes after the end would say something that no hash covers.
    let Ok((packed, [])) = postcard::take_from_bytes::<Packed<'_>>(bytes) else {
        return Err(damaged);
    };
    let mut set = Vec::with_capacity(packed.set.len());
    for (field, said) in packed.set {
        let value = match said {
            Said::Nothing => Value::Nothing,
            Said::No => Value::Bool(false),
            Said::Yes => Value::Bool(true),
            Said::Int(number) => Value::Int(number),
            Said::Text(text) => Value::Text(text.to_owned()),
            Said::Date(days) => Value::Date(days),
            Said::Instant(ms) => Value::Instant(ms),
            Said::Choice(key) => Value::Choice(words.word(key)?),
            Said::Reference(id) => Value::Reference(RecordId(Uuid::from_bytes(id))),
        };
        set.push(Assignment { field: words.word(field)?, value, seen: Seen::default() });
    }
    for (place, dots) in packed.seen {
        let Some(one) = set.get_mut(place as usize) else { return Err(damaged) };
        let dots: Vec<_> = dots.into_iter().map(|(device, seq)| (DeviceNo(device), seq)).collect();
        one.seen = Seen::from(dots);
    }
    Ok((words.word(packed.kind)?, received_ms.wrapping_sub(packed.ago_ms), set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;
    use aanbel_shared::record::{Dot, WorklistId};

    #[test]
    fn unpacking_gives_the_very_same_op() {
        let db = schema::open_in_memory().expect("a database");
        let words = Words::new(&db);
        let id = RecordId(Uuid::from_u128(7));
        let values = [
            Value::Nothing,
            Value::Bool(false),
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::text("01 \u{0} é"),
            Value::Date(-3),
            Value::Instant(i64::MAX),
            Value::choice("nobody"),
            Value::Reference(id),
        ];
        let set = (0..).zip(values).map(|(number, value)| Assignment {
            field: format!("field{number}"),
            value,
            seen: (0..number % 3).map(|device| Dot::new(DeviceNo(device), 9)).collect(),
        });
        for at_ms in [i64::MIN, 0, 1_795_000_000_000, i64::MAX] {
            let (dot, worklist) = (Dot::new(DeviceNo(1), 2), WorklistId(Uuid::from_u128(8)));
            let set = set.clone().collect();
            let op = Op { dot, record: id, kind: "note".into(), worklist, at_ms, set };
            let bytes = pack(&op, 1_795_000_000_001, &words).expect("packed");
            // As another connection reads it: without what was remembered.
            let read = unpack(&bytes, 1_795_000_000_001, &Words::new(&db)).expect("unpacked");
            assert_eq!(read, (op.kind, op.at_ms, op.set));
            assert!(unpack(&bytes[..bytes.len() - 1], 0, &words).is_err());
        }
        db.execute("DELETE FROM log_word WHERE word = 'nobody'", []).expect("a blow");
        let lost = set.filter(|one| matches!(one.value, Value::Choice(_))).collect();
        let (dot, worklist) = (Dot::new(DeviceNo(1), 2), WorklistId(Uuid::from_u128(8)));
        let op = Op { dot, record: id, kind: "note".into(), worklist, at_ms: 0, set: lost };
        let bytes = pack(&op, 0, &words).expect("packed");
        assert!(unpack(&bytes, 0, &Words::new(&db)).is_err(), "a word that is gone");
    }
}
