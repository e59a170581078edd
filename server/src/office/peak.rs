//! Tells who manages people that somebody may be guessing passwords, or uses what was a phone's.

use super::parts::{self, Tone};
use crate::access::SignedIn;
use crate::access::peaks::{self, Peak};
use crate::error::AppError;
use crate::state::AppState;
use crate::store::StoreError;
use aanbel_shared::programme::Capability;
use leptos::prelude::*;
use rusqlite::Connection;

/// What inbox and people say during a peak; nothing else.
///
/// # Errors
/// Those of the database.
pub async fn notice(who: &SignedIn, state: &AppState) -> Result<Option<AnyView>, AppError> {
    if !who.may(Capability::ManagePeople) {
        return Ok(None);
    }
    let now_ms = state.now_ms();
    let job = move |db: &Connection| {
        Ok::<_, StoreError>((peaks::find(db, now_ms)?, peaks::phones(db, now_ms)?))
    };
    let (sign_ins, phones) = state.reader.read(job).await?;
    if sign_ins.is_none() && phones.is_none() {
        return Ok(None);
    }
    Ok(Some(view! { {sign_ins.map(told)} {phones.map(told_phones)} }.into_any()))
}

fn told_phones(times: i64) -> AnyView {
    let text = format!(
        "Het afgelopen uur probeerde een toestel {times} keer iets te sturen of te lezen met een sleutel \
         die niet van hem is. Er is niets bewaard en niets gegeven. Kijk in het logboek bij Geweigerd om \
         welke telefoon het gaat, en meld die af. Is het er een van u? Geef dan een nieuwe code."
    );
    parts::alert(Tone::Warn, "Een telefoon wordt vaak geweigerd.", text)
}

fn told(peak: Peak) -> AnyView {
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
    parts::alert(Tone::Warn, "Er wordt vaak verkeerd ingelogd.", text)
}
