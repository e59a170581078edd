//! `GET /kantoor/corporaties`: which corporations offer the talk, who their caretakers are, and which
//! adviser gets what comes from them.

use super::load;
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::{Connection, params};
use std::collections::HashMap;

const PAGE: &str = "/kantoor/corporaties";
/// Longest name, in characters.
const NAME_MAX: usize = 80;

struct Corporation {
    id: i64,
    name: String,
    adviser: Option<i64>,
    /// Names, with what somebody does when she is no caretaker.
    people: Vec<String>,
    offers: i64,
}

struct Loaded {
    corporations: Vec<Corporation>,
    advisers: Vec<(String, String)>,
    /// Whoever can be of a corporation.
    people: Vec<load::OfCorporation>,
}

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    render(&state, &who, "", None).await
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    name: &str,
    problem: Option<&'static str>,
) -> Result<Html<String>, AppError> {
    let loaded = state.reader.read(load_all).await?;
    Ok(page("Corporaties", Some(who), Section::Cases, content(who, &loaded, name, problem)))
}

fn load_all(db: &Connection) -> Result<Loaded, AppError> {
    let mut query = db.prepare_cached(
        "SELECT id, name, (SELECT person FROM case_rule WHERE corporation = corporation.id),
                (SELECT COUNT(*) FROM record JOIN person ON person.id = record.author
                 WHERE record.kind = 'offer' AND person.corporation = corporation.id)
         FROM corporation ORDER BY name COLLATE NOCASE",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Corporation {
            id: row.get(0)?,
            name: row.get(1)?,
            adviser: row.get(2)?,
            offers: row.get(3)?,
            people: Vec::new(),
        })
    };
    let mut corporations: Vec<Corporation> =
        query.query_map([], read)?.collect::<Result<_, _>>()?;
    let people = load::of_corporations(db)?;
    for person in &people {
        if let Some(one) = corporations.iter_mut().find(|one| Some(one.id) == person.corporation) {
            one.people.push(person.label_nl());
        }
    }
    let advisers = load::people_of(db, Role::Adviser)?;
    let advisers = advisers.into_iter().map(|(id, name)| (id.0.to_string(), name)).collect();
    Ok(Loaded { corporations, advisers, people })
}

/// `POST /kantoor/corporaties`: a new one.
pub async fn add(
    State(state): State<AppState>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Response, AppError> {
    who.require(Capability::ManageCases)?;
    let name = form.get("naam").map(|name| name.trim().to_owned()).unwrap_or_default();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        let problem = "Schrijf een naam van hoogstens 80 tekens.";
        return Ok(render(&state, &who, &name, Some(problem)).await?.into_response());
    }
    let (now_ms, actor, given) = (state.now_ms(), who.actor, name.clone());
    let job = move |tx: &Connection| {
        let added = tx.execute(
            "INSERT INTO corporation (name) VALUES (?1) ON CONFLICT (name) DO NOTHING",
            [given],
        )?;
        let subject = Subject::new("corporation", tx.last_insert_rowid());
        audit::record(tx, actor.did(Action::ChangeSetting, now_ms).on(subject))?;
        Ok::<_, AppError>(added > 0)
    };
    if state.writer.write(job).await? {
        return Ok(Redirect::to(PAGE).into_response());
    }
    let problem = "Deze corporatie staat er al.";
    Ok(render(&state, &who, &name, Some(problem)).await?.into_response())
}

/// `POST /kantoor/corporaties/adviseur`: who gets the cases of a corporation; nobody when empty.
pub async fn rule(
    State(state): State<AppState>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let corporation = number(&form, "corporatie").ok_or(AppError::NotFound)?;
    let adviser = number(&form, "adviseur");
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        must_exist(tx, corporation)?;
        tx.execute("DELETE FROM case_rule WHERE corporation = ?1", [corporation])?;
        if let Some(adviser) = adviser {
            must_be(tx, adviser, Role::Adviser)?;
            tx.execute(
                "INSERT INTO case_rule (corporation, person) VALUES (?1, ?2)",
                params![corporation, adviser],
            )?;
        }
        let line = actor.did(Action::ChangeSetting, now_ms);
        let line = line.on(Subject::new("corporation", corporation));
        audit::record(tx, line.with("adviser", adviser.unwrap_or(0)))?;
        Ok::<_, AppError>(())
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(PAGE))
}

/// `POST /kantoor/corporaties/huismeester`: of which corporation a caretaker is.
pub async fn caretaker(
    State(state): State<AppState>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let person = number(&form, "huismeester").ok_or(AppError::NotFound)?;
    let corporation = number(&form, "corporatie").ok_or(AppError::NotFound)?;
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        must_exist(tx, corporation)?;
        must_be_of_corporation(tx, person)?;
        tx.execute(
            "UPDATE person SET corporation = ?2 WHERE id = ?1",
            params![person, corporation],
        )?;
        let line = actor.did(Action::ChangeSetting, now_ms);
        let line = line.on(Subject::new("corporation", corporation));
        audit::record(tx, line.with("person", person))?;
        Ok::<_, AppError>(())
    };
    state.writer.write(job).await?;
    Ok(Redirect::to(PAGE))
}

fn number(form: &HashMap<String, String>, field: &str) -> Option<i64> {
    form.get(field).and_then(|text| text.parse().ok())
}

fn must_exist(tx: &Connection, corporation: i64) -> Result<(), AppError> {
    let there =
        tx.prepare_cached("SELECT 1 FROM corporation WHERE id = ?1")?.exists([corporation])?;
    if there { Ok(()) } else { Err(AppError::NotFound) }
}

fn must_be(tx: &Connection, person: i64, role: Role) -> Result<(), AppError> {
    let mut query =
        tx.prepare_cached("SELECT 1 FROM person WHERE id = ?1 AND role = ?2 AND active = 1")?;
    if query.exists(params![person, role.key()])? { Ok(()) } else { Err(AppError::NotFound) }
}

fn must_be_of_corporation(tx: &Connection, person: i64) -> Result<(), AppError> {
    let is_ours = load::of_corporations(tx)?.iter().any(|one| one.person.0 == person);
    if is_ours { Ok(()) } else { Err(AppError::NotFound) }
}

fn content(who: &SignedIn, loaded: &Loaded, name: &str, problem: Option<&'static str>) -> AnyView {
    let lead = "Huismeesters bieden nieuwe huurders een gesprek aan. Hier staat wie dat doet, en \
                welke adviseur hun dossiers krijgt.";
    let input = Input { error: problem, required: true, ..Input::text("naam", "Naam", name) };
    let list = if loaded.corporations.is_empty() {
        parts::empty("Er is nog geen corporatie.", "Voeg hieronder de eerste toe.")
    } else {
        let items = loaded.corporations.iter().map(|one| corporation(who, one, loaded));
        view! { <ul class="aanbel-items">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        {parts::heading("Corporaties", lead, "")}
        {problem.map(|sentence| parts::alert(Tone::Bad, "Toevoegen lukt niet.", sentence))}
        {list}
        <section class="aanbel-card">
            <h2>"Corporatie toevoegen"</h2>
            <form method="post" action=PAGE class="aanbel-form">
                {parts::csrf(who)}
                {input.view()}
                <button type="submit" class="nl-button nl-button--primary">"Toevoegen"</button>
            </form>
        </section>
    }
    .into_any()
}

fn corporation(who: &SignedIn, one: &Corporation, loaded: &Loaded) -> AnyView {
    let people = match one.people.as_slice() {
        [] => "Nog geen huismeester".to_owned(),
        names => names.join(", "),
    };
    let offers =
        parts::count(usize::try_from(one.offers).unwrap_or(0), "aanbod", "keer aangeboden");
    let mut advisers = vec![(String::new(), "Niemand: kantoor kiest per dossier".to_owned())];
    advisers.extend(loaded.advisers.iter().cloned());
    let chosen = one.adviser.map(|person| person.to_string()).unwrap_or_default();
    let others = loaded.people.iter().filter(|person| person.corporation != Some(one.id));
    let others: Vec<(String, String)> =
        others.map(|person| (person.person.0.to_string(), person.label_nl())).collect();
    let hidden = one.id.to_string();
    let join = (!others.is_empty()).then(|| {
        view! {
            <form method="post" action="/kantoor/corporaties/huismeester" class="aanbel-inline-form">
                {parts::csrf(who)}
                <input type="hidden" name="corporatie" value=hidden.clone()/>
                {parts::choose(&format!("huismeester-{}", one.id), "huismeester", "Hoort bij deze corporatie", "", others)}
                <button type="submit" class="nl-button nl-button--secondary">"Koppelen"</button>
            </form>
        }
    });
    view! {
        <li class="aanbel-card aanbel-item">
            <h2>{one.name.clone()}</h2>
            <p class="aanbel-subtle">{format!("{people} · {offers}")}</p>
            <form method="post" action="/kantoor/corporaties/adviseur" class="aanbel-inline-form">
                {parts::csrf(who)}
                <input type="hidden" name="corporatie" value=one.id.to_string()/>
                {parts::choose(&format!("adviseur-{}", one.id), "adviseur", "Dossiers gaan naar", &chosen, advisers)}
                <button type="submit" class="nl-button nl-button--secondary">"Bewaren"</button>
            </form>
            {join}
            <p><a href=format!("/kantoor/corporatie/{}/adressen", one.id)>"Adressen om uit te kiezen"</a></p>
        </li>
    }
    .into_any()
}
