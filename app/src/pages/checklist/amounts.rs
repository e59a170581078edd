//! Amounts beside the bands of the household's form: what each choice means in euros for these
//! people, and a place to type an amount that chooses the band and is forgotten at once.

use super::super::now::today;
use crate::form::{Beside, Subject};
use crate::kit::kit;
use crate::schemes::Held;
use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use aanbel_shared::form::Field;
use aanbel_shared::record::Value;
use aanbel_shared::scheme::{Fact, FactChoice, Facts, Household, Placed, cents_of};
use leptos::html::Input;

/// The household under the rules that this phone holds.
#[derive(Clone, PartialEq)]
struct Known {
    held: Held,
    facts: Facts,
}

impl Known {
    fn household(&self) -> Household<'_> {
        Household { catalogue: self.held.catalogue, facts: &self.facts, on: today() }
    }

    fn band(&self, field: &Field) -> Option<&'static Fact> {
        let facts = self.held.catalogue.facts.iter();
        facts.into_iter().find(|fact| fact.key_in("household") == Some(field.key.as_str()))
    }
}

/// What to provide around the fields of this household.
pub fn beside_bands(household: &Subject) -> Beside {
    let (session, held, record) = (kit().session, kit().schemes.held, household.record);
    let known = Memo::new(move |_| {
        let held = held.get()?;
        let facts = session.device.with(|device| {
            let record = device.records().get(record);
            Facts::of_form(held.catalogue, "household", |key| record?.get(key).cloned())
        });
        Some(Known { held, facts })
    });
    let line = move |(field, key): (&'static Field, String)| {
        known.with(|known| {
            let known = known.as_ref()?;
            let choice = known.band(field)?.choices().iter().find(|one| one.form_choice == key)?;
            known.household().choice_words(choice)
        })
    };
    let subject = household.clone();
    let below = move |(field, saved): (&'static Field, RwSignal<Saved>)| {
        let subject = subject.clone();
        let is_there = move || known.with(|known| known.as_ref().and_then(|one| one.band(field)));
        drawn(move || {
            is_there().map(|band| {
                view! { <Compare subject=subject.clone() field band known saved /> }
            })
        })
    };
    Beside { line: Callback::new(line), below: Callback::new(below) }
}

/// Why there is no amount to compare with.
fn obstacle_nl(placed: Placed) -> Option<&'static str> {
    match placed {
        Placed::In(_) => None,
        Placed::TooClose => Some(
            "Dit ligt te dicht bij een grens. Reken het bedrag met vakantiegeld uit, of kies zelf.",
        ),
        Placed::HouseholdUnknown => {
            Some("Vul eerst in met wie en hoe oud. Dan staan de bedragen hierbij.")
        }
        Placed::NotCurrent => {
            Some("De bedragen voor vandaag staan niet in de regels op dit toestel.")
        }
    }
}

#[component]
fn Compare(
    subject: Subject,
    field: &'static Field,
    band: &'static Fact,
    known: Memo<Option<Known>>,
    saved: RwSignal<Saved>,
) -> impl IntoView {
    let session = kit().session;
    let open = RwSignal::new(false);
    let told = RwSignal::new(None::<String>);
    let place = move |cents, with| {
        known.with(|known| {
            let known = known.as_ref()?;
            let facts = known.facts.clone();
            let household = Household { facts: &facts, ..known.household() };
            Some(match household.place(band, cents, with) {
                Placed::In(choice) => Ok(band.choice(&choice.id)?),
                other => Err(obstacle_nl(other).unwrap_or_default()),
            })
        })
    };
    let obstacle = move || place(0, true).and_then(Result::err);
    let chosen = Callback::new(move |(cents, with): (Option<i64>, bool)| {
        let Some(cents) = cents else {
            return told.set(Some("Vul een bedrag in, bijvoorbeeld 1703,35.".to_owned()));
        };
        match place(cents, with) {
            Some(Ok(choice)) => {
                open.set(false);
                told.set(Some(chosen_nl(field, choice)));
                subject.save(session, &field.key, Value::choice(&choice.form_choice), saved);
            }
            Some(Err(sentence)) => told.set(Some(sentence.to_owned())),
            None => {}
        }
    });
    view! {
        <div class="compare">
            {move || match obstacle() {
                Some(sentence) => view! { <p class="hint">{sentence}</p> },
                None => view! {
                    <button type="button" class="button--quiet" aria-expanded=move || open.get().to_string()
                        on:click=handle(move |_| { told.set(None); open.update(|open| *open = !*open) })>
                        "Bedrag vergelijken"
                    </button>
                    {move || open.get().then(|| view! { <Sheet band subject_id=field.key.clone() chosen /> })}
                },
            }}
            <p class="hint" role="status">{move || told.get()}</p>
        </div>
    }
}

fn chosen_nl(field: &Field, choice: &FactChoice) -> String {
    let label = field.choice(&choice.form_choice).map_or("", |one| one.label.as_str());
    format!("Gekozen: {label}. Het bedrag is niet bewaard.")
}

/// Where an amount is typed. It stands in the field alone: it is read once, and wiped by that.
#[component]
fn Sheet(
    band: &'static Fact,
    subject_id: String,
    chosen: Callback<(Option<i64>, bool)>,
) -> impl IntoView {
    let amount = NodeRef::<Input>::new();
    let with = RwSignal::new(true);
    let compare = move || {
        let Some(field) = amount.get_untracked() else { return };
        let cents = cents_of(&field.value());
        field.set_value("");
        chosen.run((cents, with.get_untracked()));
    };
    let id = format!("bedrag-{subject_id}");
    let group = format!("vakantiegeld-{subject_id}");
    let holiday_pay = band.is_net_income().then(|| {
        let radios =
            [(true, "Met vakantiegeld"), (false, "Zonder vakantiegeld")].map(|(is, label)| {
                view! {
                    <label class="choice">
                        <input type="radio" autocomplete="off" name=group.clone() prop:checked=move || with.get() == is
                            on:change=handle(move |_| with.set(is)) />
                        <span class="choice__label">{label}</span>
                    </label>
                }
            });
        view! {
            <fieldset class="choices">
                <legend class="visually-hidden">"Is dat met vakantiegeld?"</legend>
                <div class="choices__list">{radios.into_iter().collect_view()}</div>
            </fieldset>
        }
    });
    view! {
        <form class="sheet" on:submit=handle(move |event: leptos::ev::SubmitEvent| { event.prevent_default(); compare() })>
            <label class="question" for=id.clone()>{format!("{} in euro's", band.label)}</label>
            <p class="hint">"Alleen om te vergelijken. Het bedrag wordt niet bewaard en niet verstuurd."</p>
            <input class="input" type="text" id=id inputmode="decimal" autocomplete="off" maxlength="14" node_ref=amount />
            {holiday_pay}
            <button type="submit" class="button">"Vergelijk en vergeet"</button>
        </form>
    }
}
