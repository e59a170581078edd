//! The exchange as a phone without a browser sees it: a day sent, and a neighbourhood received.

use super::measure::{append_and_confirm, median, ms};
use super::{Budget, Row, day, town};
use crate::client::{Phone, pack};
use crate::server::Server;
use aanbel_shared::sync::Reply;
use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use reqwest::{Client, header};
use std::io::Read;
use std::time::Instant;

/// Days and first syncs of which the middle counts.
const TIMES: usize = 5;
const KB: f64 = 1_000.0;

/// All rows.
///
/// # Errors
/// When something is not acknowledged or not received.
pub async fn measure() -> Result<Vec<Row>> {
    let server = town::prepared().await?;
    let mut rows = sent(&server).await?;
    rows.extend(received(&server).await?);
    Ok(rows)
}

fn row(name: &str, value: f64, unit: &'static str, baseline: f64, budget: Budget) -> Row {
    Row { name: format!("sync.{name}"), value, unit, baseline, beside: "", budget }
}

async fn sent(server: &Server) -> Result<Vec<Row>> {
    let (mut times, mut raw_times) = (Vec::new(), Vec::new());
    let (mut bytes, mut json_bytes, mut requests) = (0.0, 0.0, 0.0);
    let (mut tap_bytes, mut tap_requests) = (0.0, 0.0);
    for number in 1..=TIMES {
        let mut phone = town::joined(server, number, &format!("d{number}")).await?;
        phone.sync().await?;
        let day = day::day(&phone, number as u128)?;
        day::write(&mut phone, day.clone())?;
        json_bytes = pack(&serde_json::to_vec(&day::request(&phone)?)?)?.len() as f64;
        let before = phone.wire;
        let start = Instant::now();
        day::push(&mut phone).await?;
        times.push(ms(start.elapsed()));
        bytes = (phone.wire.up_bytes - before.up_bytes) as f64;
        requests = (phone.wire.requests - before.requests) as f64;
        raw_times.push(append_and_confirm(server.data(), bytes as usize)?);
        let mut tapping = town::joined(server, TIMES + number, &format!("t{number}")).await?;
        tapping.sync().await?;
        // Another seed: these are other records.
        let taps = day::by_tap(&day::day(&tapping, (TIMES + number) as u128)?);
        day::write(&mut tapping, taps)?;
        let before = tapping.wire;
        day::push(&mut tapping).await?;
        tap_bytes = (tapping.wire.up_bytes - before.up_bytes) as f64;
        tap_requests = (tapping.wire.requests - before.requests) as f64;
    }
    let (time, raw) = (median(&times)?, median(&raw_times)?);
    Ok(vec![
        Row {
            beside: "the same request as JSON with gzip",
            ..row("day_up", bytes / KB, "KB", json_bytes / KB, Budget::Value(20.0))
        },
        Row {
            beside: "one exchange",
            ..row("day_requests", requests, "requests", 1.0, Budget::Value(1.0))
        },
        Row {
            beside: "as many bytes appended and confirmed by the disk",
            ..row("day_acknowledged", time, "ms", raw, Budget::Ratio(20.0))
        },
        Row {
            beside: "the same day with one op per record",
            ..row("day_by_tap_up", tap_bytes / KB, "KB", bytes / KB, Budget::Ratio(4.0))
        },
        Row {
            beside: "the same day with one op per record",
            ..row("day_by_tap_requests", tap_requests, "requests", requests, Budget::Value(4.0))
        },
    ])
}

async fn received(server: &Server) -> Result<Vec<Row>> {
    let (mut times, mut json_times) = (Vec::new(), Vec::new());
    let (mut bytes, mut json_bytes, mut requests) = (0.0, 0.0, 0.0);
    for number in 0..TIMES {
        let mut phone = town::joined(server, town::GREAT_WALKER, &format!("g{number}")).await?;
        let before = phone.wire;
        let start = Instant::now();
        phone.sync().await?;
        times.push(ms(start.elapsed()));
        all_there(&phone)?;
        bytes = (phone.wire.down_bytes - before.down_bytes) as f64;
        requests = (phone.wire.requests - before.requests) as f64;
        let mut phone = town::joined(server, town::GREAT_WALKER, &format!("j{number}")).await?;
        let http = Client::new();
        let start = Instant::now();
        json_bytes = sync_in_json(&mut phone, &http).await? as f64;
        json_times.push(ms(start.elapsed()));
        all_there(&phone)?;
    }
    let (time, json_time) = (median(&times)?, median(&json_times)?);
    Ok(vec![
        Row {
            beside: "the same in JSON with gzip",
            ..row("first_down", bytes / KB, "KB", json_bytes / KB, Budget::Value(60.0))
        },
        Row {
            beside: "1,000 ops per exchange",
            ..row("first_requests", requests, "requests", 2.0, Budget::Value(3.0))
        },
        Row {
            beside: "the same in JSON with gzip",
            ..row("first_time", time, "ms", json_time, Budget::Ratio(1.1))
        },
    ])
}

fn all_there(phone: &Phone) -> Result<()> {
    let doors = phone.device.records().of_kind("address").count();
    ensure!(doors == town::GREAT_DOORS, "{doors} addresses arrived");
    Ok(())
}

/// The same exchanges in the other encoding, by a program of somebody else. Gives the bytes received.
async fn sync_in_json(phone: &mut Phone, http: &Client) -> Result<usize> {
    let me = phone.device.me().context("enrolled")?;
    let token = format!("Bearer {}", me.token);
    let mut bytes = 0;
    loop {
        let request = phone.device.request("proef", phone.clock_ms);
        let body = pack(&serde_json::to_vec(&request)?)?;
        let answer = http
            .post(format!("{}/api/sync", phone.address))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_ENCODING, "gzip")
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::AUTHORIZATION, &token)
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        let is_packed = answer.headers().contains_key(header::CONTENT_ENCODING);
        let packed = answer.bytes().await?;
        bytes += packed.len();
        let mut plain = Vec::new();
        match is_packed {
            true => drop(GzDecoder::new(&packed[..]).read_to_end(&mut plain)?),
            false => plain.extend_from_slice(&packed),
        }
        let reply: Reply = serde_json::from_slice(&plain)?;
        let writes = phone.device.absorb(&reply, phone.clock_ms);
        phone.device.show(&writes);
        if !phone.device.wants_more() {
            return Ok(bytes);
        }
    }
}
