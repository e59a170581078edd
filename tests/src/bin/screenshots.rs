//! Photographs every page of the office and every screen of the app, as phone and desk, light and
//! dark, into the folder of `AANBEL_SHOTS`, with a page that shows them all.

use aanbel_tests::browser::{Browser, Look};
use aanbel_tests::built;
use aanbel_tests::places::{IRIS, NINA, office, phone_while_rules_hold};
use aanbel_tests::server::Server;
use aanbel_tests::tour::{self, Stop};
use anyhow::{Context, Result};
use std::fmt::Write;

/// Has a street that nobody walked yet, so that a talk can begin.
const VOLUNTEER: &str = "Fleur Fictie";

const LOOKS: [(&str, Look); 4] = [
    ("phone", Look::PHONE),
    ("phone-dark", Look { is_dark: true, ..Look::PHONE }),
    ("desk", Look::DESK),
    ("desk-dark", Look { is_dark: true, ..Look::DESK }),
];

#[tokio::main]
async fn main() -> Result<()> {
    std::fs::create_dir_all(built::shots()).context("the folder for photographs")?;
    let server = Server::demo().await?;
    let mut names = Vec::new();
    let mut stranger = Browser::start(Look::PHONE).await?;
    photograph(&mut stranger, &server, &tour::outside(), &mut names).await?;
    drop(stranger);
    let mut phone = phone_while_rules_hold(&server, VOLUNTEER).await?;
    let screens = tour::app(&phone, &server).await?;
    photograph(&mut phone, &server, &screens, &mut names).await?;
    drop(phone);
    let (mut phone, screens) = tour::full(&server, VOLUNTEER).await?;
    photograph(&mut phone, &server, &screens, &mut names).await?;
    drop(phone);
    for (mut phone, screens) in tour::together(&server).await? {
        photograph(&mut phone, &server, &screens, &mut names).await?;
    }
    let mut desk = office(&server, IRIS).await?;
    let mut pages = tour::office(&desk, &server).await?;
    pages.extend(tour::cases(&desk, &server).await?);
    photograph(&mut desk, &server, &pages, &mut names).await?;
    drop(desk);
    let mut desk = office(&server, NINA).await?;
    photograph(&mut desk, &server, &tour::corporation(), &mut names).await?;
    write_index(&names)?;
    println!("{} photographs", names.len() * LOOKS.len());
    Ok(())
}

async fn photograph(
    browser: &mut Browser,
    server: &Server,
    stops: &[Stop],
    names: &mut Vec<&'static str>,
) -> Result<()> {
    for (look_name, look) in LOOKS {
        browser.look_as(look).await?;
        for stop in stops {
            stop.visit(browser, server).await?;
            let file = built::shots().join(format!("{}-{look_name}.png", stop.name));
            std::fs::write(file, browser.photograph().await?)?;
        }
    }
    names.extend(stops.iter().map(|stop| stop.name));
    Ok(())
}

fn write_index(names: &[&str]) -> Result<()> {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Aanbel</title>\
         <style>body{font-family:sans-serif}div{display:flex;gap:1rem;align-items:start}\
         img{border:1px solid #888;max-width:40vw;max-height:80vh}</style>",
    );
    for name in names {
        write!(page, "<h2>{name}</h2><div>")?;
        for (look, _) in LOOKS {
            let file = format!("{name}-{look}.png");
            write!(
                page,
                "<a href=\"{file}\"><img alt=\"{look}\" loading=\"lazy\" src=\"{file}\"></a>"
            )?;
        }
        page.push_str("</div>");
    }
    std::fs::write(built::shots().join("index.html"), page)?;
    Ok(())
}
