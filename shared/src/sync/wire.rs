//! The compact encoding of the messages: postcard, ops in columns. The server takes and gives the
//! same messages as JSON; a golden file freezes both.

use super::columns::{Columns, pack, unpack};
use super::exchange::{Delivered, Page, READ_MAX, Reply, Request};
use super::{Instruction, SetAside, StoredOp, Versions};
use crate::record::{RecordId, WorklistId, at_most};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Media type of the compact encoding; everything else is JSON.
pub const COMPACT_TYPE: &str = "application/vnd.aanbel.v1";

/// First byte of every compact message, so that another layout can follow later.
const LAYOUT: u8 = 1;

/// Why bytes are not a message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the message is of a layout that this program does not know")]
    Layout,
    #[error("the message is cut off or damaged")]
    Damaged,
    #[error("the columns of the message do not fit together")]
    Columns,
}

#[derive(Serialize, Deserialize)]
struct PackedRequest {
    protocol: u16,
    epoch: Uuid,
    app: String,
    first: u64,
    ops: Columns,
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    gone: Vec<(u64, u64)>,
    own_high: u64,
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    cursors: Vec<(WorklistId, u64)>,
    waiting: u32,
    #[serde(deserialize_with = "at_most::<READ_MAX, _, _>")]
    erased: Vec<RecordId>,
    clock_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct PackedReply {
    protocol: u16,
    epoch: Uuid,
    kept: u64,
    instruction: Instruction,
    /// Per page: worklist, from, how many ops, upto, more.
    pages: Vec<(WorklistId, u64, u32, u64, bool)>,
    /// The ops of all pages, one after the other.
    ops: Columns,
    authors: Vec<String>,
    author_ix: Vec<u32>,
    received: Vec<i64>,
    assigned: Vec<WorklistId>,
    erased: Vec<RecordId>,
    set_aside: Vec<SetAside>,
    server_ms: i64,
    versions: Versions,
    remaining: u32,
}

/// Bytes of any small message without ops (enrolment, a problem).
pub fn encode_plain<T: Serialize>(message: &T) -> Vec<u8> {
    let mut bytes = vec![LAYOUT];
    bytes.extend(postcard::to_stdvec(message).expect("our messages always serialise"));
    bytes
}

/// # Errors
/// When the bytes are of another layout, cut off, damaged or longer than the message.
pub fn decode_plain<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let (layout, rest) = bytes.split_first().ok_or(WireError::Damaged)?;
    if *layout != LAYOUT {
        return Err(WireError::Layout);
    }
    match postcard::take_from_bytes(rest) {
        Ok((message, [])) => Ok(message),
        _ => Err(WireError::Damaged),
    }
}

pub fn encode_request(request: &Request) -> Vec<u8> {
    let Request { protocol, epoch, first, own_high, waiting, clock_ms, .. } = *request;
    encode_plain(&PackedRequest {
        protocol,
        epoch,
        app: request.app.clone(),
        first,
        ops: pack(request.ops.iter()),
        gone: request.gone.clone(),
        own_high,
        cursors: request.cursors.clone(),
        waiting,
        erased: request.erased.clone(),
        clock_ms,
    })
}

/// # Errors
/// When the bytes are not a request.
pub fn decode_request(bytes: &[u8]) -> Result<Request, WireError> {
    let packed: PackedRequest = decode_plain(bytes)?;
    let PackedRequest { protocol, epoch, app, first, gone, own_high, .. } = packed;
    let ops = unpack(&packed.ops)?;
    let PackedRequest { cursors, waiting, erased, clock_ms, .. } = packed;
    Ok(Request {
        protocol,
        epoch,
        app,
        first,
        ops,
        gone,
        own_high,
        cursors,
        waiting,
        erased,
        clock_ms,
    })
}

pub fn encode_reply(reply: &Reply) -> Vec<u8> {
    let delivered = || reply.pages.iter().flat_map(|page| &page.ops);
    let (mut authors, mut author_ix) = (Vec::<String>::new(), Vec::new());
    for one in delivered() {
        let place = authors.iter().position(|name| *name == one.author).unwrap_or_else(|| {
            authors.push(one.author.clone());
            authors.len() - 1
        });
        author_ix.push(place as u32);
    }
    let mut last = 0;
    let received = delivered()
        .map(|one| one.received_ms.wrapping_sub(std::mem::replace(&mut last, one.received_ms)));
    let Reply { protocol, epoch, kept, instruction, server_ms, remaining, .. } = *reply;
    encode_plain(&PackedReply {
        protocol,
        epoch,
        kept,
        instruction,
        pages: reply
            .pages
            .iter()
            .map(|page| (page.worklist, page.from, page.ops.len() as u32, page.upto, page.more))
            .collect(),
        ops: pack(delivered().map(|one| &one.op)),
        received: received.collect(),
        authors,
        author_ix,
        assigned: reply.assigned.clone(),
        erased: reply.erased.clone(),
        set_aside: reply.set_aside.clone(),
        server_ms,
        versions: reply.versions.clone(),
        remaining,
    })
}

/// # Errors
/// When the bytes are not a reply.
pub fn decode_reply(bytes: &[u8]) -> Result<Reply, WireError> {
    let packed: PackedReply = decode_plain(bytes)?;
    let mut ops = unpack(&packed.ops)?.into_iter();
    let (mut author_ix, mut received) = (packed.author_ix.iter(), packed.received.iter());
    let mut received_ms = 0i64;
    let mut pages = Vec::new();
    for &(worklist, from, count, upto, more) in &packed.pages {
        let mut page = Page { worklist, from, ops: Vec::new(), upto, more };
        for _ in 0..count {
            let op = ops.next().ok_or(WireError::Columns)?;
            let author = author_ix
                .next()
                .and_then(|place| packed.authors.get(*place as usize))
                .ok_or(WireError::Columns)?;
            received_ms = received_ms.wrapping_add(*received.next().ok_or(WireError::Columns)?);
            page.ops.push(Delivered { op, author: author.clone(), received_ms });
        }
        pages.push(page);
    }
    let PackedReply { protocol, epoch, kept, instruction, assigned, erased, .. } = packed;
    let PackedReply { set_aside, server_ms, versions, remaining, .. } = packed;
    Ok(Reply {
        protocol,
        epoch,
        kept,
        instruction,
        pages,
        assigned,
        erased,
        set_aside,
        server_ms,
        versions,
        remaining,
    })
}

/// Bytes of one op as a phone stores it.
pub fn encode_stored_op(op: &StoredOp) -> Vec<u8> {
    encode_plain(op)
}

/// # Errors
/// When the stored bytes are damaged, or written by a newer layout.
pub fn decode_stored_op(bytes: &[u8]) -> Result<StoredOp, WireError> {
    decode_plain(bytes)
}
