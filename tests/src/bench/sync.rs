//! The exchange as one phone without a browser sees it: a day sent (W1), a thousand households
//! received (W2), two replicas merged (W5), each beside the bare server of the same run.

use super::bare::Bare;
use super::measure::{median, ms};
use super::{Budget, Row, columnar, day, merge, town};
use crate::client::{Phone, pack};
use crate::server::Server;
use anyhow::{Result, ensure};
use std::time::Instant;

/// Days sent and first syncs of which the middle counts.
const TIMES: usize = 15;
const KB: f64 = 1_000.0;
const HOUSEHOLDS: usize = 1_000;

/// All rows.
///
/// # Errors
/// When something is not acknowledged or not received.
pub async fn measure() -> Result<Vec<Row>> {
    let server = town::prepared(2 * TIMES + 1).await?;
    let mut rows = sent(&server).await?;
    rows.extend(sent_by_tap(&server).await?);
    rows.extend(received(&server).await?);
    rows.push(merge::measure()?);
    Ok(rows)
}

fn row(
    name: &str,
    (value, unit): (f64, &'static str),
    (baseline, beside): (f64, &'static str),
    budget: Budget,
) -> Row {
    Row { name: format!("sync.{name}"), value, unit, baseline, beside, budget }
}

/// A phone with a day's work that waits.
async fn full_phone(server: &Server, number: usize) -> Result<Phone> {
    let mut phone = town::joined(server, number, &format!("d{number}")).await?;
    phone.sync().await?;
    let day = day::day(&phone, number as u128)?;
    day::write(&mut phone, day)?;
    Ok(phone)
}

async fn sent(server: &Server) -> Result<Vec<Row>> {
    let bare = Bare::start().await?;
    let (mut times, mut bare_times) = (Vec::new(), Vec::new());
    let (mut bytes, mut columns, mut json, mut requests) = (0.0, 0, 0, 0);
    for number in 1..=TIMES {
        let mut phone = full_phone(server, number).await?;
        let mut twin = bare.twin(&phone);
        columns = columnar::bytes(phone.device.outbox().map(|stored| &stored.op))?;
        json = pack(&serde_json::to_vec(&day::request(&phone)?)?)?.len();
        let before = phone.wire;
        times.push(pushed(&mut phone).await?);
        bytes = phone.wire.bytes_since(before);
        requests = phone.wire.requests - before.requests;
        bare_times.push(pushed(&mut twin).await?);
    }
    let kb = |bytes: usize| bytes as f64 / KB;
    let both = (bytes / KB, "KB");
    Ok(vec![
        row("w1_bytes", both, (kb(columns), "columns with gzip"), Budget::Ratio(1.3)),
        row(
            "w1_bytes_json",
            (kb(json), "KB"),
            (kb(columns), "columns with gzip"),
            Budget::Value(20.0),
        ),
        row(
            "w1_requests",
            (requests as f64, "requests"),
            (1.0, "one exchange"),
            Budget::Value(1.0),
        ),
        row(
            "w1_push",
            (median(&times)?, "ms"),
            (median(&bare_times)?, "the bare server, same phone"),
            Budget::Ratio(2.5),
        ),
    ])
}

/// Time until the phone knows that all is on disk, ms.
async fn pushed(phone: &mut Phone) -> Result<f64> {
    // The connection stands before the clock runs.
    phone.knock().await?;
    let start = Instant::now();
    day::push(phone).await?;
    Ok(ms(start.elapsed()))
}

/// The same day by somebody whose taps are ops each.
async fn sent_by_tap(server: &Server) -> Result<Vec<Row>> {
    let number = TIMES + 1;
    let mut phone = town::joined(server, number, "taps").await?;
    phone.sync().await?;
    let taps = day::by_tap(&day::day(&phone, number as u128)?);
    day::write(&mut phone, taps)?;
    let columns = columnar::bytes(phone.device.outbox().map(|stored| &stored.op))?;
    let before = phone.wire;
    day::push(&mut phone).await?;
    let bytes = (phone.wire.up_bytes - before.up_bytes) as f64;
    let requests = (phone.wire.requests - before.requests) as f64;
    Ok(vec![
        row(
            "w1_by_tap_bytes",
            (bytes / KB, "KB"),
            (columns as f64 / KB, "columns with gzip"),
            Budget::Ratio(1.5),
        ),
        row(
            "w1_by_tap_requests",
            (requests, "requests"),
            (1.0, "one op per record"),
            Budget::Value(4.0),
        ),
    ])
}

async fn received(server: &Server) -> Result<Vec<Row>> {
    let bare = Bare::start().await?;
    let number = TIMES + 2;
    let mut writer = town::joined(server, number, "writer").await?;
    writer.sync().await?;
    let households = day::households(&writer, HOUSEHOLDS)?;
    day::write(&mut writer, households)?;
    let columns = columnar::bytes(writer.device.outbox().map(|stored| &stored.op))?;
    day::push(&mut bare.twin(&writer)).await?;
    day::push(&mut writer).await?;
    let (mut times, mut bare_times) = (Vec::new(), Vec::new());
    let (mut bytes, mut requests) = (0.0, 0);
    for time in 0..TIMES {
        let mut phone = town::joined(server, number, &format!("g{time}")).await?;
        let mut twin = bare.twin(&phone);
        let before = phone.wire;
        times.push(read(&mut phone).await?);
        bytes = phone.wire.bytes_since(before);
        requests = phone.wire.requests - before.requests;
        bare_times.push(read(&mut twin).await?);
    }
    Ok(vec![
        row(
            "w2_bytes",
            (bytes / KB, "KB"),
            (columns as f64 / KB, "columns with gzip"),
            Budget::Ratio(1.3),
        ),
        row(
            "w2_requests",
            (requests as f64, "requests"),
            (1.0, "one exchange"),
            Budget::Value(3.0),
        ),
        row(
            "w2_time",
            (median(&times)?, "ms"),
            (median(&bare_times)?, "the bare server, same phone"),
            Budget::Ratio(3.0),
        ),
    ])
}

/// Time until a phone that joined has all households, ms.
async fn read(phone: &mut Phone) -> Result<f64> {
    phone.knock().await?;
    let start = Instant::now();
    phone.sync().await?;
    let time = ms(start.elapsed());
    let households = phone.device.records().of_kind("household").count();
    ensure!(households == HOUSEHOLDS, "{households} households arrived");
    Ok(time)
}
