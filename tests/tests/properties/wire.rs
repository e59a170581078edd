//! The wire: what goes in comes out, in both encodings; what is not ours is an error, not a crash;
//! and what this program does not know is kept and passed on as it was.

use super::arbitrary::{op, reply, request, stored};
use super::cases;
use super::history::device;
use aanbel_shared::form::Forms;
use aanbel_shared::record::{NAME_MAX_BYTES, Op, Value};
use aanbel_shared::sync::{
    Device, StoredOp, WireError, Write, decode_reply, decode_request, decode_stored_op,
    encode_reply, encode_request, encode_stored_op,
};
use proptest::prelude::*;

fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(message: &T) -> T {
    let text = serde_json::to_string(message).expect("our messages are JSON");
    serde_json::from_str(&text).expect("what we wrote we can read")
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn messages_come_out_as_they_went_in(request in request(), reply in reply(), op in stored()) {
        prop_assert_eq!(decode_request(&encode_request(&request)), Ok(request.clone()));
        prop_assert_eq!(decode_reply(&encode_reply(&reply)), Ok(reply.clone()));
        prop_assert_eq!(decode_stored_op(&encode_stored_op(&op)), Ok(op.clone()));
        prop_assert_eq!(&through_json(&request), &request);
        prop_assert_eq!(&through_json(&reply), &reply);
        prop_assert_eq!(&through_json(&op), &op);
    }

    #[test]
    fn message_cut_off_is_an_error(
        request in request(),
        reply in reply(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (request, reply) = (encode_request(&request), encode_reply(&reply));
        prop_assert!(decode_request(&request[..cut.index(request.len())]).is_err());
        prop_assert!(decode_reply(&reply[..cut.index(reply.len())]).is_err());
    }

    #[test]
    fn ops_of_a_newer_version_are_kept_and_passed_on_untouched(mut op in op()) {
        let mut phone = device(50);
        op.dot.device.0 = 50;
        op.dot.seq = 1;
        op.kind = "kind_of_2031".into();
        prop_assert!(Forms::built_in().form(&op.kind).is_none());
        let stored = StoredOp { op: op.clone(), author: String::new(), received_ms: None };
        // Kept as bytes, read back after a restart, sent as bytes.
        let bytes = encode_stored_op(&stored);
        let read = decode_stored_op(&bytes).expect("own bytes");
        phone.show(&[Write::Put(read.clone())]);
        let again = Device::load(phone.meta().clone(), [read]);
        let sent = decode_request(&encode_request(&again.request("proef", 0))).expect("own bytes");
        prop_assert_eq!(&sent.ops, &vec![op.clone()]);
        prop_assert_eq!(again.records(), phone.records());
    }
}

#[test]
fn layout_of_a_newer_version_is_named_as_such() {
    assert_eq!(decode_stored_op(&[2, 0, 0]), Err(WireError::Layout));
    assert_eq!(decode_request(&[]), Err(WireError::Damaged));
}

/// One long name that a million rows point at would be a thousand times the message in memory.
#[test]
fn long_name_is_refused_before_it_is_copied_into_every_row() {
    let (_, op) = one_op("x".repeat(NAME_MAX_BYTES + 1));
    let request = aanbel_shared::sync::Request { ops: vec![op], ..empty_request() };
    assert_eq!(decode_request(&encode_request(&request)), Err(WireError::Columns));
    let (fits, op) = one_op("x".repeat(NAME_MAX_BYTES));
    let request = aanbel_shared::sync::Request { ops: vec![op], ..empty_request() };
    assert_eq!(decode_request(&encode_request(&request)).expect("fits").ops[0].kind, fits);
}

fn one_op(kind: String) -> (String, Op) {
    let mut phone = device(3);
    let change =
        aanbel_shared::sync::Change::new(super::history::record(1), &kind, super::history::list())
            .with("text", Value::text("a"));
    let writes = phone.prepare(vec![change], 0).expect("enrolled");
    phone.show(&writes);
    let op = phone.outbox().next().expect("one").op.clone();
    (kind, op)
}

fn empty_request() -> aanbel_shared::sync::Request {
    device(3).request("proef", 0)
}
