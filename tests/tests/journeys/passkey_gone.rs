//! A passkey of the phone is worth nothing once the keys are gone, whoever made them go: its wrap is
//! destroyed with that of the PIN, no screen offers it, and a copy of both wraps opens nothing either.

use aanbel_tests::browser::Browser;
use aanbel_tests::finger::{Finger, OPEN};
use aanbel_tests::phones::FLEUR;
use aanbel_tests::places::{enrolled_phone, hand_in, revoke_newest};
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

/// Her finger opens this phone; what somebody copies of its wraps now.
async fn set_up<'b>(phone: &'b Browser, server: &Server) -> Result<(Finger<'b>, Value)> {
    let finger = phone.finger(true).await?;
    phone.set_up_finger(server).await?;
    ensure!(finger.passkeys().await?.len() == 1, "it opens by a finger");
    let copied = phone.wraps().await?;
    ensure!(copied["passkey"].is_array() && copied["wrap"].is_array(), "{copied}");
    Ok((finger, copied))
}

/// The phone `says` that it was emptied, and her finger opens nothing on it any more.
async fn opens_nothing(
    phone: &Browser,
    server: &Server,
    (finger, copied): (Finger<'_>, Value),
    says: &str,
) -> Result<()> {
    phone.see(says).await?;
    let left = phone.wraps().await?;
    ensure!(left == json!({"wrap": null, "passkey": null}), "both wraps are gone: {left}");
    ensure!(finger.passkeys().await?.is_empty(), "the phone does not offer it any more");
    ensure!(!phone.words().await?.contains(OPEN), "there is nothing to open");
    let here = server.url("/app/");
    phone.load(&here).await?;
    phone.see(says).await?;
    ensure!(!phone.words().await?.contains(OPEN), "nor after a start");
    // Also for who copied the wraps before.
    phone.put_back(copied).await?;
    phone.load(&here).await?;
    phone.press(OPEN).await?;
    phone.see("Dat is niet gelukt").await?;
    ensure!(!phone.words().await?.contains("Mijn straten"), "nothing is shown");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_wrong_pins_the_passkey_opens_nothing() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let before = set_up(&phone, &server).await?;
    phone.load(&server.url("/app/")).await?;
    for wrong in 1..=10_u32 {
        // Later each time, or the growing waits would make this test take two hours.
        phone.minutes_later(wrong * 120).await?;
        phone.fill("Uw pincode", "111222").await?;
        match wrong {
            1..5 => phone.see(&format!("nog {} keer", 10 - wrong)).await?,
            5..10 => phone.see("Er is te vaak een verkeerde pincode ingevuld").await?,
            _ => phone.see("Dit toestel is leeggemaakt").await?,
        }
    }
    opens_nothing(&phone, &server, before, "Dit toestel is leeggemaakt").await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_that_was_handed_in_the_passkey_opens_nothing() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let before = set_up(&phone, &server).await?;
    hand_in(&phone, &server).await?;
    opens_nothing(&phone, &server, before, "Dit toestel is ingeleverd").await
}

/// She opens it by her finger once more; the first the phone hears is that it is revoked.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_that_was_revoked_the_passkey_opens_nothing() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let before = set_up(&phone, &server).await?;
    phone.load(&server.url("/app/")).await?;
    phone.see(OPEN).await?;
    revoke_newest(&server).await?;
    phone.press(OPEN).await?;
    opens_nothing(&phone, &server, before, "Dit toestel is afgemeld").await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_without_contact_the_passkey_opens_nothing() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let before = set_up(&phone, &server).await?;
    let here = server.url("/app/");
    server.kill().await?;
    // The clock alone may have jumped: it takes a second day.
    phone.days_later(31).await?;
    phone.load(&here).await?;
    phone.see(OPEN).await?;
    phone.days_later(2).await?;
    phone.load(&here).await?;
    phone.see("meer dan 30 dagen geen contact").await?;
    opens_nothing(&phone, &server, before, "Dit toestel is leeggemaakt").await
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_passkey_is_gone_from_vault_lock_and_phone() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let finger = phone.finger(true).await?;
    phone.set_up_finger(&server).await?;
    let held = finger.passkeys().await?;
    ensure!(held.len() == 1, "{held:?}");
    ensure!(held[0]["userName"] == "Aanbel op dit toestel", "it names nobody: {held:?}");
    phone.press("Stop met vingerafdruk of gezicht").await?;
    phone.see("U opent Aanbel nu alleen nog met uw pincode").await?;
    ensure!(phone.wraps().await?["passkey"].is_null(), "the wrap is gone");
    ensure!(finger.passkeys().await?.is_empty(), "the phone does not offer it any more");
    phone.load(&server.url("/app/")).await?;
    phone.see("Uw pincode").await?;
    ensure!(!phone.words().await?.contains(OPEN), "the lock does not offer it any more");
    phone.unlock().await?;
    phone.see("Mijn straten").await
}
