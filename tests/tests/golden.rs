//! Every message, frozen in both encodings. A file here that no longer decodes, or that we would
//! write differently, means that released phones or servers no longer understand us. New messages
//! get new files (`AANBEL_GOLDEN=write` writes the missing ones); old files never change.

use aanbel_shared::programme::Role;
use aanbel_shared::record::{Assignment, DeviceNo, Dot, Op, RecordId, Seen, Value, WorklistId};
use aanbel_shared::sync::{
    Delivered, EnrolReply, EnrolRequest, Instruction, Me, Meta, Notice, Page, Problem, Reason,
    Reply, Request, SetAside, StoredOp, Versions, WireError, decode_plain, decode_reply,
    decode_request, decode_stored_op, encode_plain, encode_reply, encode_request, encode_stored_op,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

fn record(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + number))
}

fn street(number: u128) -> WorklistId {
    WorklistId(Uuid::from_u128(0x0192_0000_0000_7000_9000_0000_0000_0000 + number))
}

fn dot(device: u32, seq: u64) -> Dot {
    Dot::new(DeviceNo(device), seq)
}

fn seen(dots: &[Dot]) -> Seen {
    dots.iter().copied().collect()
}

fn assign(field: &str, value: Value, dots: &[Dot]) -> Assignment {
    Assignment { field: field.into(), value, seen: seen(dots) }
}

/// One op with every kind of value.
fn full_op() -> Op {
    Op {
        dot: dot(12, 41),
        record: record(1),
        kind: "attempt".into(),
        worklist: street(1),
        at_ms: 1_795_000_000_123,
        set: vec![
            assign("address", Value::Reference(record(2)), &[]),
            assign("at", Value::Instant(1_795_000_000_000), &[]),
            assign("result", Value::choice("come_back"), &[dot(3, 9), dot(12, 40)]),
            assign("come_back_on", Value::Date(20_780), &[]),
            assign("card", Value::Bool(true), &[]),
            assign("bulk", Value::Bool(false), &[dot(0, 2)]),
            assign("minutes", Value::Int(-1), &[]),
            assign("text", Value::text("Bel is kapot: één keer kloppen."), &[]),
            assign("withdrawn", Value::Nothing, &[dot(12, 7)]),
        ],
    }
}

fn small_op() -> Op {
    let set = vec![assign("text", Value::text("Komt dinsdag terug."), &[dot(12, 41)])];
    Op { dot: dot(12, 43), kind: "note".into(), record: record(3), set, ..full_op() }
}

fn request() -> Request {
    Request {
        protocol: 1,
        epoch: Uuid::from_u128(0xabc),
        app: "0.1.0".into(),
        first: 41,
        ops: vec![full_op(), small_op()],
        gone: vec![(42, 42)],
        own_high: 43,
        cursors: vec![(street(1), 930), (street(2), 0)],
        waiting: 2,
        erased: vec![record(9)],
        clock_ms: 1_795_000_060_000,
    }
}

fn delivered(op: Op, author: &str, received_ms: i64) -> Delivered {
    Delivered { op, author: author.into(), received_ms }
}

fn reply() -> Reply {
    let other = Op { dot: dot(3, 9), ..small_op() };
    Reply {
        protocol: 1,
        epoch: Uuid::from_u128(0xabc),
        kept: 43,
        instruction: Instruction::Continue,
        pages: vec![
            Page {
                worklist: street(1),
                from: 930,
                ops: vec![
                    delivered(full_op(), "Noor Voorbeeld", 1_795_000_061_000),
                    delivered(other, "Sem Voorbeeld", 1_795_000_059_000),
                ],
                upto: 932,
                more: false,
            },
            Page { worklist: street(2), from: 0, ops: vec![], upto: 4, more: true },
        ],
        assigned: vec![street(1), street(2)],
        erased: vec![record(8)],
        set_aside: vec![SetAside { dot: dot(12, 30), reason: Reason::NotAssigned }],
        server_ms: 1_795_000_062_000,
        versions: Versions {
            forms: 1,
            catalogue: "2026-11-21-5f0c9a1b2d3e".into(),
            texts: 3,
            lowest_download: 1,
        },
        remaining: 17,
    }
}

fn enrol_request() -> EnrolRequest {
    EnrolRequest {
        protocol: 1,
        code: "ABCD-EFGH-JKLM".into(),
        token: "0f".repeat(32),
        label: "Android, Chrome".into(),
        app: "0.1.0".into(),
    }
}

fn enrol_reply() -> EnrolReply {
    EnrolReply {
        device: DeviceNo(12),
        person: "Noor Voorbeeld".into(),
        role: Role::Volunteer,
        organisation: "Gemeente Proeftuin".into(),
        server_ms: 1_795_000_000_000,
    }
}

fn problem() -> Problem {
    Problem {
        code: "code_used".into(),
        sentence: "Deze code is al gebruikt. Vraag een nieuwe aan het kantoor.".into(),
    }
}

fn stored() -> StoredOp {
    StoredOp { op: full_op(), author: String::new(), received_ms: None }
}

fn meta() -> Meta {
    Meta {
        me: Some(Me {
            device: DeviceNo(12),
            token: "0f".repeat(32),
            person: "Noor Voorbeeld".into(),
            role: Role::Volunteer,
            organisation: "Gemeente Proeftuin".into(),
        }),
        epoch: Uuid::from_u128(0xabc),
        kept: 43,
        high: 44,
        offset_ms: -3_000,
        synced_ms: Some(1_795_000_062_000),
        cursors: vec![(street(1), 932)],
        assigned: vec![street(1)],
        set_aside: vec![SetAside { dot: dot(12, 30), reason: Reason::SeenAhead }],
        notices: vec![Notice {
            record: record(1),
            field: "result".into(),
            mine: Value::choice("nobody"),
            theirs: Value::choice("talk"),
            by: "Sem Voorbeeld".into(),
            at_ms: 1_795_000_061_000,
        }],
        erased: vec![record(8)],
        instruction: Some(Instruction::EnrolAgain { from: 44 }),
        remaining: 0,
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// The frozen text; written first when it does not exist and the caller asks for that.
fn frozen(name: &str, now: &str) -> String {
    let path = path(name);
    if !path.exists() && std::env::var("AANBEL_GOLDEN").is_ok_and(|what| what == "write") {
        std::fs::write(&path, now).expect("the golden folder is there");
    }
    std::fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{name} is missing; run once with AANBEL_GOLDEN=write"))
}

fn to_hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for line in bytes.chunks(32) {
        for byte in line {
            write!(hex, "{byte:02x}").expect("a string takes all");
        }
        hex.push('\n');
    }
    hex
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("ascii");
        u8::from_str_radix(pair, 16).expect("hex digits")
    };
    digits.chunks(2).map(byte).collect()
}

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    name: &str,
    value: &T,
    encode: impl Fn(&T) -> Vec<u8>,
    decode: impl Fn(&[u8]) -> Result<T, WireError>,
) {
    let json = serde_json::to_string_pretty(value).expect("our messages are JSON") + "\n";
    let frozen_json = frozen(&format!("{name}.json"), &json);
    let read: T = serde_json::from_str(&frozen_json).expect("frozen JSON is read for ever");
    assert_eq!(&read, value, "{name}.json");
    assert_eq!(frozen_json, json, "{name}.json");
    let hex = to_hex(&encode(value));
    let frozen_hex = frozen(&format!("{name}.hex"), &hex);
    let read = decode(&from_hex(&frozen_hex)).expect("frozen bytes are read for ever");
    assert_eq!(&read, value, "{name}.hex");
    assert_eq!(frozen_hex, hex, "{name}.hex");
}

#[test]
fn exchange_reads_and_writes_as_frozen() {
    check("request", &request(), encode_request, decode_request);
    check("reply", &reply(), encode_reply, decode_reply);
    let wipe = Reply { instruction: Instruction::Wipe, pages: vec![], ..reply() };
    check("reply_wipe", &wipe, encode_reply, decode_reply);
}

#[test]
fn enrolment_and_problems_read_and_write_as_frozen() {
    check("enrol_request", &enrol_request(), encode_plain, decode_plain);
    check("enrol_reply", &enrol_reply(), encode_plain, decode_plain);
    check("problem", &problem(), encode_plain, decode_plain);
}

#[test]
fn what_a_phone_stores_reads_and_writes_as_frozen() {
    check("stored_op", &stored(), encode_stored_op, decode_stored_op);
    check("meta", &meta(), encode_plain, decode_plain);
}
