//! What any bytes must not do to a decoder: crash it, or come out as something that cannot be written
//! down again. Plain functions of bytes, for the property tests on a stable compiler and for
//! cargo-fuzz where there is a nightly one.

use aanbel_shared::record::Op;
use aanbel_shared::sync::{
    Device, EnrolReply, EnrolRequest, Meta, Problem, Reply, Request, StoredOp, WireError,
    decode_plain, decode_reply, decode_request, decode_stored_op, encode_plain, encode_reply,
    encode_request, encode_stored_op,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// A body and its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every decoder that meets bytes from outside, or from a disk.
pub const TARGETS: [Target; 9] = [
    ("request", |bytes| compact(bytes, decode_request, encode_request)),
    ("reply", |bytes| compact(bytes, decode_reply, encode_reply)),
    ("stored op", |bytes| compact(bytes, decode_stored_op, encode_stored_op)),
    ("enrolment", |bytes| compact(bytes, decode_plain::<EnrolRequest>, encode_plain)),
    ("answer to enrolment", |bytes| compact(bytes, decode_plain::<EnrolReply>, encode_plain)),
    ("problem", |bytes| compact(bytes, decode_plain::<Problem>, encode_plain)),
    ("bookkeeping", |bytes| compact(bytes, decode_plain::<Meta>, encode_plain)),
    ("JSON", every_json),
    ("a phone that reads", phone_reads),
];

/// What can be read can be written and read again, and is the same then.
fn compact<T: PartialEq + Debug>(
    bytes: &[u8],
    decode: fn(&[u8]) -> Result<T, WireError>,
    encode: fn(&T) -> Vec<u8>,
) {
    if let Ok(message) = decode(bytes) {
        assert_eq!(decode(&encode(&message)).as_ref(), Ok(&message));
    }
}

fn every_json(bytes: &[u8]) {
    json::<Request>(bytes);
    json::<Reply>(bytes);
    json::<StoredOp>(bytes);
    json::<EnrolRequest>(bytes);
    json::<EnrolReply>(bytes);
    json::<Problem>(bytes);
    json::<Op>(bytes);
}

fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(message) = serde_json::from_slice::<T>(bytes) {
        let text = serde_json::to_vec(&message).expect("what was read can be written");
        assert_eq!(serde_json::from_slice::<T>(&text).expect("and read again"), message);
    }
}

/// Whatever a server says, a phone takes it in or leaves it, and can go on.
fn phone_reads(bytes: &[u8]) {
    let Ok(reply) = decode_reply(bytes) else { return };
    let mut phone = Device::default();
    for _ in 0..2 {
        let writes = phone.absorb(&reply, 0);
        phone.show(&writes);
    }
    assert!(decode_request(&encode_request(&phone.request("proef", 0))).is_ok());
}
