//! `GET /kantoor/dossier/{id}`: one case from offer to decision, and who works on it. Giving it to a
//! colleague is one form; two people may have it, as during leave.

use super::handed::Handed;
use super::list::{address_line, clock_badge};
use super::load;
use crate::access::audit::{self, Action};
use crate::access::{PersonId, Posted, SignedIn};
use crate::campaigns;
use crate::cases::capacity::{self, Load};
use crate::cases::cover::{self, Cover};
use crate::cases::records;
use crate::error::AppError;
use crate::office::at::At;
use crate::office::contradiction;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::form::{Choice, Field, FieldKind, Forms};
use aanbel_shared::programme::{Capability, Case, Role};
use aanbel_shared::record::{Record, RecordId, Records, WorklistId};
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

/// Who works on the case, and who could.
struct Team {
    mine: Vec<(PersonId, String)>,
    loads: Vec<Load>,
    covers: Vec<Cover>,
}

pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let (now_ms, case) = (state.now_ms(), RecordId(id));
    let line = who.did(Action::ReadCase, now_ms).on(case);
    let read = move |db: &Connection| {
        let records = records::of_cases(db, Some(case))?;
        let mine = load::advisers_of(db)?.remove(&case).unwrap_or_default();
        let covers = cover::now_and_later(db, time::day_of(now_ms))?;
        let team = Team { mine, loads: capacity::loads(db, now_ms)?, covers };
        Ok::<_, AppError>((records, team))
    };
    let (records, team) = state.reader.read(read).await?;
    let found = Case::of(&records, case).ok_or(AppError::NotFound)?;
    state.writer.write(move |tx| Ok::<_, AppError>(audit::record(tx, line)?)).await?;
    let given = query.get("gegeven").and_then(|id| id.parse().ok()).map(PersonId);
    let content = view! {
        {given.and_then(|person| over(&team, person))}
        {content(&who, &records, &found, &team, time::day_of(now_ms))}
    };
    Ok(page("Dossier", Some(&who), Section::Cases, content))
}

/// `POST /kantoor/dossier/{id}/adviseur`: `geven` names who gets it, `weg` who no longer has it.
pub async fn assign(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let handed = Handed::read(&form, "geven");
    let (now_ms, actor, list) = (state.now_ms(), who.actor, WorklistId(id));
    let job = move |tx: &Connection| {
        let is_case = tx
            .prepare_cached("SELECT 1 FROM worklist WHERE id = ?1 AND kind = 'case'")?
            .exists([id])?;
        if !is_case || !handed.fits(tx, Role::Adviser)? {
            return Err(AppError::NotFound);
        }
        if let Some(to) = handed.to {
            campaigns::assign(tx, list, to, now_ms)?;
        }
        if let Some(from) = handed.from {
            campaigns::unassign(tx, list, from)?;
        }
        Ok(handed.note(tx, actor, list, now_ms)?)
    };
    state.writer.write(job).await?;
    let given = handed.to.map(|to| format!("?gegeven={}", to.0)).unwrap_or_default();
    Ok(Redirect::to(&format!("/kantoor/dossier/{id}{given}")))
}

/// The warning after a case was given to somebody who has more than was planned.
fn over(team: &Team, person: PersonId) -> Option<AnyView> {
    let load = team.loads.iter().find(|load| load.person == person && load.is_over())?;
    let words = format!(
        "{} heeft nu {} nieuwe adressen van deze week; gepland is {}. Kies een collega, of pas het plan aan bij Adviseurs.",
        load.name,
        load.new[0],
        load.planned.unwrap_or_default()
    );
    Some(parts::alert(Tone::Warn, "Dit is meer dan gepland.", words))
}

fn content(who: &SignedIn, records: &Records, case: &Case<'_>, team: &Team, today: i32) -> AnyView {
    let name = case.record.str("name").unwrap_or("Zonder naam").to_owned();
    let address = case.address.map(address_line).unwrap_or_default();
    let of = |kind: &str, ids: Vec<&Record>| {
        ids.into_iter().map(|record| part(kind, record)).collect_view()
    };
    let notes: Vec<&Record> = records.of_kind("note").collect();
    let others = ["household", "scheme_check", "referral", "follow_up"]
        .map(|kind| of(kind, records.of_kind(kind).collect()));
    view! {
        {parts::heading(name, address, clock_badge(case.clock(today, time::day_of)))}
        {contradiction::notice(records.iter())}
        {people(who, case.record.id, team, today)}
        {part("case", case.record)}
        {of("case_source", case.sources.clone())}
        {of("appointment", case.appointments.clone())}
        {of("talk", case.talks.clone())}
        {of("application", case.applications.clone())}
        {others.into_iter().collect_view()}
        {of("note", notes)}
    }
    .into_any()
}

/// One record with its answers, in the order of its form.
pub fn part(kind: &str, record: &Record) -> AnyView {
    let form = Forms::built_in().form(kind);
    let rows = form.into_iter().flat_map(|form| form.fields()).filter_map(|field| {
        if values::is_plumbing(kind, &field.key) {
            return None;
        }
        let text = match (field.key.as_str(), record.get(&field.key)) {
            _ if field.kind == FieldKind::Choices => chosen(record, field)?,
            ("scheme", Some(_)) => values::scheme_name(record.str("scheme")?),
            (_, Some(value)) if value.as_reference().is_none() => {
                values::text(kind, &field.key, value)
            }
            _ => return None,
        };
        let label = field.label.clone();
        Some(view! { <div><dt>{label}</dt><dd>{text}</dd></div> })
    });
    let rows: Vec<_> = rows.collect();
    let empty =
        rows.is_empty().then(|| view! { <p class="aanbel-subtle">"Nog niets ingevuld."</p> });
    view! {
        <section class="aanbel-card">
            <h2>{values::kind_name(kind)}</h2>
            <dl class="nl-data-list">{rows}</dl>
            {empty}
        </section>
    }
    .into_any()
}

/// What was ticked of a set of choices; none when nothing was.
fn chosen(record: &Record, field: &Field) -> Option<String> {
    let ticked = |choice: &&Choice| record.bool(&field.element_key(choice)) == Some(true);
    let labels: Vec<&str> =
        field.choices.iter().filter(ticked).map(|choice| choice.label.as_str()).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}

fn people(who: &SignedIn, case: RecordId, team: &Team, today: i32) -> AnyView {
    let action = format!("/kantoor/dossier/{case}/adviseur");
    let has = team.mine.iter().map(|(person, name)| {
        let stands_in = team.covers.iter().find(|one| one.person == *person && one.holds_on(today));
        let stands_in = stands_in.map(|one| {
            format!("({} neemt waar tot en met {}) ", one.colleague_name, time::date(one.until_on))
        });
        view! {
            <li>
                <form method="post" action=action.clone()>
                    {parts::csrf(who)}
                    <input type="hidden" name="weg" value=person.0.to_string()/>
                    {name.clone()}" "{stands_in}
                    <button type="submit" class="nl-button nl-button--subtle">
                        "Weghalen"<span class="aanbel-hidden">" bij "{name.clone()}</span>
                    </button>
                </form>
            </li>
        }
    });
    let is_free = |load: &&Load| !team.mine.iter().any(|(person, _)| *person == load.person);
    let free: Vec<(String, String)> = team
        .loads
        .iter()
        .filter(is_free)
        .map(|load| (load.person.0.to_string(), format!("{}, {}", load.name, load.week_nl())))
        .collect();
    let has: Vec<_> = has.collect();
    let nobody = has.is_empty().then(|| {
        view! { <p>"Niemand werkt nog aan dit dossier. Kies een adviseur."</p> }
    });
    let give = if free.is_empty() {
        view! { <p class="aanbel-subtle">"Er is geen andere adviseur."</p> }.into_any()
    } else {
        view! {
            <form method="post" action=action class="aanbel-inline-form">
                {parts::csrf(who)}
                {parts::select("geven", "Geef dit dossier aan", "", free)}
                <button type="submit" class="nl-button nl-button--primary">"Geven"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="aanbel-card">
            <h2>"Wie werkt hieraan"</h2>
            {nobody}
            <ul class="aanbel-plain">{has}</ul>
            {give}
        </section>
    }
    .into_any()
}
