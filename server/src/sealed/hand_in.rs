//! Takes in sealed ops: opens them, finds the phone of each by the token inside, and gives each phone's
//! ops to the ordinary acceptance. Delivered twice is once, for an op keeps its number.

use super::keys;
use crate::access::{Phone, phone};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::log;
use crate::sync::push;
use aanbel_shared::record::{DeviceNo, Op};
use aanbel_shared::sync::{PROTOCOL, Request, SealedOp};
use rusqlite::Connection;
use std::collections::BTreeMap;
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
}

/// Opens and keeps a batch.
///
/// # Errors
/// When it holds too much, or the store refuses.
pub async fn take(state: &AppState, sealed: Vec<Vec<u8>>) -> Result<Done, AppError> {
    if sealed.len() > SEALED_MAX {
        return Err(TOO_MANY);
    }
    let opened = keys::with(state, move |key| key.open_all(&sealed)).await?;
    let now_ms = state.now_ms();
    let done = state.writer.write(move |tx| keep(tx, &opened, now_ms)).await?;
    state.metrics.exchanged(done.accepted, done.set_aside, false);
    Ok(done)
}

/// Ops of one phone, by sequence, each with its place in the batch.
type OfPhone<'a> = BTreeMap<u64, (usize, &'a Op)>;

fn keep(tx: &Connection, opened: &[Option<SealedOp>], now_ms: i64) -> Result<Done, AppError> {
    let mut known: BTreeMap<&str, Option<Phone>> = BTreeMap::new();
    let mut by_phone: BTreeMap<DeviceNo, OfPhone> = BTreeMap::new();
    let mut done = Done { kept: vec![false; opened.len()], ..Done::default() };
    for (place, one) in opened.iter().enumerate() {
        let Some(SealedOp { token, op }) = one else {
            done.unreadable += 1;
            continue;
        };
        if !known.contains_key(token.as_str()) {
            known.insert(token, phone(tx, token)?);
        }
        match known.get(token.as_str()) {
            Some(Some(phone)) if phone.number == op.device() => {
                by_phone.entry(phone.number).or_default().insert(op.dot.seq, (place, op));
            }
            _ => done.unreadable += 1,
        }
    }
    for (number, ops) in by_phone {
        let pushed = push::push(tx, number, &request(tx, number, &ops, now_ms)?, now_ms)?;
        done.accepted += pushed.accepted;
        done.set_aside += pushed.set_aside;
        for (place, _) in ops.range(..=pushed.kept).map(|(_, one)| one) {
            done.kept[*place] = true;
        }
    }
    Ok(done)
}

/// As the phone itself would have sent it, had it been open. All that was unsent is in the batch, so
/// what is missing before the last was erased there, and a hole that is filled later stays possible.
fn request(
    tx: &Connection,
    number: DeviceNo,
    ops: &OfPhone<'_>,
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
        ops: ops.values().map(|(_, op)| (*op).clone()).collect(),
        gone,
        own_high: last.max(kept),
        cursors: Vec::new(),
        waiting: 0,
        erased: Vec::new(),
        clock_ms: now_ms,
    })
}
