//! `GET /kantoor/samen/{id}`: what both organisations share of one joint visit, and who goes for each.
//! What a side wrote for itself does not stand here.

use super::call_off;
use super::handed::Handed;
use super::joints::state_badge;
use super::list::address_line;
use super::load;
use super::one::part;
use crate::access::audit::{self, Action};
use crate::access::{PersonId, Posted, SignedIn};
use crate::cases::joint::is_visit;
use crate::cases::records;
use crate::cases::sides::{self, Side};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::contradiction;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{Record, RecordId, Records, WorklistId};
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

type People = Vec<(PersonId, String)>;

/// One side as the page shows it.
struct Team {
    side: Side,
    goes: People,
    /// Who else could go.
    free: People,
}

pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let visit = RecordId(id);
    let line = who.did(Action::ReadJointVisits, state.now_ms()).on(visit);
    let read = move |db: &Connection| {
        let records = records::of_lists(db, "joint", None)?;
        let teams = Side::BOTH.map(|side| team(db, visit, side));
        Ok::<_, AppError>((records, teams.into_iter().collect::<Result<Vec<_>, _>>()?))
    };
    let (records, teams): (Records, Vec<Team>) = state.reader.read(read).await?;
    let record = records.get(visit).ok_or(AppError::NotFound)?;
    state.writer.write(move |tx| Ok::<_, AppError>(audit::record(tx, line)?)).await?;
    let content = view! {
        {query.get("gedaan").and_then(|done| call_off::told(done))}
        {content(&who, &records, record, &teams)}
    };
    Ok(page("Gezamenlijk bezoek", Some(&who), Section::Cases, content))
}

fn team(db: &Connection, visit: RecordId, side: Side) -> Result<Team, AppError> {
    let goes = sides::people(db, visit, side)?;
    let mut free = load::people_of(db, side.role())?;
    free.retain(|one| !goes.contains(one));
    Ok(Team { side, goes, free })
}

/// `POST /kantoor/samen/{id}/wie`: `kant` is the side, `geven-` with that side who goes
/// along, `weg` who no longer does.
pub async fn assign(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let side = form.get("kant").and_then(|key| Side::from_key(key)).ok_or(AppError::NotFound)?;
    let handed = Handed::read(&form, &format!("geven-{}", side.key()));
    let (now_ms, actor, visit) = (state.now_ms(), who.actor, RecordId(id));
    let job = move |tx: &Connection| {
        if !is_visit(tx, id)? || !handed.fits(tx, side.role())? {
            return Err(AppError::NotFound);
        }
        if let Some(to) = handed.to {
            sides::give(tx, visit, side, to, now_ms)?;
        }
        if let Some(from) = handed.from {
            sides::take(tx, visit, side, from, now_ms)?;
        }
        Ok(handed.note(tx, actor, WorklistId(id), now_ms)?)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(&format!("/kantoor/samen/{id}")))
}

fn content(who: &SignedIn, records: &Records, visit: &Record, teams: &[Team]) -> AnyView {
    let lead = visit.str("corporation").map(|name| format!("Met {name}")).unwrap_or_default();
    let teams = teams.iter().map(|team| people(who, visit.id, team)).collect_view();
    view! {
        {parts::heading(address_line(visit), lead, state_badge(visit))}
        {call_off::others(records, visit)}
        {contradiction::notice(std::iter::once(visit))}
        {part("joint_visit", visit)}
        <p class="aanbel-subtle">
            "Wat de corporatie en de adviseur elk voor zichzelf schrijven, staat hier niet."
        </p>
        {teams}
        {call_off::form(who, visit)}
    }
    .into_any()
}

fn people(who: &SignedIn, visit: RecordId, team: &Team) -> AnyView {
    let (title, other) = match team.side {
        Side::Home => ("Wie gaat voor de corporatie", "huismeester"),
        Side::Welfare => ("Wie gaat voor de gemeente", "adviseur"),
    };
    let key = team.side.key();
    let action = format!("/kantoor/samen/{visit}/wie");
    let goes = team.goes.iter().map(|(person, name)| {
        view! {
            <li>
                <form method="post" action=action.clone()>
                    {parts::csrf(who)}
                    <input type="hidden" name="kant" value=key/>
                    <input type="hidden" name="weg" value=person.0.to_string()/>
                    {name.clone()}" "
                    <button type="submit" class="nl-button nl-button--subtle">
                        "Weghalen"<span class="aanbel-hidden">" bij "{name.clone()}</span>
                    </button>
                </form>
            </li>
        }
    });
    let goes: Vec<_> = goes.collect();
    let nobody = goes.is_empty().then(|| {
        view! { <p>{format!("Nog niemand. Kies een {other}.")}</p> }
    });
    let free: Vec<(String, String)> =
        team.free.iter().map(|(person, name)| (person.0.to_string(), name.clone())).collect();
    let give = if free.is_empty() {
        view! { <p class="aanbel-subtle">{format!("Er is geen andere {other}.")}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=action.clone() class="aanbel-inline-form">
                {parts::csrf(who)}
                <input type="hidden" name="kant" value=key/>
                {parts::select(&format!("geven-{key}"), &format!("Kies een {other}"), "", free)}
                <button type="submit" class="nl-button nl-button--primary">"Meegaan"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="aanbel-card">
            <h2>{title}</h2>
            {nobody}
            <ul class="aanbel-plain">{goes}</ul>
            {give}
        </section>
    }
    .into_any()
}
