//! The town that is measured in, prepared as an office would: addresses from a file, volunteers,
//! a district for each of them. Nobody and nothing in it exists.

use crate::client::Phone;
use crate::places::IRIS;
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use reqwest::{Client, Response, header, redirect};
use std::fmt::Write;
use std::ops::RangeInclusive;

const CAMPAIGN: &str = "Meting";
/// First line of an address file.
pub const HEAD: &str = "straat;nummer;letter;toevoeging;postcode;plaats;wijk\n";
/// Doors of each volunteer, in a street of her own.
pub const DOORS: usize = 40;

/// A running server with that town, beside the demo's, which brings the coordinator. Volunteers count
/// from 1.
///
/// # Errors
/// When any step of preparing fails.
pub async fn prepared(volunteers: usize) -> Result<Server> {
    let server = Server::demo().await?;
    import(&server, &addresses(volunteers)).await?;
    for number in 1..=volunteers {
        let who = name(number);
        server.run(&["user", "add", "--name", &who, "--role", "volunteer"]).await?;
    }
    let people: Vec<_> = (1..=volunteers).map(|number| (name(number), district(number))).collect();
    assign(&server, &people).await?;
    Ok(server)
}

/// Gives the server an address file, in a campaign of its own.
///
/// # Errors
/// When the server refuses it.
pub async fn import(server: &Server, addresses: &str) -> Result<()> {
    let file = server.data().join("meting.csv");
    std::fs::write(&file, addresses)?;
    let file = file.display().to_string();
    server.run(&["import-addresses", &file, "--campaign", CAMPAIGN]).await?;
    Ok(())
}

/// A phone of this volunteer, enrolled, nothing read yet.
///
/// # Errors
/// As `Phone::enrol`.
pub async fn joined(server: &Server, number: usize, token: &str) -> Result<Phone> {
    // By number: looking a name up is no part of what is measured.
    let mut phone = Phone::new(&format!("http://{}", server.listen));
    phone.enrol(&server.enrol_code(&name(number)).await?, token).await?;
    Ok(phone)
}

/// How a volunteer is called.
pub fn name(number: usize) -> String {
    format!("Meter {number:03}")
}

/// Also the name of a street in it.
fn district(number: usize) -> String {
    format!("Meetwijk{number:03}")
}

fn addresses(volunteers: usize) -> String {
    let mut rows = HEAD.to_owned();
    for number in 1..=volunteers {
        let district = district(number);
        // Every street a postcode of its own, or the import would see doors twice.
        let letters = [number / 26 % 26, number % 26].map(|place| char::from(b'A' + place as u8));
        let [first, second] = letters;
        let postcode = format!("9999{first}{second}");
        street(&mut rows, &district, &format!("{district}straat"), &postcode, 1..=DOORS);
    }
    rows
}

/// Somebody of the office in her browser.
pub struct Desk {
    http: Client,
    cookie: String,
}

impl Desk {
    /// # Errors
    /// When signing in does not work.
    pub async fn of(server: &Server) -> Result<Desk> {
        let http = Client::builder().redirect(redirect::Policy::none()).build()?;
        let body = format!("login={IRIS}&password={}", server.password());
        let answer = post(&http, &server.url("/kantoor/inloggen"), "", body).await?;
        let cookie =
            answer.headers().get(header::SET_COOKIE).context("signing in gives a cookie")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Desk { http, cookie })
    }

    /// A page as text.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn read(&self, url: &str) -> Result<String> {
        read(&self.http, url, &self.cookie).await
    }
}

/// Adds the doors of one street to an address file.
pub fn street(
    rows: &mut String,
    district: &str,
    name: &str,
    postcode: &str,
    doors: RangeInclusive<usize>,
) {
    for door in doors {
        // Writing to a String cannot fail.
        let _ = writeln!(rows, "{name};{door};;;{postcode};Meetstad;{district}");
    }
}

/// Gives each volunteer her district, through the forms of the office.
///
/// # Errors
/// When one of them does not get it.
pub async fn assign(server: &Server, people: &[(String, String)]) -> Result<()> {
    let Desk { http, cookie } = Desk::of(server).await?;
    let list = read(&http, &server.url("/kantoor/campagnes"), &cookie).await?;
    let (before, _) = list.split_once(&format!(">{CAMPAIGN}<")).context("the campaign is there")?;
    let path = before.rsplit('"').nth(1).context("the campaign has a link")?;
    let page = read(&http, &server.url(path), &cookie).await?;
    let (_, csrf) = page.split_once("name=\"csrf\"").context("the page has a form")?;
    let csrf = csrf.split('"').nth(1).context("the form has a token")?;
    for (name, district) in people {
        let person = page.split("<option").find(|one| one.contains(name));
        let person = person.and_then(|one| one.split('"').nth(1)).context("a volunteer")?;
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
