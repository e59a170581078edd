//! The applications of a case. The scheme comes from the catalogue that this phone holds.

use super::many::Many;
use super::organisation::StuckInput;
use crate::form::{Subject, select_as_kept};
use crate::kit::{Kit, kit};
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use leptos::html::Select;

#[component]
pub fn Applications(case: RecordId) -> impl IntoView {
    let above = Callback::new(|subject: Subject| view! { <SchemeInput subject /> });
    let below = Callback::new(|subject: Subject| view! { <StuckInput subject /> });
    let worklist = WorklistId(case.0);
    let skip = &["scheme", "stuck_at", "stuck"];
    view! {
        <Many kind="application" points="case" to=case worklist add="Aanvraag toevoegen" above below skip />
    }
}

#[component]
fn SchemeInput(subject: Subject) -> impl IntoView {
    let Kit { session, schemes, .. } = kit();
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "scheme".to_owned());
    let chosen = Memo::new(move |_| {
        kept.with(|value| value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned())
    });
    let drawn = NodeRef::<Select>::new();
    select_as_kept(drawn, chosen, saved);
    let id = format!("{}-regeling", subject.record);
    let changed = move |event| {
        let key = event_target_value(&event);
        let value = if key.is_empty() { Value::Nothing } else { Value::Choice(key) };
        subject.save(session, "scheme", value, saved);
    };
    let options = move || {
        let mut names: Vec<(&str, &str)> = schemes.held.get().map_or_else(Vec::new, |held| {
            let all = held.catalogue.schemes.iter();
            all.map(|scheme| (scheme.id.as_str(), scheme.name.as_str())).collect()
        });
        names.sort_by_key(|(_, name)| name.to_lowercase());
        let option = |(key, name): (&'static str, &'static str)| {
            view! { <option value=key selected=chosen.get() == key>{name}</option> }
        };
        names.into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label class="question" for=id.clone()>"Welke regeling?"</label>
            <select node_ref=drawn class="input" autocomplete="off" id=id on:change=handle(changed)>
                <option value="">"Kies een regeling"</option>
                {move || options()}
            </select>
            <SavedMark state=saved />
        </div>
    }
}
