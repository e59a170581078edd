//! The messages between phone and office, in both encodings, and what a phone keeps of them.

use super::target::{Target, target};
use aanbel_shared::record::Op;
use aanbel_shared::sync::{
    Device, EnrolReply, EnrolRequest, Envelope, Meta, POINT_LEN, Problem, Reply, Request,
    SealedBatch, SealedOp, StoredOp, WireError, decode_plain, decode_reply, decode_request,
    decode_stored_op, encode_plain, encode_reply, encode_request, encode_stored_op,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Every decoder of messages.
pub const TARGETS: [Target; 12] = [
    target(
        "request",
        |bytes| compact(bytes, decode_request, encode_request),
        || hex(include_str!("../../tests/golden/request.hex")),
    ),
    target("reply", |bytes| compact(bytes, decode_reply, encode_reply), golden_reply),
    target(
        "stored_op",
        |bytes| compact(bytes, decode_stored_op, encode_stored_op),
        || hex(include_str!("../../tests/golden/stored_op.hex")),
    ),
    target("enrolment", plain::<EnrolRequest>, || {
        hex(include_str!("../../tests/golden/enrol_request.hex"))
    }),
    target("answer_to_enrolment", plain::<EnrolReply>, || {
        hex(include_str!("../../tests/golden/enrol_reply.hex"))
    }),
    target("problem", plain::<Problem>, || hex(include_str!("../../tests/golden/problem.hex"))),
    target("bookkeeping", plain::<Meta>, || hex(include_str!("../../tests/golden/meta.hex"))),
    target("envelope", envelope, || sealed().sealed),
    target("sealed_op", plain::<SealedOp>, || vec![encode_plain(&sealed_op())]),
    target("sealed_batch", plain::<SealedBatch>, || vec![encode_plain(&sealed())]),
    target("json", every_json, golden_json),
    target("phone_that_reads", phone_reads, golden_reply),
];

/// What can be read can be written and read again, and is the same then.
fn compact<T: PartialEq + Debug>(
    bytes: &[u8],
    decode: fn(&[u8]) -> Result<T, WireError>,
    encode: fn(&T) -> Vec<u8>,
) -> bool {
    let Ok(message) = decode(bytes) else { return false };
    assert_eq!(decode(&encode(&message)).as_ref(), Ok(&message));
    true
}

/// What a phone sealed lies in its parts, and comes out of them.
fn envelope(bytes: &[u8]) -> bool {
    let Some(envelope) = Envelope::read(bytes) else { return false };
    assert_eq!(envelope.write(), bytes);
    true
}

fn sealed_op() -> SealedOp {
    let stored = hex(include_str!("../../tests/golden/stored_op.hex"));
    let stored = decode_stored_op(&stored[0]).expect("a golden message");
    SealedOp { token: "0123".repeat(16), op: stored.op }
}

/// Two envelopes of which only the outside is right, as a rescue file holds them too.
fn sealed() -> SealedBatch {
    let (point, content) = ([4; POINT_LEN], encode_plain(&sealed_op()));
    let of = |signed| {
        let key = Envelope::key_name(&point);
        Envelope { signed, key, point: &point, content: &content }.write()
    };
    SealedBatch { sealed: vec![of(false), of(true)] }
}

fn every_json(bytes: &[u8]) -> bool {
    let taken = [
        json::<Request>(bytes),
        json::<Reply>(bytes),
        json::<StoredOp>(bytes),
        json::<EnrolRequest>(bytes),
        json::<EnrolReply>(bytes),
        json::<Problem>(bytes),
        json::<Op>(bytes),
    ];
    taken.contains(&true)
}

fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) -> bool {
    let Ok(message) = serde_json::from_slice::<T>(bytes) else { return false };
    let text = serde_json::to_vec(&message).expect("what was read can be written");
    assert_eq!(serde_json::from_slice::<T>(&text).expect("and read again"), message);
    true
}

/// Whatever a server says, a phone takes it in or leaves it, and can go on.
fn phone_reads(bytes: &[u8]) -> bool {
    let Ok(reply) = decode_reply(bytes) else { return false };
    let mut phone = Device::default();
    for _ in 0..2 {
        let writes = phone.absorb(&reply, 0);
        phone.show(&writes);
    }
    assert!(decode_request(&encode_request(&phone.request("proef", 0))).is_ok());
    true
}

fn plain<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) -> bool {
    compact(bytes, decode_plain::<T>, encode_plain)
}

fn golden_reply() -> Vec<Vec<u8>> {
    let texts = [
        include_str!("../../tests/golden/reply.hex"),
        include_str!("../../tests/golden/reply_wipe.hex"),
    ];
    texts.into_iter().flat_map(hex).collect()
}

fn golden_json() -> Vec<Vec<u8>> {
    let texts = [
        include_str!("../../tests/golden/request.json"),
        include_str!("../../tests/golden/reply.json"),
        include_str!("../../tests/golden/stored_op.json"),
        include_str!("../../tests/golden/problem.json"),
    ];
    texts.map(Into::into).into()
}

/// One seed from its hexadecimal digits; line ends in between are left out.
fn hex(text: &str) -> Vec<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().filter_map(|letter| letter.to_digit(16)).map(|digit| digit as u8).collect();
    vec![digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()]
}
