//! The card for the resident: opened without a signal, in her language, with nothing of the app
//! around it; only who knows the lock gets out; on paper it says the same.

use aanbel_shared::record::{RecordId, Value};
use aanbel_shared::sync::Change;
use aanbel_tests::axe;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::phones::{FLEUR, fresh_doors, made_up, phone_of};
use aanbel_tests::places::enrolled_phone;
use aanbel_tests::server::Server;
use anyhow::{Context, Result, ensure};
use serde_json::{Value as Json, json};
use thirtyfour::By;

/// 15 December 2094: a call that is always still to come.
const CALL_ON: i32 = 45_639;
const NOTE: &str = "Dinsdag samen invullen";
const LOCK: &str = ".lock__button";

/// A talk in Arabic at a fresh door, with agreements, that the office already has.
async fn talked(server: &Server) -> Result<RecordId> {
    let mut other = phone_of(server, FLEUR, "other phone").await?;
    let address = *fresh_doors(&other, 1)?.first().context("a fresh door")?;
    let street = other.device.records().get(address).context("the door")?.worklist;
    let [talk, household] = ["card talk", "card household"].map(made_up);
    let new = |kind: &str, name: &str| Change::new(made_up(name), kind, street);
    let scheme = |scheme: &str, state: &str| {
        Change::new(RecordId::from_parts(household.0, scheme), "scheme_check", street)
            .with("household", Value::Reference(household))
            .with("scheme", Value::choice(scheme))
            .with("use", Value::choice(state))
    };
    other.write(vec![
        Change::new(household, "household", street).with("address", Value::Reference(address)),
        Change::new(talk, "talk", street)
            .with("address", Value::Reference(address))
            .with("household", Value::Reference(household))
            .with("at", Value::Instant(1_795_000_000_000))
            .with("language", Value::choice("ar")),
        scheme("nl.huurtoeslag", "wants").with("agreed", Value::Text(NOTE.into())),
        scheme("nl.zorgtoeslag", "does_not_want"),
        new("referral", "referral")
            .with("talk", Value::Reference(talk))
            .with("organisation", Value::choice("team"))
            .with("way", Value::choice("warm")),
        new("follow_up", "call")
            .with("talk", Value::Reference(talk))
            .with("wanted", Value::Bool(true))
            .with("due_on", Value::Date(CALL_ON))
            .with("telephone", Value::Text("06 00000000".into())),
    ])?;
    other.sync().await?;
    Ok(talk)
}

/// Takes the card's file out of every cache; tells from how many.
const DROP_FILE: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        let gone = 0;
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const one of await cache.keys()) {
                if (new URL(one.url).pathname.endsWith('/card.txt') && await cache.delete(one)) gone += 1;
            }
        }
        return gone;
    })().then(done, () => done(0));";

/// A phone without a server, with the card of that talk in the resident's hands.
async fn handed_over(server: &mut Server) -> Result<(Browser, String)> {
    let talk = talked(server).await?;
    let phone = enrolled_phone(server, FLEUR).await?;
    server.kill().await?;
    let path = format!("/app/gesprek/{talk}");
    phone.goto(&server.url(&path)).await?;
    // What came with the rules is to be shown, not the file beside the program.
    let gone: u32 = phone.page().execute_async(DROP_FILE, vec![]).await?.convert()?;
    ensure!(gone > 0, "the file was there");
    phone.press("Kaart laten zien").await?;
    phone.arrive("/app/kaart/").await?;
    phone.see("هذه البطاقة لكم").await?;
    Ok((phone, path))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_in_arabic_without_a_signal() -> Result<()> {
    let mut server = Server::demo().await?;
    let (mut phone, _) = handed_over(&mut server).await?;
    let card = phone.page().find(By::Css("main")).await?;
    assert_eq!(card.attr("lang").await?.as_deref(), Some("ar"));
    assert_eq!(card.attr("dir").await?.as_deref(), Some("rtl"));
    for words in [
        "الزيارة مجانية.",
        "Het bezoek is gratis.",
        "Deze vertaling is nog niet nagekeken",
        "Huurtoeslag",
        NOTE,
        "Dienst Toeslagen",
        "toeslagen.nl",
        "Wijkteam",
        "2094",
    ] {
        phone.see(words).await?;
    }
    let words = phone.words().await?;
    for private in ["Zorgtoeslag", "06 00000000", "bij kantoor"] {
        ensure!(!words.contains(private), "the card says {private}:\n{words}");
    }
    ensure!(phone.page().find_all(By::Css("a, .bars, .toast-place, nav")).await?.is_empty());
    phone.page().find(By::Css("[role=img][aria-label='QR: almere.nl']")).await?;
    is_large(&phone).await?;
    phone.look_as(Look { width: 320, ..Look::PHONE }).await?;
    nothing_sticks_out(&phone).await?;

    phone.press("English").await?;
    phone.see("The visit is free.").await?;
    let focused = phone.page().active_element().await?;
    assert_eq!(focused.text().await?, "English", "the focus stays where it was");
    phone.press("Nederlands").await?;
    phone.no_longer_see("Deze vertaling is nog niet nagekeken").await?;
    let mut broken = Vec::new();
    for language in ["العربية", "ትግርኛ", "Nederlands"] {
        phone.press(language).await?;
        for look in [Look::PHONE, Look::PHONE.dark(), Look::DESK] {
            phone.look_as(look).await?;
            broken.extend(axe::violations(phone.page()).await?);
        }
    }
    ensure!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

/// The sentences are at least 1.4 times the text of the app.
async fn is_large(phone: &Browser) -> Result<()> {
    let script =
        "const size = (one) => parseFloat(getComputedStyle(document.querySelector(one)).fontSize);
        return size('.rcard__lines li') / size('html')";
    let times: f64 = phone.page().execute(script, vec![]).await?.convert()?;
    ensure!(times >= 1.39, "{times} times");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_lock_leads_out_of_the_card() -> Result<()> {
    let mut server = Server::demo().await?;
    let (mut phone, talk) = handed_over(&mut server).await?;
    for _ in 0..3 {
        step_back(&phone).await?;
    }
    // Another address, the battery, and the app's own icon: the card again.
    phone.goto(&server.url("/app/")).await?;
    phone.arrive("/app/kaart/").await?;
    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.arrive("/app/kaart/").await?;
    phone.see("هذه البطاقة لكم").await?;

    // A short press only tells what to do.
    phone.page().find(By::Css(LOCK)).await?.click().await?;
    phone.see("houd het slot 2 tellen ingedrukt").await?;
    stays(&phone).await?;
    mouse(&phone, "mousePressed").await?;
    phone.arrive(&talk).await?;
    phone.see("Alles wordt meteen bewaard").await?;
    mouse(&phone, "mouseReleased").await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await?;
    let console = phone.console().await?;
    ensure!(!console.iter().any(|line| line.contains("panicked")), "{console:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyboard_and_a_screen_reader_find_the_way_out() -> Result<()> {
    let mut server = Server::demo().await?;
    let (phone, talk) = handed_over(&mut server).await?;
    let lock = phone.page().find(By::Css(LOCK)).await?;
    assert_eq!(lock.attr("aria-label").await?.as_deref(), Some("Terug naar Aanbel"));
    // A screen reader presses without holding; the word is for whom cannot hold.
    phone.page().execute("arguments[0].click()", vec![lock.to_json()?]).await?;
    phone.fill("Of typ het woord", "weg").await?;
    phone.press_in("//form", "Terug naar Aanbel").await?;
    stays(&phone).await?;
    phone.fill("Of typ het woord", "Terug").await?;
    phone.press_in("//form", "Terug naar Aanbel").await?;
    phone.arrive(&talk).await?;

    phone.press("Kaart laten zien").await?;
    phone.see("هذه البطاقة لكم").await?;
    phone.page().execute("document.querySelector('.lock__button').focus()", vec![]).await?;
    key(&phone, "keyDown").await?;
    phone.arrive(&talk).await?;
    key(&phone, "keyUp").await?;
    phone.see("Alles wordt meteen bewaard").await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_stands_the_card_and_nothing_else() -> Result<()> {
    let mut server = Server::demo().await?;
    let (phone, _) = handed_over(&mut server).await?;
    phone.command("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
    for hidden in [LOCK, ".rcard__languages", ".rcard__print"] {
        let element = phone.page().find(By::Css(hidden)).await?;
        ensure!(!element.is_displayed().await?, "{hidden} is printed");
    }
    let words = phone.words().await?;
    ensure!(words.contains("Het bezoek is gratis.") && words.contains(NOTE), "{words}");
    let ink = "return getComputedStyle(document.querySelector('.rcard__dutch')).color";
    let ink: String = phone.page().execute(ink, vec![]).await?.convert()?;
    assert_eq!(ink, "rgb(0, 0, 0)");
    // A4, and a roll of 80 mm, in inches.
    for (paper, width, height) in [("A4", 8.27, 11.69), ("receipt", 3.15, 11.69)] {
        let wish = json!({"paperWidth": width, "paperHeight": height, "generateTaggedPDF": true,
            "generateDocumentOutline": true});
        let pdf = phone.command("Page.printToPDF", wish).await?;
        let pdf = aanbel_tests::browser::from_base64(pdf["data"].as_str().context("a PDF")?);
        let pdf = String::from_utf8_lossy(&pdf.context("base64")?).into_owned();
        let pages = pdf.matches("/Type /Page\n").count();
        ensure!((1..=9).contains(&pages), "{pages} pages on {paper}");
        // The outline holds the headings as plain text.
        ensure!(pdf.contains("(Huurtoeslag)"), "the card is not on {paper}");
    }
    let narrow = json!({"width": 302, "height": 800, "deviceScaleFactor": 1, "mobile": false});
    phone.command("Emulation.setDeviceMetricsOverride", narrow).await?;
    nothing_sticks_out(&phone).await
}

/// Nothing is wider than the window.
async fn nothing_sticks_out(phone: &Browser) -> Result<()> {
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let wide: i64 = phone.page().execute(wide, vec![]).await?.convert()?;
    ensure!(wide <= 0, "{wide} pixels stick out");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_door_the_card_tells_what_the_visit_is() -> Result<()> {
    let server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let door = *fresh_doors(&witness, 1)?.first().context("a fresh door")?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    phone.goto(&server.url(&format!("/app/deur/{door}"))).await?;
    phone.press("Kaart laten zien").await?;
    phone.see("Wij zijn niet van de Belastingdienst.").await?;
    phone.press("Türkçe").await?;
    phone.see("Bu ziyaret ücretsizdir.").await?;
    let words = phone.words().await?;
    ensure!(!words.contains("Wat we hebben afgesproken"), "nobody agreed anything:\n{words}");
    Ok(())
}

/// One step back, which the app undoes: waits for both.
async fn step_back(phone: &Browser) -> Result<()> {
    let script = "const done = arguments[arguments.length - 1];
        const paths = [];
        addEventListener('popstate', function seen() {
            paths.push(location.pathname);
            if (paths.length < 2) return;
            removeEventListener('popstate', seen);
            done(paths);
        });
        history.back()";
    let paths: Vec<String> = phone.page().execute_async(script, vec![]).await?.convert()?;
    ensure!(!paths[0].starts_with("/app/kaart/"), "there was nothing to go back to: {paths:?}");
    ensure!(paths[1].starts_with("/app/kaart/"), "back led to {paths:?}");
    stays(phone).await
}

/// The card is on the screen, and in the address.
async fn stays(phone: &Browser) -> Result<()> {
    phone.arrive("/app/kaart/").await?;
    phone.see("هذه البطاقة لكم").await
}

/// Presses or releases the mouse on the middle of the lock.
async fn mouse(phone: &Browser, what: &str) -> Result<()> {
    let script = "const one = (document.querySelector('.lock__button') ?? document.body)
        .getBoundingClientRect(); return [one.x + one.width / 2, one.y + one.height / 2]";
    let place: Vec<f64> = phone.page().execute(script, vec![]).await?.convert()?;
    let event =
        json!({"type": what, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
    phone.command("Input.dispatchMouseEvent", event).await.map(|_: Json| ())
}

/// Presses or releases Enter.
async fn key(phone: &Browser, what: &str) -> Result<()> {
    let event = json!({"type": what, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
    phone.command("Input.dispatchKeyEvent", event).await.map(|_: Json| ())
}
