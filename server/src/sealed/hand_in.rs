//! Takes in sealed ops: opens them, finds the phone of each by the token inside, holds the signature of
//! each against that phone's key, and gives each phone's ops to the ordinary acceptance. Delivered twice
//! is once, for an op keeps its number.

use super::keys::{self, Opened};
use crate::access::{self, Peer, Phone, Unproven, is_signed, phone};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::{StoreError, log};
use crate::sync::push::{self, By};
use aanbel_shared::form::Forms;
use aanbel_shared::record::{DeviceNo, Op};
use aanbel_shared::sync::{PROTOCOL, Request, signed_op};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most envelopes at once, in a message or a file.
const SEALED_MAX: usize = 5_000;

const TOO_MANY: AppError =
    AppError::Bad("too_many_ops", "Dit zijn te veel wijzigingen in één keer.");

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// For each envelope, in order, whether the server has it now.
    pub kept: Vec<bool>,
    /// New in the log.
    pub accepted: u32,
    pub set_aside: u32,
    /// Sealed to another key, damaged, or of no phone of ours.
    pub unreadable: usize,
    /// Of a phone with a key, and not signed with it. Nothing of these is kept.
    pub unsigned: usize,
}

/// Phones by the token that an envelope holds.
type Known = BTreeMap<String, Phone>;

/// Opens and keeps a batch that came from this address.
///
/// # Errors
/// When it holds too much, or the store refuses.
pub async fn take(state: &AppState, sealed: Vec<Vec<u8>>, peer: Peer) -> Result<Done, AppError> {
    if sealed.len() > SEALED_MAX {
        return Err(TOO_MANY);
    }
    let opened = keys::with(state, move |key| key.open_all(&sealed)).await?;
    let tokens: BTreeSet<String> =
        opened.iter().flatten().map(|one| one.what.token.clone()).collect();
    let known = state.reader.read(move |db| phones(db, tokens)).await?;
    // A few thousand signatures take a while, so neither the writer nor a request waits for them.
    let checking = tokio::task::spawn_blocking(move || sort(opened, &known));
    let (of_phones, mut done) = checking.await.map_err(|_| StoreError::Stopped)?;
    let now_ms = state.now_ms();
    let kept = state.writer.write(move |tx| keep(tx, &of_phones, now_ms)).await?;
    for place in kept.places {
        done.kept[place] = true;
    }
    (done.accepted, done.set_aside) = (kept.accepted, kept.set_aside);
    state.metrics.exchanged(done.accepted, done.set_aside, false);
    if done.unsigned > 0 {
        let (why, ops) = (Unproven::NoSignature.key(), done.unsigned);
        access::note_refused(state, peer.0, why, |line| line.with("ops", ops)).await?;
    }
    Ok(done)
}

fn phones(db: &Connection, tokens: BTreeSet<String>) -> Result<Known, AppError> {
    let mut known = Known::new();
    for token in tokens {
        if let Some(phone) = phone(db, &token)? {
            known.insert(token, phone);
        }
    }
    Ok(known)
}

/// Ops of one phone, by sequence, each with its place in the batch.
type OfPhone = BTreeMap<u64, (usize, Op)>;

/// What each phone may have sent; the rest is only counted.
fn sort(opened: Vec<Option<Opened>>, known: &Known) -> (BTreeMap<DeviceNo, OfPhone>, Done) {
    let mut of_phones: BTreeMap<DeviceNo, OfPhone> = BTreeMap::new();
    let mut done = Done { kept: vec![false; opened.len()], ..Done::default() };
    for (place, one) in opened.into_iter().enumerate() {
        let phone = one.as_ref().and_then(|one| known.get(&one.what.token));
        let (Some(one), Some(phone)) = (one, phone) else {
            done.unreadable += 1;
            continue;
        };
        if phone.number != one.what.op.device() {
            done.unreadable += 1;
        } else if is_own(phone, &one) {
            let ops = of_phones.entry(phone.number).or_default();
            ops.insert(one.what.op.dot.seq, (place, one.what.op));
        } else {
            done.unsigned += 1;
        }
    }
    (of_phones, done)
}

/// Whether the phone itself made this envelope, as far as can be known: one of before there were keys is
/// taken at its word.
fn is_own(phone: &Phone, one: &Opened) -> bool {
    let Some(key) = &phone.key else { return true };
    let signed = |signature: &Vec<u8>| is_signed(key, &signed_op(&one.inside), signature);
    one.signature.as_ref().is_some_and(signed)
}

#[derive(Default)]
struct Kept {
    places: Vec<usize>,
    accepted: u32,
    set_aside: u32,
}

fn keep(
    tx: &Connection,
    of_phones: &BTreeMap<DeviceNo, OfPhone>,
    now_ms: i64,
) -> Result<Kept, AppError> {
    let mut kept = Kept::default();
    for (number, ops) in of_phones {
        let request = request(tx, *number, ops, now_ms)?;
        let pushed = push::push(tx, Forms::built_in(), *number, &request, By::HandIn, now_ms)?;
        kept.accepted += pushed.accepted;
        kept.set_aside += pushed.set_aside;
        kept.places.extend(ops.range(..=pushed.kept).map(|(_, (place, _))| *place));
    }
    Ok(kept)
}

/// As the phone itself would have sent it, had it been open. All that was unsent is in the batch, so
/// what is missing before the last was erased there, and a hole that is filled later stays possible.
fn request(
    tx: &Connection,
    number: DeviceNo,
    ops: &OfPhone,
    now_ms: i64,
) -> Result<Request, AppError> {
    let kept = log::kept(tx, number)?;
    let last = ops.last_key_value().map_or(0, |(seq, _)| *seq);
    let mut next = kept + 1;
    let mut gone = Vec::new();
    for seq in ops.keys().copied().filter(|seq| *seq > kept) {
        if seq > next {
            gone.push((next, seq - 1));
        }
        next = seq + 1;
    }
    let app =
        tx.query_row("SELECT app FROM device WHERE number = ?1", [number.0], |row| row.get(0));
    Ok(Request {
        protocol: PROTOCOL,
        epoch: Uuid::nil(),
        app: app?,
        first: ops.first_key_value().map_or(1, |(seq, _)| *seq),
        ops: ops.values().map(|(_, op)| op.clone()).collect(),
        gone,
        own_high: last.max(kept),
        cursors: Vec::new(),
        waiting: 0,
        erased: Vec::new(),
        clock_ms: now_ms,
    })
}
