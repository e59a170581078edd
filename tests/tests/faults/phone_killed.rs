//! The phone dies a moment after it said *Bewaard op dit toestel*: the visit is there afterwards.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{fresh_doors, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::Result;
use std::time::Duration;

/// Doors for two phones; the street has more.
const DOORS: usize = 20;
/// The long run ends them five hundred times.
const RUNS_LONG: usize = 500 / DOORS;

#[tokio::test(flavor = "multi_thread")]
async fn visit_that_was_called_kept_survives_a_dead_phone() -> Result<()> {
    let runs = times(1, RUNS_LONG);
    for run in 0..runs {
        let mut server = Server::street().await?;
        let witness = phone_of(&server, WALKERS[1], "witness").await?;
        let (mut one, mut other) = tokio::try_join!(
            enrolled_phone(&server, WALKERS[0]),
            enrolled_phone(&server, WALKERS[2]),
        )?;
        // Without the server nothing else can bring the visit back.
        server.kill().await?;
        let doors: Vec<String> =
            fresh_doors(&witness, DOORS)?.iter().map(|door| format!("/app/deur/{door}")).collect();
        let (left, right) = doors.split_at(DOORS / 2);
        // Two phones at once, because a browser that starts mostly waits.
        tokio::try_join!(
            die_at_each(&mut one, &server, left, Chance::new(2 * run as u64)),
            die_at_each(&mut other, &server, right, Chance::new(2 * run as u64 + 1)),
        )?;
        println!("{} phones died, and each visit was there", (run + 1) * DOORS);
    }
    Ok(())
}

/// Rings at each door, and takes the phone's power a moment after it called the visit kept.
async fn die_at_each(
    phone: &mut Browser,
    server: &Server,
    doors: &[String],
    mut chance: Chance,
) -> Result<()> {
    phone.goto(&server.url(&doors[0])).await?;
    for door in doors {
        if phone.place().await? != *door {
            phone.press_path("//a[starts-with(@href, '/app/straat/')]", "the street").await?;
            phone.press_path(&format!("//a[@href = '{door}']"), "the door").await?;
        }
        phone.see("Hier is nog niet aangebeld").await?;
        phone.press("Niemand thuis").await?;
        phone.see("Bewaard op dit toestel: Niemand thuis").await?;
        // The one wait that is the fault itself.
        tokio::time::sleep(Duration::from_millis(20 + chance.below(480) as u64)).await;
        phone.kill().await?;
        phone.again().await?;
        phone.goto(&server.url(door)).await?;
        phone.see("Wat er eerder gebeurde").await?;
        phone.see("Niemand thuis").await?;
    }
    Ok(())
}
