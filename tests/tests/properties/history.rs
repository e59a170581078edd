//! Realistic histories for the merge: a few devices that write while they know only a part of what
//! the others wrote. `seen` comes from the real `Device::prepare`, never from the generator.

use aanbel_shared::programme::Role;
use aanbel_shared::record::{DeviceNo, Op, RecordId, Value, WorklistId};
use aanbel_shared::sync::{
    Change, Delivered, Device, Instruction, Me, Meta, Page, Reply, Versions, Write,
};
use proptest::prelude::*;
use uuid::Uuid;

pub const DEVICES: u32 = 4;
pub const RECORDS: u128 = 2;
pub const FIELDS: [&str; 3] = ["text", "reason", "nog_onbekend"];

/// One thing that happens in a history.
#[derive(Clone, Debug)]
pub enum Step {
    /// A device sets one or more fields of one record; its clock is whatever it is.
    Write { device: usize, record: u128, fields: Vec<usize>, clock_ms: i64, same: bool },
    /// A device hears of some of the ops so far, in whatever order: bit n is op n from the end.
    Hear { device: usize, which: u16, reversed: bool },
}

pub fn list() -> WorklistId {
    WorklistId(Uuid::from_u128(77))
}

pub fn record(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(1_000 + number))
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let device = 0..DEVICES as usize;
    // Clocks close together and years apart, ties included.
    let clock = prop_oneof![0i64..5, Just(i64::MIN), Just(i64::MAX), -100_000i64..100_000];
    let fields = proptest::collection::vec(0..FIELDS.len(), 1..3);
    let write = (device.clone(), 0..RECORDS, fields, clock, any::<bool>()).prop_map(
        |(device, record, fields, clock_ms, same)| Step::Write {
            device,
            record,
            fields,
            clock_ms,
            same,
        },
    );
    let hear = (device, any::<u16>(), any::<bool>())
        .prop_map(|(device, which, reversed)| Step::Hear { device, which, reversed });
    proptest::collection::vec(prop_oneof![write, hear], 1..40)
}

/// All ops of the history, in the order in which they were made.
pub fn play(steps: &[Step]) -> Vec<Op> {
    let mut devices: Vec<Device> = (1..=DEVICES).map(device).collect();
    let mut ops: Vec<Op> = Vec::new();
    for step in steps {
        match step {
            Step::Write { device, record, fields, clock_ms, same } => {
                let change = change(*record, fields, if *same { 0 } else { ops.len() });
                let writes = devices[*device].prepare(vec![change], *clock_ms).expect("enrolled");
                devices[*device].show(&writes);
                ops.extend(writes.into_iter().filter_map(|write| match write {
                    Write::Put(stored) => Some(stored.op),
                    _ => None,
                }));
            }
            Step::Hear { device, which, reversed } => {
                let mut heard: Vec<Op> = ops.iter().rev().take(16).cloned().collect();
                let mut bit = 0;
                heard.retain(|_| {
                    bit += 1;
                    which & (1 << (bit - 1)) != 0
                });
                if *reversed {
                    heard.reverse();
                }
                hear(&mut devices[*device], heard);
            }
        }
    }
    ops
}

fn change(record_no: u128, fields: &[usize], text: usize) -> Change {
    fields.iter().fold(Change::new(record(record_no), "note", list()), |change, field| {
        change.with(FIELDS[*field], Value::text(format!("waarde {text}")))
    })
}

/// A device that knows nothing yet.
pub fn device(number: u32) -> Device {
    let me = Me {
        device: DeviceNo(number),
        token: "00".repeat(32),
        person: format!("Persoon {number}"),
        role: Role::Volunteer,
        organisation: "Proeftuin".into(),
    };
    Device::load(Meta { me: Some(me), assigned: vec![list()], ..Meta::default() }, [])
}

/// Lets a device take in ops through the way every reply goes.
pub fn hear(device: &mut Device, ops: Vec<Op>) {
    let writes = device.absorb(&reply(device, ops), 0);
    device.show(&writes);
}

/// A page that goes on where the device is; the first one begins before anything was heard.
fn reply(device: &Device, ops: Vec<Op>) -> Reply {
    let from = device.meta().cursors.first().map_or(0, |(_, upto)| *upto);
    let delivered = |op: Op| Delivered {
        author: format!("Persoon {}", op.device().0),
        received_ms: op.dot.seq as i64,
        op,
    };
    Reply {
        protocol: 1,
        epoch: Uuid::nil(),
        kept: device.meta().kept,
        instruction: Instruction::Continue,
        pages: vec![Page {
            worklist: list(),
            from,
            ops: ops.into_iter().map(delivered).collect(),
            upto: from + 1,
            more: false,
        }],
        assigned: vec![list()],
        erased: vec![],
        set_aside: vec![],
        server_ms: 0,
        versions: Versions::default(),
        remaining: 0,
    }
}
