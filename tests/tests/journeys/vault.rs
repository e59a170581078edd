//! The locked phone: nothing readable on its disk, a lock that forgets nothing, wrong PINs, and the
//! change from a phone of before there was a lock.

use aanbel_shared::sync::{encode_plain, encode_stored_op};
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::hands::PIN;
use aanbel_tests::phones::{FLEUR, door, fresh_doors, made_up, nobody, phone_of};
use aanbel_tests::places::{HANNA, enrol, enrolled_phone, office};
use aanbel_tests::planted::TYPED;
use aanbel_tests::runs::{Chance, times};
use aanbel_tests::server::Server;
use aanbel_tests::street::{WALKERS, database};
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use thirtyfour::By;

/// Put on the disk in the clear, to see that the search finds what is there.
const CONTROL: &str = "leesbaar-ter-controle";

/// Lets the page believe that it is so many minutes later.
const LATER: &str = "
    const real = window.realNow ??= Date.now.bind(Date);
    const ahead = arguments[0] * 60000;
    Date.now = () => real() + ahead;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));";

const PUT_CONTROL: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('controle', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('rows');
    open.onsuccess = () => {
        const step = open.result.transaction('rows', 'readwrite', { durability: 'strict' });
        step.objectStore('rows').put(new TextEncoder().encode(arguments[0]), 'een');
        step.oncomplete = () => { open.result.close(); done(true); };
    };";

const COUNT: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel');
    open.onsuccess = () => {
        const names = [...open.result.objectStoreNames];
        const step = open.result.transaction(names);
        const counts = {};
        for (const name of names) {
            const rows = step.objectStore(name).count();
            rows.onsuccess = () => { counts[name] = rows.result; };
        }
        step.oncomplete = () => { open.result.close(); done(counts); };
    };";

/// A phone of before there was a vault: its two kinds of rows, all readable.
const OLD_STORE: &str = "
    const done = arguments[arguments.length - 1];
    const open = indexedDB.open('aanbel', 1);
    open.onupgradeneeded = () => {
        for (const name of ['ops', 'side']) { open.result.createObjectStore(name); }
    };
    open.onsuccess = () => {
        const step = open.result.transaction(['ops', 'side'], 'readwrite');
        for (const [name, key, bytes] of arguments[0]) {
            step.objectStore(name).put(new Uint8Array(bytes), key);
        }
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
    phone.press("Notitie toevoegen").await?;
    phone.type_in("textarea", &TYPED.join(" ")).await?;
    phone.see("Bewaard op dit toestel").await?;
    phone.page().execute_async(PUT_CONTROL, vec![json!(CONTROL)]).await?;
    // Once locked and opened, so that what the browser does at a reload is on the disk too.
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Wacht op versturen").await?;
    phone.kill().await?;
    ensure!(!phone.left_on_disk(&[CONTROL])?.is_empty(), "the search finds what is there");
    let words = [&TYPED[..], &[FLEUR, street.as_str(), PIN]].concat();
    let found = phone.left_on_disk(&words)?;
    ensure!(found.is_empty(), "readable on the disk: {found:#?}");
    phone.again().await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Wacht op versturen").await?;
    server.start().await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is bij het kantoor").await
}

#[tokio::test(flavor = "multi_thread")]
async fn lock_falls_after_five_minutes_and_what_was_typed_is_there() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    server.kill().await?;
    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Gesprek beginnen").await?;
    let talk = phone.arrive("/app/gesprek/").await?;
    phone.press("Notitie toevoegen").await?;
    phone.page().execute(LATER, vec![json!(4)]).await?;
    phone.type_in("textarea", TYPED[0]).await?;
    phone.page().execute(LATER, vec![json!(10)]).await?;
    phone.see("Aanbel is op slot").await?;
    ensure!(phone.place().await? == talk, "the lock stays where the person was");
    ensure!(!phone.words().await?.contains(TYPED[0]), "nothing is shown behind the lock");
    phone.fill("Uw pincode", "111222").await?;
    phone.see("Deze pincode klopt niet. U kunt het nog 9 keer proberen").await?;
    phone.unlock().await?;
    phone.see("Notitie").await?;
    wait::until("the note to be there", async || {
        let note = phone.page().find(By::Css("textarea")).await.ok()?;
        (note.prop("value").await.ok()?.as_deref() == Some(TYPED[0])).then_some(())
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
        phone.page().execute(LATER, vec![json!(wrong * 120)]).await?;
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
    let counts = phone.page().execute_async(COUNT, vec![]).await?;
    let counts = counts.json();
    ensure!(counts["blocks"] == 0 && counts["slips"] == 0, "only what is sealed is left: {counts}");
    ensure!(counts["keys"] == 1 && counts["sealed"] == 1, "the keys are gone: {counts}");
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

#[tokio::test(flavor = "multi_thread")]
async fn clock_that_jumps_a_month_ahead_empties_no_phone_until_a_second_day() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let here = server.url("/app/");
    // Counted from what the page believes before.
    let ahead = "return new Date(Date.now() + arguments[0] * 864e5).toISOString().slice(0, 10)";
    let later = async |days: u32| -> Result<()> {
        let day: String = phone.page().execute(ahead, vec![json!(days)]).await?.convert()?;
        phone.set_clock(&day).await?;
        phone.load(&here).await
    };
    later(40).await?;
    // The office answers, and knows what day it is.
    phone.see("Aanbel is op slot").await?;
    server.kill().await?;
    phone.load(&here).await?;
    phone.see("Aanbel is op slot").await?;
    phone.load(&here).await?;
    phone.see("Aanbel is op slot").await?;
    later(2).await?;
    phone.see("Dit toestel is leeggemaakt").await?;
    phone.see("meer dan 30 dagen geen contact").await
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_of_before_the_lock_keeps_all_whenever_it_dies() -> Result<()> {
    let mut chance = Chance::new(6);
    let server = Server::street().await?;
    for turn in 0..times(2, 25) {
        let mut phone = old_phone(&server, &format!("old {turn}")).await?;
        phone.load(&server.url("/app/")).await?;
        phone.see("Aanbel krijgt een slot").await?;
        phone.fill("Kies een pincode van 6 cijfers", PIN).await?;
        phone.fill("Vul de pincode nog een keer in", PIN).await?;
        // The one wait that is the fault itself.
        tokio::time::sleep(Duration::from_millis(chance.below(2_500) as u64)).await;
        phone.kill().await?;
        phone.again().await?;
        phone.goto(&server.url("/app/")).await?;
        if phone.words().await?.contains("Aanbel krijgt een slot") {
            phone.choose_pin().await?;
        }
        phone.see("Mijn straten").await?;
        phone.goto(&server.url("/app/toestel")).await?;
        phone.see("Alles is bij het kantoor").await?;
        let counts = phone.page().execute_async(COUNT, vec![]).await?;
        let counts = counts.json();
        ensure!(counts["ops"] == 0 && counts["side"] == 0, "nothing readable is left: {counts}");
        let keyless = "SELECT COUNT(*) FROM device WHERE number > 0 AND signing_key IS NULL";
        let keyless: i64 = database(server.data())?.query_row(keyless, [], |row| row.get(0))?;
        ensure!(keyless == 0, "it brought a key by itself");
    }
    Ok(())
}

/// A phone with a street and a visit that was not sent, as the app kept them without a vault.
async fn old_phone(server: &Server, token: &str) -> Result<Browser> {
    let mut old = phone_of(server, WALKERS[0], token).await?;
    let place = door(&old, 0)?;
    old.write(vec![nobody(made_up(token), place)])?;
    // Phones of before the lock had no key either; the app brings one at its first contact.
    let number = old.device.me().context("enrolled")?.device.0;
    let keyless = "UPDATE device SET signing_key = NULL WHERE number = ?1";
    database(server.data())?.execute(keyless, [number])?;
    let ops = old
        .store
        .values()
        .map(|stored| json!(["ops", stored.op.dot.to_string(), encode_stored_op(stored)]));
    let mut rows: Vec<_> = ops.collect();
    rows.push(json!(["side", "meta", encode_plain(old.device.meta())]));
    let mut phone = Browser::start(Look::PHONE).await?;
    phone.may_be_readable("what was readable before there was a lock is deleted, not overwritten");
    phone.load(&server.url("/api/openapi.json")).await?;
    phone.page().execute_async(OLD_STORE, vec![json!(rows)]).await?;
    Ok(phone)
}
