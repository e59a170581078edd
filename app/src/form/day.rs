//! A date, by the phone's own calendar.

use super::as_kept::day_as_kept;
use super::subject::Subject;
use crate::browser::clock;
use crate::kit::kit;
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::Field;
use aanbel_shared::record::Value;
use leptos::html::Input;

#[component]
pub fn DayInput(
    subject: Subject,
    field: &'static Field,
    saved: RwSignal<Saved>,
    id: String,
    /// Only today or later.
    ahead: bool,
) -> impl IntoView {
    let session = kit().session;
    let kept = subject.value(session, field.key.clone());
    let shown = Memo::new(move |_| {
        kept.with(|value| {
            value.as_ref().and_then(Value::as_date).map(clock::day_iso).unwrap_or_default()
        })
    });
    let drawn = NodeRef::<Input>::new();
    let changed = move |event| {
        let text = event_target_value(&event);
        match clock::day_from_iso(&text) {
            Some(day) if ahead && day < clock::local_day(clock::now_ms()) => {
                let sentence =
                    "De dag die u koos, is al geweest en is niet bewaard. Kies vandaag of later.";
                saved.set(Saved::Failed(sentence.to_owned()));
            }
            Some(day) => subject.save(session, &field.key, Value::Date(day), saved),
            None if text.is_empty() => subject.save(session, &field.key, Value::Nothing, saved),
            // Half typed: the browser tells again when it is whole.
            None => {}
        }
    };
    let min = ahead.then(|| clock::day_iso(clock::local_day(clock::now_ms())));
    view! {
        <label class="question" for=id.clone()>{field.label.clone()}</label>
        {field.hint.clone().map(|hint| view! { <p class="hint">{hint}</p> })}
        <input node_ref=drawn class="input" type="date" autocomplete="off" id=id name=field.key.clone() min=min
            prop:value=move || shown.get() on:change=handle(changed) on:blur=handle(move |_| day_as_kept(drawn, shown, saved)) />
    }
}
