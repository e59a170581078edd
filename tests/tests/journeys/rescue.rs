//! A phone that cannot send any more: its rescue file reaches the office, once however often it is
//! read in; and a phone that is handed in is empty.

use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, fresh_doors, phone_of};
use aanbel_tests::places::{IRIS, enrolled_phone, office};
use aanbel_tests::server::Server;
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
    phone.press("Niemand thuis").await?;
    phone.see("Bewaard op dit toestel: Niemand thuis").await?;

    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Er wacht nog 1 wijziging op versturen").await?;
    ensure!(!can_hand_in(&phone).await?, "what waits goes first");
    let wish = json!({"behavior": "allow", "downloadPath": folder.path().canonicalize()?});
    phone.command("Page.setDownloadBehavior", wish).await?;
    phone.press("Reddingsbestand opslaan").await?;
    phone.see("Het reddingsbestand is opgeslagen").await?;
    let file = wait::until("the rescue file", async || whole_file(folder.path())).await?;
    let bytes = std::fs::read(&file)?;
    let street = name.rsplit_once(' ').map_or(name.as_str(), |(street, _)| street);
    let holds = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    ensure!(!holds(street) && !holds("nobody") && !holds("attempt"), "only the office can read it");

    // It failed for good, or it would send by itself.
    phone.kill().await?;
    server.start().await?;
    let desk = office(&server, IRIS).await?;
    for told in ["Nieuw: 1 wijziging. Die stonden er al: 0.", "Die stonden er al: 1."] {
        desk.goto(&server.url("/kantoor/reddingsbestand")).await?;
        let field = desk.page().find(By::Id("file")).await?;
        field.send_keys(file.to_string_lossy().as_ref()).await?;
        desk.press("Lees in").await?;
        desk.see("1 wijziging ingelezen.").await?;
        desk.see(told).await?;
    }
    server.kill().await?;
    server.verify().await
}

#[tokio::test(flavor = "multi_thread")]
async fn handed_in_phone_is_empty_and_says_so() -> Result<()> {
    let server = Server::demo().await?;
    let mut phone = enrolled_phone(&server, FLEUR).await?;
    phone.goto(&server.url("/app/toestel")).await?;
    phone.see("Alles is bij het kantoor").await?;
    phone.press_path("//button[normalize-space(.) = 'Dit toestel inleveren']", "hand in").await?;
    phone.see("Dat kunt u niet terugdraaien").await?;
    phone.press("Ja, maak dit toestel leeg").await?;
    phone.see("Dit toestel is ingeleverd").await?;
    phone.kill().await?;
    phone.again().await?;
    phone.goto(&server.url("/app/")).await?;
    phone.see("Dit toestel is ingeleverd").await
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
