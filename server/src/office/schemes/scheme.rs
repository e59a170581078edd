//! One scheme: its rule in full on a day, its figures and versions in time, and who looked at it.

use super::blocks::{blocks, data_list, table};
use super::catalogue::{badge, href};
use super::{asked_day, today};
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::catalogue::Current;
use crate::catalogue::checked::{self, Checked};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::rules::{self, Table};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::scheme::{Amount, Catalogue, Day, NormVersion, Scheme, Status};
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;

/// `GET /kantoor/regeling/{id}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let asked = id.clone();
    let current = super::current(&state).await?;
    let checked =
        state.reader.read(move |db| Ok::<_, AppError>(checked::of_scheme(db, &asked)?)).await?;
    let scheme = current.catalogue.scheme(&id).ok_or(AppError::NotFound)?;
    let on = asked_day(&query, state.now_ms());
    let done = query.get("gedaan").is_some_and(|what| what == "nagekeken");
    let content = view! {
        {done.then(|| parts::alert(Tone::Good, "Opgeschreven dat u dit hebt nagekeken.", ""))}
        {content(&who, &current, scheme, on, &checked)}
    };
    Ok(page(&scheme.name, Some(&who), Section::Schemes, content))
}

fn content(
    who: &SignedIn,
    current: &Current,
    scheme: &Scheme,
    on: Day,
    checked: &[Checked],
) -> AnyView {
    let catalogue = &current.catalogue;
    let standing = scheme.on(on).1;
    let refined = catalogue.is_refined(&scheme.id).then(|| {
        let local = catalogue.schemes.iter().find(|s| s.refines.as_deref() == Some(&scheme.id));
        let local = local.map(|one| view! { <a href=href(&one.id, on)>{one.name.clone()}</a> });
        view! { <p>"In deze gemeente geldt hiervoor een eigen regel: "{local}"."</p> }
    });
    let lead = view! { {badge(standing)} " " <span>{format!("op {}", on.dutch())}</span> };
    view! {
        <p class="aanbel-crumbs">
            <a href=format!("/kantoor/regelingen?{}={on}", super::DAY_FIELD)>"Regelingen"</a>
        </p>
        {parts::heading(scheme.name.clone(), lead, ())}
        {refined}
        <section class="aanbel-card" class:aanbel-lapsed=standing.is_grey()>
            <h2>"De regel"</h2>
            {blocks(&rules::scheme_blocks(catalogue, scheme, on))}
        </section>
        {figures(catalogue, scheme)}
        {versions(catalogue, scheme)}
        {looked(who, current, scheme, checked)}
    }
    .into_any()
}

/// Every figure that a version of the rule compares or computes with, in time.
fn figures(catalogue: &Catalogue, scheme: &Scheme) -> Option<AnyView> {
    let rows = scheme.tables().filter_map(|id| catalogue.table(id)).flat_map(|one| &one.rows);
    let mut ids: Vec<&str> = rows.filter_map(|row| row.norm.as_deref()).collect();
    ids.extend(scheme.formulas().flat_map(|formula| formula.norms().iter().copied()));
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let norms = ids.into_iter().filter_map(|id| catalogue.norm(id));
    let rows: Vec<Vec<String>> = norms
        .flat_map(|norm| {
            norm.versions.iter().map(move |version| {
                vec![
                    norm.name.clone(),
                    amount(version, |figure| norm.unit.words(figure)),
                    version.valid_from.to_string(),
                    version.valid_to.to_string(),
                    catalogue.source_words(&version.source),
                ]
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let heading = vec!["Bedrag of getal", "Hoeveel", "Van", "Tot en met", "Bron"];
    let content = view! {
        <section class="aanbel-card">
            <h2>"Bedragen in de tijd"</h2>
            {table(&Table { heading, rows })}
        </section>
    };
    Some(content.into_any())
}

/// Never an amount that was not read in a source.
fn amount(version: &NormVersion, words: impl Fn(i64) -> String) -> String {
    match version.amount {
        Amount::Exact(figure) => words(figure),
        Amount::Between(..) => "niet in een bron gelezen".to_owned(),
        Amount::NotFound => "gezocht en niet gevonden".to_owned(),
    }
}

fn versions(catalogue: &Catalogue, scheme: &Scheme) -> AnyView {
    let rows = scheme.versions.iter().rev().map(|version| {
        let status = match version.status {
            Status::Open => "open",
            Status::Closed => "gestopt",
            Status::Unconfirmed => "niet bevestigd",
        };
        vec![
            rules::valid(version),
            status.to_owned(),
            catalogue.source_words(&version.source),
            version.checked_on.dutch(),
            version.check_by.dutch(),
        ]
    });
    let heading = vec!["Geldt", "Stand", "Bron", "Bron gelezen op", "Nakijken voor"];
    view! {
        <section class="aanbel-card">
            <h2>"Versies in de tijd"</h2>
            {table(&Table { heading, rows: rows.collect() })}
        </section>
    }
    .into_any()
}

fn looked(who: &SignedIn, current: &Current, scheme: &Scheme, checked: &[Checked]) -> AnyView {
    let button = who.may(Capability::PublishRules).then(|| {
        view! {
            <form method="post" action=format!("/kantoor/regeling/{}/nagekeken", scheme.id)>
                {parts::csrf(who)}
                <p>"Hebt u de regel naast de bron gelegd, en klopt hij?"</p>
                <button class="nl-button nl-button--secondary" type="submit">"Nagekeken"</button>
            </form>
        }
    });
    let lines = checked
        .iter()
        .map(|one| {
            let this = if one.version == current.version { "deze versie" } else { &one.version };
            ("Nagekeken", format!("{}, {} ({this})", one.by, time::moment(one.at_ms)))
        })
        .collect::<Vec<_>>();
    let nobody = lines.is_empty();
    view! {
        <section class="aanbel-card" id="nagekeken">
            <h2>"Wie heeft dit nagekeken?"</h2>
            {if nobody {
                view! { <p class="aanbel-subtle">"Hier nog niemand."</p> }.into_any()
            } else {
                data_list(lines)
            }}
            {button}
        </section>
    }
    .into_any()
}

/// `POST /kantoor/regeling/{id}/nagekeken`
pub async fn check(
    State(state): State<AppState>,
    At(id): At<String>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::PublishRules)?;
    let (now_ms, by) = (state.now_ms(), who.person);
    let line = who.did(Action::CheckScheme, now_ms);
    let to = format!("{}&gedaan=nagekeken#nagekeken", href(&id, today(now_ms)));
    let catalogues = state.catalogues.clone();
    state
        .writer
        .write(move |tx: &Connection| {
            let current = catalogues.current(tx)?;
            current.catalogue.scheme(&id).ok_or(AppError::NotFound)?;
            checked::note(tx, &id, &current.version, by, now_ms)?;
            Ok::<_, AppError>(audit::record(tx, line.on(Subject::new("scheme", &id)))?)
        })
        .await?;
    Ok(Redirect::to(&to))
}
