//! An erased resident leaves three phones, one of them off for a month, as real browsers with real
//! profiles: two confirm at their next contact, the third empties itself and says so. Nothing of her is in
//! any file of theirs or of the server's.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{HANNA, IRIS, enrolled_phone, office};
use aanbel_tests::planted::{FROM_THE_OFFICE, TYPED, type_all};
use aanbel_tests::profile::words_under;
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use aanbel_tests::wait;
use anyhow::{Context, Result, ensure};
use thirtyfour::By;

const OFF_DAYS: i64 = 31;
const DAY_MS: i64 = 86_400_000;
const NOT_YET: &str = "Nog niet, bij het volgende contact";

#[tokio::test(flavor = "multi_thread")]
async fn erased_resident_leaves_three_phones_of_which_one_was_off_for_a_month() -> Result<()> {
    let mut server = Server::demo_stopped().await?;
    let clock = server.start_on_own_clock().await?;
    let (mut phones, door) = three_phones(&server).await?;
    let words = TYPED.all();
    ensure!(!words_under(server.data(), &words)?.is_empty(), "there is something to find");
    phones[2].0.kill().await?;
    let page = erase(&server, &door).await?;
    for (phone, number) in &phones[..2] {
        confirm(&server, phone, *number).await?;
        forgotten(&server, phone).await?;
    }
    clock.pass(OFF_DAYS * DAY_MS);
    let desk = office(&server, IRIS).await?;
    let third = phones[2].1;
    ensure!(row(&desk, &server, &page, phones[0].1).await?.contains("Gewist op"), "the first");
    ensure!(row(&desk, &server, &page, third).await?.contains(NOT_YET), "the third was off");
    come_back(&server, &mut phones[2].0, third).await?;
    ensure!(row(&desk, &server, &page, third).await?.contains("Gewist op"), "the third is back");
    for (phone, number) in &mut phones {
        phone.kill().await?;
        let found = phone.left_on_disk(&words)?;
        ensure!(found.is_empty(), "on the disk of phone {number}: {found:#?}");
    }
    nothing_on_the_server(&server, &words).await
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_that_began_again_offline_still_tells_that_it_was_emptied() -> Result<()> {
    let mut server = Server::demo().await?;
    let (phones, door) = three_phones(&server).await?;
    let mut phones = phones.into_iter().skip(1);
    let (mut phone, number) = phones.next().context("a phone")?;
    drop(phones);
    phone.kill().await?;
    let page = erase(&server, &door).await?;
    server.kill().await?;
    phone.again().await?;
    begin_again(&server, &phone).await?;
    ensure!(!has_confirmed(&server, number)?, "nobody could hear it");
    // Nor does a second emptying take its place.
    begin_again(&server, &phone).await?;
    server.start().await?;
    phone.goto(&server.url("/app/")).await?;
    let said = async || has_confirmed(&server, number).ok()?.then_some(());
    wait::until("the phone to say that it was emptied", said).await?;
    let desk = office(&server, IRIS).await?;
    ensure!(row(&desk, &server, &page, number).await?.contains("Gewist op"), "the office sees it");
    // Heard, it is told no more, and the phone joins as a new one.
    let kept = async || (phone.rows().await.ok()?["keys"] == 3).then_some(());
    wait::until("only the keys of the new PIN to be left", kept).await?;
    phone.fill("Code van het kantoor", &server.enrol_code(FLEUR).await?).await?;
    phone.press("Aanmelden").await?;
    phone.see("Mijn straten").await
}

/// Somebody forgot the PIN: the phone is emptied and takes another one.
async fn begin_again(server: &Server, phone: &Browser) -> Result<()> {
    phone.load(&server.url("/app/")).await?;
    phone.press("Pincode vergeten?").await?;
    phone.press("Leegmaken en opnieuw beginnen").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("Dit toestel is leeggemaakt").await?;
    phone.choose_pin().await?;
    phone.see("Meld dit toestel aan").await
}

/// One phone holds the talk behind a door that was typed on it, and two received it; each with its
/// number. And the path of that door in the office.
async fn three_phones(server: &Server) -> Result<(Vec<(Browser, u32)>, String)> {
    let witness = phone_of(server, FLEUR, "witness").await?;
    let door = fresh_doors(&witness, 1)?[0];
    let path = format!("/app/deur/{door}");
    let first = enrolled_phone(server, FLEUR).await?;
    let mut phones = vec![(first, newest(server)?)];
    let phone = &phones[0].0;
    phone.goto(&server.url(&path)).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    type_all(phone).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.press("Nu versturen").await?;
    phone.see("Alles is verstuurd").await?;
    for _ in 0..2 {
        let phone = enrolled_phone(server, FLEUR).await?;
        phone.goto(&server.url(&path)).await?;
        phone.see("Wat er eerder gebeurde").await?;
        phones.push((phone, newest(server)?));
    }
    Ok((phones, format!("/kantoor/deur/{door}")))
}

/// The number that was given last.
fn newest(server: &Server) -> Result<u32> {
    let last = "SELECT MAX(number) FROM device";
    Ok(database(server.data())?.query_row(last, [], |row| row.get(0))?)
}

/// One colleague asks, another confirms; the page of this erasure.
async fn erase(server: &Server, door: &str) -> Result<String> {
    let desk = office(server, HANNA).await?;
    desk.goto(&server.url(door)).await?;
    desk.press("Vraag het wissen aan").await?;
    let page = desk.arrive("/kantoor/wissen/").await?;
    desk.see("Een collega moet dit bevestigen").await?;
    drop(desk);
    let desk = office(server, IRIS).await?;
    desk.goto(&server.url(&page)).await?;
    desk.press("Wis dit voorgoed").await?;
    desk.see("Het is gewist.").await?;
    Ok(page)
}

/// What the office's page of this erasure says of a phone.
async fn row(desk: &Browser, server: &Server, page: &str, number: u32) -> Result<String> {
    desk.goto(&server.url(page)).await?;
    let row = format!("//tr[th[contains(., '(nr. {number})')]]");
    let row = desk.page().find(By::XPath(row.as_str())).await;
    Ok(row.with_context(|| format!("phone {number} is listed"))?.text().await?)
}

/// The phone has contact: it hears what was erased, and says that it has.
async fn confirm(server: &Server, phone: &Browser, number: u32) -> Result<()> {
    phone.goto(&server.url("/app/")).await?;
    wait::until(&format!("phone {number} to confirm"), async || {
        phone.press("Nu versturen").await.ok()?;
        has_confirmed(server, number).ok()?.then_some(())
    })
    .await
}

fn has_confirmed(server: &Server, number: u32) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM erase_phone WHERE device = ?1 AND confirmed_ms IS NOT NULL";
    let confirmed: i64 = database(server.data())?.query_row(sql, [number], |row| row.get(0))?;
    Ok(confirmed == 1)
}

/// Whoever opens this phone with its PIN finds nothing of her either: all that its vault opens at a
/// start is listened to.
async fn forgotten(server: &Server, phone: &Browser) -> Result<()> {
    phone.listen().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await?;
    let other = phone.heard(FROM_THE_OFFICE.names[0]).await?;
    ensure!(other.in_the_store, "what is behind another door stays");
    for word in TYPED.all() {
        ensure!(!phone.heard(word).await?.in_the_store, "still in the vault: {word}");
    }
    Ok(())
}

/// The phone is switched on again after its month, and finds the office.
async fn come_back(server: &Server, phone: &mut Browser, number: u32) -> Result<()> {
    phone.again().await?;
    phone.days_later(OFF_DAYS).await?;
    phone.load(&server.url("/app/")).await?;
    phone.see("Dit toestel is leeggemaakt").await?;
    phone.see("meer dan 30 dagen geen contact").await?;
    let said = async || has_confirmed(server, number).ok()?.then_some(());
    wait::until("the phone to say that it is empty", said).await?;
    let rows = phone.rows().await?;
    ensure!(rows["blocks"] == 0 && rows["slips"] == 0, "the vault is empty: {rows}");
    Ok(())
}

/// Database, write-ahead log and free pages, the ledger, and a copy made now.
async fn nothing_on_the_server(server: &Server, words: &[&str]) -> Result<()> {
    let copies = tempfile::tempdir()?;
    let copy = copies.path().join("copy.db");
    server.run(&["backup", copy.to_str().context("a plain path")?]).await?;
    for folder in [server.data(), copies.path()] {
        let found = words_under(folder, words)?;
        ensure!(found.is_empty(), "in a file of the server: {found:#?}");
    }
    Ok(())
}
