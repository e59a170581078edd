//! Setting how long things are kept, in months. What that takes away is in `retention`.

use super::retention;
use crate::access::audit::{self, Action, Subject};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::office::parts::{self, Input};
use crate::retention::{MONTHS_MAX, Terms};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

/// A field and what is wrong with it.
pub(super) type Problem = (&'static str, &'static str);

/// What can be set: key, label and hint, each shorter one right before the longer one.
const TERMS: [(&str, &str, &str); 4] = [
    (
        "campaign",
        "Bezoeken zonder gesprek: maanden na de campagne",
        "Niemand thuis, geen interesse, notities, telefoonnummers. Gewoon: 3.",
    ),
    (
        "case",
        "Gesprekken en dossiers: maanden na de campagne of het dossier",
        "Gesprekken, regelingen, doorverwijzingen en nazorg. Gewoon: 12.",
    ),
    (
        "plan",
        "Plannen zonder gezamenlijk bezoek: maanden na de geplande dag",
        "Ook bezoeken die niet doorgingen, en eigen woorden bij een bezoek. Gewoon: 3.",
    ),
    (
        "visit",
        "Gezamenlijke bezoeken: maanden na het bezoek",
        "Vroeg de gemeente om een dossier, dan blijft het bezoek zo lang als dat dossier. Gewoon: 12.",
    ),
];

fn months(terms: Terms, key: &str) -> u32 {
    match key {
        "campaign" => terms.campaign,
        "case" => terms.case,
        "plan" => terms.plan,
        _ => terms.visit,
    }
}

/// The form in which they stand.
pub(super) fn form(who: &SignedIn, terms: Terms, problem: Option<Problem>) -> AnyView {
    let inputs = TERMS.map(|(key, label, hint)| {
        let error = problem.filter(|found| found.0 == key).map(|found| found.1);
        let months = months(terms, key).to_string();
        Input { kind: "number", error, hint, ..Input::text(key, label, &months) }.view()
    });
    view! {
        <section class="aanbel-card aanbel-narrow">
            <h2>"Hoe lang"</h2>
            <form class="aanbel-form" method="post" action="/kantoor/bewaren">
                {parts::csrf(who)}
                {inputs.into_iter().collect_view()}
                <button class="nl-button nl-button--primary" type="submit">"Bewaar"</button>
            </form>
        </section>
    }
    .into_any()
}

#[derive(Clone, Debug, serde::Deserialize)]
pub struct Set {
    campaign: String,
    case: String,
    plan: String,
    visit: String,
}

impl Set {
    /// The terms, or the field that is wrong and what is wrong with it.
    fn terms(&self) -> Result<Terms, Problem> {
        let months = |key, text: &str| {
            let wrong = (key, "Vul een heel getal in van 0 tot en met 24.");
            let months = text.trim().parse().ok().filter(|months: &u32| *months <= MONTHS_MAX);
            months.ok_or(wrong)
        };
        let terms = Terms {
            campaign: months("campaign", &self.campaign)?,
            case: months("case", &self.case)?,
            plan: months("plan", &self.plan)?,
            visit: months("visit", &self.visit)?,
        };
        let shorter = "Vul een getal in dat niet kleiner is dan dat erboven.";
        match terms {
            Terms { campaign, case, .. } if case < campaign => Err(("case", shorter)),
            Terms { plan, visit, .. } if visit < plan => Err(("visit", shorter)),
            terms => Ok(terms),
        }
    }
}

/// `POST /kantoor/bewaren`: sets the terms.
pub async fn set(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Set>,
) -> Result<Response, AppError> {
    who.require(Capability::SetRetention)?;
    who.require_fresh(state.now_ms(), "/kantoor/bewaren")?;
    let terms = match form.terms() {
        Ok(terms) => terms,
        Err(problem) => {
            return Ok(retention::list(&state, &who, None, Some(problem)).await?.into_response());
        }
    };
    let line = who.did(Action::ChangeSetting, state.now_ms());
    let line = line.on(Subject::new("setting", "retention"));
    let job = move |tx: &Connection| {
        terms.write(tx)?;
        let line = TERMS.iter().fold(line, |line, (key, ..)| line.with(key, months(terms, key)));
        audit::record(tx, line)
    };
    state.writer.write(job).await?;
    Ok(Redirect::to("/kantoor/bewaren?gedaan=bewaard").into_response())
}
