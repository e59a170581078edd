//! The screens of caretaker and adviser, and the office's pages of what they do: an offer that became a
//! case, and a joint visit.

use super::{Stop, link};
use crate::browser::Browser;
use crate::partners::{JOOP, KARIN, offer, phone_of, plan, send};
use crate::server::Server;
use anyhow::Result;

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
    karin.press("N. Verzonnen").await?;
    let case = karin.arrive("/app/dossier/").await?;
    karin.press("Afspraak toevoegen").await?;
    karin.press("Aanvraag toevoegen").await?;
    karin.press("Gesprek beginnen").await?;
    karin.arrive("/app/gesprek/").await?;
    karin.press("Doorverwijzing toevoegen").await?;
    karin.press("Schuldhulp").await?;
    karin.see("Bewaard op dit toestel").await?;
    send(&karin, server).await?;
    let visit = "//a[contains(@href, '/samen/')]";
    let visit = link(&karin, server, "/app/", visit).await?;
    let joops = vec![
        Stop::new("app-offers", "/app/", "Mijn huurders"),
        Stop::new("app-offer", offered, "Hoe ver is het?"),
        Stop::new("app-joint-home", planned, "Mijn eigen notities"),
        Stop::new("app-joint-plan", "/app/samen/01900000-0000-7000-8000-000000000001", "Met wie"),
    ];
    let karins = vec![
        Stop::new("app-caseload", "/app/", "Samen op bezoek"),
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

/// The office's pages of that; after `together`.
///
/// # Errors
/// When there is nothing to look at.
pub async fn cases(desk: &Browser, server: &Server) -> Result<Vec<Stop>> {
    let case = link(desk, server, "/kantoor/dossiers", "//table//a").await?;
    let visit = link(desk, server, "/kantoor/samen", "//table//a").await?;
    Ok(vec![
        Stop::new("office-cases", "/kantoor/dossiers", "Dossiers"),
        Stop::new("office-case", case, "Wie werkt hieraan"),
        Stop::new("office-case-new", "/kantoor/dossiers/nieuw", "Hoe kwam dit binnen?"),
        Stop::new("office-case-figures", "/kantoor/dossiers/cijfers", "Cijfers"),
        Stop::new("office-corporations", "/kantoor/corporaties", "Corporaties"),
        Stop::new("office-joint-visits", "/kantoor/samen", "Gezamenlijke bezoeken"),
        Stop::new("office-joint-visit", visit, "Wie gaat voor de gemeente"),
    ])
}
