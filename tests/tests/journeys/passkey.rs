//! Opening with a finger or a face: beside the PIN and never instead of it, and without a net. That it
//! is worth nothing once the keys are gone is shown in `passkey_gone`.

use aanbel_tests::axe;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::finger::{IS_ON, OPEN, SET_UP};
use aanbel_tests::hands::PIN;
use aanbel_tests::phones::FLEUR;
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};

const CANNOT: &str = "Dat kan niet op dit toestel";

#[tokio::test(flavor = "multi_thread")]
async fn passkey_opens_a_locked_phone_without_a_net_and_so_does_the_pin() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    phone.finger(true).await?;
    let settings = server.url("/app/toestel");
    phone.set_up_finger(&server).await?;
    no_rule_is_broken(&mut phone).await?;
    server.kill().await?;
    phone.press("Nu op slot").await?;
    phone.see(OPEN).await?;
    phone.see("Uw pincode").await?;
    no_rule_is_broken(&mut phone).await?;
    phone.press(OPEN).await?;
    phone.see("Wacht op versturen").await?;
    phone.load(&server.url("/app/")).await?;
    phone.press(OPEN).await?;
    phone.see("Mijn straten").await?;
    phone.press_path("//a[contains(@class, 'card--link')]", "a street").await?;
    phone.see("Even kant").await?;
    // With another PIN it goes on as it was.
    phone.goto(&settings).await?;
    phone.press("Pincode wijzigen").await?;
    phone.fill("Uw pincode van nu", PIN).await?;
    phone.fill("Kies een pincode van 6 cijfers", "608152").await?;
    phone.fill("Vul de pincode nog een keer in", "608152").await?;
    phone.see("Uw nieuwe pincode geldt vanaf nu").await?;
    phone.load(&settings).await?;
    phone.press(OPEN).await?;
    phone.see(IS_ON).await?;
    phone.load(&settings).await?;
    phone.fill("Uw pincode", "608152").await?;
    phone.see(IS_ON).await
}

#[tokio::test(flavor = "multi_thread")]
async fn passkey_opens_while_a_wait_runs_and_wrong_pins_count_anew() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    phone.finger(true).await?;
    phone.set_up_finger(&server).await?;
    let here = server.url("/app/");
    phone.load(&here).await?;
    for left in [9, 8, 7, 6] {
        phone.fill("Uw pincode", "111222").await?;
        phone.see(&format!("U kunt het nog {left} keer proberen")).await?;
    }
    phone.fill("Uw pincode", "111222").await?;
    phone.see("Er is te vaak een verkeerde pincode ingevuld").await?;
    phone.press(OPEN).await?;
    phone.see("Mijn straten").await?;
    phone.load(&here).await?;
    phone.fill("Uw pincode", "111222").await?;
    phone.see("U kunt het nog 9 keer proberen").await
}

#[tokio::test(flavor = "multi_thread")]
async fn finger_of_somebody_else_opens_nothing_and_counts_for_nothing() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let finger = phone.finger(true).await?;
    phone.set_up_finger(&server).await?;
    finger.is_hers(false).await?;
    phone.load(&server.url("/app/")).await?;
    for _ in 0..3 {
        phone.press(OPEN).await?;
        phone.see("Dat is niet gelukt. Probeer het nog eens, of vul uw pincode in").await?;
        ensure!(!phone.words().await?.contains("Mijn straten"), "nothing is shown");
    }
    phone.fill("Uw pincode", "111222").await?;
    phone.see("U kunt het nog 9 keer proberen").await?;
    phone.unlock().await?;
    phone.see("Mijn straten").await?;
    // What she stopped half way is not there.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.press("Stop met vingerafdruk of gezicht").await?;
    phone.press(SET_UP).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("Het instellen is gestopt of niet gelukt. Er is niets veranderd").await?;
    ensure!(phone.wraps().await?["passkey"].is_null(), "nothing is half done");
    ensure!(finger.passkeys().await?.is_empty(), "nor in the phone's own list");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_that_cannot_says_so_and_nothing_is_half_done() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let settings = server.url("/app/toestel");
    phone.goto(&settings).await?;
    phone.see(CANNOT).await?;
    ensure!(!phone.words().await?.contains(SET_UP), "what cannot be is not offered");
    // One that has passkeys, which give no secret.
    let finger = phone.finger(false).await?;
    phone.goto(&settings).await?;
    phone.press(SET_UP).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("Dit toestel kan Aanbel niet zo openen. Er is niets veranderd").await?;
    phone.see(CANNOT).await?;
    ensure!(phone.wraps().await?["passkey"].is_null(), "nothing is kept");
    ensure!(finger.passkeys().await?.is_empty(), "nothing is left in the phone's own list");
    phone.load(&settings).await?;
    phone.see("Uw pincode").await?;
    ensure!(!phone.words().await?.contains(OPEN), "the lock does not offer it");
    Ok(())
}

/// The screen as it is now, in light and dark.
async fn no_rule_is_broken(phone: &mut Browser) -> Result<()> {
    let broken = axe::violations_in_both(phone, Look::PHONE).await?;
    ensure!(broken.is_empty(), "{broken:#?}");
    Ok(())
}
