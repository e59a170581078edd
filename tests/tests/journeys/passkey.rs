//! Opening with a finger or a face: beside the PIN and never instead of it, without a net, and worth
//! nothing once the keys are gone.

use aanbel_tests::axe;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::hands::PIN;
use aanbel_tests::phones::FLEUR;
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

const SET_UP: &str = "Stel vingerafdruk of gezicht in";
const OPEN: &str = "Ontgrendel met vingerafdruk of gezicht";
const STOP: &str = "Stop met vingerafdruk of gezicht";
const IS_ON: &str = "Dit staat aan. Uw pincode blijft ook werken";
const CANNOT: &str = "Dat kan niet op dit toestel";

/// The bytes of the wraps: a number each, or null.
const WRAPS: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const keys = open.result.transaction('keys').objectStore('keys');
        const found = {};
        for (const name of ['wrap', 'passkey']) {
            const row = keys.get(name);
            row.onsuccess = () => { found[name] = row.result ? [...row.result] : null; };
        }
        keys.transaction.oncomplete = () => { open.result.close(); done(found); };
    };";

/// Puts them back, as somebody would who copied them before.
const PUT_BACK: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const keys = open.result.transaction('keys', 'readwrite').objectStore('keys');
        for (const [name, bytes] of Object.entries(arguments[0])) {
            keys.put(new Uint8Array(bytes), name);
        }
        keys.transaction.oncomplete = () => { open.result.close(); done(true); };
    };";

/// Lets the page believe that it is so many minutes later.
const LATER: &str = "
    const real = window.realNow ??= Date.now.bind(Date);
    Date.now = () => real() + arguments[0] * 60000;";

#[tokio::test(flavor = "multi_thread")]
async fn passkey_opens_a_locked_phone_without_a_net_and_so_does_the_pin() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    phone.finger(true).await?;
    let settings = server.url("/app/toestel");
    set_up(&phone, &server).await?;
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
    set_up(&phone, &server).await?;
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
    set_up(&phone, &server).await?;
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
    phone.press(STOP).await?;
    phone.press(SET_UP).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("Het instellen is gestopt of niet gelukt. Er is niets veranderd").await?;
    ensure!(wraps(&phone).await?["passkey"].is_null(), "nothing is half done");
    ensure!(finger.passkeys().await?.is_empty(), "nor in the phone's own list");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_wrong_pins_the_passkey_opens_nothing() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    phone.finger(true).await?;
    set_up(&phone, &server).await?;
    let copied = wraps(&phone).await?;
    ensure!(copied["passkey"].is_array() && copied["wrap"].is_array(), "{copied}");
    let here = server.url("/app/");
    phone.load(&here).await?;
    for wrong in 1..=10_u32 {
        // Later each time, or the growing waits would make this test take two hours.
        phone.page().execute(LATER, vec![json!(wrong * 120)]).await?;
        phone.fill("Uw pincode", "111222").await?;
        match wrong {
            1..5 => phone.see(&format!("nog {} keer", 10 - wrong)).await?,
            5..10 => phone.see("Er is te vaak een verkeerde pincode ingevuld").await?,
            _ => phone.see("Dit toestel is leeggemaakt").await?,
        }
    }
    ensure!(wraps(&phone).await? == json!({"wrap": null, "passkey": null}), "both wraps are gone");
    ensure!(!phone.words().await?.contains(OPEN), "there is nothing to open");
    // Also for who copied the wraps before.
    phone.page().execute_async(PUT_BACK, vec![copied]).await?;
    phone.load(&here).await?;
    phone.press(OPEN).await?;
    phone.see("Dat is niet gelukt").await
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_passkey_is_gone_from_vault_lock_and_phone() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let finger = phone.finger(true).await?;
    set_up(&phone, &server).await?;
    let held = finger.passkeys().await?;
    ensure!(held.len() == 1, "{held:?}");
    ensure!(held[0]["userName"] == "Aanbel op dit toestel", "it names nobody: {held:?}");
    phone.press(STOP).await?;
    phone.see("U opent Aanbel nu alleen nog met uw pincode").await?;
    ensure!(wraps(&phone).await?["passkey"].is_null(), "the wrap is gone");
    ensure!(finger.passkeys().await?.is_empty(), "the phone does not offer it any more");
    phone.load(&server.url("/app/")).await?;
    phone.see("Uw pincode").await?;
    ensure!(!phone.words().await?.contains(OPEN), "the lock does not offer it any more");
    phone.unlock().await?;
    phone.see("Mijn straten").await
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
    ensure!(wraps(&phone).await?["passkey"].is_null(), "nothing is kept");
    ensure!(finger.passkeys().await?.is_empty(), "nothing is left in the phone's own list");
    phone.load(&settings).await?;
    phone.see("Uw pincode").await?;
    ensure!(!phone.words().await?.contains(OPEN), "the lock does not offer it");
    Ok(())
}

async fn set_up(phone: &Browser, server: &Server) -> Result<()> {
    phone.goto(&server.url("/app/toestel")).await?;
    phone.press(SET_UP).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("Gelukt. Op het slot staat nu een knop").await?;
    phone.see(IS_ON).await
}

async fn wraps(phone: &Browser) -> Result<Value> {
    Ok(phone.page().execute_async(WRAPS, vec![]).await?.json().clone())
}

/// The screen as it is now, in light and dark.
async fn no_rule_is_broken(phone: &mut Browser) -> Result<()> {
    for look in [Look::PHONE.dark(), Look::PHONE] {
        phone.look_as(look).await?;
        let broken = axe::violations(phone.page()).await?;
        ensure!(broken.is_empty(), "{broken:#?}");
    }
    Ok(())
}
