//! A full disk, as the office meets it: phones cannot send, and what was left out can be removed.

use super::parts::{self, Tone};
use crate::access::audit::{self, Action};
use crate::access::{Posted, SignedIn};
use crate::error::AppError;
use crate::state::AppState;
use crate::store;
use crate::sync::set_aside;
use aanbel_shared::programme::Capability;
use axum::extract::State;
use axum::response::Redirect;
use leptos::prelude::*;
use rusqlite::Connection;

/// What the inbox says while the disk is full; nothing else.
///
/// # Errors
/// Those of the database.
pub async fn notice(who: &SignedIn, state: &AppState) -> Result<Option<AnyView>, AppError> {
    if !state.writer.ballast().is_gone() {
        return Ok(None);
    }
    let (number, bytes) =
        state.reader.read(|db| set_aside::left_out(db).map_err(AppError::from)).await?;
    let may = who.may(Capability::ManagePeople) && number > 0;
    let size = format!("{:.1} MB", bytes as f64 / 1_000_000.0).replace('.', ",");
    let left_out = parts::count(usize::try_from(number).unwrap_or(0), "wijziging", "wijzigingen");
    let button = may.then(|| {
        view! {
            <form method="post" action="/kantoor/ruimte" class="aanbel-card">
                {parts::csrf(who)}
                <p>{format!("U hebt eerder {left_out} weggelaten. Kantoor bewaart die nog ({size}).")}</p>
                <button type="submit" class="nl-button nl-button--secondary">
                    "Verwijder ze voorgoed"
                </button>
            </form>
        }
    });
    let text = "Telefoons kunnen nu niets versturen. Er is niets verloren: alles blijft op de telefoon \
                bewaard. Vraag de beheerder om meer ruimte.";
    let alert = parts::alert(Tone::Bad, "De schijf van de server is vol.", text);
    Ok(Some(view! { {alert} {button} }.into_any()))
}

#[derive(serde::Deserialize)]
pub struct Purge {}

/// `POST /kantoor/ruimte`: removes for ever what was left out.
pub async fn purge(
    State(state): State<AppState>,
    Posted { who, .. }: Posted<Purge>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManagePeople)?;
    let now_ms = state.now_ms();
    let line = who.did(Action::PurgeLeftOut, now_ms);
    let job = move |tx: &Connection| {
        let number = set_aside::purge(tx, now_ms)?;
        audit::record(tx, line.with("ops", number))?;
        Ok::<_, AppError>(())
    };
    state.writer.write(job).await?;
    // What the write-ahead log holds goes back to the disk.
    let folder = state.config.data.clone();
    let settled = tokio::task::spawn_blocking(move || store::settle(&folder)).await;
    if !matches!(settled, Ok(Ok(()))) {
        tracing::warn!("the write-ahead log stays as large as it is");
    }
    Ok(Redirect::to("/kantoor?gedaan=opgeruimd"))
}
