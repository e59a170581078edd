//! Tells who manages people that somebody may be guessing passwords.

use super::parts::{self, Tone};
use crate::access::{SignedIn, peaks};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use leptos::prelude::*;

/// What inbox and people say during a peak; nothing else.
///
/// # Errors
/// Those of the database.
pub async fn notice(who: &SignedIn, state: &AppState) -> Result<Option<AnyView>, AppError> {
    if !who.may(Capability::ManagePeople) {
        return Ok(None);
    }
    let now_ms = state.now_ms();
    let Some(peak) = state.reader.read(move |db| peaks::find(db, now_ms)).await? else {
        return Ok(None);
    };
    let names: Vec<String> = peak.people.iter().map(|(name, _)| name.clone()).collect();
    let whose = match names.as_slice() {
        [] => String::new(),
        names => format!(" Vooral op de naam van {}.", names.join(", ")),
    };
    let text = format!(
        "Het afgelopen uur lukte inloggen {} keer niet.{whose} Kijk in het logboek bij Geweigerd vanaf \
         welk adres dat was. Is het niemand van u? Stel dan een tweede stap in.",
        peak.tries
    );
    Ok(Some(parts::alert(Tone::Warn, "Er wordt vaak verkeerd ingelogd.", text)))
}
