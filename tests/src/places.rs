//! The ways into Aanbel that many tests walk: enrol a phone, sign in to the office.

use crate::browser::{Browser, Engine, Look};
use crate::planted;
use crate::server::Server;
use crate::wait;
use anyhow::{Context, Result};
use thirtyfour::By;

/// Somebody in the demo's office, who may review, and the coordinator, who may all.
pub const HANNA: &str = "hanna";
pub const IRIS: &str = "iris";
/// Somebody of the demo's corporation, who sees counts.
pub const NINA: &str = "nina";

/// A day on which all of the demo's rules hold.
pub const RULES_HOLD: &str = "2026-11-02";

/// Whether the store has it.
const OFFICE_KEY: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const row = open.result.transaction('slips').objectStore('slips').getKey('server key');
        row.onsuccess = () => { open.result.close(); done(row.result !== undefined); };
    };";

/// A browser as this person's phone: enrolled, everything read, ready to start without a net.
///
/// # Errors
/// When any step of that fails.
pub async fn enrolled_phone(server: &Server, person: &str) -> Result<Browser> {
    enrolled_phone_of(Engine::Chromium, server, person).await
}

/// As `enrolled_phone`, with this engine.
///
/// # Errors
/// As `enrolled_phone`.
pub async fn enrolled_phone_of(engine: Engine, server: &Server, person: &str) -> Result<Browser> {
    made_ready(Browser::start_of(engine, Look::PHONE).await?, server, person).await
}

/// As `enrolled_phone`, on a day on which the rules hold that are built in: whenever tests of them run, they
/// have not run out.
///
/// # Errors
/// As `enrolled_phone`.
pub async fn phone_while_rules_hold(server: &Server, person: &str) -> Result<Browser> {
    let phone = Browser::start(Look::PHONE).await?;
    phone.set_clock(RULES_HOLD).await?;
    made_ready(phone, server, person).await
}

async fn made_ready(phone: Browser, server: &Server, person: &str) -> Result<Browser> {
    enrol(&phone, server, person).await?;
    // The rules come after the streets; without them a phone works, but says so.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Versie 2").await?;
    can_seal(&phone).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await?;
    Ok(phone)
}

/// Enrols a browser that is there, and waits for its streets and the planted words in them.
///
/// # Errors
/// When any step of that fails.
pub async fn enrol(phone: &Browser, server: &Server, person: &str) -> Result<()> {
    planted::plant(server, person).await?;
    enrol_as(phone, server, person, "Mijn straten").await?;
    phone.see("deuren klaar").await?;
    phone.no_longer_see("Uw straten worden opgehaald").await?;
    ready_offline(phone).await
}

/// Enrols a browser as somebody whose first screen is called `first`.
///
/// # Errors
/// When any step of that fails.
pub async fn enrol_as(phone: &Browser, server: &Server, person: &str, first: &str) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    phone.choose_pin().await?;
    phone.fill("Code van het kantoor", &server.enrol_code(person).await?).await?;
    phone.press("Aanmelden").await?;
    phone.see(first).await
}

/// Waits until the page is served by its own worker, and everything it needs is stored.
///
/// # Errors
/// When the worker never takes over.
pub async fn ready_offline(phone: &Browser) -> Result<()> {
    wait::until("the app to be ready without a net", async || {
        let script = "return !!navigator.serviceWorker.controller";
        let controlled = phone.page().execute(script, vec![]).await.ok()?;
        controlled.convert::<bool>().ok()?.then_some(())
    })
    .await
}

/// Waits until the phone can seal to the office what it records without a net.
///
/// # Errors
/// When it never gets the office's key.
pub async fn can_seal(phone: &Browser) -> Result<()> {
    wait::until("the key of the office to be kept", async || {
        let found = phone.page().execute_async(OFFICE_KEY, vec![]).await.ok()?;
        found.convert::<bool>().ok()?.then_some(())
    })
    .await
}

/// A browser at the office's desk, signed in.
///
/// # Errors
/// When signing in fails.
pub async fn office(server: &Server, login: &str) -> Result<Browser> {
    let desk = Browser::start(Look::DESK).await?;
    sign_in(&desk, server, login).await?;
    Ok(desk)
}

/// The office revokes the phone that was enrolled last.
///
/// # Errors
/// When it cannot.
pub async fn revoke_newest(server: &Server) -> Result<()> {
    let desk = office(server, IRIS).await?;
    desk.goto(&server.url("/kantoor/mensen")).await?;
    let links = desk.page().find_all(By::XPath("//a[contains(@href, '/afmelden')]")).await?;
    let mut newest = (0, String::new());
    for link in links {
        let href = link.attr("href").await?.context("a link has an address")?;
        let number = href.split('/').find_map(|part| part.parse::<u32>().ok()).unwrap_or(0);
        newest = newest.max((number, href));
    }
    desk.goto(&server.url(&newest.1)).await?;
    desk.press("Meld de telefoon af").await?;
    desk.arrive("/kantoor/mensen").await?;
    Ok(())
}

/// Its owner hands this phone in.
///
/// # Errors
/// When it does not say that it is empty.
pub async fn hand_in(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Alles is bij het kantoor").await?;
    phone.press_path("//button[normalize-space(.) = 'Dit toestel inleveren']", "hand in").await?;
    phone.see("Dat kunt u niet terugdraaien").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("Dit toestel is ingeleverd").await
}

/// Signs in on a browser that is there.
///
/// # Errors
/// When signing in fails.
pub async fn sign_in(desk: &Browser, server: &Server, login: &str) -> Result<()> {
    desk.goto(&server.url("/kantoor/inloggen")).await?;
    desk.fill("Gebruikersnaam", login).await?;
    desk.fill("Wachtwoord", server.password()).await?;
    desk.press("Inloggen").await?;
    desk.see("Uitloggen").await
}
