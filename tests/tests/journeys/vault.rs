//! The locked phone: nothing readable on its disk, a lock that forgets nothing, wrong PINs, and a clock
//! that jumps.

use crate::typing::at_a_note;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::hands::PIN;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{HANNA, enrol, enrolled_phone, office};
use aanbel_tests::planted::{FROM_THE_OFFICE, TYPED, type_all};
use aanbel_tests::server::Server;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::By;

/// Put on the disk in the clear, to see that the search finds what is there.
const CONTROL: &str = "leesbaar-ter-controle";

/// Tells the page that it is `visible` or `hidden`, and gives how much of it can be seen then.
const SEEN: &str = "
    Object.defineProperty(document, 'visibilityState', { value: arguments[0], configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    return getComputedStyle(document.body).opacity;";

/// How many rounds a PIN takes, as the row of the wrapped key says: after a salt of 16 bytes, seven bits
/// a byte.
const ROUNDS: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const row = open.result.transaction('keys').objectStore('keys').get('wrap');
        row.onsuccess = () => {
            open.result.close();
            const [low, middle, high] = row.result.slice(16, 19);
            done((low & 127) + ((middle & 127) << 7) + ((high & 127) << 14));
        };
    };";

const PUT_CONTROL: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('controle', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('rows');
    open.onsuccess = () => {
        const step = open.result.transaction('rows', 'readwrite', { durability: 'strict' });
        step.objectStore('rows').put(new TextEncoder().encode(arguments[0]), 'een');
        step.oncomplete = () => { open.result.close(); done(true); };
    };";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_visit_can_be_read_on_the_disk() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    let place = fresh_doors(&witness, 1)?[0];
    let street = witness.device.records().get(place).and_then(|door| door.str("street"));
    let street = street.context("a door has a street")?.to_owned();
    server.kill().await?;
    phone.goto(&server.url(&format!("/app/deur/{place}"))).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    type_all(&phone).await?;
    phone.page().execute_async(PUT_CONTROL, vec![json!(CONTROL)]).await?;
    // Once locked and opened, so that what the browser does at a reload is on the disk too.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Wacht op versturen").await?;
    phone.kill().await?;
    ensure!(!phone.left_on_disk(&[CONTROL])?.is_empty(), "the search finds what is there");
    let fifty = [TYPED.all(), FROM_THE_OFFICE.all()].concat();
    let words = [&fifty[..], &[FLEUR, street.as_str(), PIN]].concat();
    let found = phone.left_on_disk(&words)?;
    ensure!(found.is_empty(), "readable on the disk: {found:#?}");
    phone.again().await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Wacht op versturen").await?;
    server.start().await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is bij het kantoor").await?;
    // All of them were on this phone: another one of the same person has them from the office.
    let witness = phone_of(&server, FLEUR, "second witness").await?;
    let held = format!("{:?}", witness.device.records());
    let missing: Vec<&str> = fifty.into_iter().filter(|word| !held.contains(word)).collect();
    ensure!(missing.is_empty(), "never on the phone: {missing:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_falls_after_five_minutes_and_what_was_typed_is_there() -> Result<()> {
    let (_server, phone) = at_a_note().await?;
    let talk = phone.place().await?;
    phone.minutes_later(4).await?;
    phone.type_in("textarea", TYPED.names[0]).await?;
    for (state, seen) in [("hidden", "0"), ("visible", "1")] {
        let shown = phone.page().execute(SEEN, vec![json!(state)]).await?;
        ensure!(shown.convert::<String>()? == seen, "{state}: the list of open apps shows this");
    }
    let rounds = phone.page().execute_async(ROUNDS, vec![]).await?.convert::<u32>()?;
    ensure!(rounds >= 600_000, "a PIN costs {rounds} rounds");
    phone.minutes_later(10).await?;
    phone.see("Aanbel is op slot").await?;
    ensure!(phone.place().await? == talk, "the lock stays where the person was");
    ensure!(!phone.words().await?.contains(TYPED.names[0]), "nothing is shown behind the lock");
    phone.fill("Uw pincode", "111222").await?;
    phone.see("Deze pincode klopt niet. U kunt het nog 9 keer proberen").await?;
    phone.unlock().await?;
    phone.see("Notitie").await?;
    wait::until("the note to be there", async || {
        let note = phone.page().find(By::Css("textarea")).await.ok()?;
        (note.prop("value").await.ok()?.as_deref() == Some(TYPED.names[0])).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_pins_leave_nothing_readable_and_the_outbox_arrives() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let place = fresh_doors(&witness, 1)?[0];
    server.kill().await?;
    let here = server.url(&format!("/app/deur/{place}"));
    phone.goto(&here).await?;
    let name = phone.page().find(By::Css("h1")).await?.text().await?;
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    phone.load(&here).await?;
    for wrong in 1..=10_u32 {
        // Later each time, or the growing waits would make this test take two hours.
        phone.minutes_later(wrong * 120).await?;
        phone.fill("Uw pincode", "111222").await?;
        match wrong {
            5 => {
                phone.see("Er is te vaak een verkeerde pincode ingevuld").await?;
                // The wait outlives a restart.
                phone.load(&here).await?;
                phone.see("Er is te vaak een verkeerde pincode ingevuld").await?;
            }
            1..5 => phone.see(&format!("nog {} keer", 10 - wrong)).await?,
            6..10 => phone.see("Er is te vaak een verkeerde pincode ingevuld").await?,
            _ => phone.see("Dit toestel is leeggemaakt").await?,
        }
    }
    phone.see("1 wijziging wacht verzegeld").await?;
    let counts = phone.rows().await?;
    ensure!(counts["blocks"] == 0 && counts["slips"] == 0, "only what is sealed is left: {counts}");
    ensure!(counts["keys"] == 2 && counts["sealed"] == 1, "the keys are gone: {counts}");
    server.start().await?;
    phone.load(&server.url("/app/")).await?;
    phone.see("is verzegeld naar het kantoor gestuurd").await?;
    let desk = office(&server, HANNA).await?;
    desk.goto(&server.url("/kantoor/bezoeken")).await?;
    desk.fill("Zoek op straatnaam", name.rsplit_once(' ').map_or(&name, |(street, _)| street))
        .await?;
    desk.press("Toon").await?;
    desk.press_path(&format!("//table//a[normalize-space(.) = \"{name}\"]"), &name).await?;
    desk.see("Niemand thuis").await?;
    // And the same phone begins again.
    enrol(&phone, &server, FLEUR).await?;
    phone.goto(&here).await?;
    phone.see("Wat er eerder gebeurde").await?;
    server.kill().await?;
    server.verify().await
}

/// Tries of an emptied vault, which a full phone counted in the browser's note, are not those of a new PIN.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_of_before_do_not_count_for_a_new_one() -> Result<()> {
    let server = Server::demo().await?;
    let phone = Browser::start(Look::PHONE).await?;
    let here = server.url("/app/");
    phone.goto(&here).await?;
    phone.page().execute("localStorage.setItem('tries', '9 0')", vec![]).await?;
    enrol(&phone, &server, FLEUR).await?;
    phone.load(&here).await?;
    phone.fill("Uw pincode", "111222").await?;
    phone.see("U kunt het nog 9 keer proberen").await
}

#[tokio::test(flavor = "multi_thread")]
async fn clock_that_jumps_a_month_ahead_empties_no_phone_until_a_second_day() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let here = server.url("/app/");
    phone.days_later(40).await?;
    phone.load(&here).await?;
    // The office answers, and knows what day it is.
    phone.see("Aanbel is op slot").await?;
    server.kill().await?;
    phone.load(&here).await?;
    phone.see("Aanbel is op slot").await?;
    phone.load(&here).await?;
    phone.see("Aanbel is op slot").await?;
    phone.days_later(2).await?;
    phone.load(&here).await?;
    phone.see("Dit toestel is leeggemaakt").await?;
    phone.see("meer dan 30 dagen geen contact").await
}

/// In the window left open a PIN is chosen after another window has made the vault.
#[tokio::test(flavor = "multi_thread")]
async fn window_left_at_choosing_a_pin_leaves_what_another_one_made() -> Result<()> {
    let server = Server::demo().await?;
    let phone = Browser::start(Look::PHONE).await?;
    let late = phone.page().window().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Kies een pincode van 6 cijfers").await?;
    let first = phone.page().new_tab().await?;
    phone.page().switch_to_window(first).await?;
    enrol(&phone, &server, FLEUR).await?;
    phone.page().switch_to_window(late).await?;
    phone.fill("Kies een pincode van 6 cijfers", "864209").await?;
    phone.fill("Vul de pincode nog een keer in", "864209").await?;
    phone.see("Aanbel is op slot").await?;
    phone.unlock().await?;
    phone.see("deuren klaar").await
}

/// Says why it is empty, and not that somebody guessed.
#[tokio::test(flavor = "multi_thread")]
async fn lock_left_open_says_why_another_window_emptied_the_phone() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let (late, first) = (phone.page().window().await?, phone.page().new_tab().await?);
    for window in [&late, &first] {
        phone.page().switch_to_window(window.clone()).await?;
        phone.load(&server.url("/app/")).await?;
        phone.see("Aanbel is op slot").await?;
    }
    phone.press("Pincode vergeten?").await?;
    phone.press("Leegmaken en opnieuw beginnen").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("U hebt gekozen om opnieuw te beginnen").await?;
    phone.page().switch_to_window(late).await?;
    phone.fill("Uw pincode", PIN).await?;
    phone.see("U hebt gekozen om opnieuw te beginnen").await
}

/// Holds the program back until the test lets it come.
const PROGRAM_WAITS: &str = "
    const come = new Promise((resolve) => { window.letProgramCome = resolve; });
    const real = WebAssembly.instantiateStreaming.bind(WebAssembly);
    WebAssembly.instantiateStreaming = async (...all) => { await come; return real(...all); };";

/// The lock as a person sees it: where its parts stand, and what is on them.
const LOOKS: &str = "
    const words = (part) => part.textContent.replace(/\\s+/g, '');
    const lock = document.querySelector('.pin');
    const parts = [document.querySelector('h1'), ...lock.querySelectorAll('*')];
    return parts.map((part) => {
        const { x, y, width, height } = part.getBoundingClientRect();
        return `${part.tagName} ${words(part)} ${part.className} ${part.maxLength} ${part.type} ${[x, y, width, height]}`;
    });";

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_can_be_typed_on_before_the_program_has_come() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let today = server.url("/app/");
    // Found locked once: from then on the page knows.
    phone.goto(&today).await?;
    server.kill().await?;
    let waits = json!({ "source": PROGRAM_WAITS });
    phone.command("Page.addScriptToEvaluateOnNewDocument", waits).await?;
    let looks = async || -> Result<Vec<String>> {
        Ok(phone.page().execute(LOOKS, vec![]).await?.convert()?)
    };
    let digits: Vec<String> = PIN.chars().map(String::from).collect();
    let key = async |words: &str| {
        phone.press_path(&format!("//button[normalize-space(.) = '{words}']"), words).await
    };
    let come = "window.letProgramCome()";

    phone.load(&today).await?;
    phone.see("Aanbel is op slot").await?;
    let early = looks().await?;
    key("9").await?;
    key("Wis").await?;
    for digit in &digits[..4] {
        key(digit).await?;
    }
    phone.page().execute(come, vec![]).await?;
    let late = wait::until("the program's own lock", async || {
        let field = phone.page().find(By::Css("#slot-pin")).await.ok()?;
        (field.prop("value").await.ok()??.len() == 4).then_some(())
    });
    late.await?;
    let own = looks().await?;
    ensure!(early == own, "the page's lock is another:\n{early:#?}\n{own:#?}");
    for digit in &digits[4..] {
        key(digit).await?;
    }
    phone.see("Vandaag").await?;

    phone.load(&today).await?;
    phone.see("Aanbel is op slot").await?;
    for digit in &digits {
        key(digit).await?;
    }
    ensure!(
        phone.words().await?.contains("Aanbel is op slot"),
        "nothing opens without the program"
    );
    phone.page().execute(come, vec![]).await?;
    phone.see("Vandaag").await
}
