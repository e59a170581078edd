//! What an application needs, to tick off. The names that are ready are kept, not their places in a
//! list, so that a newer catalogue cannot turn one paper into another.

use crate::form::{Subject, tick_as_kept};
use crate::kit::kit;
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use aanbel_shared::record::Value;
use aanbel_shared::scheme::Scheme;
use leptos::html::Input;

#[component]
pub fn Papers(scheme: &'static Scheme, subject: Subject) -> impl IntoView {
    let session = kit().session;
    let saved = RwSignal::new(Saved::Idle);
    let kept = subject.value(session, "papers".into());
    let boxes = scheme
        .documents
        .iter()
        .map(|paper| {
            let subject = subject.clone();
            let ready = Memo::new(move |_| kept.with(|kept| has(kept.as_ref(), paper)));
            let toggle = move |event| {
                let is_ready = event_target_checked(&event);
                let make = move |kept: Option<&Value>| with(kept, paper, is_ready);
                subject.save_made(session, "papers", make, saved);
            };
            let drawn = NodeRef::<Input>::new();
            tick_as_kept(drawn, ready, saved);
            view! {
                <label class="choice">
                    <input node_ref=drawn type="checkbox" autocomplete="off" prop:checked=move || ready.get() on:change=handle(toggle) />
                    <span class="choice__label">{capital(paper)}</span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    (!boxes.is_empty()).then(|| {
        view! {
            <div class="field">
                <fieldset class="choices">
                    <legend class="question">"Papieren die klaarliggen"</legend>
                    <div class="choices__list choices__list--one">{boxes}</div>
                </fieldset>
                <SavedMark state=saved />
            </div>
        }
    })
}

fn lines(kept: Option<&Value>) -> impl Iterator<Item = &str> {
    kept.and_then(Value::as_str).unwrap_or_default().lines()
}

fn has(kept: Option<&Value>, paper: &str) -> bool {
    lines(kept).any(|line| line == paper)
}

/// What is kept, with or without one paper.
fn with(kept: Option<&Value>, paper: &str, ready: bool) -> Value {
    let mut papers: Vec<&str> = lines(kept).filter(|line| *line != paper).collect();
    papers.extend(Some(paper).filter(|_| ready));
    if papers.is_empty() { Value::Nothing } else { Value::text(papers.join("\n")) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
