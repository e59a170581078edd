//! The town that is measured in, prepared as an office would: addresses from a file, volunteers,
//! a district for each of them. Nobody and nothing in it exists.

use crate::client::Phone;
use crate::places::IRIS;
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use reqwest::{Client, Response, header, redirect};
use std::fmt::Write;

const CAMPAIGN: &str = "Meting";
/// Volunteers with a street of their own.
pub const VOLUNTEERS: usize = 60;
/// Doors of each.
const DOORS: usize = 40;
/// Volunteer who has a whole neighbourhood, and what stands in it.
pub const GREAT_WALKER: usize = 0;
pub const GREAT_DOORS: usize = 1_000;
const GREAT_STREET: usize = 100;

/// A running server with that town, beside the demo's, which brings the coordinator.
///
/// # Errors
/// When any step of preparing fails.
pub async fn prepared() -> Result<Server> {
    let server = Server::demo().await?;
    let file = server.data().join("meting.csv");
    std::fs::write(&file, addresses())?;
    let file = file.display().to_string();
    server.run(&["import-addresses", &file, "--campaign", CAMPAIGN]).await?;
    for number in 0..=VOLUNTEERS {
        let who = name(number);
        server.run(&["user", "add", "--name", &who, "--role", "volunteer"]).await?;
    }
    assign(&server).await?;
    Ok(server)
}

/// A phone of this volunteer, enrolled, nothing read yet.
///
/// # Errors
/// As `Phone::enrol`.
pub async fn joined(server: &Server, number: usize, token: &str) -> Result<Phone> {
    let mut phone = Phone::new(&server.address());
    phone.enrol(&server.enrol_code(&name(number)).await?, token).await?;
    Ok(phone)
}

fn name(number: usize) -> String {
    format!("Meter {number:03}")
}

/// Also the name of a street in it.
fn district(number: usize) -> String {
    format!("Meetwijk{number:03}")
}

fn addresses() -> String {
    let mut rows = "straat;nummer;letter;toevoeging;postcode;plaats;wijk\n".to_owned();
    let mut streets = 0_u8;
    let mut street = |district: &str, street: &str, doors: usize| {
        // Every street a postcode of its own, or the import would see doors twice.
        let letters = [streets / 26, streets % 26].map(|place| char::from(b'A' + place));
        streets += 1;
        let [first, second] = letters;
        for door in 1..=doors {
            // Writing to a String cannot fail.
            let _ = writeln!(rows, "{street};{door};;;9999{first}{second};Meetstad;{district}");
        }
    };
    let great = district(GREAT_WALKER);
    for part in 0..GREAT_DOORS / GREAT_STREET {
        street(&great, &format!("{great}laan{part}"), GREAT_STREET);
    }
    for number in 1..=VOLUNTEERS {
        street(&district(number), &format!("{}straat", district(number)), DOORS);
    }
    rows
}

/// Gives each volunteer her district, through the forms of the office.
async fn assign(server: &Server) -> Result<()> {
    let http = Client::builder().redirect(redirect::Policy::none()).build()?;
    let body = format!("login={IRIS}&password={}", server.password());
    let answer = post(&http, &server.url("/kantoor/inloggen"), "", body).await?;
    let cookie = answer.headers().get(header::SET_COOKIE).context("signing in gives a cookie")?;
    let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
    let list = read(&http, &server.url("/kantoor/campagnes"), &cookie).await?;
    let (before, _) = list.split_once(&format!(">{CAMPAIGN}<")).context("the campaign is there")?;
    let path = before.rsplit('"').nth(1).context("the campaign has a link")?;
    let page = read(&http, &server.url(path), &cookie).await?;
    let (_, csrf) = page.split_once("name=\"csrf\"").context("the page has a form")?;
    let csrf = csrf.split('"').nth(1).context("the form has a token")?;
    for number in 0..=VOLUNTEERS {
        let person = page.split("<option").find(|one| one.contains(&name(number)));
        let person = person.and_then(|one| one.split('"').nth(1)).context("a volunteer")?;
        let district = district(number);
        let body = format!("csrf={csrf}&action=toewijzen&person={person}&district={district}");
        let answer = post(&http, &server.url(&format!("{path}/straten")), &cookie, body).await?;
        ensure!(answer.status().is_redirection(), "{district} is not assigned");
    }
    Ok(())
}

async fn read(http: &Client, url: &str, cookie: &str) -> Result<String> {
    let answer = http.get(url).header(header::COOKIE, cookie).send().await?;
    Ok(answer.error_for_status()?.text().await?)
}

async fn post(http: &Client, url: &str, cookie: &str, body: String) -> Result<Response> {
    let form = "application/x-www-form-urlencoded";
    let request = http.post(url).header(header::CONTENT_TYPE, form).header(header::COOKIE, cookie);
    Ok(request.body(body).send().await?)
}
