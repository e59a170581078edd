//! `GET /kantoor/dossiers`: every case, most urgent first; those without an adviser on top.

use super::load;
use crate::access::SignedIn;
use crate::access::audit::{self, Action};
use crate::cases::records;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Case, Clock, Urgency};
use aanbel_shared::record::{Record, RecordId};
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::Connection;

struct Row {
    id: RecordId,
    urgency: Urgency,
    name: String,
    address: String,
    from: String,
    advisers: String,
    clock: Clock,
    opened_on: Option<i32>,
}

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let now_ms = state.now_ms();
    let today = time::day_of(now_ms);
    let line = who.did(Action::ReadCases, now_ms);
    state.writer.write(move |tx| Ok::<_, AppError>(audit::record(tx, line)?)).await?;
    let rows = state.reader.read(move |db| rows(db, today)).await?;
    Ok(page("Dossiers", Some(&who), Section::Cases, content(&rows)))
}

fn rows(db: &Connection, today: i32) -> Result<Vec<Row>, AppError> {
    let records = records::of_cases(db, None)?;
    let advisers = load::advisers_of(db)?;
    let mut rows: Vec<Row> = records
        .of_kind("case")
        .filter_map(|record| Case::of(&records, record.id))
        .map(|case| Row {
            id: case.record.id,
            urgency: case.urgency(today, time::day_of),
            name: case.record.str("name").unwrap_or("Zonder naam").to_owned(),
            address: case.address.map(address_line).unwrap_or_default(),
            from: from(&case),
            advisers: advisers.get(&case.record.id).map(|all| names(all)).unwrap_or_default(),
            clock: case.clock(today, time::day_of),
            opened_on: case.record.date("opened_on"),
        })
        .collect();
    rows.sort_by_key(|row| {
        let needs_somebody = row.advisers.is_empty() && row.urgency != Urgency::Closed;
        (!needs_somebody, row.urgency, row.opened_on, row.id)
    });
    Ok(rows)
}

fn names(all: &[(crate::access::PersonId, String)]) -> String {
    all.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Who brought it in. Two offers for one household are told as such.
fn from(case: &Case<'_>) -> String {
    let told = |source: &&Record| {
        let parts = [source.str("from"), source.str("corporation")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let from: Vec<String> = case.sources.iter().map(told).collect();
    match from.as_slice() {
        [] => "–".to_owned(),
        [one] => one.clone(),
        many => format!("{} keer aangeboden: {}", many.len(), many.join(" en ")),
    }
}

/// Street and number of an address record.
pub fn address_line(address: &Record) -> String {
    let text = |field| address.str(field).unwrap_or_default();
    let number = address.int("number").map(|number| number.to_string()).unwrap_or_default();
    let (letter, addition) = (text("letter"), text("addition"));
    format!("{} {number}{letter}{addition}", text("street")).trim().to_owned()
}

/// The clock of seven days as a badge.
pub fn clock_badge(clock: Clock) -> AnyView {
    match clock {
        Clock::NotBegun => parts::badge(Tone::Neutral, "Nog geen gesprek"),
        Clock::Green(day) => parts::badge(Tone::Good, format!("Dag {day} van 7")),
        Clock::Amber(day) => parts::badge(Tone::Warn, format!("Dag {day} van 7")),
        Clock::Red(day) => parts::badge(Tone::Bad, format!("Dag {day}: te laat")),
        Clock::Filed(days) => {
            let days = usize::try_from(days).unwrap_or(0);
            let days = parts::count(days, "dag", "dagen");
            parts::badge(Tone::Good, format!("Aangevraagd na {days}"))
        }
        Clock::NothingToFile => parts::badge(Tone::Good, "Niets aan te vragen"),
    }
}

fn state_nl(row: &Row) -> &'static str {
    match row.urgency {
        Urgency::Closed => "Afgesloten",
        _ if row.advisers.is_empty() => "Zoekt een adviseur",
        Urgency::New => "Nieuw",
        Urgency::Refused => "Doorverwijzing geweigerd",
        Urgency::DecisionLate => "Besluit is te laat",
        Urgency::Stuck => "Loopt vast",
        Urgency::AwaitsDecision => "Wacht op een besluit",
        _ => "Mee bezig",
    }
}

fn content(rows: &[Row]) -> AnyView {
    let open = rows.iter().filter(|row| row.urgency != Urgency::Closed).count();
    let late = rows.iter().filter(|row| row.urgency == Urgency::ClockRed).count();
    let lead = view! {
        {parts::count(open, "open dossier", "open dossiers")}", "
        <a href="/kantoor/dossiers/aandacht">{format!("{late} te laat")}</a>
    };
    let actions = view! {
        <a class="nl-button nl-button--primary" href="/kantoor/dossiers/nieuw">"Nieuw dossier"</a>
        <a class="nl-button nl-button--secondary" href="/kantoor/dossiers/cijfers">"Cijfers van de proef"</a>
        <a class="nl-button nl-button--secondary" href="/kantoor/samen">"Gezamenlijke bezoeken"</a>
        <a class="nl-button nl-button--secondary" href="/kantoor/adviseurs">"Adviseurs"</a>
        <a class="nl-button nl-button--secondary" href="/kantoor/corporaties">"Corporaties"</a>
    };
    let table = if rows.is_empty() {
        parts::empty(
            "Er is nog geen dossier.",
            "Een dossier komt vanzelf zodra een huismeester een ja van een huurder doorgeeft. Voeg daarvoor eerst een corporatie en haar huismeesters toe.",
        )
    } else {
        table(rows)
    };
    view! { {parts::heading("Dossiers", lead, actions)} {table} }.into_any()
}

fn table(rows: &[Row]) -> AnyView {
    let rows = rows.iter().map(|row| {
        let advisers =
            if row.advisers.is_empty() { "–".to_owned() } else { row.advisers.clone() };
        let opened = row.opened_on.map(time::date).unwrap_or_default();
        view! {
            <tr>
                <th scope="row">
                    <a href=format!("/kantoor/dossier/{}", row.id)>{row.name.clone()}</a>
                    <div class="aanbel-subtle">{row.address.clone()}</div>
                </th>
                <td data-label="Klok">{clock_badge(row.clock)}</td>
                <td data-label="Stand">{state_nl(row)}</td>
                <td data-label="Adviseur">{advisers}</td>
                <td data-label="Via">{row.from.clone()}</td>
                <td data-label="Begonnen">{opened}</td>
            </tr>
        }
    });
    parts::table(
        "Dossiers, de dringendste eerst",
        &["Bewoner", "Klok van 7 dagen", "Stand", "Adviseur", "Via", "Begonnen"],
        rows.collect_view(),
    )
}
