//! A phone that cannot send any more: its rescue file reaches the office, once however often it is
//! read in; and a phone that is handed in is empty.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{IRIS, enrolled_phone, hand_in, office};
use aanbel_tests::planted::{TYPED, type_all};
use aanbel_tests::server::Server;
use aanbel_tests::street::database;
use aanbel_tests::wait;
use anyhow::{Result, ensure};
use serde_json::json;
use std::path::Path;
use thirtyfour::By;

#[tokio::test(flavor = "multi_thread")]
async fn rescue_file_is_read_in_twice_and_counts_once() -> Result<()> {
    let mut server = Server::demo().await?;
    let folder = tempfile::tempdir()?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    let here = server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]));
    server.kill().await?;
    phone.goto(&here).await?;
    let name = phone.page().find(By::Css("h1")).await?.text().await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    type_all(&phone).await?;

    phone.goto(&server.url("/app/toestel")).await?;
    let waiting = waiting(&phone).await?;
    ensure!(!can_hand_in(&phone).await?, "what waits goes first");
    let wish = json!({"behavior": "allow", "downloadPath": folder.path().canonicalize()?});
    phone.command("Page.setDownloadBehavior", wish).await?;
    phone.press("Reddingsbestand opslaan").await?;
    phone.see("Het reddingsbestand is opgeslagen").await?;
    let file = wait::until("the rescue file", async || whole_file(folder.path())).await?;
    let bytes = std::fs::read(&file)?;
    let street = name.rsplit_once(' ').map_or(name.as_str(), |(street, _)| street);
    let holds = |word: &&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let words = [TYPED.all(), vec![street, "follow_up", "telephone"]].concat();
    let found: Vec<&str> = words.into_iter().filter(holds).collect();
    ensure!(found.is_empty(), "only the office can read it: {found:?}");

    // It failed for good, or it would send by itself.
    phone.kill().await?;
    server.start().await?;
    let desk = office(&server, IRIS).await?;
    let changes = format!("{waiting} wijzigingen");
    for told in [
        format!("Nieuw: {changes}. Die stonden er al: 0."),
        format!("Die stonden er al: {waiting}."),
    ] {
        desk.goto(&server.url("/kantoor/reddingsbestand")).await?;
        let field = desk.page().find(By::Id("file")).await?;
        field.send_keys(file.to_string_lossy().as_ref()).await?;
        desk.press("Lees in").await?;
        desk.see(&format!("{changes} ingelezen.")).await?;
        desk.see(&told).await?;
    }
    // All of them were in it.
    let witness = phone_of(&server, FLEUR, "second witness").await?;
    let held = format!("{:?}", witness.device.records());
    let missing: Vec<&str> = TYPED.all().into_iter().filter(|word| !held.contains(word)).collect();
    ensure!(missing.is_empty(), "did not arrive: {missing:?}");
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn handed_in_phone_is_empty_and_says_so() -> Result<()> {
    let server = Server::demo().await?;
    let witness = phone_of(&server, FLEUR, "witness").await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    phone.goto(&server.url(&format!("/app/deur/{}", fresh_doors(&witness, 1)?[0]))).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await?;
    type_all(&phone).await?;
    hand_in(&phone, &server).await?;
    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Dit toestel is ingeleverd").await
}

/// Nobody loads the page anew in between.
#[tokio::test(flavor = "multi_thread")]
async fn who_joins_again_on_a_phone_handed_in_can_start_it_without_a_signal() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    hand_in(&phone, &server).await?;
    phone.choose_pin().await?;
    phone.fill("Code van het kantoor", &server.enrol_code(FLEUR).await?).await?;
    phone.press("Aanmelden").await?;
    phone.see("deuren klaar").await?;
    server.kill().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Mijn straten").await
}

/// It was empty before the office could hear of it, so it says so when there is a net again.
#[tokio::test(flavor = "multi_thread")]
async fn phone_handed_in_without_a_signal_tells_the_office_later() -> Result<()> {
    let mut server = Server::demo().await?;
    let phone = enrolled_phone(&server, FLEUR).await?;
    server.kill().await?;
    hand_in(&phone, &server).await?;
    phone.see("Laat Aanbel nog staan en open het één keer met internet").await?;
    let before = empty_phones(&server)?;
    server.start().await?;
    phone.load(&server.url("/app/")).await?;
    phone.see("U kunt Aanbel nu van uw beginscherm verwijderen").await?;
    wait::until("the office to know", async || (empty_phones(&server).ok()? > before).then_some(()))
        .await
}

/// How many phones the office knows to be empty.
fn empty_phones(server: &Server) -> Result<i64> {
    let known = "SELECT COUNT(*) FROM device WHERE wiped_ms IS NOT NULL";
    Ok(database(server.data())?.query_row(known, [], |row| row.get(0))?)
}

/// How many changes the phone says that wait; several.
async fn waiting(phone: &Browser) -> Result<usize> {
    wait::until("the number of changes that wait", async || {
        let words = phone.words().await.ok()?;
        let told = words.split("Er wachten nog ").nth(1)?;
        told.split_once(" wijzigingen op versturen")?.0.parse().ok()
    })
    .await
}

async fn can_hand_in(phone: &Browser) -> Result<bool> {
    let button = By::XPath("//button[normalize-space(.) = 'Dit toestel inleveren']");
    Ok(!phone.page().find_all(button).await?.is_empty())
}

/// The one file that was saved, when it is whole.
fn whole_file(folder: &Path) -> Option<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "aanbel"))
}
