//! The day and time of an appointment, by the phone's own picker, and a line for one's calendar that
//! names nobody.

use crate::browser::clock;
use crate::form::{Subject, day_as_kept};
use crate::kit::kit;
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::Value;
use leptos::html::Input;

/// The field `at` of a record.
#[component]
pub fn MomentInput(subject: Subject) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "at".to_owned());
    let at = move || kept.with(|value| value.as_ref().and_then(Value::as_instant));
    let shown = Memo::new(move |_| at().map(clock::moment_iso).unwrap_or_default());
    let drawn = NodeRef::<Input>::new();
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
            <input node_ref=drawn class="input" type="datetime-local" autocomplete="off" id=id name="at"
                prop:value=move || shown.get() on:change=handle(changed) on:blur=handle(move |_| day_as_kept(drawn, shown, saved)) />
            <SavedMark state=saved />
            {move || at().map(|at_ms| view! {
                <a class="button--quiet" download="afspraak.ics" href=calendar(at_ms)>
                    "In mijn agenda zetten (zonder naam en adres)"
                </a>
            })}
        </div>
    }
}

/// One event of an hour as a calendar file (RFC 5545) in the link itself, with a reminder a day and an
/// hour ahead. It says that there is an appointment and nothing about whose.
fn calendar(at_ms: i64) -> String {
    const HOUR_MS: i64 = 3_600_000;
    const ALARM: &str = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Afspraak Aanbel\r\nTRIGGER:";
    let utc = |at_ms: i64| {
        let iso = clock::utc_iso(at_ms);
        iso.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>()
    };
    let (begin, end) = (utc(at_ms), utc(at_ms + HOUR_MS));
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Aanbel//NL\r\nBEGIN:VEVENT\r\n\
         UID:{begin}@aanbel\r\nDTSTAMP:{begin}\r\nDTSTART:{begin}\r\nDTEND:{end}\r\n\
         SUMMARY:Afspraak Aanbel\r\n{ALARM}-P1D\r\nEND:VALARM\r\n{ALARM}-PT1H\r\nEND:VALARM\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let text = text.replace('\r', "%0D").replace('\n', "%0A").replace(' ', "%20");
    format!("data:text/calendar;charset=utf-8,{text}")
}
