//! What a coordinator changes for streets: who walks them, and the day of the letter.

use super::load::{self, Campaign};
use super::streets::render;
use crate::access::audit::{self, Action, Actor};
use crate::access::{PersonId, Posted, SignedIn};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::state::AppState;
use crate::{campaigns, store};
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rusqlite::Connection;
use uuid::Uuid;

/// What the form over the streets asks.
enum Wish {
    Assign(PersonId),
    Letter(i32),
    Remove(WorklistId, PersonId),
}

/// `POST /kantoor/campagne/{id}/straten`
pub async fn change(
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Posted { who, form }: Posted<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    who.require(Capability::PlanCampaign)?;
    let wish = match wish(&form) {
        Ok(wish) => wish,
        Err(sentence) => return refused(&state, &who, id, sentence).await,
    };
    let done = match &wish {
        Wish::Assign(_) => "toegewezen",
        Wish::Letter(_) => "brief",
        Wish::Remove(..) => "weg",
    };
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let changed = state
        .writer
        .write(move |tx: &Connection| {
            let campaign = load::one(tx, id)?;
            let chosen = chosen(&campaign, &form);
            carry_out(tx, &wish, &campaign, &chosen, actor, now_ms)
        })
        .await?;
    if changed == 0 {
        return refused(&state, &who, id, "Vink eerst een straat of een wijk aan.").await;
    }
    Ok(Redirect::to(&format!("/kantoor/campagne/{id}?gedaan={done}")).into_response())
}

async fn refused(
    state: &AppState,
    who: &SignedIn,
    id: Uuid,
    sentence: &'static str,
) -> Result<Response, AppError> {
    let notice = parts::alert(Tone::Bad, "Er is niets gewijzigd.", sentence);
    Ok(render(state, who, id, Some(notice)).await?.into_response())
}

fn wish(form: &[(String, String)]) -> Result<Wish, &'static str> {
    let get = |key: &str| form.iter().find(|pair| pair.0 == key).map_or("", |pair| pair.1.as_str());
    if let Some((street, person)) = get("remove").split_once(':') {
        let (street, person) = (street.parse().ok(), person.parse().ok());
        let both = street.zip(person).ok_or("Deze straat is niet bekend.")?;
        return Ok(Wish::Remove(both.0, PersonId(both.1)));
    }
    match get("action") {
        "brief" => time::parse_date(get("letter")).map(Wish::Letter).ok_or("Kies eerst een datum."),
        _ => {
            let person = get("person").parse().map_err(|_| "Kies eerst wie daar loopt.")?;
            Ok(Wish::Assign(PersonId(person)))
        }
    }
}

/// The streets that were ticked, alone or with their whole district.
fn chosen(campaign: &Campaign, form: &[(String, String)]) -> Vec<WorklistId> {
    let ticked = |key: &str, value: &str| form.iter().any(|(k, v)| k == key && v == value);
    campaign
        .streets
        .iter()
        .filter(|street| {
            ticked("street", &street.worklist.to_string()) || ticked("district", &street.district)
        })
        .map(|street| WorklistId(street.worklist))
        .collect()
}

/// Gives how many streets were changed.
fn carry_out(
    tx: &Connection,
    wish: &Wish,
    campaign: &Campaign,
    chosen: &[WorklistId],
    actor: Actor,
    now_ms: i64,
) -> Result<usize, AppError> {
    let note = |action: Action, worklist: &WorklistId, person: Option<PersonId>| {
        let line = actor.did(action, now_ms).on(*worklist);
        let line = person.into_iter().fold(line, |line, person| line.with("person", person.0));
        audit::record(tx, line)
    };
    match wish {
        Wish::Assign(person) => {
            if !campaign.walkers.iter().any(|walker| walker.0 == person.0) {
                return Err(AppError::NotFound);
            }
            for worklist in chosen {
                campaigns::assign(tx, *worklist, *person, now_ms)?;
                note(Action::Assign, worklist, Some(*person))?;
            }
            Ok(chosen.len())
        }
        Wish::Letter(day) => {
            for worklist in chosen {
                let change = Change::new(RecordId(worklist.0), "turf", *worklist)
                    .with("letter_on", Value::Date(*day));
                store::append_office(tx, actor.person, vec![change], now_ms)?;
                note(Action::Letter, worklist, None)?;
            }
            Ok(chosen.len())
        }
        Wish::Remove(worklist, person) => {
            if !campaign.streets.iter().any(|street| street.worklist == worklist.0) {
                return Err(AppError::NotFound);
            }
            campaigns::unassign(tx, *worklist, *person)?;
            note(Action::Unassign, worklist, Some(*person))?;
            Ok(1)
        }
    }
}
