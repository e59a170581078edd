//! The field app in a real browser without a server, with a thousand households on the phone: from a
//! dead phone to the first street, from a tap to the words that it is kept, and a long street.

use super::measure::{median, percentile};
use super::{Budget, Row, neighbourhood};
use crate::browser::Browser;
use crate::places::enrolled_phone;
use crate::server::Server;
use crate::tour;
use crate::wait;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::By;

/// Starts of which the middle counts.
const STARTS: usize = 5;
/// Doors where is tapped; how often at each stands in the script.
const DOORS: usize = 6;
/// A volunteer of the demo, for the checklist.
const WALKER: &str = "Fleur Fictie";
const STARTING: &str = include_str!("starting.js");
const HINTS: &str = include_str!("hints.js");
const SPEED: &str = "the same at normal speed";
const SAVING: &str = include_str!("saving.js");
const WALKING: &str = include_str!("walking.js");
/// What the program's own lock is held against.
const LOCK: &str = "the lock that the page shows";

/// All rows.
///
/// # Errors
/// When the app does not work; never because it is slow.
pub async fn measure() -> Result<Vec<Row>> {
    let mut rows = with_many_kept().await?;
    rows.extend(checklist().await?);
    Ok(rows)
}

fn row(name: &str, value: f64, baseline: f64, beside: &'static str, most_ms: f64) -> Row {
    let (name, budget) = (format!("app.{name}"), Budget::Value(most_ms));
    Row { name, value, unit: "ms", baseline, beside, budget }
}

/// Starting, keeping and walking with a thousand households on the phone.
async fn with_many_kept() -> Result<Vec<Row>> {
    let mut server = neighbourhood::prepared().await?;
    let street = server.url(&neighbourhood::long_street(&server).await?);
    let mut phone = enrolled_phone(&server, neighbourhood::WALKER).await?;
    server.kill().await?;
    let (mut empty, mut normal, mut slow) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        empty.push(empty_start(&mut phone, &server).await?);
        normal.push(start(&mut phone, &server, 1.0).await?);
        slow.push(start(&mut phone, &server, 4.0).await?);
    }
    let middle = |of: fn(&Start) -> f64, starts: &[Start]| {
        median(&starts.iter().map(of).collect::<Vec<_>>())
    };
    let (usable, program) = (|start: &Start| start.usable, |start: &Start| start.program);
    let (by_program, slow_by_program) = (middle(program, &normal)?, middle(program, &slow)?);
    let (empty, normal, slow) = (median(&empty)?, middle(usable, &normal)?, middle(usable, &slow)?);
    let doors = doors(&phone, &street).await?;
    let at_ease = saves(&phone, &server, &doors[..DOORS], 1.0).await?;
    let Saves { kept, raw } = saves(&phone, &server, &doors[DOORS..], 4.0).await?;
    let (task, task_at_ease) =
        (longest_task(&phone, &street, 4.0).await?, longest_task(&phone, &street, 1.0).await?);
    let put = "one strict put in the same page, as slow";
    let easy_kept = percentile(&at_ease.kept, 0.95)?;
    Ok(vec![
        row("cold_start_1x", normal, empty, "the page without its program, same worker", 300.0),
        row("cold_start_4x", slow, normal, "the start at normal speed", 1_000.0),
        row("cold_start_program_1x", by_program, normal, LOCK, 300.0),
        row("cold_start_program_4x", slow_by_program, slow, LOCK, 1_000.0),
        row("save_to_kept_p50_4x", percentile(&kept, 0.5)?, percentile(&raw, 0.5)?, put, 60.0),
        row("save_to_kept_p95_4x", percentile(&kept, 0.95)?, percentile(&raw, 0.95)?, put, 60.0),
        row("save_to_kept_p95", easy_kept, percentile(&at_ease.raw, 0.95)?, put, 60.0),
        row("long_street_4x", task, task_at_ease, SPEED, 50.0),
    ])
}

/// The checklist of a talk of the demo.
async fn checklist() -> Result<Vec<Row>> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, WALKER).await?;
    let talk = server.url(&tour::talk(&phone, &server).await?);
    server.kill().await?;
    let (at_ease, pressed) = (hints(&phone, &talk, 1.0).await?, hints(&phone, &talk, 4.0).await?);
    let questions = [&pressed, &at_ease].map(|times| median(&times.questions));
    let [questions, questions_at_ease] = questions;
    Ok(vec![
        row("hints_4x", median(&pressed.hints)?, median(&at_ease.hints)?, SPEED, 2.0),
        row("questions_4x", questions?, questions_at_ease?, SPEED, 100.0),
    ])
}

/// Scrolls a street of 400 doors to its end, filters what is still to do, scrolls back, and shows all:
/// the longest task of the main thread in ms.
async fn longest_task(phone: &Browser, street: &str, slower: f64) -> Result<f64> {
    phone.goto(street).await?;
    phone.see("Nog te doen").await?;
    phone.slow_down(slower).await?;
    phone.page().execute(WALKING, vec![]).await?;
    let measured = left_behind(phone, "walkMeasured").await;
    phone.slow_down(1.0).await?;
    measured
}

/// A dead phone is switched on and shows the first street, in ms: up to the lock, and on from the right
/// PIN. What the person types and what the PIN is made to cost do not count.
async fn start(phone: &mut Browser, server: &Server, slower: f64) -> Result<Start> {
    phone.kill().await?;
    phone.again().await?;
    phone.slow_down(slower).await?;
    let script = json!({ "source": STARTING });
    phone.command("Page.addScriptToEvaluateOnNewDocument", script).await?;
    phone.goto(&server.url("/app/")).await?;
    left_behind(phone, "startMeasured").await
}

/// Times in ms.
#[derive(Deserialize)]
struct Start {
    usable: f64,
    program: f64,
}

/// The same start when the page may run no program: what browser, worker and page cost by themselves.
async fn empty_start(phone: &mut Browser, server: &Server) -> Result<f64> {
    phone.kill().await?;
    phone.again().await?;
    phone.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    phone.load(&server.url("/app/")).await?;
    phone.command("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await?;
    let script = "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";
    let time: f64 = phone.page().execute(script, vec![]).await?.convert()?;
    ensure!(time > 0.0, "the empty page did not load");
    Ok(time)
}

/// Times in ms, in the order of the taps.
#[derive(Default, Deserialize)]
struct Saves {
    kept: Vec<f64>,
    raw: Vec<f64>,
}

async fn saves(phone: &Browser, server: &Server, doors: &[String], slower: f64) -> Result<Saves> {
    let mut all = Saves::default();
    for door in doors {
        phone.goto(&format!("{}{door}", server.address())).await?;
        phone.see("Niemand thuis").await?;
        phone.slow_down(slower).await?;
        phone.page().execute(SAVING, vec![]).await?;
        let Saves { kept, raw } = left_behind(phone, "savesMeasured").await?;
        phone.slow_down(1.0).await?;
        all.kept.extend(kept);
        all.raw.extend(raw);
    }
    Ok(all)
}

/// Times in ms, in the order of the changes.
#[derive(Default, Deserialize)]
struct Hints {
    /// All schemes for one household.
    hints: Vec<f64>,
    /// Which questions come next.
    questions: Vec<f64>,
}

/// One answer of a talk is changed again and again.
async fn hints(phone: &Browser, talk: &str, slower: f64) -> Result<Hints> {
    phone.goto(talk).await?;
    phone.see("Een hint is geen besluit").await?;
    phone.slow_down(slower).await?;
    phone.page().execute(HINTS, vec![]).await?;
    let measured = left_behind(phone, "hintsMeasured").await;
    phone.slow_down(1.0).await?;
    measured
}

/// Addresses of doors where nobody rang yet, found as a person would: for both speeds.
async fn doors(phone: &Browser, street: &str) -> Result<Vec<String>> {
    phone.goto(street).await?;
    let door = "//li/a[contains(@class, 'row')][contains(., 'Nog niet aangebeld')]";
    wait::until("the doors of the street", async || {
        let found = phone.page().find_all(By::XPath(door)).await.ok()?;
        let mut paths = Vec::new();
        for link in found.iter().take(2 * DOORS) {
            paths.push(link.attr("href").await.ok()??);
        }
        (paths.len() == 2 * DOORS).then_some(paths)
    })
    .await
}

/// Waits for what a script of ours leaves on the page.
async fn left_behind<T: serde::de::DeserializeOwned>(phone: &Browser, name: &str) -> Result<T> {
    let script = format!("return window.{name} ?? window.savesFailed ?? null");
    let left = wait::until(name, async || {
        let found = phone.page().execute(&script, vec![]).await.ok()?;
        Some(found.json().clone()).filter(|found| !found.is_null())
    });
    let left: Value = match left.await {
        Ok(left) => left,
        Err(error) => bail!("{error}; the page says: {}", phone.words().await?),
    };
    if let Value::String(failure) = &left {
        bail!("the page says: {failure}");
    }
    serde_json::from_value(left).with_context(|| format!("{name} is no measurement"))
}
