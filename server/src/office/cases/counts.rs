//! `GET /kantoor/aantallen`: all that a housing corporation sees of the talks with its tenants. Counts of
//! its own, and small ones hidden; no name, no address, no link to anything.

use super::part::{comes_from, shown};
use crate::access::{PersonId, SignedIn};
use crate::cases::records;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Case, Pilot};
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::{Connection, OptionalExtension};

pub const PAGE: &str = "/kantoor/aantallen";

struct Counts {
    corporation: String,
    offered: u32,
    said_yes: u32,
    pilot: Pilot,
    closed: u32,
}

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::SeeCounts)?;
    let person = who.person;
    let counts = state.reader.read(move |db| load(db, person)).await?;
    let content = match counts {
        Some(counts) => content(&counts),
        None => parts::empty(
            "U bent nog niet aan een corporatie gekoppeld.",
            "Vraag de gemeente om dat te doen. Daarna staan hier uw aantallen.",
        ),
    };
    Ok(page("Aantallen", Some(&who), Section::Counts, content))
}

fn load(db: &Connection, person: PersonId) -> Result<Option<Counts>, AppError> {
    let mut query = db.prepare_cached(
        "SELECT corporation.id, corporation.name FROM person
         JOIN corporation ON corporation.id = person.corporation WHERE person.id = ?1",
    )?;
    let found = query.query_row([person], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)));
    let Some((id, corporation)): Option<(i64, String)> = found.optional()? else { return Ok(None) };
    // Who wrote an offer first stands in the log, also when its name was erased.
    let mut query = db.prepare_cached(
        "SELECT COUNT(*), COALESCE(SUM(field(record.live, 'answer') = 'yes'), 0) FROM record
         JOIN person ON person.id = (SELECT author FROM log WHERE log.entry = record.nr)
         WHERE record.kind = 'offer' AND person.corporation = ?1
            AND field(record.live, 'withdrawn') IS NOT 1",
    )?;
    let (offered, said_yes) = query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let records = records::of_cases(db, None)?;
    let pilot = Pilot::of(&records, time::day_of, |case| comes_from(case, &corporation));
    let cases = records.of_kind("case").filter_map(|record| Case::of(&records, record.id));
    let closed = cases.filter(|case| case.is_closed() && comes_from(case, &corporation)).count();
    let closed = u32::try_from(closed).unwrap_or(u32::MAX);
    Ok(Some(Counts { corporation, offered, said_yes, pilot, closed }))
}

fn content(counts: &Counts) -> AnyView {
    let lead = "Gesprekken die uw huismeesters aan nieuwe huurders hebben aangeboden. U ziet alleen aantallen, nooit wie het zijn.";
    let rows = [
        ("Aangeboden", counts.offered, "Zo vaak boden uw huismeesters het gesprek aan."),
        ("Ja gezegd", counts.said_yes, "Huurders die een gesprek willen."),
        (
            "Huishoudens bezocht",
            counts.pilot.households,
            "Huishoudens met minstens één gesprek, die meetellen in de proef.",
        ),
        ("Met een aanvraag", counts.pilot.applied, "Huishoudens waarvoor iets is aangevraagd."),
        ("Alles op orde", counts.pilot.in_order, "Huishoudens waar niets aan te vragen was."),
        ("Afgesloten", counts.closed, "Dossiers waar de adviseur klaar mee is."),
    ];
    let rows = rows.map(|(name, count, meaning)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="nl-table__number--end" data-label="Aantal">{shown(count)}</td>
                <td data-label="Wat dit betekent">{meaning}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        {parts::heading(counts.corporation.clone(), lead, "")}
        <section class="aanbel-card">
            {parts::table_of("Aantallen", &["Cijfer", "Aantal", "Wat dit betekent"], &[1], rows.into_iter().collect_view())}
            <p class="aanbel-subtle">"Minder dan 5 tonen wij niet, ook geen 0: dan zou een huurder te herkennen zijn."</p>
        </section>
    }
    .into_any()
}
