//! The appointments of a case: day and time by the phone's own picker, and a line for one's calendar
//! that names nobody.

use super::many::Many;
use crate::browser::clock;
use crate::form::Subject;
use crate::kit::kit;
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::{RecordId, Value, WorklistId};

#[component]
pub fn Appointments(case: RecordId) -> impl IntoView {
    let above = Callback::new(|subject: Subject| view! { <MomentInput subject /> });
    let worklist = WorklistId(case.0);
    view! {
        <Many kind="appointment" points="case" to=case worklist add="Afspraak toevoegen" above />
    }
}

#[component]
fn MomentInput(subject: Subject) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "at".to_owned());
    let at = move || kept.with(|value| value.as_ref().and_then(Value::as_instant));
    let id = format!("{}-wanneer", subject.record);
    let changed = move |event| {
        let text = event_target_value(&event);
        match clock::moment_from_iso(&text) {
            Some(at_ms) => subject.save(session, "at", Value::Instant(at_ms), saved),
            None if text.is_empty() => subject.save(session, "at", Value::Nothing, saved),
            // Half typed: the browser tells again when it is whole.
            None => {}
        }
    };
    view! {
        <div class="field">
            <label class="question" for=id.clone()>"Wanneer?"</label>
            <input class="input" type="datetime-local" id=id name="at"
                prop:value=move || at().map(clock::moment_iso).unwrap_or_default() on:change=handle(changed) />
            <SavedMark state=saved />
            {move || at().map(|at_ms| view! {
                <a class="button--quiet" download="afspraak.ics" href=calendar(at_ms)>
                    "In mijn agenda zetten (zonder naam en adres)"
                </a>
            })}
        </div>
    }
}

/// One event of an hour as a calendar file (RFC 5545) in the link itself; it says that there is an
/// appointment and nothing about whose.
fn calendar(at_ms: i64) -> String {
    const HOUR_MS: i64 = 3_600_000;
    let utc = |at_ms: i64| {
        let iso = clock::utc_iso(at_ms);
        iso.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>()
    };
    let (begin, end) = (utc(at_ms), utc(at_ms + HOUR_MS));
    let lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Aanbel//NL",
        "BEGIN:VEVENT",
        &format!("UID:{begin}@aanbel"),
        &format!("DTSTAMP:{begin}"),
        &format!("DTSTART:{begin}"),
        &format!("DTEND:{end}"),
        "SUMMARY:Afspraak Aanbel",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    format!("data:text/calendar;charset=utf-8,{}", lines.join("%0D%0A").replace(' ', "%20"))
}
