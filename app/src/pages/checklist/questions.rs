//! What to ask next: at most two questions of the household's own form, those that make most hints
//! clear. Answering is all; whoever wants to can pass one over.

use super::super::now::today;
use super::List;
use crate::browser::{js, timing};
use crate::form::{FieldInput, Subject, is_asked};
use crate::kit::{Kit, kit};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::toast::Toast;
use aanbel_shared::form::{Field, Form, Truth};
use aanbel_shared::record::Value;
use aanbel_shared::scheme::{Fact, FactKind, Facts, Given, Household, next_questions};
use aanbel_shared::sync::{Change, Device};
use leptos::html::H3;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

/// At the door one question at a time is enough to look at; a second says what comes.
const SHOWN_MAX: usize = 2;
const MEASURE: &str = "aanbel-questions";

/// A fact by its place in the catalogue.
type Place = usize;

#[component]
pub fn Questions(list: List, household: Subject) -> impl IntoView {
    let passed = RwSignal::new(Vec::<Place>::new());
    let session = kit().session;
    let form = household.form();
    let record = household.record;
    let shown = Memo::new(move |before: Option<&Vec<Place>>| {
        let passed = passed.get();
        list.facts.with(|facts| {
            // Every answer that matters changes the facts, so the phone itself is not followed.
            session.device.with_untracked(|device| {
                let asking = Asking { list, facts, form, record, device, passed: &passed };
                timing::measure(MEASURE, || asking.next(before.map_or(&[], Vec::as_slice)))
            })
        })
    });
    let heading = NodeRef::<H3>::new();
    let toast = kit().toast;
    let told = household.clone();
    Effect::watch(
        move || shown.get(),
        move |now, before, _| {
            let before = before.into_iter().flatten();
            let gone: Vec<Place> = before.filter(|place| !now.contains(place)).copied().collect();
            let answered =
                gone.into_iter().filter(|place| tell(toast, list, &told, *place)).count();
            if answered > 0 {
                focus(heading);
            }
        },
        false,
    );
    let household = StoredValue::new(household);
    drawn(move || {
        let any = shown.with(|shown| !shown.is_empty());
        any.then(|| {
            view! {
                <section class="card card--ask" aria-labelledby="eerst-vragen">
                    <h3 id="eerst-vragen" tabindex="-1" node_ref=heading>"Eerst vragen"</h3>
                    <For each=move || shown.get() key=|place| *place let:place>
                        <Question list household=household.get_value() place passed />
                    </For>
                </section>
            }
        })
    })
}

/// One question, answered in place.
#[component]
fn Question(
    list: List,
    household: Subject,
    place: Place,
    passed: RwSignal<Vec<Place>>,
) -> impl IntoView {
    let fact = list.held.catalogue.facts.get(place)?;
    let field = field_of(fact, household.form()?)?;
    let answered = Memo::new(move |_| list.facts.with(|facts| facts.get(&fact.id).is_some()));
    let pass = move |_| {
        passed.update(|passed| {
            passed.push(place);
        });
    };
    let none_of = matches!(fact.kind, FactKind::Several(_)).then(|| {
        let household = household.clone();
        move || {
            let household = household.clone();
            (!answered.get()).then(
                || view! { <NoneOf household field pass=Callback::new(move |()| pass(())) /> },
            )
        }
    });
    let words = move || if answered.get() { "Klaar" } else { "Sla over" };
    Some(view! {
        <div class="ask">
            <FieldInput subject=household field ahead=false at="vraag-" />
            <p class="ask__foot">
                {none_of}
                <button type="button" class="button--quiet" on:click=handle(move |_| pass(()))>
                    {move || words()}<Symbol icon=Icon::Next />
                </button>
            </p>
        </div>
    })
}

/// Says that nothing of a set is the case.
#[component]
fn NoneOf(household: Subject, field: &'static Field, pass: Callback<()>) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let none = move |_| {
        let subject = household.clone();
        spawn_local(async move {
            let all = move |device: &Device| {
                let mut keys = field.choices.iter().map(|choice| field.element_key(choice));
                let first = keys.next().map(|key| subject.change(device, &key, Value::Bool(false)));
                let rest = |change: Change| {
                    keys.fold(change, |all, key| all.with(&key, Value::Bool(false)))
                };
                first.map(rest).into_iter().collect()
            };
            match session.commit_with(all).await {
                Ok(()) => pass.run(()),
                Err(error) => toast.say(error.sentence_nl(), Vec::new()),
            }
        });
    };
    view! { <button type="button" class="button" on:click=handle(none)>"Geen van deze"</button> }
}

/// What decides the next questions.
struct Asking<'a> {
    list: List,
    facts: &'a Facts,
    form: Option<&'static Form>,
    record: aanbel_shared::record::RecordId,
    device: &'a Device,
    passed: &'a [Place],
}

impl Asking<'_> {
    /// What was begun and is more than one tap stays until it is called done; the best of the others
    /// fill up.
    fn next(&self, before: &[Place]) -> Vec<Place> {
        let facts = &self.list.held.catalogue.facts;
        let best = next_questions(self.list.held.catalogue, self.facts, today(), usize::MAX);
        let place = |fact: &Fact| facts.iter().position(|one| one.id == fact.id);
        let household =
            Household { catalogue: self.list.held.catalogue, facts: self.facts, on: today() };
        // An amount is only said to people of whom it is known which amount counts.
        let asked = best.into_iter().map(|fact| household.first_for(fact).unwrap_or(fact));
        let wanted: Vec<Place> = asked
            .filter_map(place)
            .filter(|place| self.is_open(*place) && self.facts.get(&facts[*place].id).is_none())
            .collect();
        let begun = |place: &&Place| {
            let fact = facts.get(**place);
            let answered = fact.is_some_and(|fact| self.facts.get(&fact.id).is_some());
            answered && fact.is_some_and(takes_time) && self.is_open(**place)
        };
        let mut shown: Vec<Place> = before.iter().filter(begun).copied().collect();
        for place in wanted {
            if shown.len() < SHOWN_MAX && !shown.contains(&place) {
                shown.push(place);
            }
        }
        shown
    }

    /// The form asks it here and now, and nobody passed it over.
    fn is_open(&self, place: Place) -> bool {
        let fact = self.list.held.catalogue.facts.get(place);
        let field = fact.zip(self.form).and_then(|(fact, form)| field_of(fact, form));
        let kept = |name: &str| self.device.records().get(self.record)?.get(name);
        field.is_some_and(|field| {
            let holds = field.when.as_ref().is_none_or(|when| when.holds(kept) == Truth::Yes);
            holds && is_asked(field, self.device) && !self.passed.contains(&place)
        })
    }
}

/// True when one tap is not the whole answer.
fn takes_time(fact: &Fact) -> bool {
    matches!(fact.kind, FactKind::Several(_) | FactKind::Whole { .. })
}

fn field_of(fact: &Fact, form: &'static Form) -> Option<&'static Field> {
    let key = fact.key_in("household")?;
    form.fields().find(|field| field.key == key)
}

/// Says what was answered, with the way back. False when it was passed over, or needs no word.
fn tell(toast: Toast, list: List, household: &Subject, place: Place) -> bool {
    let Some(fact) = list.held.catalogue.facts.get(place) else { return false };
    let answer = list.facts.with_untracked(|facts| match facts.get(&fact.id)? {
        Given::YesNo(true) => Some("ja".to_owned()),
        Given::YesNo(false) => Some("nee".to_owned()),
        Given::Word(word) => Some(fact.choice(word)?.label.clone()),
        Given::Words(_) | Given::Number(_) => None,
    });
    let (Some(answer), Some(key)) = (answer, fact.key_in("household")) else { return false };
    let undo =
        Change::new(household.record, household.kind, household.worklist).with(key, Value::Nothing);
    toast.say(format!("{}: {answer}", fact.label), vec![undo]);
    true
}

/// Gives the heading the focus that the answered question had, without moving the page.
fn focus(heading: NodeRef<H3>) {
    if let Some(heading) = heading.get_untracked() {
        let still = js::object(&[("preventScroll", JsValue::TRUE)]);
        js::call(&heading, "focus", &[&still]);
    }
}
