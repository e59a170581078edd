//! Two people saw different things at one door, both without a signal. Both are kept, the office
//! is asked, and who did not get her way is told.

use aanbel_shared::record::{Record, RecordId, Records, Value};
use aanbel_shared::sync::Change;
use aanbel_tests::browser::Browser;
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{ANNA, BILAL, phone_of};
use aanbel_tests::places::{HANNA, enrolled_phone, office};
use aanbel_tests::server::Server;
use anyhow::{Context, Result};

#[tokio::test(flavor = "multi_thread")]
async fn contradiction_is_settled_when_anna_sends_first() -> Result<()> {
    contradiction(true).await
}

#[tokio::test(flavor = "multi_thread")]
async fn contradiction_is_settled_when_bilal_sends_first() -> Result<()> {
    contradiction(false).await
}

async fn contradiction(anna_first: bool) -> Result<()> {
    let mut server = Server::demo().await?;
    let mut bilal = phone_of(&server, BILAL, "b").await?;
    let witness = phone_of(&server, ANNA, "a2").await?;
    let (door, name) = shared_door(&bilal, &witness)?;
    let mut anna = enrolled_phone(&server, ANNA).await?;

    server.kill().await?;
    anna.goto(&server.url(&format!("/app/deur/{door}"))).await?;
    anna.press("Over deze deur").await?;
    anna.press_path("//details//label[normalize-space(.) = 'Intercom']", "Intercom").await?;
    anna.see("Bewaard op dit toestel").await?;
    let street = bilal.device.records().get(door).context("shared")?.worklist;
    let broken = Change::new(door, "address", street).with("access", Value::choice("broken"));
    bilal.write(vec![broken])?;
    if anna_first {
        server.start().await?;
        send(&anna, &server).await?;
        bilal.sync().await?;
    } else {
        anna.kill().await?;
        server.start().await?;
        bilal.sync().await?;
        anna.again().await?;
    }
    send(&anna, &server).await?;
    bilal.sync().await?;

    anna.see("Hier staan twee verschillende antwoorden").await?;
    same_everywhere(&server, &bilal, door, 1).await?;
    settle(&server, &name).await?;

    send(&anna, &server).await?;
    anna.see("heeft uw antwoord veranderd").await?;
    anna.no_longer_see("Hier staan twee verschillende antwoorden").await?;
    bilal.sync().await?;
    assert!(bilal.device.meta().notices.is_empty(), "his answer stands, so he is not told");
    same_everywhere(&server, &bilal, door, 0).await?;
    let access = bilal.device.records().get(door).and_then(|one| one.str("access"));
    assert_eq!(access, Some("broken"));
    drop(anna);
    server.kill().await?;
    server.verify().await
}

/// A door of both, where somebody rang, nobody said yet how to get in and nothing is contradicted;
/// and its name.
fn shared_door(bilal: &Phone, anna: &Phone) -> Result<(RecordId, String)> {
    let records = anna.device.records();
    let contradicted = records.iter().filter(|one| one.contradictions().next().is_some());
    let busy: Vec<_> = contradicted.filter_map(|one| door_of(records, one)).collect();
    let plain = |one: &&Record| {
        one.str("letter").is_none()
            && one.str("addition").is_none()
            && !one.fields.contains_key("access")
            && one.bool("opted_out").is_none()
            && records.pointing("attempt", "address", one.id).count() == 1
            && bilal.device.records().get(one.id).is_some()
            && !busy.contains(&one.id)
    };
    let door = records.of_kind("address").find(plain).context("the demo has such a door")?;
    let street = door.str("street").context("a street")?;
    let number = door.int("number").context("a number")?;
    Ok((door.id, format!("{street} {number}")))
}

/// The door that a record is about, through the records between.
fn door_of(records: &Records, record: &Record) -> Option<RecordId> {
    if record.kind == "address" {
        return Some(record.id);
    }
    let up = ["address", "attempt", "talk", "household", "about"];
    let above = up.iter().find_map(|field| records.get(record.reference(field)?));
    door_of(records, above?)
}

async fn send(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await
}

/// A new phone reads the very same as Bilal's has, with this many open contradictions.
async fn same_everywhere(
    server: &Server,
    bilal: &Phone,
    door: RecordId,
    open: usize,
) -> Result<()> {
    let fresh = phone_of(server, ANNA, &format!("fresh {open}")).await?;
    let record = fresh.device.records().get(door).context("shared")?;
    assert_eq!(Some(record), bilal.device.records().get(door));
    assert_eq!(record.contradictions().count(), open);
    Ok(())
}

/// In the office, Bilal's answer is chosen.
async fn settle(server: &Server, name: &str) -> Result<()> {
    let desk = office(server, HANNA).await?;
    desk.goto(&server.url("/kantoor")).await?;
    let item = format!("(//main//a[contains(normalize-space(.), \"{name}\")])[1]");
    desk.press_path(&item, name).await?;
    desk.see("Dit spreekt elkaar tegen").await?;
    desk.press("Bel is kapot").await?;
    desk.press("Dit geldt").await?;
    desk.no_longer_see("Dit spreekt elkaar tegen").await
}
