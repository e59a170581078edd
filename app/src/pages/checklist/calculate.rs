//! Where a hint hangs on exact amounts: they are typed, compared on the screen, and forgotten.

use super::super::now::today;
use super::List;
use crate::ui::prelude::*;
use aanbel_shared::scheme::{Given, Household, Scheme, cents_of, euros};
use leptos::html::Form;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Nothing for a scheme that computes nothing.
#[component]
pub fn Calculate(list: List, scheme: &'static Scheme) -> impl IntoView {
    let catalogue = list.held.catalogue;
    let (version, standing) = scheme.on(today());
    let asked = version.and_then(|version| version.formula()).filter(|_| !standing.is_grey())?;
    let asked: Vec<_> = asked.amounts().iter().filter_map(|id| catalogue.fact(id)).collect();
    let open = RwSignal::new(false);
    let told = RwSignal::new(None::<String>);
    let form = NodeRef::<Form>::new();
    let names: Vec<&'static str> = asked.iter().map(|fact| fact.id.as_str()).collect();
    let compare = StoredValue::new(move || {
        let form = form.get_untracked()?;
        let mut amounts = Vec::new();
        for name in &names {
            let field: HtmlInputElement =
                form.query_selector(&format!("[name={name}]")).ok()??.dyn_into().ok()?;
            let cents = cents_of(&field.value());
            field.set_value("");
            amounts.push((*name, cents?));
        }
        Some(amounts)
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = match compare.with_value(|compare| compare()) {
            Some(amounts) => told_of(list, scheme, &amounts),
            None => "Vul bij elke vraag een bedrag in, bijvoorbeeld 1703,35.".to_owned(),
        };
        told.set(Some(words));
    };
    let asked = StoredValue::new(asked);
    let fields = move || {
        let fields = asked.get_value().into_iter();
        fields.map(|fact| {
            let id = format!("reken-{}", fact.id);
            view! {
                <label class="question" for=id.clone()>{format!("{} in euro's", fact.label)}</label>
                <p class="hint">{fact.question.as_str()}</p>
                <input class="input" type="text" id=id name=fact.id.as_str() inputmode="decimal" autocomplete="off" maxlength="14" />
            }
        })
        .collect_view()
    };
    Some(view! {
        <div class="compare">
            <button type="button" class="button--quiet" aria-expanded=move || open.get().to_string()
                on:click=handle(move |_| { told.set(None); open.update(|open| *open = !*open) })>
                "Uitrekenen met bedragen"
            </button>
            {move || open.get().then(|| view! {
                <form class="sheet" node_ref=form on:submit=handle(submit)>
                    <p class="hint">"Alleen om te vergelijken. De bedragen worden niet bewaard en niet verstuurd."</p>
                    {move || fields()}
                    <button type="submit" class="button">"Reken uit en vergeet"</button>
                </form>
            })}
            <p role="status">{move || told.get()}</p>
        </div>
    })
}

/// What the rule says with these amounts.
fn told_of(list: List, scheme: &'static Scheme, amounts: &[(&str, i64)]) -> String {
    let catalogue = list.held.catalogue;
    list.facts.with_untracked(|facts| {
        let facts = amounts.iter().fold(facts.clone(), |facts, (id, cents)| {
            facts.with(catalogue, id, Given::Number(*cents))
        });
        let hint = Household { catalogue, facts: &facts, on: today() }.hint(scheme);
        let verdict = hint.verdict.name_nl().to_lowercase();
        match hint.monthly_cents.filter(|cents| *cents > 0) {
            Some(cents) => {
                format!(
                    "Met deze bedragen: {verdict}, misschien ongeveer {} per maand.",
                    euros(cents)
                )
            }
            None => format!("Met deze bedragen: {verdict}. {}", hint.line(catalogue)),
        }
    })
}
