//! How records travel: the messages, the acceptance rule, the compact encoding, and the phone's
//! whole state machine. Without I/O: the same code runs on phone, server and in the simulator.

mod acceptance;
mod columns;
mod device;
mod exchange;
mod sealed;
mod signed;
mod wire;

pub use acceptance::{Access, Ledger, Reason, Verdict, awaited, judge};
pub use columns::{ASSIGNMENTS_MAX, SEEN_MAX};
pub use device::{
    Change, Device, EnrolError, Me, Meta, NotEnrolled, Notice, OpState, RecordState, StoredOp,
    Write,
};
pub use exchange::{
    Delivered, EPOCH_HEADER, EnrolReply, EnrolRequest, Instruction, PROTOCOL, Page, Problem, Reply,
    Request, SetAside, Versions,
};
pub use sealed::{Envelope, POINT_LEN, PURPOSE, SealedBatch, SealedOp, SealedReply};
pub use signed::{
    KEY_HEADER, SIGNATURE_HEADER, SIGNATURE_LEN, from_hex, signed_op, signed_request, to_hex,
};
pub use wire::{
    COMPACT_TYPE, WireError, decode_plain, decode_reply, decode_request, decode_stored_op,
    encode_plain, encode_reply, encode_request, encode_stored_op,
};
