//! `GET /kantoor/samen`: the joint visits of corporation and municipality, those still to come first.

use super::list::address_line;
use crate::access::SignedIn;
use crate::access::audit::{self, Action};
use crate::cases::records;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, doubles};
use aanbel_shared::record::{Record, Records};
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let line = who.did(Action::ReadJointVisits, state.now_ms());
    state.writer.write(move |tx| Ok::<_, AppError>(audit::record(tx, line)?)).await?;
    let records = state.reader.read(|db| records::of_lists(db, "joint", None)).await?;
    Ok(page("Gezamenlijke bezoeken", Some(&who), Section::Cases, content(&records)))
}

/// What became of a visit.
pub fn state_badge(visit: &Record) -> AnyView {
    match visit.str("state") {
        None => parts::badge(Tone::Neutral, "Gepland"),
        Some("held") => parts::badge(Tone::Good, "Geweest"),
        Some("not_home") => parts::badge(Tone::Warn, "Niemand thuis"),
        Some(_) => parts::badge(Tone::Neutral, "Afgezegd"),
    }
}

fn content(records: &Records) -> AnyView {
    let mut visits: Vec<&Record> = records.of_kind("joint_visit").collect();
    visits.sort_by_key(|visit| {
        let at_ms = visit.instant("at").unwrap_or_default();
        let is_over = visit.str("state").is_some();
        (is_over, if is_over { -at_ms } else { at_ms }, visit.id)
    });
    let ahead = visits.iter().filter(|visit| visit.str("state").is_none()).count();
    let lead = parts::count(ahead, "gepland bezoek", "geplande bezoeken");
    let actions = view! {
        <a class="nl-button nl-button--secondary" href="/kantoor/dossiers">"Dossiers"</a>
    };
    let table = if visits.is_empty() {
        parts::empty(
            "Er is nog geen gezamenlijk bezoek.",
            "Een huismeester of adviseur plant het op de telefoon. Daarna staat het hier, met wat beide kanten ervan delen.",
        )
    } else {
        table(records, &visits)
    };
    view! { {parts::heading("Gezamenlijke bezoeken", lead, actions)} {table} }.into_any()
}

fn table(records: &Records, visits: &[&Record]) -> AnyView {
    let rows = visits.iter().map(|visit| {
        let when = visit.instant("at").map(time::moment).unwrap_or_default();
        let double = (!doubles(records, visit).is_empty())
            .then(|| parts::badge(Tone::Warn, "Dubbel gepland"));
        let text = |field| visit.str(field).unwrap_or("nog niemand").to_owned();
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/kantoor/samen/{}", visit.id)>{address_line(visit)}</a>
                </th>
                <td data-label="Wanneer">{when}</td>
                <td data-label="Stand">{state_badge(visit)}" "{double}</td>
                <td data-label="Corporatie">
                    {visit.str("corporation").unwrap_or("–").to_owned()}
                    <div class="aanbel-subtle">{text("home_by")}</div>
                </td>
                <td data-label="Gemeente">{text("welfare_by")}</td>
            </tr>
        }
    });
    let heads = ["Woning", "Wanneer", "Stand", "Corporatie", "Gemeente"];
    parts::table("Gezamenlijke bezoeken, geplande eerst", &heads, rows.collect_view())
}
