//! A passkey at the desk, in a real browser with an authenticator that is a part of it: added, signed in
//! with, proved again with, removed; and the code of the app that goes on working.

use aanbel_server::access::totp::{self, Secret};
use aanbel_tests::axe;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::places::{IRIS, office};
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// The code that her app shows, `later` steps from now.
fn code(server: &Server, later: i64) -> Result<String> {
    let file = server.data().join("aanbel.db");
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let secret: Secret = db.query_row("SELECT secret FROM second_factor", [], |row| row.get(0))?;
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    Ok(totp::code(&secret, totp::step(i64::try_from(now_ms)?) + later))
}

/// No rule of accessibility is broken here, in light and in dark.
async fn is_for_everybody(desk: &mut Browser) -> Result<()> {
    let broken = axe::violations_in_both(desk, Look::DESK).await?;
    ensure!(broken.is_empty(), "{}: {broken:#?}", desk.place().await?);
    Ok(())
}

/// Out, and in again up to the second step.
async fn password(desk: &Browser, server: &Server) -> Result<()> {
    desk.press("Uitloggen").await?;
    desk.see("U bent uitgelogd").await?;
    desk.fill("Gebruikersnaam", IRIS).await?;
    desk.fill("Wachtwoord", server.password()).await?;
    desk.press("Inloggen").await?;
    desk.arrive("/kantoor/inloggen/code").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_until_it_is_removed_and_the_code_goes_on_working() -> Result<()> {
    let server = Server::demo().await?;
    let mut desk = office(&server, IRIS).await?;
    let finger = desk.finger(false).await?;

    desk.goto(&server.url("/kantoor/toegang/stap")).await?;
    desk.fill("Code", &code(&server, 0)?).await?;
    desk.press("Zet de tweede stap aan").await?;
    desk.see("Bewaar uw herstelcodes").await?;

    desk.goto(&server.url("/kantoor/toegang")).await?;
    desk.press("Voeg een passkey toe").await?;
    desk.see("Passkey toevoegen").await?;
    desk.no_longer_see("Deze browser kan hier geen passkey maken.").await?;
    finger.is_hers(false).await?;
    desk.press("Maak de passkey").await?;
    desk.see("U bent gestopt, of het duurde te lang.").await?;
    finger.is_hers(true).await?;
    is_for_everybody(&mut desk).await?;
    desk.fill("Naam van de passkey", "Laptop van kantoor").await?;
    desk.press("Maak de passkey").await?;
    desk.see("De passkey is toegevoegd.").await?;
    desk.see("Nog niet").await?;
    is_for_everybody(&mut desk).await?;

    password(&desk, &server).await?;
    is_for_everybody(&mut desk).await?;
    desk.press("Log in met een passkey").await?;
    desk.see("Uitloggen").await?;
    desk.goto(&server.url("/kantoor/bewijs?naar=/kantoor/toegang")).await?;
    is_for_everybody(&mut desk).await?;
    desk.press("Ga verder met een passkey").await?;
    desk.see("Laptop van kantoor").await?;
    desk.no_longer_see("Nog niet").await?;

    desk.press("Verwijder de passkey Laptop van kantoor").await?;
    desk.see("De passkey is verwijderd.").await?;
    desk.no_longer_see("Laptop van kantoor").await?;
    password(&desk, &server).await?;
    ensure!(!desk.words().await?.contains("passkey"), "there is none any more");
    desk.fill("Code", &code(&server, 1)?).await?;
    desk.press("Inloggen").await?;
    desk.see("Uitloggen").await
}

/// A browser without scripts shows the form for the code, and no button that does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_there_is_the_code() -> Result<()> {
    let server = Server::demo().await?;
    let desk = office(&server, IRIS).await?;
    desk.finger(false).await?;
    desk.goto(&server.url("/kantoor/toegang/stap")).await?;
    desk.fill("Code", &code(&server, 0)?).await?;
    desk.press("Zet de tweede stap aan").await?;
    desk.see("Bewaar uw herstelcodes").await?;
    desk.goto(&server.url("/kantoor/toegang/passkey")).await?;
    desk.press("Maak de passkey").await?;
    desk.see("De passkey is toegevoegd.").await?;
    desk.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    password(&desk, &server).await?;
    desk.see("Met een code").await?;
    ensure!(!desk.words().await?.contains("Log in met een passkey"), "that button needs a script");
    desk.fill("Code", &code(&server, 1)?).await?;
    desk.press("Inloggen").await?;
    desk.see("Uitloggen").await
}
