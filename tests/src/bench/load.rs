//! Everybody comes home at once: 50 phones send their day in the same moment.

use super::measure::{median, ms, percentile};
use super::{Budget, Row, day, town};
use crate::client::Phone;
use crate::server::Server;
use anyhow::Result;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Barrier;

const PHONES: usize = 50;
/// Phones that send with the server to themselves, before the others.
const ALONE: usize = 5;
const MB: f64 = 1_000_000.0;
/// Most memory that the server may use, MB.
const MEMORY_MAX: f64 = 300.0;

/// All rows.
///
/// # Errors
/// When something is not acknowledged.
pub async fn measure() -> Result<Vec<Row>> {
    let server = town::prepared().await?;
    let mut phones = Vec::new();
    for number in 1..=ALONE + PHONES {
        phones.push(full_phone(&server, number).await?);
    }
    let mut alone = Vec::new();
    for mut phone in phones.drain(..ALONE) {
        let start = Instant::now();
        day::push(&mut phone).await?;
        alone.push(ms(start.elapsed()));
    }
    let quiet_memory = server.peak_memory()? as f64 / MB;
    let (times, all) = at_once(phones).await?;
    let alone = median(&alone)?;
    let ops = |phones: usize, time_ms: f64| (phones * day::RECORDS) as f64 * 1_000.0 / time_ms;
    let row = |name: &str, value, unit, baseline, beside, budget| Row {
        name: format!("load.{name}"),
        value,
        unit,
        baseline,
        beside,
        budget,
    };
    let one = "one phone with the server to itself";
    let fair = Budget::Ratio(PHONES as f64);
    Ok(vec![
        row("ops", ops(PHONES, all), "ops/s", ops(1, alone), one, Budget::AtLeast(1.0)),
        row("push_p50", median(&times)?, "ms", alone, one, fair),
        row("push_p99", percentile(&times, 0.99)?, "ms", alone, one, fair),
        row(
            "memory_peak",
            server.peak_memory()? as f64 / MB,
            "MB",
            quiet_memory,
            "before all came at once",
            Budget::Value(MEMORY_MAX),
        ),
    ])
}

/// A phone with a day's work that waits.
async fn full_phone(server: &Server, number: usize) -> Result<Phone> {
    let mut phone = town::joined(server, number, &format!("l{number}")).await?;
    phone.sync().await?;
    let day = day::day(&phone, number as u128)?;
    day::write(&mut phone, day)?;
    Ok(phone)
}

/// Time of each push, and from the first start to the last acknowledgement, ms.
async fn at_once(phones: Vec<Phone>) -> Result<(Vec<f64>, f64)> {
    let gate = Arc::new(Barrier::new(phones.len()));
    let mut pushes = Vec::new();
    let start = Instant::now();
    for mut phone in phones {
        let gate = Arc::clone(&gate);
        pushes.push(tokio::spawn(async move {
            gate.wait().await;
            let start = Instant::now();
            day::push(&mut phone).await?;
            anyhow::Ok(ms(start.elapsed()))
        }));
    }
    let mut times = Vec::new();
    for push in pushes {
        times.push(push.await??);
    }
    Ok((times, ms(start.elapsed())))
}
