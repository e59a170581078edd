//! The list of campaigns, and making one.

use super::load::{self, Listed};
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::campaigns;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

/// `GET /kantoor/campagnes`
pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    render(&state, &who, "", None).await
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    name: &str,
    problem: Option<&'static str>,
) -> Result<Html<String>, AppError> {
    let campaigns = state.reader.read(|db| Ok::<_, AppError>(load::list(db)?)).await?;
    let plan = who.may(Capability::PlanCampaign);
    let content = view! {
        {problem.map(|sentence| parts::alert(Tone::Bad, "De campagne is niet gemaakt.", sentence))}
        {parts::heading(
            "Campagnes",
            parts::count(campaigns.len(), "campagne", "campagnes"),
            plan.then(|| view! {
                <a class="nl-button nl-button--primary" href="#nieuw">"Nieuwe campagne"</a>
            }),
        )}
        {campaigns.is_empty().then(|| parts::empty(
            "Er is nog geen campagne.",
            "Maak er hieronder een. Lees daarna de adressen in; de straten komen dan vanzelf.",
        ))}
        <ul class="aanbel-items">{campaigns.iter().map(one).collect_view()}</ul>
        {plan.then(|| form(who, name, problem))}
    };
    Ok(page("Campagnes", Some(who), Section::Campaigns, content))
}

fn one(campaign: &Listed) -> AnyView {
    let progress = &campaign.tally.progress;
    let (doors, done) = (progress.doors as usize, progress.done as usize);
    let facts = format!(
        "{} · {} · gemaakt op {}",
        parts::count(campaign.streets, "straat", "straten"),
        parts::count(campaign.tally.addresses, "adres", "adressen"),
        time::moment(campaign.created_ms),
    );
    view! {
        <li class="aanbel-card aanbel-item">
            <div class="aanbel-heading">
                <div>
                    <h2>
                        <a href=format!("/kantoor/campagne/{}", campaign.id)>{campaign.name.clone()}</a>
                    </h2>
                    <p class="aanbel-subtle">{facts}</p>
                </div>
                {campaign.closed.then(|| parts::badge(Tone::Neutral, "Afgesloten"))}
            </div>
            {(doors > 0).then(|| parts::progress(done, doors))}
        </li>
    }
    .into_any()
}

fn form(who: &SignedIn, name: &str, problem: Option<&'static str>) -> AnyView {
    let input = Input {
        required: true,
        error: problem,
        hint: "Bijvoorbeeld: Huisbezoeken voorjaar 2027.",
        ..Input::text("name", "Naam van de campagne", name)
    };
    view! {
        <section class="aanbel-card aanbel-narrow" id="nieuw">
            <h2>"Nieuwe campagne"</h2>
            <form class="aanbel-form" method="post" action="/kantoor/campagnes">
                {parts::csrf(who)}
                {input.view()}
                <button class="nl-button nl-button--primary" type="submit">"Maak de campagne"</button>
            </form>
        </section>
    }
    .into_any()
}

#[derive(serde::Deserialize)]
pub struct New {
    name: String,
}

/// `POST /kantoor/campagnes`
pub async fn create(
    State(state): State<AppState>,
    Posted { who, form }: Posted<New>,
) -> Result<Response, AppError> {
    who.require(Capability::PlanCampaign)?;
    let (now_ms, name) = (state.now_ms(), form.name.trim().to_owned());
    let line = who.did(Action::MakeCampaign, now_ms);
    if name.is_empty() || name.chars().count() > 120 {
        let problem = Some("Schrijf een naam van hoogstens 120 tekens.");
        return Ok(render(&state, &who, &form.name, problem).await?.into_response());
    }
    let made = state
        .writer
        .write(move |tx: &Connection| {
            if campaigns::find(tx, &name)?.is_some() {
                return Ok(None);
            }
            let made = campaigns::named(tx, &name, now_ms)?;
            audit::record(tx, line.on(Subject::campaign(made.id)))?;
            Ok::<_, AppError>(Some(made))
        })
        .await?;
    match made {
        Some(made) => Ok(Redirect::to(&format!("/kantoor/campagne/{}", made.id)).into_response()),
        None => {
            let problem = Some("Er is al een campagne met deze naam. Kies een andere.");
            Ok(render(&state, &who, &form.name, problem).await?.into_response())
        }
    }
}
