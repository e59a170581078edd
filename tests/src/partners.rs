//! The phones of the two organisations that work together: the corporation's caretaker and the
//! municipality's adviser.

use crate::browser::{Browser, Look};
use crate::places::{can_seal, enrol_as, ready_offline};
use crate::planted::{self, TYPED};
use crate::server::Server;
use crate::wait;
use anyhow::Result;

/// The demo's caretaker and adviser, and what their first screen is called.
pub const JOOP: (&str, &str) = ("Joop Huisman", "Nieuwe huurders");
pub const KARIN: (&str, &str) = ("Karin Raad", "Mijn dossiers");

/// Who wants a talk at number 12 of this street, which no list holds.
pub const TENANT: &str = TYPED.names[3];
pub const STREET: &str = "Kruidenstraat";

/// A phone of one of them that can go without a net.
///
/// # Errors
/// When any step of that fails.
pub async fn phone_of(server: &Server, person: (&str, &str)) -> Result<Browser> {
    let phone = Browser::start(Look::PHONE).await?;
    join(&phone, server, person).await?;
    Ok(phone)
}

/// Makes a browser that is there the phone of one of them, with the planted words on it.
///
/// # Errors
/// When any step of that fails.
pub async fn join(phone: &Browser, server: &Server, person: (&str, &str)) -> Result<()> {
    let (name, first) = person;
    planted::plant(server, name).await?;
    enrol_as(phone, server, name, first).await?;
    ready_offline(phone).await?;
    // The rules, and with them the sentences for the tenant, come after the rest.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Versie 2").await?;
    can_seal(phone).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see(first).await
}

/// Sends all that waits.
///
/// # Errors
/// When it does not arrive.
pub async fn send(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await
}

/// Lets the day of the last date field of this name, or its day and time, be so many days from now.
///
/// # Errors
/// When there is no such field.
pub async fn choose_day(phone: &Browser, field: &str, days: i64) -> Result<()> {
    let script = "const [name, days] = arguments;\
        const input = [...document.querySelectorAll(`input[type^=date][name=${name}]`)].pop();\
        if (!input) return false;\
        const at = new Date(); at.setDate(at.getDate() + days);\
        const day = at.toLocaleDateString('sv');\
        input.value = input.type === 'date' ? day : `${day}T${at.toLocaleTimeString('sv').slice(0, 5)}`;\
        input.dispatchEvent(new Event('change', {bubbles: true})); return true;";
    wait::until("the date field", async || {
        let given = vec![field.into(), days.into()];
        let found = phone.page().execute(script, given).await.ok()?;
        found.convert::<bool>().ok()?.then_some(())
    })
    .await
}

/// The tenant of number 12 reads what it is in Turkish, and says yes.
///
/// # Errors
/// When a screen does not say what it should.
pub async fn offer(joop: &Browser) -> Result<()> {
    joop.press("Nieuwe huurder").await?;
    joop.arrive("/app/aanbod/").await?;
    joop.press("Turks").await?;
    joop.see("Evinizde para").await?;
    joop.press("Ja, graag").await?;
    joop.see("Nog nodig: naam, straat, huisnummer, akkoord van de huurder").await?;
    for (field, text) in [
        ("Naam van de huurder", TENANT),
        ("Straat", STREET),
        ("Huisnummer", "12"),
        ("Telefoonnummer", TYPED.telephones[1]),
    ] {
        joop.fill(field, text).await?;
    }
    joop.press("Gelezen en akkoord").await?;
    joop.see("Klaar. Naam en adres gaan naar de gemeente").await
}

/// The caretaker plans a visit to number 12, with the resident's yes.
///
/// # Errors
/// When a screen does not say what it should.
pub async fn plan(joop: &Browser) -> Result<()> {
    joop.press("Samen bezoek plannen").await?;
    joop.arrive("/app/samen/").await?;
    choose_day(joop, "at", 1).await?;
    joop.see("Nog nodig: straat, huisnummer, akkoord van de bewoner").await?;
    joop.fill("Straat", STREET).await?;
    joop.fill("Huisnummer", "12").await?;
    joop.press("Ja").await?;
    joop.see("Klaar. De ander ziet dit bezoek zodra er internet is").await
}
