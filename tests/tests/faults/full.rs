//! The disk is full: phones are told so and keep what they have, everybody can still read, and the
//! ballast gives the office room to clear up.

use aanbel_shared::record::Value;
use aanbel_shared::sync::Change;
use aanbel_tests::client::Phone;
use aanbel_tests::disk::Disk;
use aanbel_tests::phones::{ANNA, door, made_up, phone_of};
use aanbel_tests::places::{IRIS, office};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};

const MIB: i64 = 1024 * 1024;
/// The ballast, the room that it wants beside it, and a little.
const ROOM: i64 = 44 * MIB;
const FULL: &str = "507 Insufficient Storage disk_full: De schijf van de server is vol";

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_refuses_phones_and_lets_the_office_clear_up() -> Result<()> {
    let mut server = Server::demo_stopped().await?;
    let disk = server.disk.insert(Disk::new()?);
    disk.leave_room(Some(ROOM))?;
    server.start().await?;
    let mut anna = phone_of(&server, ANNA, "a").await?;
    let answers_nothing = |change: Change| change.with("no_such_question", Value::Bool(true));
    anna.write(vec![answers_nothing(note(&anna, "odd")?)])?;
    anna.sync().await?;
    let desk = office(&server, IRIS).await?;
    desk.see("Apart gezet").await?;
    desk.press("Weglaten").await?;
    desk.see("Het is weggelaten").await?;

    let refusal = write_until_refused(&mut anna).await?;
    ensure!(refusal.contains(FULL), "{refusal}");
    let (kept, waiting) = (anna.device.meta().kept, anna.device.waiting());
    ensure!(waiting > 0, "it is still on the phone");
    for path in ["/", "/kantoor/inloggen", "/api/openapi.json"] {
        ensure!(reqwest::get(server.url(path)).await?.status().is_success(), "{path} is read");
    }
    // Signing in and removing are writes.
    let desk = office(&server, IRIS).await?;
    desk.goto(&server.url("/kantoor")).await?;
    desk.see("De schijf van de server is vol").await?;
    desk.see("U hebt eerder 1 wijziging weggelaten").await?;
    desk.press("Verwijder ze voorgoed").await?;
    desk.see("Het is opgeruimd").await?;
    let refusal = anna.exchange().await.err().context("phones wait for the administrator")?;
    ensure!(refusal.to_string().contains(FULL), "{refusal}");
    ensure!(anna.device.meta().kept == kept, "nothing was acknowledged");

    // The administrator makes room; nobody starts anything again.
    server.disk.as_ref().context("it was put in")?.leave_room(Some(4 * ROOM))?;
    wait::until("phones to be let in", async || anna.sync().await.ok()).await?;
    ensure!(anna.device.waiting() == 0, "all was sent");
    desk.goto(&server.url("/kantoor")).await?;
    desk.no_longer_see("De schijf van de server is vol").await?;
    server.kill().await?;
    server.verify().await
}

/// As long a note as there may be.
fn note(phone: &Phone, name: &str) -> Result<Change> {
    let (door, street) = door(phone, 0)?;
    let note = Change::new(made_up(name), "note", street).with("about", Value::Reference(door));
    Ok(note.with("text", Value::text("lang ".repeat(390))))
}

async fn write_until_refused(phone: &mut Phone) -> Result<String> {
    for batch in 0..200 {
        let notes = (0..100).map(|place| note(phone, &format!("{batch} {place}")));
        phone.write(notes.collect::<Result<_>>()?)?;
        if let Err(refusal) = phone.exchange().await {
            return Ok(refusal.to_string());
        }
    }
    anyhow::bail!("the disk has no end")
}
