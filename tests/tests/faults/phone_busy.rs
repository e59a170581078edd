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
