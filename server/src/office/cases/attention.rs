//! `GET /kantoor/dossiers/aandacht`: what a coordinator must hear of, per reason; and the counts of it
//! for the first page.

use super::list::address_line;
use super::load;
use crate::access::SignedIn;
use crate::access::audit::{self, Action};
use crate::cases::escalation::{self, Escalation, Reason};
use crate::cases::records;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Case};
use aanbel_shared::record::Records;
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::Connection;

const PAGE: &str = "/kantoor/dossiers/aandacht";

/// One line of the list.
struct Row {
    reason: Reason,
    href: String,
    name: String,
    address: String,
    /// The scheme or the organisation; the clock has nothing more to say.
    what: String,
    advisers: String,
    since_on: Option<i32>,
}

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let now_ms = state.now_ms();
    let line = who.did(Action::ReadCases, now_ms);
    let job = move |tx: &Connection| {
        audit::record(tx, line)?;
        rows(tx, &escalation::look(tx, time::day_of(now_ms))?)
    };
    let rows = state.writer.write(job).await?;
    Ok(page("Vraagt aandacht", Some(&who), Section::Cases, content(&rows)))
}

fn rows(db: &Connection, found: &[Escalation]) -> Result<Vec<Row>, AppError> {
    let (records, advisers) = (records::of_cases(db, None)?, load::advisers_of(db)?);
    let row = |one: &Escalation| {
        let case = Case::of(&records, one.case)?;
        let names = advisers.get(&one.case).into_iter().flatten();
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        Some(Row {
            reason: one.reason,
            href: format!("/kantoor/dossier/{}", one.case),
            name: case.record.str("name").unwrap_or("Zonder naam").to_owned(),
            address: case.address.map(address_line).unwrap_or_default(),
            what: what(&records, one),
            advisers: if names.is_empty() { "–".to_owned() } else { names.join(", ") },
            since_on: one.since_on,
        })
    };
    Ok(found.iter().filter_map(row).collect())
}

fn what(records: &Records, one: &Escalation) -> String {
    let Some(record) = records.get(one.record) else { return String::new() };
    match one.reason {
        Reason::ClockRed => String::new(),
        Reason::DecisionLate => {
            let scheme = values::scheme_name(record.str("scheme").unwrap_or_default());
            let filed = record.date("filed_on").map(time::date).unwrap_or_default();
            format!("{scheme}, ingediend op {filed}")
        }
        Reason::ReferralRefused => {
            let place = record.str("organisation").unwrap_or_default();
            values::choice_text("referral", "organisation", place)
        }
    }
}

fn content(rows: &[Row]) -> AnyView {
    let lead = "De server kijkt hier elke dag zelf naar, en nu opnieuw. Afgesloten dossiers staan er niet bij.";
    let back =
        view! { <a class="nl-button nl-button--secondary" href="/kantoor/dossiers">"Dossiers"</a> };
    let heading = parts::heading("Vraagt aandacht", lead, back);
    if rows.is_empty() {
        let next = "Geen klok is te laat, geen besluit blijft te lang weg en geen doorverwijzing is geweigerd.";
        return view! { {heading} {parts::empty("Alles loopt op tijd.", next)} }.into_any();
    }
    let parts = Reason::ALL.map(|reason| {
        let of: Vec<&Row> = rows.iter().filter(|row| row.reason == reason).collect();
        (!of.is_empty()).then(|| part(reason, &of))
    });
    view! { {heading} {parts.into_iter().collect_view()} }.into_any()
}

fn part(reason: Reason, rows: &[&Row]) -> AnyView {
    let heading = format!("{}: {}", reason.name_nl(), rows.len());
    let cells = rows.iter().map(|row| {
        let what = (reason != Reason::ClockRed)
            .then(|| view! { <td data-label="Wat">{row.what.clone()}</td> });
        view! {
            <tr>
                <th scope="row">
                    <a href=row.href.clone()>{row.name.clone()}</a>
                    <div class="aanbel-subtle">{row.address.clone()}</div>
                </th>
                {what}
                <td data-label="Adviseur">{row.advisers.clone()}</td>
                <td data-label="Sinds">{row.since_on.map(time::date).unwrap_or_default()}</td>
            </tr>
        }
        .into_any()
    });
    let mut heads = vec!["Bewoner", "Wat", "Adviseur", "Sinds"];
    if reason == Reason::ClockRed {
        heads.remove(1);
    }
    let table = parts::table(reason.name_nl(), &heads, cells.collect_view());
    view! { <section class="aanbel-card"><h2>{heading}</h2>{table}</section> }.into_any()
}

/// The counts for the first page; nothing for who has nothing to do with cases, or when all is well.
pub async fn summary(who: &SignedIn, state: &AppState) -> Result<Option<AnyView>, AppError> {
    if !who.may(Capability::ManageCases) {
        return Ok(None);
    }
    let today = time::day_of(state.now_ms());
    let read = move |db: &Connection| {
        Ok::<_, AppError>(escalation::found(&records::of_cases(db, None)?, today))
    };
    let found = state.reader.read(read).await?;
    let counts = Reason::ALL.map(|reason| {
        let count = found.iter().filter(|one| one.reason == reason).count();
        (count > 0).then(|| view! { <li>{format!("{}: {count}", reason.name_nl())}</li> })
    });
    Ok((!found.is_empty()).then(|| {
        view! {
            <section class="aanbel-card" aria-labelledby="aandacht">
                <h2 id="aandacht">"Dossiers die aandacht vragen"</h2>
                <ul class="aanbel-bullets">{counts.into_iter().collect_view()}</ul>
                <p><a class="nl-button nl-button--secondary" href=PAGE>"Bekijk ze"</a></p>
            </section>
        }
        .into_any()
    }))
}
