//! axe-core on every page of the office and every screen of the app, in light and dark.

use aanbel_tests::axe;
use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::phones::FLEUR;
use aanbel_tests::places::{IRIS, NINA, office, phone_while_rules_hold};
use aanbel_tests::server::Server;
use aanbel_tests::tour;
use anyhow::{Result, ensure};

#[tokio::test(flavor = "multi_thread")]
async fn office_pages_break_no_rule_of_accessibility() -> Result<()> {
    let server = Server::demo().await?;
    let mut desk = office(&server, IRIS).await?;
    let stops = tour::office(&desk, &server).await?;
    check(&mut desk, &server, &stops, Look::DESK).await?;
    drop(desk);
    let mut desk = office(&server, NINA).await?;
    check(&mut desk, &server, &tour::corporation(), Look::DESK).await
}

#[tokio::test(flavor = "multi_thread")]
async fn app_screens_break_no_rule_of_accessibility() -> Result<()> {
    let server = Server::demo().await?;
    let mut phone = phone_while_rules_hold(&server, FLEUR).await?;
    let stops = tour::app(&phone, &server).await?;
    check(&mut phone, &server, &stops, Look::PHONE).await?;
    let mut stranger = Browser::start(Look::PHONE).await?;
    check(&mut stranger, &server, &tour::outside(), Look::PHONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn caretaker_adviser_and_their_office_break_no_rule_of_accessibility() -> Result<()> {
    let server = Server::demo().await?;
    for (mut phone, stops) in tour::together(&server).await? {
        check(&mut phone, &server, &stops, Look::PHONE).await?;
    }
    let mut desk = office(&server, IRIS).await?;
    let stops = tour::cases(&desk, &server).await?;
    check(&mut desk, &server, &stops, Look::DESK).await
}

async fn check(
    browser: &mut Browser,
    server: &Server,
    stops: &[tour::Stop],
    look: Look,
) -> Result<()> {
    let mut found = Vec::new();
    for stop in stops {
        stop.visit(browser, server).await?;
        let broken = axe::violations_in_both(browser, look).await?;
        found.extend(broken.iter().map(|rule| format!("{}: {rule}", stop.name)));
    }
    ensure!(found.is_empty(), "{} rules are broken:\n{}", found.len(), found.join("\n"));
    Ok(())
}
