//! Bringing in the rescue file of a failing phone: what its owner recorded and could not send. The
//! file is sealed to this server; nobody can read it on the way.

use super::page::{Section, page};
use super::parts::{self, Tone};
use crate::access::audit::{self, Action};
use crate::access::{Peer, SignedIn};
use crate::error::AppError;
use crate::sealed::hand_in::{self, Done};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::sync::{SealedBatch, decode_plain};
use axum::extract::{Multipart, State};
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::Connection;

/// Largest request with a file.
pub const REQUEST_MAX: usize = 8 * 1024 * 1024;

const NO_FILE: &str = "Kies eerst een bestand, van hoogstens 8 MB.";
const NOT_OURS: &str =
    "Dit is geen reddingsbestand van Aanbel, of het kwam beschadigd aan. Laat het opnieuw sturen.";

/// `GET /kantoor/reddingsbestand`
pub async fn form(who: SignedIn) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    Ok(show(&who, ()))
}

/// `POST /kantoor/reddingsbestand`
pub async fn upload(
    who: SignedIn,
    State(state): State<AppState>,
    peer: Peer,
    parts: Multipart,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    let Some(bytes) = file(&who, parts).await? else {
        return Ok(show(&who, parts::alert(Tone::Bad, "Niets ingelezen.", NO_FILE)));
    };
    let Ok(SealedBatch { sealed }) = decode_plain(&bytes) else {
        return Ok(show(&who, parts::alert(Tone::Bad, "Niets ingelezen.", NOT_OURS)));
    };
    let done = hand_in::take(&state, sealed, peer).await?;
    let line = who.did(Action::ImportRescue, state.now_ms()).with("ops", done.accepted);
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    Ok(show(&who, told(&done)))
}

/// The file of the form, its token checked; none when there is none or it is too large.
async fn file(who: &SignedIn, mut parts: Multipart) -> Result<Option<Vec<u8>>, AppError> {
    let mut csrf = String::new();
    while let Ok(Some(part)) = parts.next_field().await {
        match part.name() {
            Some("csrf") => csrf = part.text().await.unwrap_or_default(),
            Some("file") => {
                // The token stands before the file, so that a strange file is never read in.
                who.check_csrf(&csrf)?;
                let bytes = part.bytes().await.ok().filter(|bytes| !bytes.is_empty());
                return Ok(bytes.map(Into::into));
            }
            _ => {}
        }
    }
    who.check_csrf(&csrf)?;
    Ok(None)
}

fn told(done: &Done) -> AnyView {
    let kept = done.kept.iter().filter(|kept| **kept).count();
    let new = done.accepted as usize + done.set_aside as usize;
    let changes = |number| parts::count(number, "wijziging", "wijzigingen");
    let mut text = format!(
        "Nieuw: {}. Die stonden er al: {}.",
        changes(new.min(kept)),
        kept.saturating_sub(new),
    );
    if done.set_aside > 0 {
        text.push_str(&format!(" Apart gezet: {}. Kijk in het postvak.", done.set_aside));
    }
    if done.unsigned > 0 {
        text.push_str(&format!(
            " Niet van de telefoon zelf: {}. Daar is niets van bewaard. Vraag wie het bestand maakte.",
            done.unsigned
        ));
    }
    let lost = (done.kept.len() - kept).saturating_sub(done.unsigned);
    if lost > 0 {
        text.push_str(&format!(
            " Niet te lezen of te plaatsen: {lost}. Bewaar het bestand en vraag de beheerder."
        ));
    }
    let tone = if lost + done.unsigned > 0 { Tone::Bad } else { Tone::Good };
    parts::alert(tone, &format!("{} ingelezen.", changes(kept)), text)
}

fn show(who: &SignedIn, notice: impl IntoView) -> Html<String> {
    let lead = "Van een telefoon die niet meer kan versturen. Twee keer inlezen doet geen kwaad.";
    let content = view! {
        {notice}
        <p class="aanbel-crumbs">
            <a href="/kantoor/mensen">"Mensen en telefoons"</a>
        </p>
        {parts::heading("Reddingsbestand inlezen", lead, ())}
        <form
            class="aanbel-card aanbel-form aanbel-narrow"
            method="post"
            enctype="multipart/form-data"
            action="/kantoor/reddingsbestand"
        >
            {parts::csrf(who)}
            <div class="nl-form-field">
                <label class="nl-form-label" for="file">"Reddingsbestand"</label>
                <p class="nl-form-field-description" id="file-uitleg">
                    "De vrijwilliger maakt het op de telefoon, onder ‘Dit toestel’. Alleen deze \
                     server kan het lezen."
                </p>
                <input
                    type="file"
                    id="file"
                    name="file"
                    accept=".aanbel"
                    required
                    aria-describedby="file-uitleg"
                />
            </div>
            <button class="nl-button nl-button--primary" type="submit">"Lees in"</button>
        </form>
    };
    page("Reddingsbestand inlezen", Some(who), Section::People, content)
}
