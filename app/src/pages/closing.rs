//! How a case ends, and how it begins again: each with its reason and its day.

use super::now::moment;
use crate::browser::clock;
use crate::form::words;
use crate::kit::{Kit, kit};
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use aanbel_shared::form::Forms;
use aanbel_shared::record::{Record, RecordId, Value, WorklistId};
use aanbel_shared::sync::Change;
use leptos::task::spawn_local;

/// The server says so when the resident took back her consent; then there is nobody to go to.
const CONSENT_WITHDRAWN: &str = "consent_withdrawn";

/// How a case stands, as far as its end goes.
#[derive(Clone, PartialEq)]
struct Course {
    closed: bool,
    words: Option<String>,
    withdrawn: bool,
}

fn course(case: &Record) -> Course {
    let on = |field| case.date(field).map(clock::day_nl).unwrap_or_default();
    let why =
        |field| case.str(field).map(|key| words::choice("case", field, key)).unwrap_or_default();
    let closed = case.bool("closed") == Some(true);
    let words = match (closed, case.get("reopened_on").is_some()) {
        (true, _) => Some(format!("Afgesloten op {}: {}.", on("closed_on"), why("result"))),
        (false, true) => {
            Some(format!("Heropend op {}: {}.", on("reopened_on"), why("reopened_why")))
        }
        (false, false) => None,
    };
    Course { closed, words, withdrawn: case.str("result") == Some(CONSENT_WITHDRAWN) }
}

#[component]
pub fn Closing(case: RecordId) -> impl IntoView {
    let session = kit().session;
    let course =
        Memo::new(move |_| session.device.with(|device| device.records().get(case).map(course)));
    move || {
        let course = course.get()?;
        let told =
            course.words.map(|words| view! { <Banner tone=Tone::Info><p>{words}</p></Banner> });
        let withdrawn = course.closed && course.withdrawn;
        // Apart from each other, so that one that was unfolded does not leave the next unfolded.
        let gone = withdrawn.then(|| view! {
            <p class="hint">"De bewoner heeft de toestemming ingetrokken. Heropenen kan niet."</p>
        });
        let reopen = (course.closed && !withdrawn).then(|| {
            view! {
                <Step case field="reopened_why" title="Dossier heropenen" action="Heropenen" />
            }
        });
        let close = (!course.closed).then(|| {
            view! {
                <Step case field="result" title="Dossier afsluiten" action="Afsluiten" />
            }
        });
        Some(view! { {told} {gone} {reopen} {close} })
    }
}

/// Closing or opening again: nothing without a reason.
#[component]
fn Step(
    case: RecordId,
    field: &'static str,
    title: &'static str,
    action: &'static str,
) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let reason = RwSignal::new(String::new());
    let asked = RwSignal::new(false);
    let id = format!("{case}-{field}");
    let known = Forms::built_in().form("case").and_then(|form| form.field(field));
    let choices = known.map(|known| known.field().choices.as_slice()).unwrap_or_default();
    let options = choices
        .iter()
        .filter(|choice| choice.key != CONSENT_WITHDRAWN)
        .map(|choice| view! { <option value=choice.key.as_str()>{choice.label.as_str()}</option> })
        .collect_view();
    let go = move |_| {
        let key = reason.get_untracked();
        asked.set(key.is_empty());
        if key.is_empty() {
            return;
        }
        let change = step(case, field, key, moment(session).day);
        spawn_local(async move {
            if let Err(error) = session.commit(vec![change]).await {
                toast.say(error.sentence_nl(), Vec::new());
            }
        });
    };
    view! {
        <details class="card">
            <summary>{title}</summary>
            <div class="field">
                <label class="question" for=id.clone()>"Waarom?"</label>
                <select class="input" autocomplete="off" id=id on:change=handle(move |event| {
                    reason.set(event_target_value(&event));
                    asked.set(false);
                })>
                    <option value="">"Kies een reden"</option>
                    {options}
                </select>
                {move || asked.get().then(|| view! {
                    <p class="remark remark--bad" role="alert">"Kies eerst een reden."</p>
                })}
            </div>
            <button type="button" class="button button--wide" on:click=handle(go)>{action}</button>
        </details>
    }
}

/// `field` says which step: what was asked for the other one is no longer so.
fn step(case: RecordId, field: &'static str, key: String, today: i32) -> Change {
    let change = Change::new(case, "case", WorklistId(case.0)).with(field, Value::Choice(key));
    if field == "result" {
        return change.with("closed", Value::Bool(true)).with("closed_on", Value::Date(today));
    }
    change
        .with("closed", Value::Bool(false))
        .with("reopened_on", Value::Date(today))
        .with("closed_on", Value::Nothing)
        .with("result", Value::Nothing)
}
