//! One front door: how much is written about who lives there, and asking to erase it.

use super::render;
use super::search::stage;
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::erase::find::{self, Dossier};
use crate::erase::request::{self, Request};
use crate::erase::{Cause, aside};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts;
use crate::office::{place, time, values};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::record::RecordId;
use axum::extract::State;
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the page shows.
struct Loaded {
    door: RecordId,
    address: String,
    dossier: Dossier,
    /// Households behind the door, with the moment at which each was first written down.
    households: Vec<(RecordId, i64)>,
    requests: Vec<Request>,
}

fn load(db: &Connection, door: RecordId, now_ms: i64) -> Result<Loaded, AppError> {
    let address = address(db, door)?;
    let dossier = find::at_door(db, door, now_ms)?;
    let mut households = Vec::new();
    for household in dossier.of_kind("household") {
        let mut query = db.prepare_cached("SELECT created_ms FROM record WHERE id = ?1")?;
        let since = query.query_row([household.0], |row| row.get(0)).optional()?;
        households.extend(since.map(|since| (household, since)));
    }
    households.sort_by_key(|(_, since)| *since);
    let requests = request::of_doors(db, &dossier.doors)?;
    Ok(Loaded { door, address, dossier, households, requests })
}

/// The address of a door as it is written; `NotFound` for what is no door.
pub fn address(db: &Connection, door: RecordId) -> Result<String, AppError> {
    if !find::is_door(db, door)? {
        return Err(AppError::NotFound);
    }
    let line = match place::address_line(db, door.0)? {
        Some(line) => Some(line),
        None => aside::address_line(db, door)?,
    };
    line.ok_or(AppError::NotFound)
}

/// `GET /kantoor/deur/{door}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(door): At<Uuid>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::AnswerResident)?;
    let (door, now_ms) = (RecordId(door), state.now_ms());
    let loaded = state.reader.read(move |db| load(db, door, now_ms)).await?;
    let line = who.did(Action::FindResident, state.now_ms()).on(door);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    // No address in the title: a browser keeps titles.
    Ok(render("Bewoners van een adres", &who, view(&who, &loaded, state.now_ms())))
}

fn view(who: &SignedIn, loaded: &Loaded, now_ms: i64) -> AnyView {
    let campaigns = loaded.dossier.doors.len();
    let lead = (campaigns > 1).then(|| format!("Dit adres staat in {campaigns} campagnes."));
    let heading = parts::heading(loaded.address.clone(), lead.unwrap_or_default(), ());
    if loaded.dossier.records.is_empty() {
        let none = "Van het adres zelf staat alleen in het systeem wat openbaar is, en of iemand geen \
                    bezoek wil.";
        let empty = parts::empty("Over wie hier woont, staat niets opgeschreven", none);
        return view! { {heading} {empty} {requests(loaded, now_ms)} }.into_any();
    }
    let file = format!("/kantoor/deur/{}/inzage", loaded.door);
    view! {
        {heading}
        <section class="aanbel-card">
            <h2>"Wat er staat"</h2>
            {counts(&loaded.dossier)}
        </section>
        <section class="aanbel-card">
            <h2>"Inzage"</h2>
            <p>"Alles wat over dit adres is opgeschreven, op 1 pagina. Voor een bewoner die daarom vraagt (AVG artikel 15)."</p>
            <p><a class="nl-button nl-button--secondary" href=file>"Bekijk het hele dossier"</a></p>
        </section>
        {form(who, loaded)}
        {requests(loaded, now_ms)}
    }
    .into_any()
}

/// Per kind how many records there are.
pub fn counts(dossier: &Dossier) -> AnyView {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for found in dossier.records.values() {
        *kinds.entry(&found.kind).or_default() += 1;
    }
    let rows = kinds.into_iter().map(|(kind, number)| {
        view! {
            <tr>
                <th scope="row">{values::kind_name(kind)}</th>
                <td data-label="Aantal">{parts::grouped(number)}</td>
            </tr>
        }
        .into_any()
    });
    parts::table("Wat er staat", &["Wat", "Aantal"], rows.collect_view())
}

fn form(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let mut scopes = vec![(String::new(), "Alles bij deze deur".to_owned())];
    if loaded.households.len() > 1 {
        scopes.extend(loaded.households.iter().zip(1..).map(|((id, since), number)| {
            let since = time::short_moment(*since);
            (id.to_string(), format!("Alleen huishouden {number}, sinds {since}"))
        }));
    }
    let causes = Cause::GIVEN.map(|cause| (cause.key().to_owned(), cause.name_nl().to_owned()));
    view! {
        <section class="aanbel-card aanbel-narrow">
            <h2>"Wissen"</h2>
            <p>"U vraagt het aan. Een collega kijkt mee en bevestigt het. Daarna is het weg, ook van de telefoons."</p>
            <form class="aanbel-form" method="post" action=format!("/kantoor/deur/{}/wissen", loaded.door)>
                {parts::csrf(who)}
                {parts::select("household", "Wat moet weg?", "", scopes)}
                {parts::select("cause", "Waarom?", "", causes.to_vec())}
                <button class="nl-button nl-button--primary" type="submit">"Vraag het wissen aan"</button>
            </form>
        </section>
    }
    .into_any()
}

fn requests(loaded: &Loaded, now_ms: i64) -> AnyView {
    if loaded.requests.is_empty() {
        return ().into_any();
    }
    let rows = loaded.requests.iter().map(|one| {
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/kantoor/wissen/{}", one.id)>{time::short_moment(one.asked_ms)}</a>
                </th>
                <td data-label="Door">{one.asked_name.clone()}</td>
                <td data-label="Stand">{stage(one, now_ms)}</td>
            </tr>
        }
        .into_any()
    });
    let table =
        parts::table("Verzoeken om te wissen", &["Gevraagd", "Door", "Stand"], rows.collect_view());
    view! { <section class="aanbel-card"><h2>"Eerder gevraagd"</h2>{table}</section> }.into_any()
}

#[derive(Clone, Debug, serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    household: String,
    cause: String,
}

/// `POST /kantoor/deur/{door}/wissen`
pub async fn ask(
    State(state): State<AppState>,
    At(door): At<Uuid>,
    Posted { who, form }: Posted<Asked>,
) -> Result<Redirect, AppError> {
    who.require(Capability::AnswerResident)?;
    who.require_fresh(state.now_ms(), &format!("/kantoor/deur/{door}"))?;
    let cause = Cause::from_key(&form.cause).filter(|cause| Cause::GIVEN.contains(cause));
    let cause = cause.ok_or(AppError::NotFound)?;
    let household = match form.household.as_str() {
        "" => None,
        text => Some(text.parse::<RecordId>().map_err(|_| AppError::NotFound)?),
    };
    let (door, now_ms, by) = (RecordId(door), state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        address(tx, door)?;
        let dossier = request::dossier(tx, door, household, now_ms)?;
        if dossier.records.is_empty() {
            return Err(AppError::NotFound);
        }
        Ok(request::ask(tx, door, household, cause, by, now_ms)?)
    };
    let id = state.writer.write(job).await?;
    Ok(Redirect::to(&format!("/kantoor/wissen/{id}")))
}
