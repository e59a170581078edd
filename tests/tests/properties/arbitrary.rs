//! Messages with arbitrary content, far outside what our own programs make. Names are held to
//! `NAME_MAX_BYTES`, because the compact encoding refuses longer ones.

use aanbel_shared::record::{
    Assignment, DeviceNo, Dot, NAME_MAX_BYTES, Op, RecordId, Seen, Value, WorklistId,
};
use aanbel_shared::sync::{
    Delivered, Instruction, Page, Reason, Reply, Request, SetAside, StoredOp, Versions,
};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

fn uuid() -> impl Strategy<Value = Uuid> {
    // Often the same few, so that the columns really share them.
    prop_oneof![(0u128..4).prop_map(Uuid::from_u128), any::<u128>().prop_map(Uuid::from_u128)]
}

fn record() -> impl Strategy<Value = RecordId> {
    uuid().prop_map(RecordId)
}

fn worklist() -> impl Strategy<Value = WorklistId> {
    uuid().prop_map(WorklistId)
}

fn dot() -> impl Strategy<Value = Dot> {
    let device = prop_oneof![0u32..4, any::<u32>()];
    let seq = prop_oneof![0u64..9, any::<u64>()];
    (device, seq).prop_map(|(device, seq)| Dot::new(DeviceNo(device), seq))
}

fn name() -> impl Strategy<Value = String> {
    let any_name = ".{0,40}".prop_map(|mut name: String| {
        while name.len() > NAME_MAX_BYTES {
            name.pop();
        }
        name
    });
    prop_oneof![Just("text".to_owned()), Just("topics.money".to_owned()), any_name]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Nothing),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        ".{0,60}".prop_map(Value::Text),
        any::<i32>().prop_map(Value::Date),
        any::<i64>().prop_map(Value::Instant),
        name().prop_map(Value::Choice),
        record().prop_map(Value::Reference),
    ]
}

fn assignment() -> impl Strategy<Value = Assignment> {
    (name(), value(), vec(dot(), 0..4)).prop_map(|(field, value, seen)| Assignment {
        field,
        value,
        seen: seen.into_iter().collect::<Seen>(),
    })
}

pub fn op() -> impl Strategy<Value = Op> {
    (dot(), record(), name(), worklist(), any::<i64>(), vec(assignment(), 0..5)).prop_map(
        |(dot, record, kind, worklist, at_ms, set)| Op { dot, record, kind, worklist, at_ms, set },
    )
}

pub fn stored() -> impl Strategy<Value = StoredOp> {
    (op(), ".{0,20}", any::<Option<i64>>()).prop_map(|(op, author, received_ms)| StoredOp {
        op,
        author,
        received_ms,
    })
}

pub fn request() -> impl Strategy<Value = Request> {
    let numbers = (any::<u16>(), any::<u64>(), any::<u64>(), any::<u32>(), any::<i64>());
    let lists = (
        vec(op(), 0..12),
        vec(any::<(u64, u64)>(), 0..3),
        vec((worklist(), any::<u64>()), 0..4),
        vec(record(), 0..3),
    );
    (uuid(), ".{0,20}", numbers, lists).prop_map(|(epoch, app, numbers, lists)| Request {
        protocol: numbers.0,
        epoch,
        app,
        first: numbers.1,
        ops: lists.0,
        gone: lists.1,
        own_high: numbers.2,
        cursors: lists.2,
        waiting: numbers.3,
        erased: lists.3,
        clock_ms: numbers.4,
    })
}

fn page() -> impl Strategy<Value = Page> {
    let author = prop_oneof![Just("Persoon 1".to_owned()), ".{0,12}"];
    let delivered = (op(), author, any::<i64>()).prop_map(|(op, author, received_ms)| Delivered {
        op,
        author,
        received_ms,
    });
    (worklist(), any::<u64>(), vec(delivered, 0..6), any::<u64>(), any::<bool>())
        .prop_map(|(worklist, from, ops, upto, more)| Page { worklist, from, ops, upto, more })
}

fn instruction() -> impl Strategy<Value = Instruction> {
    prop_oneof![
        Just(Instruction::Continue),
        any::<u64>().prop_map(|from| Instruction::EnrolAgain { from }),
        Just(Instruction::Update),
        Just(Instruction::Wipe),
    ]
}

fn set_aside() -> impl Strategy<Value = SetAside> {
    (dot(), prop::sample::select(Reason::ALL.to_vec()))
        .prop_map(|(dot, reason)| SetAside { dot, reason })
}

pub fn reply() -> impl Strategy<Value = Reply> {
    let numbers = (any::<u16>(), any::<u64>(), any::<i64>(), any::<u32>());
    let versions = (any::<u32>(), "[0-9a-f-]{0,23}", any::<u32>(), any::<u16>());
    let lists =
        (vec(page(), 0..4), vec(worklist(), 0..4), vec(record(), 0..3), vec(set_aside(), 0..4));
    (uuid(), instruction(), numbers, versions, lists).prop_map(
        |(epoch, instruction, numbers, versions, lists)| Reply {
            protocol: numbers.0,
            epoch,
            kept: numbers.1,
            instruction,
            pages: lists.0,
            assigned: lists.1,
            erased: lists.2,
            set_aside: lists.3,
            server_ms: numbers.2,
            versions: Versions {
                forms: versions.0,
                catalogue: versions.1,
                texts: versions.2,
                lowest_download: versions.3,
            },
            remaining: numbers.3,
        },
    )
}
