//! The checklist: every scheme of the catalogue in its group, and what the household does with it.

use crate::form::{FormFields, Picker, Subject};
use crate::kit::kit;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::scheme::{Catalogue, Day, Group, Scheme, Standing, catalogue};
use leptos::prelude::*;
use std::sync::OnceLock;

/// Whose schemes are shown. One municipality per installation until turfs say their own.
const SCOPE: &str = "GM0034";

pub(super) fn schemes() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| catalogue(SCOPE))
}

/// The day the catalogue was compiled, for "Dit toestel".
pub fn compiled_on() -> String {
    schemes().compiled_on.map(Day::dutch).unwrap_or_default()
}

fn today() -> Day {
    Day::of_instant(crate::browser::clock::now_ms())
}

#[component]
pub fn Checklist(household: RecordId, worklist: WorklistId) -> impl IntoView {
    let groups = schemes()
        .checklist(today())
        .into_iter()
        .map(|(group, schemes)| {
            let checks = schemes.into_iter().map(|scheme| Check::of(scheme, household, worklist));
            let checks: Vec<Check> = checks.collect();
            view! { <SchemeGroup group checks /> }
        })
        .collect_view();
    view! {
        <p class="hint">"Open een groep. Kies bij elke regeling wat de bewoner ermee doet. Overslaan mag."</p>
        {groups}
    }
}

/// One scheme for this household.
#[derive(Clone, PartialEq)]
struct Check {
    scheme: &'static Scheme,
    subject: Subject,
}

impl Check {
    /// Its id follows from household and scheme, so that two phones arrive at one record.
    fn of(scheme: &'static Scheme, household: RecordId, worklist: WorklistId) -> Self {
        let id = RecordId::from_parts(household.0, &scheme.id);
        let subject = Subject::new(id, "scheme_check", worklist)
            .with_base("household", Value::Reference(household))
            .with_base("scheme", Value::choice(&scheme.id));
        Check { scheme, subject }
    }
}

/// Its schemes are drawn when it is opened: a closed page of thirty choices opens at once.
#[component]
fn SchemeGroup(group: &'static Group, checks: Vec<Check>) -> impl IntoView {
    let session = kit().session;
    let opened = RwSignal::new(false);
    let ids: Vec<RecordId> = checks.iter().map(|check| check.subject.record).collect();
    let all = ids.len();
    let discussed = Memo::new(move |_| {
        session.device.with(|device| {
            let records = device.records();
            let used =
                |id: &&RecordId| records.get(**id).is_some_and(|one| one.str("use").is_some());
            ids.iter().filter(used).count()
        })
    });
    let checks = StoredValue::new(checks);
    let inside = move || {
        opened.get().then(|| {
            let items = checks.get_value().into_iter();
            items.map(|check| view! { <SchemeCheck check /> }).collect_view()
        })
    };
    view! {
        <details class="scheme-group" on:toggle=move |_| opened.set(true)>
            <summary>
                <span>{group.label.as_str()}</span>
                <span class="scheme-group__count">{move || format!("{} van {all}", discussed.get())}</span>
            </summary>
            {inside}
        </details>
    }
}

#[component]
fn SchemeCheck(check: Check) -> impl IntoView {
    let session = kit().session;
    let Check { scheme, subject } = check;
    let saved = RwSignal::new(Saved::Idle);
    let open = RwSignal::new(false);
    let chosen = subject.value(session, "use".into());
    let state = Memo::new(move |_| {
        chosen.with(|value| {
            let key = value.as_ref()?.as_str()?;
            schemes().use_state(key).map(|state| state.label.as_str())
        })
    });
    let panel = format!("paneel-{}", subject.record);
    let controls = panel.clone();
    let inside = {
        let subject = subject.clone();
        move || {
            open.get().then(|| view! { <UsePicker subject=subject.clone() scheme saved chosen /> })
        }
    };
    view! {
        <article class="scheme">
            <h3 class="scheme__name">{scheme.name.as_str()}</h3>
            <p class="scheme__line">{scheme.line.as_str()}</p>
            {(scheme.on(today()).1 == Standing::Unconfirmed).then(|| view! {
                <p class="remark"><Symbol icon=Icon::Question />"Niet zeker of deze regeling er nu is. Vraag het na."</p>
            })}
            <button type="button" class="scheme__state" class:scheme__state--set=move || state.get().is_some()
                aria-expanded=move || open.get().to_string() aria-controls=controls
                on:click=move |_| open.update(|open| *open = !*open)>
                {move || state.get().unwrap_or("Nog niet besproken")}
                <Symbol icon=Icon::Next />
            </button>
            <div id=panel>{inside}</div>
            <SavedMark state=saved />
        </article>
    }
}

/// What a volunteer may choose, and the questions that follow from it.
#[component]
fn UsePicker(
    subject: Subject,
    scheme: &'static Scheme,
    saved: RwSignal<Saved>,
    chosen: Memo<Option<Value>>,
) -> impl IntoView {
    let at_door = schemes().use_states.iter().filter(|state| state.at_door);
    let options = at_door.map(|state| (state.id.clone(), state.label.clone())).collect::<Vec<_>>();
    let hint = move || {
        chosen.with(|value| {
            let key = value.as_ref()?.as_str()?;
            schemes()
                .use_state(key)
                .map(|state| state.hint.as_str())
                .filter(|hint| !hint.is_empty())
        })
    };
    let by_office = move || {
        chosen.with(|value| {
            let key = value.as_ref().and_then(|value| value.as_str());
            key.and_then(|key| schemes().use_state(key)).is_some_and(|state| !state.at_door)
        })
    };
    let id = format!("gebruik-{}", subject.record);
    let follow_up = subject.clone();
    view! {
        {move || by_office().then(|| view! { <p class="remark">"Dit is door het kantoor ingevuld."</p> })}
        <Picker subject field="use".to_owned() legend=format!("Wat doet de bewoner met {}?", scheme.name)
            options saved id quiet=true />
        {move || hint().map(|hint| view! { <p class="hint">{hint}</p> })}
        {move || chosen.with(Option::is_some).then(|| {
            view! { <FormFields subject=follow_up.clone() skip=&["scheme", "use"] /> }
        })}
    }
}
