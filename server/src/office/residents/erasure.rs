//! One erasure: what goes, what stays and why, who confirms, and which phones have done it.

use super::search::{asked_by, stage};
use super::{door, render};
use crate::access::{Posted, SignedIn};
use crate::erase::Ledger;
use crate::erase::find::Dossier;
use crate::erase::request::{self, Decided, Phone, Request, State as Stage};
use crate::erase::withdrawn;
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts::{self, Tone};
use crate::office::visit::load::phone_name;
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::State;
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

/// What stays, and the reason for it.
const STAYS: [(&str, &str); 5] = [
    (
        "Het adres zelf",
        "Het staat in het openbare adressenregister en zegt niets over wie er woont.",
    ),
    (
        "‘Wil geen bezoek’",
        "Anders staan wij er weer voor de deur. De bewoner heeft recht op dit bezwaar (AVG artikel 21).",
    ),
    (
        "Dát iets is geschreven en gewist",
        "Nummer, tijd en wie, zonder de inhoud. Zo kunnen wij laten zien dat het is gebeurd (AVG artikel 5, \
         lid 2).",
    ),
    (
        "Cijfers die al zijn gedeeld",
        "Daarin staat niemand. De cijfers in Aanbel zelf tellen dit bezoek straks niet meer mee.",
    ),
    (
        "Reservekopieën van eerder",
        "Die zijn versleuteld en verlopen vanzelf. Wordt er een teruggezet, dan wist Aanbel dit meteen \
         opnieuw.",
    ),
];

struct Loaded {
    request: Request,
    address: String,
    dossier: Dossier,
    phones: Vec<Phone>,
}

fn load(db: &Connection, id: Uuid, now_ms: i64) -> Result<Loaded, AppError> {
    let request = request::find(db, id)?.ok_or(AppError::NotFound)?;
    let phones = request::phones(db, id)?;
    if request.is_automatic() {
        let case = request.door.map(|case| withdrawn::left(db, case)).transpose()?;
        let address = "een huurder die toch niet wil".to_owned();
        return Ok(Loaded { address, dossier: case.unwrap_or_default(), phones, request });
    }
    let asked = request.door.ok_or(AppError::NotFound)?;
    // The address of a case goes with its case.
    let address = match door::address(db, asked) {
        Err(AppError::NotFound) if request.done => "een adres dat ook is gewist".to_owned(),
        address => address?,
    };
    let dossier = request::dossier(db, asked, request.household, now_ms)?;
    Ok(Loaded { address, dossier, phones, request })
}

/// `GET /kantoor/wissen/{id}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::AnswerResident)?;
    page(&state, &who, id, None).await
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    id: Uuid,
    notice: Option<AnyView>,
) -> Result<Html<String>, AppError> {
    let now_ms = state.now_ms();
    let loaded = state.reader.read(move |db| load(db, id, now_ms)).await?;
    let title = format!("Wissen: {}", loaded.address);
    let content = view! { {notice} {view(who, &loaded, &title, state.now_ms())} };
    Ok(render("Wissen", who, content))
}

fn view(who: &SignedIn, loaded: &Loaded, title: &str, now_ms: i64) -> AnyView {
    let request = &loaded.request;
    let lead = format!(
        "{}. Gevraagd door {} op {}.",
        request.cause.name_nl(),
        asked_by(request),
        time::moment(request.asked_ms)
    );
    let body = match request.state(now_ms) {
        Stage::Asked => asked(who, loaded),
        Stage::Done => done(loaded, now_ms),
        Stage::Expired => {
            let next = "Niemand heeft het op tijd bevestigd. Vraag het opnieuw aan bij het adres.";
            parts::empty("Dit verzoek is verlopen. Er is niets gewist.", next)
        }
        Stage::Withdrawn => {
            let by = format!("Ingetrokken door {}.", request.ended_name);
            parts::empty("Dit verzoek is ingetrokken. Er is niets gewist.", by)
        }
    };
    view! { {parts::heading(title, lead, stage(request, now_ms))} {body} }.into_any()
}

fn asked(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let request = &loaded.request;
    let scope = match request.household {
        Some(_) => "Alleen wat bij 1 huishouden hoort. De rest bij deze deur blijft.",
        None => "Alles over wie hier woont, in elke campagne. Ook wat nog op een telefoon staat.",
    };
    view! {
        <section class="aanbel-card">
            <h2>"Dit gaat weg"</h2>
            <p>{scope}</p>
            {door::counts(&loaded.dossier)}
        </section>
        {stays(STAYS.iter().copied())}
        {decision(who, request)}
    }
    .into_any()
}

fn stays<T: Into<String>>(what: impl IntoIterator<Item = (T, &'static str)>) -> AnyView {
    let rows = what.into_iter().map(|(what, why)| {
        let what: String = what.into();
        view! {
            <tr><th scope="row">{what}</th><td data-label="Waarom">{why}</td></tr>
        }
        .into_any()
    });
    let table = parts::table("Wat blijft", &["Wat", "Waarom"], rows.collect_view());
    view! { <section class="aanbel-card"><h2>"Dit blijft, en waarom"</h2>{table}</section> }
        .into_any()
}

fn decision(who: &SignedIn, request: &Request) -> AnyView {
    let until = time::moment(request.expires_ms());
    let own = request.asked_by == Some(who.person);
    let confirm = if own {
        let text = format!("Een collega moet dit bevestigen, uiterlijk {until}.");
        view! { <p>{text}</p> }.into_any()
    } else {
        view! {
            <p>"Kijk na of dit klopt. Wissen kan niet ongedaan worden gemaakt."</p>
            <form method="post" action=format!("/kantoor/wissen/{}/bevestigen", request.id)>
                {parts::csrf(who)}
                <button class="nl-button nl-button--danger" type="submit">"Wis dit voorgoed"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="aanbel-card">
            <h2>"Bevestigen"</h2>
            <div class="aanbel-item__actions">
                {confirm}
                <form method="post" action=format!("/kantoor/wissen/{}/intrekken", request.id)>
                    {parts::csrf(who)}
                    <button class="nl-button nl-button--secondary" type="submit">"Trek het verzoek in"</button>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn done(loaded: &Loaded, now_ms: i64) -> AnyView {
    let request = &loaded.request;
    let at = request.ended_ms.map(time::moment).unwrap_or_default();
    let what = parts::count(request.records, "onderdeel", "onderdelen");
    let by = if request.is_automatic() {
        "Dit ging vanzelf, toen de huismeester opschreef dat de huurder toch niet wil.".to_owned()
    } else {
        format!("Bevestigd door {}.", request.ended_name)
    };
    let sentence = format!("{what} gewist op {at}. {by}");
    let is_new = !loaded.dossier.records.is_empty() && !request.is_automatic();
    let left = is_new.then(|| {
        let text = "Daarna is bij dit adres iets nieuws opgeschreven.";
        parts::alert(Tone::Warn, text, "Moet dat ook weg? Vraag het opnieuw aan bij het adres.")
    });
    let rows: Vec<AnyView> = loaded.phones.iter().map(|phone| row(phone, now_ms)).collect();
    let phones = if rows.is_empty() {
        view! { <p>"Geen enkele telefoon had dit."</p> }.into_any()
    } else {
        parts::table("Telefoons", &["Telefoon", "Van", "Laatst gezien", "Gewist"], rows)
    };
    view! {
        <section class="aanbel-card"><h2>"Gewist bij kantoor"</h2><p>{sentence}</p></section>
        {left}
        <section class="aanbel-card"><h2>"Telefoons"</h2>{phones}</section>
        {if request.is_automatic() { kept(&loaded.dossier) } else { stays(STAYS.iter().copied()) }}
    }
    .into_any()
}

/// What a case still holds after its resident changed her mind, and why.
fn kept(dossier: &Dossier) -> AnyView {
    let named = withdrawn::KEPT.iter().filter_map(|(kind, why)| {
        let count = dossier.of_kind(kind).count();
        (count > 0).then(|| (format!("{} ({count})", values::kind_name(kind)), *why))
    });
    let consent = (
        "Aanbod".to_owned(),
        "Welk antwoord de huurder gaf, met welke tekst zij akkoord ging en dat zij dat introk; zonder naam en adres (AVG artikel 7, lid 1).",
    );
    let case = (!dossier.records.is_empty()).then(|| {
        ("Dossier".to_owned(), "Begin, einde en afloop, om te tellen; zonder naam en adres.")
    });
    stays([consent].into_iter().chain(case).chain(named).collect::<Vec<_>>())
}

fn row(phone: &Phone, now_ms: i64) -> AnyView {
    let seen = phone.seen_ms.map_or_else(|| "nooit".to_owned(), |ms| time::ago(ms, now_ms));
    let state = match (phone.confirmed_ms, phone.revoked_ms) {
        (Some(ms), _) => parts::badge(Tone::Good, format!("Gewist op {}", time::short_moment(ms))),
        (None, Some(_)) => parts::badge(Tone::Warn, "Afgemeld, nog niet leeg"),
        (None, None) => parts::badge(Tone::Warn, "Nog niet, bij het volgende contact"),
    };
    view! {
        <tr>
            <th scope="row">{phone_name(phone.number, &phone.label)}</th>
            <td data-label="Van">{phone.person.clone()}</td>
            <td data-label="Laatst gezien">{seen}</td>
            <td data-label="Gewist">{state}</td>
        </tr>
    }
    .into_any()
}

/// `POST /kantoor/wissen/{id}/bevestigen`
pub async fn confirm(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::AnswerResident)?;
    who.require_fresh(state.now_ms(), &format!("/kantoor/wissen/{id}"))?;
    let (ledger, by, now_ms) = (Ledger::of(&state.config), who.actor, state.now_ms());
    let job = move |tx: &Connection| request::confirm(tx, &ledger, id, by, now_ms);
    let notice = match state.writer.write(job).await? {
        Decided::Done => match crate::retention::scrub(&state).await {
            Ok(()) => parts::alert(Tone::Good, "Het is gewist.", ""),
            Err(error) => {
                // Nobody can ask for it any more; the files are cleaned with the next erasure.
                tracing::warn!(%error, "the files still hold remains of an erasure");
                let text = "De schijf wordt later opgeruimd. Meld dit bij de beheerder.";
                parts::alert(Tone::Warn, "Het is gewist.", text)
            }
        },
        Decided::SamePerson => {
            let text = "Wie het wissen vraagt, mag het niet zelf bevestigen.";
            parts::alert(Tone::Bad, "Een collega moet dit bevestigen.", text)
        }
        Decided::NotOpen => parts::alert(Tone::Bad, "Dit verzoek staat niet meer open.", ""),
    };
    page(&state, &who, id, Some(notice)).await
}

/// `POST /kantoor/wissen/{id}/intrekken`
pub async fn withdraw(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::AnswerResident)?;
    let (by, now_ms) = (who.actor, state.now_ms());
    state.writer.write(move |tx: &Connection| request::withdraw(tx, id, by, now_ms)).await?;
    Ok(Redirect::to(&format!("/kantoor/wissen/{id}")))
}
