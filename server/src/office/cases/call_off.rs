//! Calling a joint visit off, with a reason: the form on its page and what it does. A home that two people
//! planned a visit to is told here; nothing is refused or merged.

use super::list::address_line;
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::cases::{self, joint};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::office::values;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, doubles};
use aanbel_shared::record::{Record, RecordId, Records, Value};
use axum::extract::State;
use axum::response::Redirect;
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

const DOUBLE_NL: &str = "Voor dit adres staat al een bezoek gepland";

/// `POST /kantoor/samen/{id}/afzeggen`: `waarom` is the reason.
pub async fn submit(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let why = form.get("waarom").map(String::as_str).unwrap_or_default();
    let Some((why, _)) = reasons().into_iter().find(|(key, _)| key == why) else {
        return Ok(back(id, "reden"));
    };
    let (now_ms, actor, person) = (state.now_ms(), who.actor, who.person);
    let job = move |tx: &Connection| {
        if !joint::is_visit(tx, id)? {
            return Err(AppError::NotFound);
        }
        let is_off = joint::call_off(tx, RecordId(id), Some(person), &why, now_ms)?;
        if is_off {
            cases::settle(tx, now_ms)?;
            audit::record(tx, actor.did(Action::CallOff, now_ms).on(RecordId(id)))?;
        }
        Ok(is_off)
    };
    let is_off = state.writer.write(job).await?;
    Ok(back(id, if is_off { "afgezegd" } else { "al-gedaan" }))
}

fn back(id: Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("/kantoor/samen/{id}?gedaan={done}"))
}

/// What is said after that.
pub fn told(done: &str) -> Option<AnyView> {
    match done {
        "afgezegd" => Some(parts::alert(
            Tone::Good,
            "Het bezoek is afgezegd.",
            "Wie zou gaan, ziet dat op de telefoon. Laat het ook de bewoner weten.",
        )),
        "al-gedaan" => Some(parts::alert(Tone::Warn, "Dit bezoek staat niet meer gepland.", "")),
        "reden" => {
            Some(parts::alert(Tone::Bad, "Het bezoek is niet afgezegd.", "Kies eerst waarom."))
        }
        _ => None,
    }
}

/// The reasons of the form, as keys with labels. That a plan was taken back is no choice of the office.
fn reasons() -> Vec<(String, String)> {
    let choices = values::choices("joint_visit", "cancelled_why").into_iter();
    let keyed = choices.filter_map(|(value, label)| match value {
        Value::Choice(key) if key != "plan" => Some((key, label)),
        _ => None,
    });
    keyed.collect()
}

/// The other visits that stand ahead for this home, with the way to each.
pub fn others(records: &Records, visit: &Record) -> Option<AnyView> {
    let items = doubles(records, visit).into_iter().map(|other| {
        let text = |field| other.str(field).unwrap_or("nog niemand");
        let when = other.instant("at").map(time::moment).unwrap_or_default();
        let who = format!("{} en {}", text("home_by"), text("welfare_by"));
        view! {
            <li>
                <a href=format!("/kantoor/samen/{}", other.id)>{address_line(other)}", "{when}</a>
                <div class="aanbel-subtle">{who}</div>
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="aanbel-card" aria-labelledby="dubbel">
                <h2 id="dubbel">{DOUBLE_NL}</h2>
                <p>"Twee mensen planden een bezoek bij deze woning. Zeg er één af, of laat ze allebei doorgaan."</p>
                <ul class="aanbel-plain">{items}</ul>
            </section>
        }
        .into_any()
    })
}

/// The form for a visit that stands ahead.
pub fn form(who: &SignedIn, visit: &Record) -> Option<AnyView> {
    visit.str("state").is_none().then(|| {
        let mut options = vec![(String::new(), "Kies een reden".to_owned())];
        options.extend(reasons());
        view! {
            <section class="aanbel-card aanbel-narrow" aria-labelledby="afzeggen">
                <h2 id="afzeggen">"Bezoek afzeggen"</h2>
                <form method="post" action=format!("/kantoor/samen/{}/afzeggen", visit.id) class="aanbel-inline-form">
                    {parts::csrf(who)}
                    {parts::select("waarom", "Waarom gaat het niet door?", "", options)}
                    <button type="submit" class="nl-button nl-button--secondary">"Zeg af"</button>
                </form>
            </section>
        }
        .into_any()
    })
}
