//! Cases for tests of this folder: records as a server reads them, without a phone.

use crate::record::{Assignment, DeviceNo, Dot, Op, RecordId, Records, Seen, Value, WorklistId};

const DAY_MS: i64 = 86_400_000;

#[derive(Default)]
pub struct Town {
    pub records: Records,
    seq: u64,
}

impl Town {
    /// Days of UTC, for instants of these tests.
    pub fn day(at_ms: i64) -> i32 {
        i32::try_from(at_ms / DAY_MS).unwrap_or_default()
    }

    pub fn put(&mut self, list: RecordId, id: RecordId, kind: &str, set: Vec<(&str, Value)>) {
        self.seq += 1;
        let assign = |(field, value): (&str, Value)| Assignment {
            field: field.to_owned(),
            value,
            seen: Seen::default(),
        };
        self.records.apply(&Op {
            dot: Dot::new(DeviceNo(1), self.seq),
            record: id,
            kind: kind.to_owned(),
            worklist: WorklistId(list.0),
            at_ms: 0,
            set: set.into_iter().map(assign).collect(),
        });
    }

    /// A new case with its address.
    pub fn case(&mut self, number: i64) -> RecordId {
        let case = RecordId::at(number, [7; 10]);
        let address = RecordId::from_parts(case.0, "address");
        self.put(case, case, "case", vec![("address", Value::Reference(address))]);
        self.put(case, address, "address", vec![("number", Value::Int(number))]);
        case
    }

    /// A record of a case by its name; again writes in the same one.
    pub fn of_case(&mut self, case: RecordId, kind: &str, name: &str, mut set: Vec<(&str, Value)>) {
        let to = match kind {
            "talk" => ("address", RecordId::from_parts(case.0, "address")),
            _ => ("case", case),
        };
        set.push((to.0, Value::Reference(to.1)));
        self.put(case, RecordId::from_parts(case.0, name), kind, set);
    }
}
