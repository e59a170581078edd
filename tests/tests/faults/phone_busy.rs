//! What somebody does while the store refuses for a while: each tap counts once, none writes over another,
//! and who went elsewhere stays there.

use crate::phone_storage::{ABORT, AtTheDoor};
use aanbel_tests::checklist::open;
use aanbel_tests::phones::FLEUR;
use aanbel_tests::places::phone_while_rules_hold;
use aanbel_tests::server::Server;
use aanbel_tests::{tour, wait};
use anyhow::{Result, ensure};
use thirtyfour::By;

const REFUSES: &str = "Sluit dit scherm niet";
const WORKS: &str = "window.aborts = false";

#[tokio::test(flavor = "multi_thread")]
async fn second_tap_makes_no_third_household() -> Result<()> {
    const MORE: &str = "Nog een huishouden op dit adres";
    let one = AtTheDoor::begin().await?;
    one.phone.press("Gesprek beginnen").await?;
    let talk = one.phone.arrive("/app/gesprek/").await?;
    one.run(ABORT).await?;
    one.phone.press(MORE).await?;
    one.phone.see(REFUSES).await?;
    one.phone.press(MORE).await?;
    one.run(WORKS).await?;
    one.phone.see("Huishouden 2").await?;
    one.phone.goto(&one.server.url(&talk)).await?;
    one.phone.see("Huishouden 2").await?;
    ensure!(!one.phone.words().await?.contains("Huishouden 3"), "one tap too many");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_went_elsewhere_stays_there_when_her_talk_is_kept() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    one.run(ABORT).await?;
    one.phone.press("Gesprek beginnen").await?;
    one.phone.see(REFUSES).await?;
    one.phone.press_path("//a[@class = 'head__back']", "the way back").await?;
    let street = one.phone.arrive("/app/straat/").await?;
    one.run(WORKS).await?;
    one.phone.no_longer_see(REFUSES).await?;
    ensure!(one.phone.place().await? == street, "she was taken along to the talk");
    Ok(())
}

/// What is not even kept here cannot be at the office, and would go with a phone that is handed in.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_refuses_counts_as_waiting() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    one.run(ABORT).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see(REFUSES).await?;
    for _ in ["to the street", "to all streets"] {
        one.phone.press_path("//a[@class = 'head__back']", "the way back").await?;
    }
    one.phone.see("1 wijziging wacht op versturen").await?;
    one.phone.press_path("//a[@href = '/app/toestel']", "this phone").await?;
    one.phone.see("Er is nog iets niet bewaard op dit toestel").await?;
    one.phone.see("Er wacht nog 1 wijziging op versturen").await?;
    one.phone.press("Reddingsbestand opslaan").await?;
    one.phone.see("Dat lukt nu niet").await?;
    one.run(WORKS).await?;
    one.phone.no_longer_see("Er is nog iets niet bewaard").await
}

/// The other window is closed although it says that it must not be: the one that is left says what is lost.
#[tokio::test(flavor = "multi_thread")]
async fn window_that_takes_over_says_what_the_closed_one_could_not_keep() -> Result<()> {
    let one = AtTheDoor::begin().await?;
    let page = one.phone.page();
    let (first, second) = (page.window().await?, page.new_tab().await?);
    page.switch_to_window(second.clone()).await?;
    one.phone.goto(&one.server.url("/app/")).await?;
    one.phone.see("Hier kunt u alleen kijken").await?;
    page.switch_to_window(first.clone()).await?;
    one.run(ABORT).await?;
    one.phone.press("Niemand thuis").await?;
    one.phone.see(REFUSES).await?;
    page.switch_to_window(second.clone()).await?;
    one.phone.press("Verder in dit venster").await?;
    one.phone.see("In het andere venster is nog iets niet bewaard").await?;
    page.switch_to_window(first).await?;
    page.close_window().await?;
    page.switch_to_window(second).await?;
    one.phone.see("Wat u het laatst invulde, is niet bewaard").await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_papers_that_wait_are_both_ticked() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = phone_while_rules_hold(&server, FLEUR).await?;
    server.kill().await?;
    let talk = tour::talk(&phone, &server).await?;
    open(&phone, "Huurtoeslag").await?;
    phone.page().execute(ABORT, vec![]).await?;
    for paper in ["DigiD", "Huurcontract of huurspecificatie"] {
        phone.press_in("//fieldset[legend = 'Papieren die klaarliggen']", paper).await?;
        phone.see(REFUSES).await?;
    }
    phone.page().execute(WORKS, vec![]).await?;
    phone.no_longer_see(REFUSES).await?;
    phone.goto(&server.url(&talk)).await?;
    open(&phone, "Huurtoeslag").await?;
    wait::until("both papers to be ticked", async || {
        let ticked = By::Css("fieldset input[type=checkbox]:checked");
        (phone.page().find_all(ticked).await.ok()?.len() == 2).then_some(())
    })
    .await
}
