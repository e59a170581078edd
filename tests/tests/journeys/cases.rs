//! The financial service conversation: a caretaker's yes without a signal, the adviser's kitchen table
//! without one, and what each of them reads of the other.

use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::places::{HANNA, enrol_as, office, ready_offline};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::Result;
use thirtyfour::By;

const JOOP: &str = "Joop Huisman";
const KARIN: &str = "Karin Raad";
const TENANT: &str = "N. Verzonnen";

async fn phone_of(server: &Server, person: &str, first: &str) -> Result<Browser> {
    let phone = Browser::start(Look::PHONE).await?;
    enrol_as(&phone, server, person, first).await?;
    ready_offline(&phone).await?;
    // The rules, and with them the sentences for the tenant, come after the rest.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Versie 2").await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see(first).await?;
    Ok(phone)
}

async fn send(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await
}

/// The tenant of number 12 reads what it is in Turkish, and says yes.
async fn offer(joop: &Browser) -> Result<()> {
    joop.press("Nieuwe huurder").await?;
    joop.arrive("/app/aanbod/").await?;
    joop.press("Turks").await?;
    joop.see("Evinizde para").await?;
    joop.press("Ja, graag").await?;
    joop.see("Nog nodig: naam, straat, huisnummer, akkoord van de huurder").await?;
    for (field, text) in
        [("Naam van de huurder", TENANT), ("Straat", "Kruidenstraat"), ("Huisnummer", "12")]
    {
        joop.fill(field, text).await?;
    }
    joop.press("Gelezen en akkoord").await?;
    joop.see("Klaar. Naam en adres gaan naar de gemeente").await
}

/// Lets the day of a date field be so many days from today.
async fn choose_day(phone: &Browser, field: &str, days: i64) -> Result<()> {
    let script = "const [name, days] = arguments;\
        const input = document.querySelector(`input[type=date][name=${name}]`);\
        if (!input) return false;\
        const day = new Date(Date.now() + days * 864e5).toISOString().slice(0, 10);\
        input.value = day; input.dispatchEvent(new Event('change', {bubbles: true})); return true;";
    wait::until("the date field", async || {
        let given = vec![field.into(), days.into()];
        let found = phone.page().execute(script, given).await.ok()?;
        found.convert::<bool>().ok()?.then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_the_caretaker_becomes_an_application_and_she_reads_that_somebody_came()
-> Result<()> {
    let mut server = Server::demo().await?;
    let joop = phone_of(&server, JOOP, "Nieuwe huurders").await?;
    let karin = phone_of(&server, KARIN, "Mijn dossiers").await?;
    server.kill().await?;
    joop.goto(&server.url("/app/")).await?;
    offer(&joop).await?;
    server.start().await?;
    send(&joop, &server).await?;
    send(&karin, &server).await?;
    karin.see("Nieuw (1)").await?;

    server.kill().await?;
    karin.goto(&server.url("/app/")).await?;
    karin.press(TENANT).await?;
    let case = karin.arrive("/app/dossier/").await?;
    karin.see("Joop Huisman, Stichting Woonverzinsel").await?;
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    karin.press("Advies gegeven").await?;
    karin.see("Bewaard op dit toestel").await?;
    karin.press("Klaar, terug naar het dossier").await?;
    karin.arrive(&case).await?;
    karin.see("dag 0 van 7").await?;
    karin.press("Aanvraag toevoegen").await?;
    let scheme = "//select/option[contains(., 'Zorgtoeslag')]";
    karin.press_path(scheme, "Zorgtoeslag").await?;
    choose_day(&karin, "filed_on", 0).await?;
    karin.see("dezelfde dag aangevraagd").await?;

    server.start().await?;
    send(&karin, &server).await?;
    send(&joop, &server).await?;
    joop.see("Bezocht op").await?;
    let told = joop.page().find(By::Css("main")).await?.text().await?;
    assert!(!told.contains("Zorgtoeslag") && !told.contains("Advies"), "{told}");

    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/dossiers")).await?;
    desk.see(TENANT).await?;
    desk.see("Aangevraagd na 0 dagen").await?;
    desk.press(TENANT).await?;
    desk.see("Advies gegeven").await?;
    desk.see("Karin Raad").await?;
    drop((joop, karin, desk));
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_red_on_the_eighth_day_without_a_signal_and_a_no_reaches_the_adviser()
-> Result<()> {
    let mut server = Server::demo().await?;
    let joop = phone_of(&server, JOOP, "Nieuwe huurders").await?;
    let karin = phone_of(&server, KARIN, "Mijn dossiers").await?;
    offer(&joop).await?;
    send(&joop, &server).await?;
    send(&karin, &server).await?;
    karin.press(TENANT).await?;
    let case = karin.arrive("/app/dossier/").await?;
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    send(&karin, &server).await?;

    server.kill().await?;
    let in_eight_days = "return new Date(Date.now() + 8 * 864e5).toISOString().slice(0, 10)";
    let day: String = karin.page().execute(in_eight_days, vec![]).await?.convert()?;
    karin.set_clock(&day).await?;
    karin.goto(&server.url("/app/")).await?;
    karin.see("Te laat met aanvragen (1)").await?;
    karin.see("dag 8: te laat").await?;

    joop.goto(&server.url("/app/")).await?;
    joop.press(TENANT).await?;
    joop.press("De huurder wil toch niet").await?;
    joop.see("De gemeente hoort dit zodra er internet is").await?;
    server.start().await?;
    send(&joop, &server).await?;
    send(&karin, &server).await?;
    karin.goto(&server.url(&case)).await?;
    karin.no_longer_see(TENANT).await?;
    karin.see("Toestemming ingetrokken op").await?;
    drop((joop, karin));
    server.kill().await?;
    server.verify().await
}
