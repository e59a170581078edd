//! A coordinator publishes other rules in a real browser, and a phone holds them after its next
//! exchange. On the way axe looks at the pages that only exist once something was posted.

use aanbel_shared::scheme::Catalogue;
use aanbel_tests::axe;
use aanbel_tests::browser::Browser;
use aanbel_tests::phones::{FLEUR, phone_of};
use aanbel_tests::places::{IRIS, office};
use aanbel_tests::server::Server;
use anyhow::{Result, ensure};
use tempfile::TempDir;
use thirtyfour::By;

const ALMERE: &str = include_str!("../../../shared/catalogue/almere.toml");
const PUBLISH: &str = "/kantoor/regelingen/publiceren";

#[tokio::test(flavor = "multi_thread")]
async fn published_rules_reach_a_phone_by_their_version() -> Result<()> {
    let server = Server::demo().await?;
    let mut phone = phone_of(&server, FLEUR, "reader").await?;
    let before = phone.exchange().await?.versions.catalogue;
    let desk = office(&server, IRIS).await?;

    let broken = ALMERE.replace("group = \"debt\"", "group = \"dept\"");
    let file = choose(&desk, &server, &broken).await?;
    desk.see("Er is niets veranderd").await?;
    desk.see("group dept does not exist").await?;
    drop(file);
    no_rule_is_broken(&desk).await?;
    ensure!(phone.exchange().await?.versions.catalogue == before, "a refused file changes nothing");

    let renamed = ALMERE.replace("name = \"Stadspas\"", "name = \"Proefpas\"");
    let file = choose(&desk, &server, &renamed).await?;
    desk.see("Alle controles zijn goed").await?;
    drop(file);
    desk.see("Naam: Proefpas").await?;
    no_rule_is_broken(&desk).await?;
    desk.press("Publiceer deze versie").await?;
    desk.see("De nieuwe versie is gepubliceerd").await?;

    let after = phone.exchange().await?.versions.catalogue;
    ensure!(after != before, "the next exchange announces another version");
    let (version, catalogue) = Catalogue::received(&phone.catalogue().await?)?;
    ensure!(version == after, "{version} is not what was announced: {after}");
    ensure!(catalogue.schemes.iter().any(|scheme| scheme.name == "Proefpas"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_tried_at_the_desk() -> Result<()> {
    let server = Server::demo().await?;
    let desk = office(&server, IRIS).await?;
    desk.goto(&server.url("/kantoor/regelingen/proberen")).await?;
    for (fact, choice) in [("huishouden", "Alleen"), ("zorgverzekering_nl", "Ja")] {
        let path = format!("//select[@id='{fact}']/option[. = '{choice}']");
        desk.press_path(&path, choice).await?;
    }
    desk.press("Toon de hints").await?;
    desk.see("Wat de regels zeggen op").await?;
    ensure!(desk.place().await? == "/kantoor/regelingen/proberen");
    let address = desk.page().current_url().await?;
    ensure!(address.query().is_none(), "nothing that was filled in stands in the address");
    no_rule_is_broken(&desk).await
}

/// Chooses a file with this text as the municipality's own, and has it looked at. The browser reads
/// the file when it sends it, so its folder must stay until the answer is there.
async fn choose(desk: &Browser, server: &Server, text: &str) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("almere.toml");
    std::fs::write(&file, text)?;
    desk.goto(&server.url(PUBLISH)).await?;
    desk.page().find(By::Id("files")).await?.send_keys(file.to_string_lossy()).await?;
    desk.press("Kijk de bestanden na").await?;
    Ok(folder)
}

async fn no_rule_is_broken(desk: &Browser) -> Result<()> {
    let unfold = "document.querySelectorAll('main details').forEach(one => one.open = true)";
    desk.page().execute(unfold, vec![]).await?;
    let broken = axe::violations(desk.page()).await?;
    ensure!(broken.is_empty(), "{}:\n{}", desk.place().await?, broken.join("\n"));
    Ok(())
}
