//! Ten thousand phones: a thousand join at once; then, as ten thousand do that ask every five minutes,
//! 33 ask each second, one in twenty with a visit to send. Meanwhile somebody at the office works.

use super::measure::{median, ms, percentile};
use super::{Budget, Row, day, town};
use crate::client::{Busy, Phone};
use crate::server::Server;
use aanbel_server::{access, store};
use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use anyhow::{Context, Result};
use rusqlite::params;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::{Barrier, Mutex};
use tokio::task::JoinHandle;
use uuid::Uuid;

const VOLUNTEERS: usize = 200;
/// Phones that join, five for each volunteer.
const PHONES: usize = 1_000;
/// Phones that are only known.
const OTHERS: usize = 9_000;
/// Days in the store beforehand, so that the office has something to look at.
const DAYS: usize = 50;
/// Exchanges of the second part, how far apart, and which of them bring a visit.
const POLLS: usize = 2_000;
const APART: Duration = Duration::from_millis(30);
const PUSHES_EVERY: usize = 20;
/// Between two pages of the office.
const LOOKS_AROUND: Duration = Duration::from_millis(200);
const PAGES: [&str; 3] = ["/kantoor/bezoeken", "/kantoor/campagnes", "/kantoor/cijfers"];
const OFFICE_MAX_MS: f64 = 1_000.0;
const POLL_MAX_MS: f64 = 1_000.0;
const MEMORY_MAX_MB: f64 = 1_073.7;
const MB: f64 = 1_000_000.0;

/// All rows.
///
/// # Errors
/// When preparing fails. What fails under load is a row.
pub async fn measure() -> Result<Vec<Row>> {
    let server = town::prepared(VOLUNTEERS).await?;
    for number in 1..=DAYS {
        let mut phone = town::joined(&server, number, &format!("day{number}")).await?;
        phone.sync().await?;
        let day = day::day(&phone, number as u128)?;
        day::write(&mut phone, day)?;
        day::push(&mut phone).await?;
    }
    let phones = joined(&server).await?;
    let desk = Desk::start(&server).await?;
    let quiet = desk.pages_of(Duration::from_secs(5)).await?;
    let mut alone = phones.first().context("a phone")?.lock().await.twin(&phone_address(&server));
    let start = Instant::now();
    alone.sync().await?;
    let alone_ms = ms(start.elapsed());
    let failed = Arc::new(AtomicUsize::new(0));
    let (first_ms, busy, at_first) = rush(&desk, &phones, &failed).await?;
    let (waits, all_ms, at_polls) = polls(&desk, &phones, &failed).await?;
    desk.stop();
    eprintln!("   {busy} of {PHONES} were asked to come back later");
    let row = |name: &str, value, unit, baseline, beside, budget| Row {
        name: format!("crowd.{name}"),
        value,
        unit,
        baseline,
        beside,
        budget,
    };
    let page = "the same pages before the crowd";
    let (one, asked) = ("one phone alone, a thousand times", 1_000.0 / ms(APART));
    let rate = POLLS as f64 * 1_000.0 / all_ms;
    let office = Budget::Value(OFFICE_MAX_MS);
    let memory = server.peak_memory()? as f64 / MB;
    let failures = failed.load(Ordering::Relaxed) as f64;
    Ok(vec![
        row("first_all", first_ms, "ms", alone_ms * PHONES as f64, one, Budget::Ratio(2.0)),
        row("first_office_p95", percentile(&at_first, 0.95)?, "ms", median(&quiet)?, page, office),
        row("polls", rate, "/s", asked, "as many as were asked", Budget::AtLeast(0.95)),
        row(
            "poll_p99",
            percentile(&waits, 0.99)?,
            "ms",
            median(&waits)?,
            "their middle",
            Budget::Value(POLL_MAX_MS),
        ),
        row("poll_office_p95", percentile(&at_polls, 0.95)?, "ms", median(&quiet)?, page, office),
        row("failures", failures, "", 0.0, "none but 503 with Retry-After", Budget::Value(0.0)),
        row("memory", memory, "MB", 0.0, "", Budget::Value(MEMORY_MAX_MB)),
    ])
}

fn phone_address(server: &Server) -> String {
    format!("http://{}", server.listen)
}

type Phones = [Arc<Mutex<Phone>>];

/// Enrolled phones that read nothing yet, and nine thousand others in the list of phones. The codes are
/// made in the database: a process for each would take longer than all that is measured.
async fn joined(server: &Server) -> Result<Vec<Arc<Mutex<Phone>>>> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now_ms = i64::try_from(now.as_millis())?;
    let db = store::open_for_writing(server.data(), now_ms)?;
    let mut codes = Vec::new();
    let tx = db.unchecked_transaction()?;
    for number in 0..PHONES {
        let name = town::name(1 + number % VOLUNTEERS);
        let query = "SELECT id FROM person WHERE name = ?1";
        let person = tx.query_row(query, [name], |row| row.get(0))?;
        codes.push(access::codes::create(&tx, person, now_ms)?);
    }
    let next = "SELECT value FROM meta WHERE key = 'next_device'";
    let next: i64 = tx.query_row(next, [], |row| row.get(0))?;
    let person: i64 = tx.query_row("SELECT MAX(id) FROM person", [], |row| row.get(0))?;
    for number in next..next + OTHERS as i64 {
        tx.execute(
            "INSERT INTO device (number, person, token_hash, label, enrolled_ms)
             VALUES (?1, ?2, ?3, 'Proeftelefoon', ?4)",
            params![number, person, Uuid::from_u128(number as u128), now_ms],
        )?;
    }
    let taken = "UPDATE meta SET value = value + ?1 WHERE key = 'next_device'";
    tx.execute(taken, [OTHERS as i64])?;
    tx.commit()?;
    let mut phones = Vec::new();
    for (number, code) in codes.iter().enumerate() {
        let mut phone = Phone::new(&phone_address(server));
        phone.enrol(code, &format!("c{number}")).await?;
        phones.push(Arc::new(Mutex::new(phone)));
    }
    Ok(phones)
}

/// Exchanges until it is through; how often it was asked to come back. Anything else is a failure.
async fn through(phone: &mut Phone, failed: &AtomicUsize) -> usize {
    let mut busy = 0;
    loop {
        match phone.sync().await {
            Ok(()) => return busy,
            Err(error) => match error.downcast_ref::<Busy>() {
                Some(Busy { again_s }) => {
                    busy += 1;
                    tokio::time::sleep(Duration::from_secs(*again_s)).await;
                }
                None => {
                    eprintln!("   failed: {error:#}");
                    failed.fetch_add(1, Ordering::Relaxed);
                    return busy;
                }
            },
        }
    }
}

/// All join in the same moment: ms until the last one has its street, how often one was asked to come
/// back, and what the office waited.
async fn rush(
    desk: &Desk,
    phones: &Phones,
    failed: &Arc<AtomicUsize>,
) -> Result<(f64, usize, Vec<f64>)> {
    let gate = Arc::new(Barrier::new(phones.len()));
    let start = Instant::now();
    desk.looks_from_now();
    let mut joining = Vec::new();
    for phone in phones {
        let (phone, gate, failed) = (Arc::clone(phone), Arc::clone(&gate), Arc::clone(failed));
        joining.push(tokio::spawn(async move {
            gate.wait().await;
            through(&mut *phone.lock().await, &failed).await
        }));
    }
    let mut busy = 0;
    for one in joining {
        busy += one.await?;
    }
    let all_ms = ms(start.elapsed());
    Ok((all_ms, busy, desk.looked().await))
}

/// The long afternoon: each wait, ms over all, and what the office waited.
async fn polls(
    desk: &Desk,
    phones: &Phones,
    failed: &Arc<AtomicUsize>,
) -> Result<(Vec<f64>, f64, Vec<f64>)> {
    let mut clock = tokio::time::interval(APART);
    desk.looks_from_now();
    let start = Instant::now();
    let mut asking: Vec<JoinHandle<Result<f64>>> = Vec::new();
    for turn in 0..POLLS {
        clock.tick().await;
        let (phone, failed) = (Arc::clone(&phones[turn % phones.len()]), Arc::clone(failed));
        asking.push(tokio::spawn(async move {
            let mut phone = phone.lock().await;
            if turn % PUSHES_EVERY == 0 {
                let visit = visit(&phone, turn)?;
                phone.write(vec![visit])?;
            }
            let start = Instant::now();
            through(&mut phone, &failed).await;
            Ok(ms(start.elapsed()))
        }));
    }
    let mut waits = Vec::new();
    for one in asking {
        waits.push(one.await??);
    }
    Ok((waits, ms(start.elapsed()), desk.looked().await))
}

fn visit(phone: &Phone, number: usize) -> Result<Change> {
    let door = phone.device.records().of_kind("address").next().context("a door")?;
    let id = RecordId(Uuid::from_u128(0xc0de_0000 + number as u128));
    Ok(Change::new(id, "attempt", door.worklist)
        .with("address", Value::Reference(door.id))
        .with("at", Value::Instant(phone.clock_ms))
        .with("channel", Value::choice("door"))
        .with("result", Value::choice("nobody"))
        .with("daypart", Value::choice("afternoon")))
}

/// Somebody at the office who opens page after page.
struct Desk {
    waits: Arc<Mutex<Vec<f64>>>,
    stopped: Arc<AtomicBool>,
    anew: Arc<AtomicBool>,
}

impl Desk {
    async fn start(server: &Server) -> Result<Desk> {
        let desk = town::Desk::of(server).await?;
        let pages = PAGES.map(|path| server.url(path));
        for page in &pages {
            desk.read(page).await?;
        }
        let started = Desk { waits: Arc::default(), stopped: Arc::default(), anew: Arc::default() };
        let (waits, stopped, anew) =
            (started.waits.clone(), started.stopped.clone(), started.anew.clone());
        tokio::spawn(async move {
            for page in pages.iter().cycle() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                tokio::time::sleep(LOOKS_AROUND).await;
                let start = Instant::now();
                // A page that fails is one that never came.
                let came = desk.read(page).await.is_ok();
                let wait = if came { ms(start.elapsed()) } else { f64::INFINITY };
                let mut waits = waits.lock().await;
                if anew.swap(false, Ordering::Relaxed) {
                    waits.clear();
                }
                waits.push(wait);
            }
        });
        Ok(started)
    }

    async fn pages_of(&self, time: Duration) -> Result<Vec<f64>> {
        self.looks_from_now();
        tokio::time::sleep(time).await;
        Ok(self.looked().await)
    }

    /// What was waited before does not count.
    fn looks_from_now(&self) {
        self.anew.store(true, Ordering::Relaxed);
    }

    async fn looked(&self) -> Vec<f64> {
        self.waits.lock().await.clone()
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
