//! Choosing an organisation of the catalogue: who handles the scheme stands first.

use crate::form::{FormFields, Subject, select_as_kept, words};
use crate::kit::{Kit, kit};
use crate::schemes::Schemes;
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::programme::{self, OTHER_ORGANISATION};
use aanbel_shared::record::{Record, Value};
use leptos::html::Select;

/// At whom an application is stuck, within a sentence: as this phone calls it, or its key when it holds no
/// such organisation.
pub fn stuck_nl(schemes: Schemes, application: &Record) -> Option<String> {
    programme::stuck_nl(application, |key| {
        let known = schemes.held.get().and_then(|held| held.catalogue.organisation(key));
        known.map_or_else(|| key.to_owned(), |one| one.name.clone())
    })
}

/// A field that holds an organisation. `scheme` is the id of what it is about, once that is known; `other`
/// offers one that is not in the catalogue too.
#[component]
pub fn OrganisationInput(
    subject: Subject,
    field: &'static str,
    #[prop(into)] scheme: Signal<Option<String>>,
    #[prop(optional)] other: bool,
) -> impl IntoView {
    let Kit { session, schemes, .. } = kit();
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, field.to_owned());
    let chosen = Memo::new(move |_| {
        kept.with(|value| value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned())
    });
    let drawn = NodeRef::<Select>::new();
    select_as_kept(drawn, chosen, saved);
    let options = move || {
        let mut options: Vec<(String, String)> = schemes.held.get().map_or_else(Vec::new, |held| {
            let scheme = scheme.with(|id| held.catalogue.scheme(id.as_deref()?));
            let offered = held.catalogue.organisations_for(scheme).into_iter();
            offered.map(|one| (one.id.clone(), one.name.clone())).collect()
        });
        if other {
            options.push((OTHER_ORGANISATION.to_owned(), "Een andere organisatie".to_owned()));
        }
        let chosen = chosen.get();
        if !chosen.is_empty() && !options.iter().any(|(key, _)| *key == chosen) {
            options.push((chosen.clone(), chosen.clone()));
        }
        let option = move |(key, name): (String, String)| {
            let is_chosen = key == chosen;
            view! { <option value=key selected=is_chosen>{name}</option> }
        };
        options.into_iter().map(option).collect_view()
    };
    let (id, label) =
        (format!("organisatie-{}", subject.record), words::label(subject.kind, field));
    let changed = move |event| {
        let value = match event_target_value(&event).as_str() {
            "" => Value::Nothing,
            key => Value::choice(key),
        };
        subject.save(session, field, value, saved);
    };
    view! {
        <div class="field">
            <label class="question" for=id.clone()>{label}</label>
            <select node_ref=drawn class="input" autocomplete="off" id=id on:change=handle(changed)>
                <option value="" selected=move || chosen.get().is_empty()>"Kies een organisatie"</option>
                {move || options()}
            </select>
            <SavedMark state=saved />
        </div>
    }
}

/// At whom an application is stuck, with the name of one that is not in the list.
#[component]
pub fn StuckInput(subject: Subject) -> impl IntoView {
    let session = kit().session;
    let value = |field: &str| subject.value(session, field.to_owned());
    let text = |kept: Option<Value>| kept.and_then(|value| value.as_str().map(str::to_owned));
    let (at, name, scheme) = (value("stuck_at"), value("stuck"), value("scheme"));
    let scheme = Signal::derive(move || text(scheme.get()));
    let typed_before = move || {
        let name = text(name.get()).filter(|_| at.with(Option::is_none))?;
        Some(
            view! { <p class="hint">{format!("Eerder opgeschreven: {name}. Kies de organisatie uit de lijst.")}</p> },
        )
    };
    view! {
        <OrganisationInput subject=subject.clone() field="stuck_at" scheme other=true />
        {move || typed_before()}
        <FormFields subject section="stuck" skip=&["stuck_at"] />
    }
}
