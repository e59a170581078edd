//! The main job: ring doors without a signal, lose the phone's power, see it all in the office.

use aanbel_shared::record::RecordId;
use aanbel_tests::browser::{Browser, Engine};
use aanbel_tests::checklist;
use aanbel_tests::client::Phone;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{HANNA, enrolled_phone_of, office};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Context, Result};
use thirtyfour::By;

/// What is chosen for some schemes of the checklist.
const USES: [(&str, &str); 4] = [
    ("Huurtoeslag", "Heeft dit al"),
    ("Zorgtoeslag", "Besproken"),
    ("Kinderbijslag", "Wil dit aanvragen"),
    ("Wijkteam", "Doorverwezen"),
];

#[tokio::test(flavor = "multi_thread")]
async fn doors_rung_without_a_signal_reach_the_office() -> Result<()> {
    main_job(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_rung_without_a_signal_reach_the_office_from_firefox() -> Result<()> {
    main_job(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_rung_without_a_signal_reach_the_office_from_webkit() -> Result<()> {
    main_job(Engine::WebKit).await
}

/// One journey; three engines.
async fn main_job(engine: Engine) -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let mut phone = enrolled_phone_of(engine, &server, FLEUR).await?;
    server.kill().await?;
    phone.goto(&server.url("/app/")).await?;
    let doors = three_doors(&phone, &witness).await?;
    let (nobody, spoke, talked) = (&doors[0], &doors[1], &doors[2]);
    let mut names = Vec::new();
    for door in &doors {
        phone.goto(&server.url(door)).await?;
        phone.see("Hier is nog niet aangebeld").await?;
        names.push(phone.page().find(By::Css("h1")).await?.text().await?);
    }

    phone.goto(&server.url(nobody)).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    phone.goto(&server.url(spoke)).await?;
    phone.press("Gesproken, geen tijd").await?;
    phone.see("Bewaard op dit toestel: Gesproken").await?;
    phone.goto(&server.url(talked)).await?;
    phone.press("Gesprek beginnen").await?;
    let talk = phone.arrive("/app/gesprek/").await?;
    for (scheme, choice) in USES {
        check_scheme(&phone, scheme, choice).await?;
    }

    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("wachten op versturen").await?;
    still_there(&phone, &server, &doors, &talk).await?;

    server.start().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await?;
    for door in &doors {
        phone.goto(&server.url(door)).await?;
        phone.see("bij kantoor").await?;
    }
    in_the_office(&server, &names).await?;
    drop(phone);
    server.kill().await?;
    server.verify().await
}

/// Addresses of three doors where nobody rang yet, the first found by walking there.
async fn three_doors(phone: &Browser, witness: &Phone) -> Result<Vec<String>> {
    let doors = fresh_doors(witness, 3)?;
    let records = witness.device.records();
    let street = records.get(doors[0]).context("a door")?.worklist;
    let street = records.get(RecordId(street.0)).and_then(|turf| turf.str("name"));
    phone.press(street.context("a street has a name")?).await?;
    phone.arrive("/app/straat/").await?;
    phone.press("Nog te doen").await?;
    let paths: Vec<String> = doors.iter().map(|door| format!("/app/deur/{door}")).collect();
    phone.press_path(&format!("//a[@href = '{}']", paths[0]), "the door").await?;
    phone.arrive(&paths[0]).await?;
    Ok(paths)
}

/// Chooses for one scheme of the checklist.
async fn check_scheme(phone: &Browser, scheme: &str, choice: &str) -> Result<()> {
    let row = checklist::open(phone, scheme).await?;
    let option = format!("{row}//label[normalize-space(.) = \"{choice}\"]");
    phone.press_path(&option, choice).await?;
    let kept = format!("{row}//*[contains(@class, 'saved--kept')]");
    wait::until("the choice to be kept", async || {
        phone.page().find(By::XPath(kept.as_str())).await.ok()
    })
    .await?;
    Ok(())
}

/// After a dead battery, still without the server.
async fn still_there(phone: &Browser, server: &Server, doors: &[String], talk: &str) -> Result<()> {
    for (door, result) in doors.iter().zip(["Niemand thuis", "Gesproken", "Gesprek"]) {
        phone.goto(&server.url(door)).await?;
        phone.see(result).await?;
        phone.see("Wat er eerder gebeurde").await?;
    }
    phone.goto(&server.url(talk)).await?;
    for (_, choice) in USES {
        phone.see(choice).await?;
    }
    Ok(())
}

/// The three visits stand in the table, each with who wrote it.
async fn in_the_office(server: &Server, names: &[String]) -> Result<()> {
    let desk = office(server, HANNA).await?;
    for (name, result) in names.iter().zip(["Niemand thuis", "Gesproken", "Gesprek"]) {
        desk.goto(&server.url("/kantoor/bezoeken")).await?;
        let street = name.rsplit_once(' ').map_or(name.as_str(), |(street, _)| street);
        desk.fill("Zoek op straatnaam", street).await?;
        desk.press("Toon").await?;
        desk.press_path(&format!("//table//a[normalize-space(.) = \"{name}\"]"), name).await?;
        desk.arrive("/kantoor/bezoek/").await?;
        desk.see(result).await?;
        desk.see("Geschiedenis").await?;
        desk.see(FLEUR).await?;
    }
    Ok(())
}
