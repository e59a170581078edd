//! Everybody comes home at once: 200 phones push their day in the same moment (W3), three evenings
//! long. What stays small when the store has grown to a million field changes (W4), and what a
//! change takes on disk (W6).

use super::bare::Bare;
use super::disk::{Sizes, sizes};
use super::measure::{append_and_confirm, median, ms, percentile};
use super::{Budget, Row, day, town};
use crate::client::Phone;
use crate::server::Server;
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use anyhow::{Context, Result, ensure};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Barrier;
use uuid::Uuid;

const PHONES: usize = 200;
const EVENINGS: usize = 3;
/// Days in the store when it is still small: 4,530 field changes.
const FIRST_DAYS: usize = 3;
/// Exchanges of which the middle counts.
const EXCHANGES: usize = 200;
const MB: f64 = 1_000_000.0;
/// Most memory that the server may use, MB.
const MEMORY_MAX: f64 = 200.0;

/// All rows.
///
/// # Errors
/// When something is not acknowledged.
pub async fn measure() -> Result<Vec<Row>> {
    let server = town::prepared(PHONES + 1).await?;
    let bare = Bare::start().await?;
    let mut phones = Vec::new();
    for number in 1..=PHONES {
        let mut phone = town::joined(&server, number, &format!("l{number}")).await?;
        phone.sync().await?;
        phones.push(phone);
    }
    let mut caller = town::joined(&server, PHONES + 1, "caller").await?;
    caller.sync().await?;
    for (number, phone) in phones.iter_mut().take(FIRST_DAYS).enumerate() {
        day::write(phone, day::day(phone, number as u128 + 1)?)?;
        day::push(phone).await?;
    }
    let small = exchanges(&server, &mut caller, None).await?;
    let before = sizes(server.data())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for evening in 1..=EVENINGS {
        for (number, phone) in phones.iter_mut().enumerate() {
            day::write(phone, day::day(phone, (evening * 1_000 + number) as u128)?)?;
        }
        let twins = phones.iter().map(|phone| bare.twin(phone)).collect();
        theirs.push(at_once(twins).await?.0);
        let (rush, back) = at_once(phones).await?;
        ours.push(rush);
        phones = back;
    }
    let after = sizes(server.data())?;
    let twin = bare.twin(&caller);
    let large = exchanges(&server, &mut caller, Some(twin)).await?;
    let mut rows = rushed(&ours, &theirs)?;
    rows.push(memory(&server, &bare)?);
    rows.extend(grown(small, &large));
    rows.extend(stored(before, after, &bare)?);
    Ok(rows)
}

fn row(
    name: &str,
    (value, unit): (f64, &'static str),
    (baseline, beside): (f64, &'static str),
    budget: Budget,
) -> Row {
    Row { name: format!("load.{name}"), value, unit, baseline, beside, budget }
}

/// One evening: how many field changes per second, and the wait of the slowest, ms.
struct Rush {
    changes: f64,
    p50: f64,
    p99: f64,
}

/// All push in the same moment, each over a connection that stands already.
async fn at_once(phones: Vec<Phone>) -> Result<(Rush, Vec<Phone>)> {
    let gate = Arc::new(Barrier::new(phones.len()));
    let mut pushes = Vec::new();
    for mut phone in phones {
        let gate = Arc::clone(&gate);
        pushes.push(tokio::spawn(async move {
            phone.knock().await?;
            gate.wait().await;
            let start = Instant::now();
            day::push(&mut phone).await?;
            anyhow::Ok((start, start.elapsed(), phone))
        }));
    }
    let (mut times, mut phones, mut first) = (Vec::new(), Vec::new(), None);
    for push in pushes {
        let (start, time, phone) = push.await??;
        first = Some(first.map_or(start, |one: Instant| one.min(start)));
        times.push((start, ms(time)));
        phones.push(phone);
    }
    let first = first.context("somebody pushed")?;
    let ends = times.iter().map(|(start, time)| ms(start.duration_since(first)) + time);
    let all_ms = ends.fold(0.0, f64::max);
    let waits: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    let changes = (phones.len() * day::CHANGES) as f64 * 1_000.0 / all_ms;
    let rush = Rush { changes, p50: median(&waits)?, p99: percentile(&waits, 0.99)? };
    Ok((rush, phones))
}

fn rushed(ours: &[Rush], theirs: &[Rush]) -> Result<Vec<Row>> {
    let middle =
        |all: &[Rush], of: fn(&Rush) -> f64| median(&all.iter().map(of).collect::<Vec<_>>());
    let bare = "the bare server, same phones";
    let pair = |of: fn(&Rush) -> f64| anyhow::Ok((middle(ours, of)?, middle(theirs, of)?));
    let (changes, bare_changes) = pair(|rush| rush.changes)?;
    let (p50, bare_p50) = pair(|rush| rush.p50)?;
    let (p99, bare_p99) = pair(|rush| rush.p99)?;
    Ok(vec![
        row("w3_changes", (changes, "/s"), (bare_changes, bare), Budget::AtLeast(0.25)),
        row("w3_push_p50", (p50, "ms"), (bare_p50, bare), Budget::Ratio(2.5)),
        row("w3_push_p99", (p99, "ms"), (bare_p99, bare), Budget::Ratio(2.5)),
    ])
}

fn memory(server: &Server, bare: &Bare) -> Result<Row> {
    let (ours, theirs) = (server.peak_memory()? as f64 / MB, bare.peak_memory()? as f64 / MB);
    let beside = "the bare server";
    Ok(row("w3_memory", (ours, "MB"), (theirs, beside), Budget::Value(MEMORY_MAX)))
}

/// Middles of many small exchanges.
struct Small {
    nothing_ms: f64,
    change_ms: f64,
    /// Append and fdatasync of as many bytes, each just before a change.
    disk_ms: f64,
    /// The same change at the bare server: HTTP, decoding, one insert and its commit.
    bare_ms: Option<f64>,
    /// Bodies up and down.
    nothing_bytes: f64,
    change_bytes: f64,
    requests: f64,
}

/// The same, each in turn with the same change by a twin at the bare server.
async fn exchanges(server: &Server, phone: &mut Phone, mut twin: Option<Phone>) -> Result<Small> {
    phone.sync().await?;
    let door = phone.device.records().of_kind("address").next().context("a door")?;
    let (door, street) = (door.id, door.worklist);
    let visit = RecordId(Uuid::from_u128(0xca11));
    let (mut nothing, mut change, mut disk) = (Vec::new(), Vec::new(), Vec::new());
    let mut bare = Vec::new();
    let (mut nothing_bytes, mut change_bytes, mut requests) = (0.0, 0.0, 0);
    for turn in 0..EXCHANGES {
        let before = phone.wire;
        let start = Instant::now();
        phone.sync().await?;
        nothing.push(ms(start.elapsed()));
        nothing_bytes = phone.wire.bytes_since(before);
        requests = requests.max(phone.wire.requests - before.requests);
        let value = Value::Bool(turn % 2 == 0);
        let edit = Change::new(visit, "attempt", street).with("card", value);
        let edit = if turn == 0 { edit.with("address", Value::Reference(door)) } else { edit };
        if let Some(twin) = &mut twin {
            twin.write(vec![edit.clone()])?;
            let start = Instant::now();
            twin.sync().await?;
            bare.push(ms(start.elapsed()));
        }
        phone.write(vec![edit])?;
        disk.push(append_and_confirm(server.data(), change_bytes as usize)?);
        let before = phone.wire;
        let start = Instant::now();
        phone.sync().await?;
        change.push(ms(start.elapsed()));
        change_bytes = phone.wire.bytes_since(before);
        ensure!(phone.device.waiting() == 0, "the change waits");
        requests = requests.max(phone.wire.requests - before.requests);
    }
    Ok(Small {
        nothing_ms: median(&nothing)?,
        change_ms: median(&change)?,
        disk_ms: median(&disk)?,
        bare_ms: if bare.is_empty() { None } else { Some(median(&bare)?) },
        nothing_bytes,
        change_bytes,
        requests: requests as f64,
    })
}

fn grown(small: Small, large: &Small) -> Vec<Row> {
    let fresh = "the same with 5,000 field changes in the store";
    let bytes = |now: f64, before: f64| ((now, "B"), (before, fresh));
    let (nothing, one) = (
        bytes(large.nothing_bytes, small.nothing_bytes),
        bytes(large.change_bytes, small.change_bytes),
    );
    let time = Budget::Ratio(1.5);
    let disk = large.disk_ms;
    let bare = large.bare_ms.unwrap_or(disk);
    vec![
        row("w4_nothing_bytes", nothing.0, nothing.1, Budget::Value(300.0)),
        row("w4_change_bytes", one.0, one.1, Budget::Value(600.0)),
        row("w4_requests", (large.requests, "requests"), (1.0, "one exchange"), Budget::Value(1.0)),
        row("w4_nothing_p50", (large.nothing_ms, "ms"), (small.nothing_ms, fresh), time),
        row("w4_change_p50", (large.change_ms, "ms"), (small.change_ms, fresh), time),
        row(
            "w4_change_disk",
            (large.change_ms, "ms"),
            (disk, "append and fdatasync, in turn with it"),
            time,
        ),
        row(
            "w4_change_bare",
            (large.change_ms, "ms"),
            (bare, "the same change at the bare server, in turn with it"),
            Budget::None,
        ),
        row("w4_bare_disk", (bare, "ms"), (disk, "append and fdatasync"), Budget::None),
    ]
}

fn stored(before: Sizes, after: Sizes, bare: &Bare) -> Result<Vec<Row>> {
    let changes = (EVENINGS * PHONES * day::CHANGES) as f64;
    let blobs = bare.bytes_on_disk()? as f64 / changes;
    let each = |after: u64, before: u64| (after.saturating_sub(before) as f64 / changes, "B");
    let beside = (blobs, "the bare server's blobs");
    Ok(vec![
        row("w6_log", each(after.log, before.log), beside, Budget::Value(35.0)),
        row("w6_all", each(after.all, before.all), beside, Budget::Value(100.0)),
    ])
}
