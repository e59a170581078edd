//! What goes wrong in the field: a wrong code, a phone that was revoked, a clock of another year,
//! a damaged store, a second window. Each gets a sentence, and nothing recorded is lost.

use crate::typing::{TALK_NOW, at_a_note};
use aanbel_server::access::MadeUpKey;
use aanbel_shared::sync::{Instruction, Reason};
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::phones::{ANNA, FLEUR, door, fresh_doors, made_up, nobody, phone_of};
use aanbel_tests::places::{IRIS, enrolled_phone, office, revoke_newest};
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use anyhow::{Context, Result, ensure};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_and_used_codes_are_told_apart() -> Result<()> {
    let server = Server::demo().await?;
    let code = server.enrol_code(ANNA).await?;
    phone_of(&server, ANNA, "first").await?;
    let mut first = aanbel_tests::client::Phone::new(&server.address());
    first.enrol(&code, "a").await?;
    let phone = Browser::start(Look::PHONE).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.choose_pin().await?;
    phone.press("Aanmelden").await?;
    phone.see("Vul de code in").await?;
    phone.fill("Code van het kantoor", "0000-0000-0000").await?;
    phone.press("Aanmelden").await?;
    phone.see("Deze code klopt niet").await?;
    phone.fill("Code van het kantoor", &code).await?;
    phone.press("Aanmelden").await?;
    phone.see("al gebruikt op een andere telefoon").await
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_phone_hands_over_its_work_and_is_emptied() -> Result<()> {
    let mut server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let place = fresh_doors(&witness, 1)?[0];
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    server.kill().await?;
    phone.goto(&server.url(&format!("/app/deur/{place}"))).await?;
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await?;
    // Off, or it sends before it is revoked.
    phone.kill().await?;
    server.start().await?;
    revoke_newest(&server).await?;
    phone.again().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Dit toestel is afgemeld").await?;
    // Also after a start, and for the next person, nothing is left on it; it still says why.
    phone.goto(&server.url("/app/")).await?;
    phone.see("Dit toestel is afgemeld").await?;
    phone.choose_pin().await?;
    phone.see("Meld dit toestel aan").await?;
    let desk = office(&server, IRIS).await?;
    desk.goto(&server.url("/kantoor")).await?;
    desk.see(Reason::Revoked.sentence_nl()).await
}

/// It is revoked while somebody types: her last words go along before it is emptied.
#[tokio::test(flavor = "multi_thread")]
async fn revoked_phone_hands_over_what_is_being_typed() -> Result<()> {
    // What waits for the end of typing waits for ever.
    const NEVER_DONE: &str = "
        const real = window.setTimeout.bind(window);
        window.setTimeout = (act, ms, ...rest) => ms > 50 && ms <= 600 ? 0 : real(act, ms, ...rest);";
    const ARRIVED: &str = "SELECT COUNT(*) FROM quarantine
        WHERE reason = 'revoked' AND instr(payload, CAST('koolmees' AS BLOB)) > 0";
    let (mut server, phone) = at_a_note().await?;
    phone.type_in("textarea", "zebravink").await?;
    phone.see("Bewaard op dit toestel").await?;
    server.start().await?;
    phone.page().execute(TALK_NOW, vec![]).await?;
    phone.see("bij kantoor").await?;
    phone.page().execute(NEVER_DONE, vec![]).await?;
    phone.type_in("textarea", " koolmees").await?;
    revoke_newest(&server).await?;
    phone.page().execute(TALK_NOW, vec![]).await?;
    phone.see("Dit toestel is afgemeld").await?;
    let arrived: u32 = database(server.data())?.query_row(ARRIVED, [], |row| row.get(0))?;
    ensure!(arrived > 0, "what she typed last did not reach the office");
    Ok(())
}

#[tokio::test]
async fn clock_of_another_year_loses_nothing() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut anna = phone_of(&server, ANNA, "a").await?;
    let own_door = door(&anna, 0)?;
    for (name, clock_ms) in [("past", 0), ("future", 9_000_000_000_000), ("broken", i64::MAX)] {
        anna.clock_ms = clock_ms;
        anna.exchange().await?;
        let before = anna.device.meta().kept;
        anna.clock_ms = clock_ms.saturating_sub(1);
        anna.write(vec![nobody(made_up(name), own_door)])?;
        let op = anna.device.outbox().next().context("it waits")?.op.clone();
        let off_ms = op.at_ms.saturating_sub(anna.device.meta().synced_ms.unwrap_or_default());
        assert!(off_ms.abs() < 60_000, "{name}: corrected by what the server said");
        anna.sync().await?;
        assert_eq!(anna.device.meta().kept, before + 1);
        assert!(anna.device.meta().set_aside.is_empty());
    }
    server.kill().await?;
    server.verify().await
}

#[tokio::test]
async fn half_a_message_and_no_message_get_a_sentence() -> Result<()> {
    let server = Server::demo().await?;
    let anna = phone_of(&server, ANNA, "a").await?;
    let token = anna.device.me().context("enrolled")?.token.clone();
    let client = reqwest::Client::new();
    let bodies: [(&str, &[u8]); 4] = [
        ("application/json", b"{\"protocol\":1"),
        ("application/json", b""),
        ("image/png", b"x"),
        (aanbel_shared::sync::COMPACT_TYPE, &[1, 255, 255, 255, 255]),
    ];
    for (kind, body) in bodies {
        let mut request = client.post(server.url("/api/sync")).bearer_auth(&token);
        for (name, value) in MadeUpKey::of(&token).headers("/api/sync", &token, body) {
            request = request.header(name, value);
        }
        let request = request.header("content-type", kind).header("accept", "application/json");
        let answer = request.body(body.to_vec()).send().await?;
        assert!(answer.status().is_client_error(), "{kind}: {}", answer.status());
        let problem: aanbel_shared::sync::Problem = answer.json().await?;
        assert!(problem.sentence.ends_with('.'), "{}", problem.sentence);
    }
    let stranger = client.post(server.url("/api/sync")).header("content-type", "application/json");
    assert_eq!(stranger.body("{}").send().await?.status(), 401);
    Ok(())
}

/// A phone that was put back to an older state: its old number is taken, its work is not lost.
#[tokio::test]
async fn copied_phone_enrols_again_and_sends_its_work() -> Result<()> {
    let mut server = Server::demo().await?;
    let mut anna = phone_of(&server, ANNA, "a").await?;
    let own_door = door(&anna, 0)?;
    let (meta, store) = (anna.device.meta().clone(), anna.store.clone());
    anna.write(vec![nobody(made_up("first"), own_door)])?;
    anna.sync().await?;
    let mut copy = phone_of(&server, ANNA, "unused").await?;
    copy.put_back(meta, store);
    copy.write(vec![nobody(made_up("second"), own_door)])?;
    copy.exchange().await?;
    assert_eq!(copy.instruction(), Some(Instruction::EnrolAgain { from: 1 }));
    copy.enrol(&server.enrol_code(ANNA).await?, "again").await?;
    copy.sync().await?;
    anna.sync().await?;
    for phone in [&anna, &copy] {
        assert!(phone.device.records().get(made_up("first")).is_some());
        assert!(phone.device.records().get(made_up("second")).is_some());
    }
    assert_eq!(anna.device.records(), copy.device.records());
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_row_is_told_and_the_rest_opens() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, ANNA).await?;
    let damage = "
        const done = arguments[arguments.length - 1];
        const open = indexedDB.open('aanbel');
        open.onsuccess = () => {
            const step = open.result.transaction('blocks', 'readwrite');
            step.objectStore('blocks').put(new Uint8Array([1, 2, 3]), '0000000099-00000000000000000001');
            step.oncomplete = () => { open.result.close(); done(true); };
        };";
    phone.page().execute_async(damage, vec![]).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("1. Bel het kantoor en verwijder de app niet").await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("deuren klaar").await
}

#[tokio::test(flavor = "multi_thread")]
async fn second_window_only_looks_until_it_takes_over() -> Result<()> {
    let server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let first = phone.page().window().await?;
    let second = phone.page().new_tab().await?;
    phone.page().switch_to_window(second).await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Aanbel staat ook open in een ander venster").await?;
    phone.press("Verder in dit venster").await?;
    phone.no_longer_see("Aanbel staat ook open in een ander venster").await?;
    phone.page().switch_to_window(first).await?;
    phone.see("Aanbel staat ook open in een ander venster").await
}
