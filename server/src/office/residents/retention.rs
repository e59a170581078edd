//! How long things are kept: seeing what would go, letting it go, and closing campaigns, from which it is
//! counted. Setting it is in `terms`.

use super::render;
use super::terms::{self, Problem};
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::retention::{self, Counts, Run, Terms, name_nl};
use crate::state::AppState;
use aanbel_shared::form::Retention;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::{Connection, params};
use std::collections::HashMap;
use uuid::Uuid;

/// Runs that the page lists.
const RUNS: usize = 14;

struct Campaign {
    id: Uuid,
    name: String,
    closed_ms: Option<i64>,
}

struct Loaded {
    terms: Terms,
    due: Counts,
    campaigns: Vec<Campaign>,
    runs: Vec<Run>,
}

fn load(db: &Connection, now_ms: i64) -> Result<Loaded, AppError> {
    let terms = Terms::read(db)?;
    let mut query = db.prepare_cached(
        "SELECT id, name, closed_ms FROM campaign ORDER BY closed_ms IS NOT NULL, name",
    )?;
    let campaigns = query.query_map([], |row| {
        Ok(Campaign { id: row.get(0)?, name: row.get(1)?, closed_ms: row.get(2)? })
    })?;
    Ok(Loaded {
        terms,
        due: retention::due(db, terms, now_ms)?.counts,
        campaigns: campaigns.collect::<Result<_, _>>()?,
        runs: retention::runs(db, RUNS)?,
    })
}

/// `GET /kantoor/bewaren`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::SetRetention)?;
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("bewaard") => Some("De termijnen zijn gewijzigd."),
        Some("gewist") => Some("Wat over tijd was, is gewist."),
        Some("afgesloten") => Some("De campagne is afgesloten. De telefoons laten de straten los."),
        Some("heropend") => Some("De campagne is weer open."),
        _ => None,
    };
    let notice = notice.map(|sentence| parts::alert(Tone::Good, sentence, ""));
    list(&state, &who, notice, None).await
}

pub(super) async fn list(
    state: &AppState,
    who: &SignedIn,
    notice: Option<AnyView>,
    problem: Option<Problem>,
) -> Result<Html<String>, AppError> {
    let now_ms = state.now_ms();
    let loaded = state.reader.read(move |db| load(db, now_ms)).await?;
    let lead = "Wat niet meer nodig is, gaat elke dag vanzelf weg. U bepaalt wanneer.";
    let content = view! {
        {notice}
        {parts::heading("Bewaartermijnen", lead, ())}
        {terms::form(who, loaded.terms, problem)}
        {due(who, &loaded.due)}
        {campaigns(who, &loaded)}
        {runs(&loaded.runs)}
    };
    Ok(render("Bewaartermijnen", who, content))
}

fn due(who: &SignedIn, counts: &Counts) -> AnyView {
    if counts.total() == 0 {
        return view! {
            <section class="aanbel-card"><h2>"Over tijd"</h2><p>"Nu is niets over tijd."</p></section>
        }
        .into_any();
    }
    view! {
        <section class="aanbel-card">
            <h2>"Over tijd"</h2>
            <p>"Dit gaat bij de volgende dagelijkse ronde weg. U kunt het ook nu laten doen."</p>
            {parts::table("Over tijd", &["Wat", "Aantal"], rows(counts))}
            <form method="post" action="/kantoor/bewaren/uitvoeren">
                {parts::csrf(who)}
                <button class="nl-button nl-button--danger" type="submit">"Wis dit nu"</button>
            </form>
        </section>
    }
    .into_any()
}

fn rows(counts: &Counts) -> Vec<AnyView> {
    let row = |(kind, number): (&String, &usize)| {
        let name = name_nl(kind).to_owned();
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td data-label="Aantal">{parts::grouped(*number)}</td>
            </tr>
        }
        .into_any()
    };
    counts.0.iter().map(row).collect()
}

fn campaigns(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let rows = loaded.campaigns.iter().map(|campaign| {
        let (text, open) = match campaign.closed_ms {
            Some(ms) => (ends(loaded.terms, ms), "open"),
            None => ("Loopt nog. De termijn begint als u de campagne afsluit.".to_owned(), ""),
        };
        let button = if open.is_empty() { "Sluit af" } else { "Open weer" };
        let name = campaign.name.clone();
        view! {
            <tr>
                <th scope="row">{campaign.name.clone()}</th>
                <td data-label="Termijn">{text}</td>
                <td>
                    <form method="post" action=format!("/kantoor/bewaren/campagne/{}", campaign.id)>
                        {parts::csrf(who)}
                        <input type="hidden" name="open" value=open/>
                        <button class="nl-button nl-button--secondary" type="submit">
                            {button}<span class="aanbel-hidden">" "{name}</span>
                        </button>
                    </form>
                </td>
            </tr>
        }
        .into_any()
    });
    let table =
        parts::table("Campagnes", &["Campagne", "Termijn", "Afsluiten"], rows.collect_view());
    view! { <section class="aanbel-card"><h2>"Campagnes"</h2>{table}</section> }.into_any()
}

fn ends(terms: Terms, closed_ms: i64) -> String {
    let on = |retention| {
        let until_ms = terms.until_ms(retention, closed_ms);
        until_ms.map(|ms| time::date(time::day_of(ms))).unwrap_or_default()
    };
    format!(
        "Afgesloten op {}. Bezoeken weg op {}, gesprekken op {}.",
        time::date(time::day_of(closed_ms)),
        on(Retention::Campaign),
        on(Retention::Case)
    )
}

fn runs(runs: &[Run]) -> AnyView {
    let rows: Vec<AnyView> = runs
        .iter()
        .map(|run| {
            let told: Vec<String> = run
                .counts
                .0
                .iter()
                .map(|(kind, number)| format!("{} {number}", name_nl(kind)))
                .collect();
            let told =
                if told.is_empty() { "Niets was over tijd".to_owned() } else { told.join(", ") };
            view! {
                <tr>
                    <th scope="row">{time::short_moment(run.at_ms)}</th>
                    <td data-label="Gewist">{told}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let table = parts::table("Laatste rondes", &["Wanneer", "Gewist"], rows);
    view! { <section class="aanbel-card"><h2>"Laatste rondes"</h2>{table}</section> }.into_any()
}

/// `POST /kantoor/bewaren/uitvoeren`
pub async fn run(
    State(state): State<AppState>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::SetRetention)?;
    who.require_fresh(state.now_ms(), "/kantoor/bewaren")?;
    retention::run(&state, who.actor).await?;
    Ok(Redirect::to("/kantoor/bewaren?gedaan=gewist"))
}

#[derive(Clone, Debug, serde::Deserialize)]
pub struct Close {
    #[serde(default)]
    open: String,
}

/// `POST /kantoor/bewaren/campagne/{id}`: closes a campaign, or opens it again.
pub async fn close(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<Close>,
) -> Result<Redirect, AppError> {
    who.require(Capability::SetRetention)?;
    let (now_ms, opens) = (state.now_ms(), !form.open.is_empty());
    let line = who.did(Action::ChangeSetting, now_ms).on(Subject::campaign(id));
    let job = move |tx: &Connection| {
        let closed_ms = (!opens).then_some(now_ms);
        let update = "UPDATE campaign SET closed_ms = ?2 WHERE id = ?1";
        if tx.execute(update, params![id, closed_ms])? == 0 {
            return Err(AppError::NotFound);
        }
        Ok(audit::record(tx, line.with("closed", u8::from(!opens)))?)
    };
    state.writer.write(job).await?;
    let done = if opens { "heropend" } else { "afgesloten" };
    Ok(Redirect::to(&format!("/kantoor/bewaren?gedaan={done}")))
}
