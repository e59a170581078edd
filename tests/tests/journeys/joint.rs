//! A joint visit of corporation and municipality, at one kitchen table without a signal: what they share
//! reaches both, and what one side writes for itself is nowhere on the other's phone.

use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::overheard::Heard;
use aanbel_tests::partners::{JOOP, KARIN, STREET, join, phone_of, plan, send};
use aanbel_tests::places::{HANNA, office};
use aanbel_tests::planted::{FROM_THE_OFFICE, TYPED};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use thirtyfour::By;

/// Written by the caretaker for himself, by the adviser for herself, and by her about the home.
const HIS: &str = TYPED.notes[3];
const HERS: &str = TYPED.notes[4];
const WISH: &str = TYPED.answers[2];
const OWN_NOTE: &str = "Notitie voor uw eigen organisatie";

async fn listened(server: &Server, person: (&str, &str)) -> Result<Browser> {
    let phone = Browser::start(Look::PHONE).await?;
    phone.listen().await?;
    join(&phone, server, person).await?;
    Ok(phone)
}

async fn open(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    phone.press(&format!("{STREET} 12")).await?;
    phone.see("Dit zien u en de ander allebei").await
}

/// What is typed is kept a moment after the last key.
async fn kept(phone: &Browser, words: &str) -> Result<()> {
    wait::until("what was typed to be kept", async || {
        phone.heard(words).await.ok()?.in_the_store.then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_phone_ever_holds_what_the_other_side_wrote_for_itself() -> Result<()> {
    let mut server = Server::demo().await?;
    let joop = listened(&server, JOOP).await?;
    let karin = listened(&server, KARIN).await?;
    server.kill().await?;
    joop.goto(&server.url("/app/")).await?;
    plan(&joop).await?;
    server.start().await?;
    send(&joop, &server).await?;
    send(&karin, &server).await?;

    server.kill().await?;
    open(&karin, &server).await?;
    karin.see("Van Stichting Woonverzinsel: Joop Huisman").await?;
    karin.press_in("//section[@aria-labelledby='bezoek']", "Ja").await?;
    karin.press("Familie, buur of tolk").await?;
    karin.press("Keuken").await?;
    karin.fill("Wat wil de bewoner graag?", WISH).await?;
    karin.press("Brieven en formulieren").await?;
    karin.fill(OWN_NOTE, HERS).await?;
    kept(&karin, HERS).await?;
    server.start().await?;
    send(&karin, &server).await?;
    send(&joop, &server).await?;
    server.kill().await?;
    open(&joop, &server).await?;
    joop.see("Familie, buur of tolk").await?;
    joop.press("Vocht of schimmel").await?;
    joop.fill(OWN_NOTE, HIS).await?;
    kept(&joop, HIS).await?;
    server.start().await?;
    send(&joop, &server).await?;
    send(&karin, &server).await?;
    send(&joop, &server).await?;

    // Loaded once more, so that the page opens its whole store again.
    for (phone, own, other) in [(&joop, HIS, HERS), (&karin, HERS, HIS)] {
        open(phone, &server).await?;
        ensure!(phone.heard(WISH).await? == Heard::EVERYWHERE, "the wish is for both");
        ensure!(phone.heard(own).await? == Heard::EVERYWHERE, "the search finds what is there");
        ensure!(phone.heard(other).await? == Heard::NOWHERE, "{other} is on the other's phone");
        // When it goes its disk is searched for these.
        for word in FROM_THE_OFFICE.all() {
            ensure!(phone.heard(word).await?.in_the_store, "never on this phone: {word}");
        }
    }
    joop.see("Vocht of schimmel").await?;
    ensure!(!joop.words().await?.contains("Brieven en formulieren"), "welfare is not his");

    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/samen")).await?;
    desk.press(&format!("{STREET} 12")).await?;
    desk.see(WISH).await?;
    let told = desk.words().await?;
    ensure!(told.contains("Karin Raad") && told.contains("Keuken"), "{told}");
    ensure!(!told.contains(HIS) && !told.contains(HERS), "{told}");
    drop((joop, karin, desk));
    server.kill().await?;
    server.verify().await
}

/// The phone's clock is off, and the office's is known; what somebody chose from a calendar stays what it is.
#[tokio::test(flavor = "multi_thread")]
async fn appointment_is_listed_at_the_time_that_was_chosen_also_by_a_clock_that_is_off()
-> Result<()> {
    let server = Server::demo().await?;
    let joop = phone_of(&server, JOOP).await?;
    joop.days_later(1).await?;
    joop.goto(&server.url("/app/toestel")).await?;
    joop.see("De klok van dit toestel loopt").await?;
    joop.press("Vandaag").await?;
    plan(&joop).await?;
    let chosen = "const at = document.querySelector('input[name=at]').value;
        return [new Date(at).getDate() + ' ', ', ' + at.slice(11)];";
    let chosen = joop.page().execute(chosen, vec![]).await?.convert::<[String; 2]>()?;
    joop.press("Klaar").await?;
    joop.arrive("/app/").await?;
    let card = format!("//a[contains(., '{STREET} 12')]/*[@class = 'card__under']");
    let listed = wait::until("the visit in the list", async || {
        let when = joop.page().find(By::XPath(card.as_str())).await.ok()?;
        when.text().await.ok()
    })
    .await?;
    ensure!(chosen.iter().all(|part| listed.contains(part)), "{chosen:?} is listed as {listed}");
    Ok(())
}
