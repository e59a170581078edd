//! The search for a resident, by address and by name, and what is being erased. The words go in the
//! body of a form: the address of a page would keep them.

use super::super::page::{Section, page};
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::erase::find::{self, DOORS_MAX, Door};
use crate::erase::request::{self, Request, State as Stage};
use crate::error::AppError;
use crate::office::parts::{self, Input, Tone};
use crate::office::{place, time};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::Connection;

/// Most erasures that the page lists.
const LISTED_MAX: usize = 30;

#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Wanted {
    #[serde(default)]
    address: String,
    #[serde(default)]
    name: String,
}

/// `GET /kantoor/bewoners`
pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::AnswerResident)?;
    render(&state, &who, &Wanted::default(), None).await
}

/// `POST /kantoor/bewoners`: the search.
pub async fn find(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Wanted>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::AnswerResident)?;
    let wanted = form.clone();
    let search = move |db: &Connection| find::doors(db, &wanted.address, &wanted.name);
    let found = state.reader.read(search).await?;
    let line = who.did(Action::FindResident, state.now_ms()).with("doors", found.len());
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    render(&state, &who, &form, Some(found)).await
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    wanted: &Wanted,
    found: Option<Vec<Door>>,
) -> Result<Html<String>, AppError> {
    let list = |db: &Connection| -> Result<Vec<(Request, String)>, AppError> {
        let with_place = |one: Request| {
            if one.is_automatic() {
                return Ok((one, "Huurder wil toch niet".to_owned()));
            }
            let door = one.door.map(|door| place::address_line(db, door.0)).transpose()?;
            Ok((one, door.flatten().unwrap_or_else(|| "Adres onbekend".to_owned())))
        };
        request::all(db, LISTED_MAX)?.into_iter().map(with_place).collect()
    };
    let requests = state.reader.read(list).await?;
    let now_ms = state.now_ms();
    let terms = who.may(Capability::SetRetention).then(|| {
        view! { <a class="nl-button nl-button--secondary" href="/kantoor/bewaren">"Bewaartermijnen"</a> }
    });
    let lead = "Voor wie wil weten wat wij hebben opgeschreven, of wil dat wij het wissen.";
    let content = view! {
        {parts::heading("Bewoners", lead, terms)}
        {form(who, wanted)}
        {found.map(|found| results(&found))}
        {erasures(&requests, now_ms)}
    };
    Ok(page("Bewoners", Some(who), Section::Residents, content))
}

fn form(who: &SignedIn, wanted: &Wanted) -> AnyView {
    let address = Input {
        hint: "Straat en huisnummer, of postcode en huisnummer.",
        ..Input::text("address", "Adres", &wanted.address)
    };
    let name = Input {
        hint: "Dit zoekt in dossiers, aanbiedingen, notities en andere teksten.",
        ..Input::text("name", "Naam", &wanted.name)
    };
    view! {
        <section class="aanbel-card aanbel-narrow">
            <h2>"Zoek een bewoner"</h2>
            <form class="aanbel-form" method="post" action="/kantoor/bewoners">
                {parts::csrf(who)}
                {address.view()}
                {name.view()}
                <button class="nl-button nl-button--primary" type="submit">"Zoek"</button>
            </form>
        </section>
    }
    .into_any()
}

fn results(found: &[Door]) -> AnyView {
    if found.is_empty() {
        let next = "Kijk het adres na. Zoek ook alleen op straat, of alleen op naam.";
        return parts::empty("Niets gevonden", next);
    }
    let rows = found.iter().map(|door| {
        let href = format!("/kantoor/deur/{}", door.id);
        view! {
            <tr>
                <th scope="row"><a href=href>{door.address.clone()}</a></th>
                <td data-label="Postcode">{format!("{} {}", door.postcode, door.town)}</td>
                <td>{door.has_name.then(|| parts::badge(Tone::Warn, "Naam komt hier voor"))}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let most = (found.len() == DOORS_MAX).then(|| {
        view! { <p class="aanbel-subtle">"Dit zijn de eerste 50. Zoek preciezer."</p> }
    });
    view! {
        <section class="aanbel-card">
            <h2>{parts::count(found.len(), "adres gevonden", "adressen gevonden")}</h2>
            {parts::table("Gevonden adressen", &["Adres", "Postcode en plaats", "Naam"], rows)}
            {most}
        </section>
    }
    .into_any()
}

fn erasures(requests: &[(Request, String)], now_ms: i64) -> AnyView {
    if requests.is_empty() {
        return ().into_any();
    }
    let rows = requests.iter().map(|(one, place)| {
        let href = format!("/kantoor/wissen/{}", one.id);
        view! {
            <tr>
                <th scope="row"><a href=href>{place.clone()}</a></th>
                <td data-label="Gevraagd">
                    {format!("{}, {}", asked_by(one), time::short_moment(one.asked_ms))}
                </td>
                <td data-label="Stand">{stage(one, now_ms)}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    view! {
        <section class="aanbel-card">
            <h2>"Wissen"</h2>
            {parts::table("Verzoeken om te wissen", &["Adres", "Gevraagd", "Stand"], rows)}
        </section>
    }
    .into_any()
}

/// Who asked for an erasure.
pub fn asked_by(one: &Request) -> String {
    if one.is_automatic() { "Vanzelf".to_owned() } else { one.asked_name.clone() }
}

/// How far an erasure is, as a badge.
pub fn stage(one: &Request, now_ms: i64) -> AnyView {
    match one.state(now_ms) {
        Stage::Asked => parts::badge(Tone::Warn, "Wacht op bevestiging"),
        Stage::Expired => parts::badge(Tone::Neutral, "Verlopen"),
        Stage::Withdrawn => parts::badge(Tone::Neutral, "Ingetrokken"),
        Stage::Done if one.confirmed == one.phones => parts::badge(Tone::Good, "Overal gewist"),
        Stage::Done => {
            let open = parts::count(one.phones - one.confirmed, "telefoon", "telefoons");
            parts::badge(Tone::Warn, format!("Gewist, behalve op {open}"))
        }
    }
}
