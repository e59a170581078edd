//! Choosing: one of several, several of several, yes or no. Large, and every choice can be undone.

use super::as_kept::tick_as_kept;
use super::subject::Subject;
use crate::kit::kit;
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::Field;
use aanbel_shared::record::Value;
use leptos::html::Input;

/// One of several. `options` are keys with labels; the chosen key is kept as a choice.
#[component]
pub fn Picker(
    subject: Subject,
    field: String,
    legend: String,
    options: Vec<(String, String)>,
    saved: RwSignal<Saved>,
    id: String,
    #[prop(optional_no_strip)] hint: Option<String>,
    /// The legend is for a screen reader alone, because the question stands above already.
    #[prop(optional)]
    quiet: bool,
    /// Keeps the choice in another way than by itself.
    #[prop(optional)]
    choose: Option<Callback<Value>>,
    /// What a choice means here, by its key.
    #[prop(optional_no_strip)]
    line: Option<Callback<String, Option<String>>>,
) -> impl IntoView {
    let session = kit().session;
    let kept = subject.value(session, field.clone());
    let chosen = move || kept.with(|value| value.as_ref()?.as_str().map(str::to_owned));
    let by_itself = move |value: Value| subject.save(session, &field, value, saved);
    let choose = choose.unwrap_or_else(|| Callback::new(by_itself));
    let radios = options
        .into_iter()
        .map(|(key, label)| {
            let (mine, on_pick) = (key.clone(), Value::Choice(key.clone()));
            let checked = Memo::new(move |_| chosen().as_deref() == Some(mine.as_str()));
            let line = line.map(|line| {
                let key = key.clone();
                Signal::derive(move || line.run(key.clone()))
            });
            view! { <Radio group=id.clone() key=key label checked saved line pick=move || choose.run(on_pick.clone()) /> }
        })
        .collect_view();
    let clear = move || {
        kept.with(Option::is_some)
            .then(|| view! { <Clear clear=move || choose.run(Value::Nothing) /> })
    };
    view! {
        <fieldset class="choices">
            <legend class=if quiet { "visually-hidden" } else { "question" }>{legend}</legend>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <div class="choices__list">{radios}</div>
            {move || clear()}
        </fieldset>
    }
}

#[component]
fn Radio(
    group: String,
    key: String,
    label: String,
    checked: Memo<bool>,
    saved: RwSignal<Saved>,
    pick: impl Fn() + 'static,
    #[prop(optional_no_strip)] line: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let drawn = NodeRef::<Input>::new();
    tick_as_kept(drawn, checked, saved);
    view! {
        <label class="choice">
            <input
                node_ref=drawn
                autocomplete="off"
                type="radio"
                name=group
                value=key
                prop:checked=move || checked.get()
                on:change=handle(move |_| pick())
            />
            <span class="choice__label">
                <span>
                    {label}
                    {line.map(|line| move || line.get().map(|line| view! { <small>{line}</small> }))}
                </span>
            </span>
        </label>
    }
}

#[component]
fn Clear(clear: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button type="button" class="button--quiet choices__clear" on:click=handle(move |_| clear())>
            "Antwoord wissen"
        </button>
    }
}

/// Yes or no, kept as a boolean.
#[component]
pub fn YesNo(
    subject: Subject,
    field: &'static Field,
    saved: RwSignal<Saved>,
    id: String,
) -> impl IntoView {
    let session = kit().session;
    let kept = subject.value(session, field.key.clone());
    let choose = Callback::new(move |value: Value| subject.save(session, &field.key, value, saved));
    let radios = [(true, "Ja"), (false, "Nee")].map(|(answer, label)| {
        let checked = Memo::new(move |_| {
            kept.with(|value| value.as_ref().and_then(Value::as_bool) == Some(answer))
        });
        let pick = move || choose.run(Value::Bool(answer));
        view! { <Radio group=id.clone() key=label.to_lowercase() label=label.to_owned() checked saved pick /> }
    });
    let clear = move || {
        kept.with(Option::is_some)
            .then(|| view! { <Clear clear=move || choose.run(Value::Nothing) /> })
    };
    view! {
        <fieldset class="choices">
            <legend class="question">{field.label.clone()}</legend>
            {field.hint.clone().map(|hint| view! { <p class="hint">{hint}</p> })}
            <div class="choices__list">{radios.into_iter().collect_view()}</div>
            {move || clear()}
        </fieldset>
    }
}

/// Several of several: one boolean per choice, so that two people can each add one.
#[component]
pub fn SetPicker(
    subject: Subject,
    field: &'static Field,
    saved: RwSignal<Saved>,
    id: String,
) -> impl IntoView {
    let session = kit().session;
    let boxes = field
        .choices
        .iter()
        .map(|choice| {
            let (key, subject) = (field.element_key(choice), subject.clone());
            let kept = subject.value(session, key.clone());
            let checked = Memo::new(move |_| {
                kept.with(|value| value.as_ref().and_then(Value::as_bool) == Some(true))
            });
            let toggle = move |event| {
                let ticked = event_target_checked(&event);
                subject.save(session, &key, Value::Bool(ticked), saved);
            };
            let drawn = NodeRef::<Input>::new();
            tick_as_kept(drawn, checked, saved);
            view! {
                <label class="choice">
                    <input
                        node_ref=drawn
                        autocomplete="off"
                        type="checkbox"
                        name=format!("{id}.{}", choice.key)
                        prop:checked=move || checked.get()
                        on:change=handle(toggle)
                    />
                    <span class="choice__label">{choice.label.clone()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choices">
            <legend class="question">{field.label.clone()}</legend>
            {field.hint.clone().map(|hint| view! { <p class="hint">{hint}</p> })}
            <div class="choices__list">{boxes}</div>
        </fieldset>
    }
}
