//! Questions of the office that come in while somebody answers one.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, fresh_doors, made_up, nobody, phone_of};
use aanbel_tests::places::{HANNA, enrolled_phone, office};
use aanbel_tests::server::Server;
use anyhow::{Context, Result, ensure};

/// Somebody of the office asks about this visit, and the phone hears it.
async fn ask(desk: &Browser, phone: &Browser, visit: &str, question: &str) -> Result<()> {
    desk.goto(visit).await?;
    desk.fill("Uw vraag", question).await?;
    desk.press("Stel de vraag").await?;
    desk.see("Uw vraag gaat mee naar de telefoon").await?;
    phone.page().execute("window.dispatchEvent(new Event('online'))", vec![]).await?;
    phone.see(question).await
}

#[tokio::test(flavor = "multi_thread")]
async fn question_that_comes_in_leaves_her_in_the_answer_that_she_types() -> Result<()> {
    let server = Server::demo().await?;
    let mut colleague = phone_of(&server, FLEUR, "colleague").await?;
    let door = fresh_doors(&colleague, 1)?[0];
    let street = colleague.device.records().get(door).context("a door")?.worklist;
    let attempt = made_up("attempt");
    colleague.write(vec![nobody(attempt, (door, street))])?;
    colleague.sync().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    let desk = office(&server, HANNA).await?;
    let visit = server.url(&format!("/kantoor/bezoek/{attempt}"));
    ask(&desk, &phone, &visit, "Was er een hond?").await?;
    phone.type_in("textarea", "Nee, ").await?;
    phone.page().execute("window.hers = document.activeElement", vec![]).await?;
    ask(&desk, &phone, &visit, "Hing er een briefje?").await?;
    let hers =
        "return window.hers === document.activeElement && window.hers.tagName === 'TEXTAREA'";
    let hers = phone.page().execute(hers, vec![]).await?;
    ensure!(hers.convert::<bool>()?, "she is taken out of the answer that she types");
    phone.see("Bewaard op dit toestel").await
}
