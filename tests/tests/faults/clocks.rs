//! Phones with a clock that is years off, jumps back, follows summer time or stands at 1970: their
//! work is accepted, the office sees whose clock is off, and the last word stays the last.

use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::runs::times;
use aanbel_tests::server::Server;
use aanbel_tests::street::{WALKERS, database};
use anyhow::{Context, Result, ensure};

const HOUR_MS: i64 = 3_600_000;
const TEN_YEARS_MS: i64 = 3_653 * 24 * HOUR_MS;
/// What the office is told of: `CLOCK_MS` on its page of phones is less.
const FLAGGED_MS: i64 = HOUR_MS / 2;

/// A clock: its name, and what it shows at the n-th tap when it is really `now` (ms since 1970).
type Clock = (&'static str, fn(now: i64, tap: usize) -> i64);

const CLOCKS: [Clock; 6] = [
    ("ten years behind", |now, _| now - TEN_YEARS_MS),
    ("ten years ahead", |now, _| now + TEN_YEARS_MS),
    ("back an hour half-way", |now, tap| if tap < 50 { now } else { now - HOUR_MS }),
    ("summer time ends in between", |now, tap| if tap % 20 < 10 { now + HOUR_MS } else { now }),
    ("at 1970", |_, tap| tap as i64),
    ("back to 1970 at every tenth tap", |now, tap| if tap % 10 == 9 { 0 } else { now }),
];

#[tokio::test]
async fn wrong_clocks_lose_nothing_and_are_told() -> Result<()> {
    let mut server = Server::street().await?;
    let witness = phone_of(&server, WALKERS[3], "witness").await?;
    let now = witness.device.meta().synced_ms.context("it was synced")?;
    let taps = times(100, 1_000);
    for (place, (name, clock)) in CLOCKS.iter().enumerate() {
        let mut phone = phone_of(&server, WALKERS[0], &format!("clock {place}")).await?;
        let note = made_up(name);
        for tap in 0..taps {
            phone.clock_ms = clock(now, tap);
            let own_door = door(&phone, tap % 40)?;
            let visit = made_up(&format!("{name} {tap}"));
            phone.write(vec![nobody(visit, own_door), says(note, own_door, &tap.to_string())])?;
            // Some taps are sent at once, others wait while the clock moves.
            if tap % 7 == 0 {
                phone.sync().await?;
            }
        }
        phone.sync().await?;
        ensure!(phone.device.waiting() == 0, "{name}: all was sent");
        ensure!(phone.device.meta().set_aside.is_empty(), "{name}: all was accepted");
        flagged(&server, &phone, clock(now, taps - 1) - now, name)?;
        last_word(&server, note, &(taps - 1).to_string(), place, name).await?;
    }
    server.kill().await?;
    server.verify().await
}

/// Two phones, twenty years apart, answer each other: whoever has seen the other's word has the last.
#[tokio::test]
async fn years_between_two_clocks_decide_nothing() -> Result<()> {
    let server = Server::street().await?;
    let mut early = phone_of(&server, WALKERS[0], "early").await?;
    let mut late = phone_of(&server, WALKERS[1], "late").await?;
    let now = early.device.meta().synced_ms.context("it was synced")?;
    (early.clock_ms, late.clock_ms) = (now - TEN_YEARS_MS, now + TEN_YEARS_MS);
    let (note, own_door) = (made_up("note"), door(&early, 0)?);
    for turn in 0..times(100, 1_000) {
        let phone = if turn % 2 == 0 { &mut early } else { &mut late };
        phone.sync().await?;
        phone.write(vec![says(note, own_door, &turn.to_string())])?;
        phone.sync().await?;
        let record = phone.device.records().get(note).context("written")?;
        ensure!(record.str("text") == Some(turn.to_string().as_str()), "the last word counts");
        ensure!(record.contradictions().count() == 0, "each had seen the other's word");
    }
    early.sync().await?;
    ensure!(early.device.records() == late.device.records(), "the same on both");
    Ok(())
}

fn says(note: RecordId, (door, street): (RecordId, WorklistId), text: &str) -> Change {
    Change::new(note, "note", street)
        .with("about", Value::Reference(door))
        .with("text", Value::text(text))
}

/// The office's list of phones holds how far this clock was off at the last exchange.
fn flagged(server: &Server, phone: &Phone, off_ms: i64, name: &str) -> Result<()> {
    let number = phone.device.me().context("enrolled")?.device.0;
    let query = "SELECT clock_off_ms FROM device WHERE number = ?1";
    let noted: i64 = database(server.data())?.query_row(query, [number], |row| row.get(0))?;
    ensure!((noted - off_ms).abs() < FLAGGED_MS, "{name}: {noted} noted, {off_ms} meant");
    Ok(())
}

/// A phone that knew nothing reads the word that was written last, whatever the clock said then.
async fn last_word(
    server: &Server,
    note: RecordId,
    text: &str,
    place: usize,
    name: &str,
) -> Result<()> {
    let fresh = phone_of(server, WALKERS[1], &format!("fresh {place}")).await?;
    let record = fresh.device.records().get(note).context("the note")?;
    ensure!(record.str("text") == Some(text), "{name}: reads {:?}", record.str("text"));
    ensure!(record.contradictions().count() == 0, "{name}: one phone contradicts itself");
    Ok(())
}
