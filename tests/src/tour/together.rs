//! The screens of caretaker and adviser, and the office's pages of what they do: an offer that became a
//! case, and a joint visit.

use super::{Stop, link};
use crate::browser::Browser;
use crate::client::Phone;
use crate::partners::{JOOP, KARIN, TENANT, offer, phone_of, plan, send};
use crate::phones::{self, made_up};
use crate::server::Server;
use aanbel_shared::record::Value;
use aanbel_shared::sync::Change;
use anyhow::{Context, Result};

const DOUBLE: &str = "Voor dit adres staat al een bezoek gepland";
const TAKES_BACK: &str = "W. Bedenksel";
const TAKEN_BACK: &str = "Toestemming ingetrokken, naam is gewist";

/// The phones of both, with something to look at on each.
///
/// # Errors
/// When any step of that fails.
pub async fn together(server: &Server) -> Result<[(Browser, Vec<Stop>); 2]> {
    let (joop, karin) = (phone_of(server, JOOP).await?, phone_of(server, KARIN).await?);
    offer(&joop).await?;
    let offered = joop.place().await?;
    joop.goto(&server.url("/app/")).await?;
    plan(&joop).await?;
    let planned = joop.place().await?;
    for phone in [&joop, &karin, &joop] {
        send(phone, server).await?;
    }
    karin.press(TENANT).await?;
    let case = karin.arrive("/app/dossier/").await?;
    karin.press("Afspraak toevoegen").await?;
    karin.press("Aanvraag toevoegen").await?;
    let other = "//select[starts-with(@id, 'organisatie-')]/option[. = 'Een andere organisatie']";
    karin.press_path(other, "another organisation").await?;
    karin.fill("Loopt vast bij (naam)", "Een verzonnen bank").await?;
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    karin.press("Doorverwijzing toevoegen").await?;
    karin.press("Schuldhulp").await?;
    karin.see("Bewaard op dit toestel").await?;
    send(&karin, server).await?;
    let mut other = phones::phone_of(server, KARIN.0, "karin-2").await?;
    joop.goto(&server.url(&planned)).await?;
    joop.press("In de woning").await?;
    joop.see("Bewaard op dit toestel").await?;
    send(&joop, server).await?;
    disagree(&mut other).await?;
    take_back(server, &karin).await?;
    for phone in [&joop, &karin] {
        send(phone, server).await?;
    }
    let visit = "//a[contains(@href, '/samen/')]";
    let visit = link(&karin, server, "/app/", visit).await?;
    let joops = vec![
        Stop::new("app-offers", "/app/", "Mijn huurders"),
        Stop::new("app-offer", offered, "Hoe ver is het?"),
        Stop::new("app-joint-home", planned, DOUBLE),
        Stop::new("app-joint-plan", "/app/samen/01900000-0000-7000-8000-000000000001", "Met wie"),
    ];
    let karins = vec![
        Stop::new("app-caseload", "/app/", TAKEN_BACK),
        Stop::new("app-case", case, "Wacht op antwoord"),
        Stop::new("app-joint-welfare", visit, "Mijn eigen notities"),
        Stop::new(
            "app-joint-partner",
            "/app/samen/01900000-0000-7000-8000-000000000002",
            "Met wie",
        ),
    ];
    Ok([(joop, joops), (karin, karins)])
}

/// On a phone that did not hear of his answer the adviser says something else of their visit, and plans one
/// to the same home once more.
async fn disagree(karin: &mut Phone) -> Result<()> {
    let records = karin.device.records();
    let visit = records.of_kind("joint_visit").next().context("a visit")?;
    let week = records.of_kind("plan_list").next().context("her week")?.worklist;
    let mut again = Change::new(made_up("plan"), "joint_plan", week)
        .with("corporation", Value::text("Stichting Woonverzinsel"))
        .with("agreed", Value::Bool(true));
    for field in ["street", "number", "at"] {
        again = again.with(field, visit.get(field).cloned().context("where and when")?);
    }
    let elsewhere = Change::new(visit.id, "joint_visit", visit.worklist)
        .with("stay", Value::choice("elsewhere"));
    karin.write(vec![again, elsewhere])?;
    karin.sync().await
}

/// A tenant of whom the adviser wrote down a number takes her yes back.
async fn take_back(server: &Server, karin: &Browser) -> Result<()> {
    let mut joop = phones::phone_of(server, JOOP.0, "joop-2").await?;
    let week = joop.device.records().of_kind("offer_list").next().context("his week")?.worklist;
    let offer = || Change::new(made_up("offer"), "offer", week);
    let yes = offer()
        .with("answer", Value::choice("yes"))
        .with("name", Value::text(TAKES_BACK))
        .with("street", Value::text("Bedachtlaan"))
        .with("number", Value::Int(7))
        .with("consent", Value::Bool(true));
    joop.write(vec![yes])?;
    joop.sync().await?;
    send(karin, server).await?;
    karin.press(TAKES_BACK).await?;
    karin.arrive("/app/dossier/").await?;
    karin.press_path("//summary[. = 'Naam, telefoon en taal']", "who she is").await?;
    karin.fill("Telefoonnummer", "06 00000000").await?;
    karin.see("Bewaard op dit toestel").await?;
    send(karin, server).await?;
    joop.write(vec![offer().with("stopped", Value::Bool(true))])?;
    joop.sync().await?;
    send(karin, server).await?;
    karin.see(TAKEN_BACK).await
}

/// The office's pages of that; after `together`.
///
/// # Errors
/// When there is nothing to look at.
pub async fn cases(desk: &Browser, server: &Server) -> Result<Vec<Stop>> {
    let case = format!("//table//a[. = '{TENANT}']");
    let case = link(desk, server, "/kantoor/dossiers", &case).await?;
    let dispute = "//a[contains(@href, '/tegenspraak/')]";
    let dispute = link(desk, server, "/kantoor", dispute).await?;
    let visit = link(desk, server, "/kantoor/samen", "//table//a").await?;
    Ok(vec![
        Stop::new("office-cases", "/kantoor/dossiers", "Dossiers"),
        Stop::new("office-case", case, "Een verzonnen bank"),
        Stop::new("office-contradiction", dispute, "Dit geldt"),
        Stop::new("office-case-new", "/kantoor/dossiers/nieuw", "Hoe kwam dit binnen?"),
        Stop::new("office-case-figures", "/kantoor/dossiers/cijfers", "Cijfers"),
        Stop::new(
            "office-case-figures-part",
            "/kantoor/dossiers/cijfers?corporatie=Woongroep+Luchtkasteel",
            "Wis de keuze",
        ),
        Stop::new("office-corporations", "/kantoor/corporaties", "Corporaties"),
        Stop::new("office-joint-visits", "/kantoor/samen", "Dubbel gepland"),
        Stop::new("office-joint-visit", visit, "Bezoek afzeggen"),
    ])
}
