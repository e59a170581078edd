//! What the household does with a scheme. A choice keeps, in the same op, the hint that was on the
//! screen and the version of the rules that gave it; it can be taken back for ten seconds.

use super::List;
use super::papers::Papers;
use crate::form::{FormFields, Picker, Subject};
use crate::kit::{Kit, kit};
use crate::pages::organisation::OrganisationInput;
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::Value;
use aanbel_shared::scheme::Scheme;
use aanbel_shared::sync::{Change, Device};
use leptos::task::spawn_local;

/// What one choice may change.
const CHANGED: [&str; 5] = ["use", "hint", "catalogue", "reason", "organisation"];
/// Fields that this screen shows itself.
const OWN: &[&str] = &["scheme", "use", "hint", "catalogue", "organisation", "papers"];
/// Answers that go together with an organisation.
const WITH_ORGANISATION: [&str; 2] = ["referred", "stuck"];

/// The choice that is kept, in words.
pub fn label(list: List, scheme: &'static Scheme) -> Memo<Option<&'static str>> {
    let chosen = list.check(scheme).value(kit().session, "use".into());
    Memo::new(move |_| {
        chosen.with(|value| {
            let state = list.held.catalogue.use_state(value.as_ref()?.as_str()?)?;
            Some(state.label.as_str())
        })
    })
}

/// What may be chosen, and the questions that follow from it.
#[component]
pub fn UsePicker(list: List, scheme: &'static Scheme, place: usize) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let subject = list.check(scheme);
    let chosen = subject.value(session, "use".into());
    let key = move || chosen.with(|value| value.as_ref()?.as_str().map(str::to_owned));
    let states = list.held.catalogue.use_states.iter().filter(|state| state.at_door);
    let options = states.map(|state| (state.id.clone(), state.label.clone())).collect::<Vec<_>>();
    let state = move || list.held.catalogue.use_state(&key()?);
    let remark = move || match state() {
        Some(state) if !state.at_door => {
            Some(format!("{}. Dit is door het kantoor ingevuld.", state.label))
        }
        Some(state) if !state.hint.is_empty() => Some(state.hint.clone()),
        _ => None,
    };
    let choose = {
        let subject = subject.clone();
        Callback::new(move |value| choose(list, scheme, place, subject.clone(), value, saved))
    };
    let follow_up = subject.clone();
    let organisation = subject.clone();
    let papers = subject.clone();
    let id = format!("gebruik-{}", subject.record);
    view! {
        <div class="field">
            <Picker subject field="use".to_owned() legend="Wat doet de bewoner hiermee?".to_owned() options saved id choose />
            {move || remark().map(|words| view! { <p class="hint">{words}</p> })}
            <SavedMark state=saved />
        </div>
        {move || key().filter(|key| WITH_ORGANISATION.contains(&key.as_str())).map(|_| view! {
            <OrganisationInput subject=organisation.clone() field="organisation" scheme=Some(scheme.id.clone()) />
        })}
        {move || key().map(|_| view! { <FormFields subject=follow_up.clone() skip=OWN /> })}
        <Papers scheme subject=papers />
    }
}

/// Keeps a choice and offers to take it back.
fn choose(
    list: List,
    scheme: &'static Scheme,
    place: usize,
    subject: Subject,
    value: Value,
    saved: RwSignal<Saved>,
) {
    let Kit { session, toast, .. } = kit();
    let hint = list.hints.with_untracked(|hints| {
        hints.iter().find(|hint| hint.place == place).map(|hint| hint.verdict.key())
    });
    let (hint, version) = match (&value, hint) {
        (Value::Nothing, _) | (_, None) => (Value::Nothing, Value::Nothing),
        (_, Some(hint)) => (Value::choice(hint), Value::text(list.held.version)),
    };
    let undo = session.device.with_untracked(|device| before(device, &subject));
    let label = value.as_str().and_then(|key| list.held.catalogue.use_state(key));
    let told = label.map_or("antwoord gewist", |state| state.label.as_str());
    let told = format!("{}: {told}", scheme.name);
    saved.set(Saved::Busy);
    let changes = move |device: &Device| {
        let changes = subject.answer(device, "use", value).into_iter();
        let along =
            |change: Change| change.with("hint", hint.clone()).with("catalogue", version.clone());
        changes.map(along).collect()
    };
    spawn_local(async move {
        match session.commit_with(changes).await {
            Ok(()) => {
                saved.try_set(Saved::Kept);
                toast.say(told, vec![undo]);
            }
            Err(error) => {
                saved.try_set(Saved::Failed(error.sentence_nl().to_owned()));
            }
        }
    });
}

/// What gives a record back what it says now.
fn before(device: &Device, subject: &Subject) -> Change {
    let record = device.records().get(subject.record);
    let now = |field: &str| record.and_then(|record| record.get(field)).cloned();
    let change = Change::new(subject.record, subject.kind, subject.worklist);
    CHANGED
        .iter()
        .fold(change, |change, field| change.with(field, now(field).unwrap_or(Value::Nothing)))
}
