//! From when on a phone seals to the office what it records, and what it says before it can.

use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{can_seal, enrol, enrol_as};
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};
use serde_json::json;

/// This path of the office is never reached.
async fn cut_off(phone: &Browser, path: &str) -> Result<()> {
    let script = format!(
        "const real = globalThis.fetch;
        globalThis.fetch = (path, init) => path === '{path}' ? Promise.reject(new TypeError('cut off')) : real(path, init);"
    );
    phone.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_that_has_just_joined_can_seal_before_its_first_exchange() -> Result<()> {
    let server = Server::demo().await?;
    let phone = Browser::start(Look::PHONE).await?;
    cut_off(&phone, "/api/sync").await?;
    enrol_as(&phone, &server, FLEUR, "Mijn straten").await?;
    can_seal(&phone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_that_could_not_seal_does_not_promise_that_it_did() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let phone = Browser::start(Look::PHONE).await?;
    cut_off(&phone, "/api/sealing-key").await?;
    enrol(&phone, &server, FLEUR).await?;
    server.kill().await?;
    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    phone.load(&server.url("/app/")).await?;
    phone.fill("Uw pincode", "111222").await?;
    phone.see("U kunt het nog 9 keer proberen").await?;
    phone.see("Een deel van wat nog niet is verstuurd, is dan weg").await?;
    phone.press("Pincode vergeten?").await?;
    phone.press("Leegmaken en opnieuw beginnen").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("Dit toestel is leeggemaakt").await?;
    phone.see("Een deel van wat u had ingevuld, is weg").await?;
    ensure!(!phone.words().await?.contains("is niet kwijt"), "it is");
    Ok(())
}
