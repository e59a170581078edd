//! Every page of the office and every screen of the app, by address and by what it says. Used to
//! check and to photograph them; a new page gets a line here.

mod full;
mod together;

pub use full::full;
pub use together::{cases, together};

use crate::browser::Browser;
use crate::checklist::{self, QUESTIONS};
use crate::server::Server;
use crate::wait;
use anyhow::Result;
use thirtyfour::By;

/// A phone that shows this shows nothing else until it is taken back.
const CARD: &str = "/app/kaart/";

/// One page or screen.
#[derive(Clone, Debug)]
pub struct Stop {
    /// For messages and file names.
    pub name: &'static str,
    pub path: String,
    /// Words that are there when the page is.
    pub says: &'static str,
    /// It is looked at as it comes, with nothing unfolded.
    pub folded: bool,
    /// The phone is looked at before its PIN.
    pub locked: bool,
    /// What goes wrong once the page is there.
    pub failing: Option<Failing>,
}

/// Something that goes wrong on a page.
#[derive(Clone, Debug)]
pub struct Failing {
    pub script: &'static str,
    /// So long after that it is looked at.
    pub minutes: u32,
    /// Words that are there then.
    pub says: &'static str,
}

impl Stop {
    fn new(name: &'static str, path: impl Into<String>, says: &'static str) -> Stop {
        Stop { name, path: path.into(), says, folded: false, locked: false, failing: None }
    }

    fn folded(self) -> Stop {
        Stop { folded: true, ..self }
    }

    fn locked(self) -> Stop {
        Stop { locked: true, ..self }
    }

    /// Opens it and waits until it is there, with everything on it unfolded.
    ///
    /// # Errors
    /// When it never says what it should.
    pub async fn visit(&self, browser: &Browser, server: &Server) -> Result<()> {
        if browser.place().await.is_ok_and(|place| place.starts_with(CARD)) {
            take_back(browser).await?;
        }
        match self.locked {
            true => browser.load(&server.url(&self.path)).await?,
            false => browser.goto(&server.url(&self.path)).await?,
        }
        browser.see(self.says).await?;
        if let Some(failing) = &self.failing {
            browser.page().execute(failing.script, vec![]).await?;
            if failing.minutes > 0 {
                browser.minutes_later(failing.minutes).await?;
            }
            return browser.see(failing.says).await;
        }
        if self.folded {
            return Ok(());
        }
        let unfold = "document.querySelectorAll('main details').forEach(one => one.open = true);\
                      document.querySelector('.scheme__head[aria-expanded=\"false\"]')?.click();\
                      document.querySelector('.compare > button')?.click();";
        browser.page().execute(unfold, vec![]).await?;
        Ok(())
    }
}

/// What a stranger sees.
pub fn outside() -> Vec<Stop> {
    vec![
        Stop::new("start", "/", "Aanbel"),
        Stop::new("app-enrol", "/app/", "Kies een pincode van 6 cijfers"),
        Stop::new("office-sign-in", "/kantoor/inloggen", "Inloggen bij kantoor"),
    ]
}

/// The office, for somebody who is signed in as coordinator.
///
/// # Errors
/// When the demo lacks something to look at.
pub async fn office(desk: &Browser, server: &Server) -> Result<Vec<Stop>> {
    let visits = "/kantoor/bezoeken";
    let visit = link(desk, server, visits, "//table//a[contains(@href, '/bezoek/')]").await?;
    let disputed = format!("{visits}?stand=tegenspraak");
    let disputed = link(desk, server, &disputed, "//table//a[contains(@href, '/bezoek/')]").await?;
    let campaigns = "/kantoor/campagnes";
    let campaign =
        link(desk, server, campaigns, "//main//a[contains(@href, '/campagne/')]").await?;
    let people = "/kantoor/mensen";
    let phone = link(desk, server, people, "//main//a[contains(@href, '/afmelden')]").await?;
    let import = format!("{campaign}/adressen");
    let mut stops = cases_desk(desk, server).await?;
    stops.extend([
        Stop::new("office-inbox", "/kantoor", "Uitloggen"),
        Stop::new("office-visits", visits, "Bezoeken"),
        Stop::new("office-visits-empty", format!("{visits}?zoek=nergens"), "Bezoeken"),
        Stop::new("office-visit", visit, "Geschiedenis"),
        Stop::new("office-visit-disputed", disputed, "Dit spreekt elkaar tegen"),
        Stop::new("office-campaigns", campaigns, "Campagnes"),
        Stop::new("office-campaign", campaign, "Straten"),
        Stop::new("office-import", import, "Kijk het bestand na"),
        Stop::new("office-people", people, "Telefoons"),
        Stop::new("office-person", "/kantoor/mensen/1", "Toegang stoppen"),
        Stop::new("office-own", "/kantoor/toegang", "Waar u bent ingelogd"),
        Stop::new("office-step", "/kantoor/toegang/stap", "Tweede stap instellen"),
        Stop::new("office-prove", "/kantoor/bewijs", "Bent u het echt?"),
        Stop::new("office-trail", "/kantoor/logboek", "Wie keek naar dit adres?"),
        Stop::new("office-begin", "/kantoor/begin", "Begin met uw code"),
        Stop::new("office-revoke", phone, "fmelden"),
        Stop::new("office-rescue", "/kantoor/reddingsbestand", "Lees in"),
        Stop::new("office-figures", "/kantoor/cijfers", "Cijfers"),
        Stop::new("office-schemes", "/kantoor/regelingen?op=2026-11-21", "Loopt af binnen"),
        Stop::new("office-schemes-lapsed", "/kantoor/regelingen?op=2027-07-01", "Voorbij de datum"),
        Stop::new("office-scheme", "/kantoor/regeling/almere.iit", "Wie heeft dit nagekeken?"),
        Stop::new("office-rule-list", "/kantoor/regelingen/lijst", "Download"),
        Stop::new("office-try", "/kantoor/regelingen/proberen", "Toon de hints"),
        Stop::new("office-publish", "/kantoor/regelingen/publiceren", "Kijk de bestanden na"),
        Stop::new("office-not-found", "/kantoor/bestaat-niet", "niet"),
    ]);
    Ok(stops)
}

/// All that somebody of a corporation sees.
pub fn corporation() -> Vec<Stop> {
    vec![Stop::new("corporation-counts", "/kantoor", "Minder dan 5 tonen wij niet")]
}

/// The desk of the service conversation, and pages about what a resident may ask.
async fn cases_desk(desk: &Browser, server: &Server) -> Result<Vec<Stop>> {
    let corporations = "/kantoor/corporaties";
    let homes = link(desk, server, corporations, "//main//a[contains(@href, '/adressen')]").await?;
    let residents = "/kantoor/bewoners";
    let erased = link(desk, server, residents, "//table//a[contains(@href, '/wissen/')]").await?;
    Ok(vec![
        Stop::new("office-attention", "/kantoor/dossiers/aandacht", "Besluit is later dan mag"),
        Stop::new("office-advisers", "/kantoor/adviseurs", "Vervanging bij verlof"),
        Stop::new("office-homes", homes, "Lees dit bestand in"),
        Stop::new("office-residents", residents, "Zoek een bewoner"),
        Stop::new("office-withdrawn", erased, "Dit blijft, en waarom"),
        Stop::new("office-retention", "/kantoor/bewaren", "Campagnes"),
    ])
}

/// The app, for a phone that is enrolled.
///
/// # Errors
/// When the demo lacks something to look at.
pub async fn app(phone: &Browser, server: &Server) -> Result<Vec<Stop>> {
    let street = link(phone, server, "/app/", "//a[contains(@class, 'card--link')]").await?;
    let door = link(phone, server, &street, "//li/a[contains(@class, 'row')]").await?;
    let talk = talk(phone, server).await?;
    // A checklist is looked at when something is known.
    for answer in ["Alleen, met kinderen", "27 tot AOW-leeftijd", "Net zo veel"] {
        phone.press_in(QUESTIONS, answer).await?;
    }
    phone.see("Inkomen per maand:").await?;
    let scheme = checklist::open(phone, "Wijkteam").await?;
    phone.press_in(&scheme, "Wil dit aanvragen").await?;
    phone.see("Wijkteam: Wil dit aanvragen").await?;
    Ok(vec![
        Stop::new("app-locked", "/app/", "Uw pincode").locked(),
        Stop::new("app-today", "/app/", "Mijn straten"),
        Stop::new("app-street", street, "Even kant"),
        Stop::new("app-door", door.clone(), "Over deze deur"),
        Stop::new("app-card-door", card_of(&door), "Dank u wel voor uw tijd."),
        Stop::new("app-card-talk", card_of(&talk), "Dank u wel voor uw tijd."),
        Stop::new("app-checklist", talk.clone(), "Een hint is geen besluit").folded(),
        Stop::new("app-talk", talk, "Een hint is geen besluit"),
        Stop::new("app-this-phone", "/app/toestel", "Wacht op versturen"),
    ])
}

/// The resident's card about what this screen shows.
fn card_of(path: &str) -> String {
    let id = path.rsplit('/').next().unwrap_or_default();
    format!("{CARD}{id}")
}

/// Takes the phone back from the resident.
async fn take_back(browser: &Browser) -> Result<()> {
    browser.press_path("//aside/button", "the lock").await?;
    browser.fill("Of typ het woord", "terug").await?;
    browser.press_in("//form", "Terug naar Aanbel").await?;
    browser.no_longer_see("Of typ het woord").await
}

/// Begins a talk at a door that can be rung, and gives its address.
///
/// # Errors
/// When the demo has no such door.
pub async fn talk(phone: &Browser, server: &Server) -> Result<String> {
    // A street that nobody walked yet, with its letter in the past.
    let fresh = "//a[contains(@class, 'card--link')][contains(., 'nog geen gesprek')]\
                 [contains(., 'brief kwam')]";
    let street = link(phone, server, "/app/", fresh).await?;
    let fresh = "//li/a[contains(@class, 'row')][contains(., 'Nog niet aangebeld')]";
    let door = link(phone, server, &street, fresh).await?;
    phone.goto(&server.url(&door)).await?;
    phone.press("Gesprek beginnen").await?;
    phone.arrive("/app/gesprek/").await
}

/// Path of the first link of this XPath on a page.
async fn link(browser: &Browser, server: &Server, page: &str, path: &str) -> Result<String> {
    browser.goto(&server.url(page)).await?;
    wait::until(&format!("a link {path} on {page}"), async || {
        browser.page().find(By::XPath(path)).await.ok()?.attr("href").await.ok()?
    })
    .await
}
