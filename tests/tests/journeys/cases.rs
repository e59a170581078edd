//! The financial service conversation: a caretaker's yes without a signal, the adviser's kitchen table
//! without one, and what each of them reads of the other.

use aanbel_tests::browser::Browser;
use aanbel_tests::partners::{JOOP, KARIN, STREET, TENANT, choose_day, offer, phone_of, send};
use aanbel_tests::places::{HANNA, office};
use aanbel_tests::planted::{TYPED, type_all};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use thirtyfour::By;

/// The adviser ends a talk at the kitchen table, and is back at the case.
async fn talk(karin: &Browser, case: &str, outcome: &str, minutes: &str) -> Result<()> {
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    karin.press(outcome).await?;
    karin.fill("Hoeveel minuten duurde het?", minutes).await?;
    karin.press("Notitie toevoegen").await?;
    karin.type_in("textarea", &TYPED.notes.join(" ")).await?;
    karin.see("Bewaard op dit toestel").await?;
    karin.press("Klaar, terug naar het dossier").await?;
    karin.arrive(case).await?;
    karin.see(&format!("{outcome}, {minutes} minuten")).await
}

/// She files one more application today.
async fn file(karin: &Browser, scheme: &str) -> Result<()> {
    karin.press("Aanvraag toevoegen").await?;
    let option = format!("(//select[option[. = 'Zorgtoeslag']])[last()]/option[. = '{scheme}']");
    karin.press_path(&option, scheme).await?;
    choose_day(karin, "filed_on", 0).await
}

/// A yes reached the adviser, who has its case open: both phones, and where the case is.
async fn case_opened(server: &Server) -> Result<(Browser, Browser, String)> {
    let joop = phone_of(server, JOOP).await?;
    let karin = phone_of(server, KARIN).await?;
    offer(&joop).await?;
    send(&joop, server).await?;
    send(&karin, server).await?;
    karin.press(TENANT).await?;
    let case = karin.arrive("/app/dossier/").await?;
    Ok((joop, karin, case))
}

/// Lets this phone, and no other clock, be so many days further.
async fn days_later(phone: &Browser, server: &Server, days: i64) -> Result<()> {
    phone.days_later(days).await?;
    phone.goto(&server.url("/app/")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_the_caretaker_becomes_three_applications_on_the_sixth_day() -> Result<()> {
    let mut server = Server::demo().await?;
    let joop = phone_of(&server, JOOP).await?;
    let karin = phone_of(&server, KARIN).await?;
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
    talk(&karin, &case, "Advies gegeven", "50").await?;
    karin.see("dag 0 van 7").await?;
    days_later(&karin, &server, 6).await?;
    karin.see("Bijna te laat met aanvragen (1)").await?;
    karin.press(TENANT).await?;
    karin.see("dag 6 van 7: vraag nu aan").await?;
    talk(&karin, &case, "Informatie gegeven", "40").await?;
    for scheme in ["Zorgtoeslag", "Huurtoeslag", "Kindgebonden budget"] {
        file(&karin, scheme).await?;
    }
    karin.see("na 6 dagen aangevraagd").await?;

    server.start().await?;
    send(&karin, &server).await?;
    send(&joop, &server).await?;
    joop.see("Bezocht op").await?;
    let told = joop.page().find(By::Css("main")).await?.text().await?;
    assert!(!told.contains("toeslag") && !told.contains("Advies"), "{told}");

    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/dossiers")).await?;
    desk.see(TENANT).await?;
    desk.see("Aangevraagd na 6 dagen").await?;
    desk.press(TENANT).await?;
    for words in ["Advies gegeven", "Huurtoeslag", "Kindgebonden budget", "Karin Raad"] {
        desk.see(words).await?;
    }
    drop((joop, karin, desk));
    server.kill().await?;
    server.verify().await
}

/// A second caretaker, of whom nobody said yet which corporation she is of.
const MIEN: (&str, &str) = ("Mien Portiek", "Nieuwe huurders");

#[tokio::test(flavor = "multi_thread")]
async fn two_caretakers_at_one_new_address_are_one_household_with_two_offers() -> Result<()> {
    let mut server = Server::demo().await?;
    server.run(&["user", "add", "--name", MIEN.0, "--role", "caretaker"]).await?;
    let (joop, mien) = (phone_of(&server, JOOP).await?, phone_of(&server, MIEN).await?);
    let karin = phone_of(&server, KARIN).await?;
    server.kill().await?;
    for phone in [&joop, &mien] {
        phone.goto(&server.url("/app/")).await?;
        offer(phone).await?;
    }
    server.start().await?;
    for phone in [&joop, &mien] {
        send(phone, &server).await?;
    }
    for phone in [&joop, &mien, &karin] {
        send(phone, &server).await?;
    }
    for phone in [&joop, &mien] {
        phone.see("Ontvangen op").await?;
    }
    karin.see("Nieuw (1)").await?;
    karin.press(TENANT).await?;
    karin.see("Huismeester: Joop Huisman").await?;
    karin.see("Huismeester: Mien Portiek").await?;
    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/dossiers")).await?;
    desk.see("2 keer aangeboden").await?;
    drop((joop, mien, karin, desk));
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_red_on_the_eighth_day_without_a_signal_and_a_no_reaches_both_phones()
-> Result<()> {
    let mut server = Server::demo().await?;
    let (joop, karin, case) = case_opened(&server).await?;
    karin.press("Afspraak toevoegen").await?;
    choose_day(&karin, "at", 3).await?;
    karin.see("In mijn agenda zetten (zonder naam en adres)").await?;
    let file = karin.page().find(By::Css("a[download]")).await?.attr("href").await?;
    let file = file.unwrap_or_default();
    assert!(file.contains("BEGIN:VALARM") && !file.contains(STREET), "{file}");
    assert!(TENANT.split(' ').all(|name| !file.contains(name)), "{file}");
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    send(&karin, &server).await?;

    server.kill().await?;
    days_later(&karin, &server, 8).await?;
    karin.see("Te laat met aanvragen (1)").await?;
    karin.see("dag 8: te laat").await?;

    joop.goto(&server.url("/app/")).await?;
    joop.press(TENANT).await?;
    joop.press("De huurder wil toch niet").await?;
    joop.see("De gemeente hoort dit zodra er internet is").await?;
    server.start().await?;
    send(&joop, &server).await?;
    send(&joop, &server).await?;
    joop.no_longer_see(TENANT).await?;
    joop.see("De huurder wil toch niet").await?;
    send(&karin, &server).await?;
    karin.goto(&server.url(&case)).await?;
    karin.no_longer_see(TENANT).await?;
    karin.see("Toestemming ingetrokken op").await?;
    karin.see("Heropenen kan niet").await?;
    let called_off = "//input[@value='cancelled']";
    let called_off = karin.page().find(By::XPath(called_off)).await?;
    assert_eq!(called_off.prop("checked").await?.as_deref(), Some("true"));
    drop((joop, karin));
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_referral_is_on_top_and_a_closed_case_opens_again_with_a_reason() -> Result<()> {
    let server = Server::demo().await?;
    let (_joop, karin, case) = case_opened(&server).await?;
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    karin.press("Alles is op orde").await?;
    type_all(&karin).await?;
    karin.press("Schuldhulp").await?;
    karin.press("Ik neem contact op, of ga mee").await?;
    karin.press("Klaar, terug naar het dossier").await?;
    karin.see("Wacht op antwoord").await?;
    karin.press_path("//summary[contains(., 'Schuldhulp, warm')]", "the referral").await?;
    karin.press("Neemt het niet aan").await?;
    karin.see("Neemt het niet aan").await?;
    karin.goto(&server.url("/app/")).await?;
    karin.see("Doorverwijzing geweigerd (1)").await?;

    karin.goto(&server.url(&case)).await?;
    karin.press_path("//summary[. = 'Dossier afsluiten']", "closing").await?;
    karin.press("Afsluiten").await?;
    karin.see("Kies eerst een reden").await?;
    let reason = "//select/option[. = 'Alles is op orde']";
    karin.press_path(reason, "a reason").await?;
    karin.press("Afsluiten").await?;
    karin.see("Alles is op orde.").await?;
    karin.press_path("//summary[. = 'Dossier heropenen']", "opening again").await?;
    karin.press_path("//select/option[. = 'Er is weer contact']", "a reason").await?;
    karin.press("Heropenen").await?;
    karin.see("Heropend op").await?;
    send(&karin, &server).await?;
    karin.see("Doorverwijzing geweigerd (1)").await?;
    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/dossiers")).await?;
    desk.see("Doorverwijzing geweigerd").await?;
    desk.press(TENANT).await?;
    desk.see("Er is weer contact").await
}

/// A caretaker whose corporation gave its addresses.
const WIM: (&str, &str) = ("Wim Bovenkamer", "Nieuwe huurders");

#[tokio::test(flavor = "multi_thread")]
async fn caretaker_chooses_an_address_of_the_corporation_without_a_signal() -> Result<()> {
    let mut server = Server::demo().await?;
    let wim = phone_of(&server, WIM).await?;
    server.kill().await?;
    wim.goto(&server.url("/app/")).await?;
    wim.press("Nieuwe huurder").await?;
    wim.press("Ja, graag").await?;
    wim.fill("Zoek het adres van de woning", "klapb 7").await?;
    wim.press("Klapbordkade 7").await?;
    wait::until("the address of the home", async || {
        let script = "return ['street', 'number', 'postcode'].map(name => \
            document.querySelector(`input[name=${name}]`)?.value).join(' ')";
        let shown: String = wim.page().execute(script, vec![]).await.ok()?.convert().ok()?;
        (shown == "Klapbordkade 7 9999QW").then_some(())
    })
    .await?;
    wim.see("Bewaard op dit toestel").await
}

/// Chooses something in every list and at every day of an application and an appointment; gives how many.
const CHOOSE_ALL: &str = "
    const kinds = ['select', 'input[type=date]', 'input[type=datetime-local]'];
    const all = kinds.map((kind) => `.card:not(details) ${kind}`).join();
    window.chosen = [...document.querySelectorAll(all)];
    for (const one of window.chosen) {
        const days = { date: '2026-11-20', 'datetime-local': '2026-11-20T10:00' };
        one.value = days[one.type] ?? one.options[1].value;
        one.dispatchEvent(new Event('change', { bubbles: true }));
    }
    return window.chosen.length;";

/// Leaves them, and gives whether nothing stands in them any more.
const LEFT_EMPTY: &str = "
    for (const one of window.chosen) one.dispatchEvent(new Event('blur'));
    return window.chosen.every((one) => one.value === '');";

/// In a window that only looks nothing is kept: what was chosen there does not stand as if it were.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_does_not_stand_there_as_an_answer() -> Result<()> {
    const REFUSED: &str = "Dit is niet bewaard. Aanbel staat ook open in een ander venster";
    let server = Server::demo().await?;
    let (_joop, karin, case) = case_opened(&server).await?;
    let second = karin.page().new_tab().await?;
    karin.page().switch_to_window(second).await?;
    karin.goto(&server.url(&case)).await?;
    karin.see("Hier kunt u alleen kijken").await?;
    karin.press("Afspraak toevoegen").await?;
    karin.press("Aanvraag toevoegen").await?;
    let chosen: usize = karin.page().execute(CHOOSE_ALL, vec![]).await?.convert()?;
    ensure!(chosen >= 4, "only {chosen} controls to choose in");
    wait::until("all of them to be refused", async || {
        (karin.words().await.ok()?.matches(REFUSED).count() == chosen).then_some(())
    })
    .await?;
    let empty = karin.page().execute(LEFT_EMPTY, vec![]).await?;
    ensure!(empty.convert::<bool>()?, "they look answered");
    Ok(())
}
