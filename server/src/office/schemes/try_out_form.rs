//! The form of "Probeer een huishouden", made from the facts that the catalogue knows.

use super::DAY_FIELD;
use super::try_out::{Filled, MUNICIPALITY, NONE};
use crate::access::SignedIn;
use crate::office::parts::{self, Input, Tone};
use aanbel_shared::scheme::{Catalogue, Day, Fact, FactKind, Unit};
use leptos::prelude::*;

/// What is asked at the door first; amounts, which nobody writes down there, after it.
pub fn form(who: &SignedIn, catalogue: &Catalogue, on: Day, filled: &Filled) -> AnyView {
    let day = on.to_string();
    let facts = |asked: bool| {
        let wanted = move |fact: &&Fact| fact.field.is_some() == asked && fact.id != MUNICIPALITY;
        let fields = catalogue.facts.iter().filter(wanted).map(|fact| field(fact, filled));
        fields.collect_view()
    };
    let more = catalogue
        .facts
        .iter()
        .any(|fact| fact.field.is_none() && (filled.values.contains_key(&fact.id)));
    let together = filled.together.iter().skip(1);
    let together = together.map(|one| view! { <p class="nl-form-field-error">{one.clone()}</p> });
    view! {
        <form class="aanbel-card aanbel-form" method="post" action="/kantoor/regelingen/proberen">
            {parts::csrf(who)}
            <h2>"Het huishouden"</h2>
            <p>"Wat u leeg laat, is niet bekend."</p>
            {together.collect_view()}
            {Input { kind: "date", ..Input::text(DAY_FIELD, "Regels op", &day) }.view()}
            <div class="aanbel-try">{facts(true)}</div>
            <details open=more>
                <summary>"Bedragen en andere gegevens"</summary>
                <div class="aanbel-try">{facts(false)}</div>
            </details>
            <button class="nl-button nl-button--primary" type="submit">"Toon de hints"</button>
        </form>
    }
    .into_any()
}

fn field(fact: &Fact, filled: &Filled) -> AnyView {
    let problem = filled.problems.get(&fact.id).map(String::as_str);
    let options: Vec<(String, String)> = match &fact.kind {
        FactKind::Several(_) => return several(fact, filled, problem),
        FactKind::Whole { .. } | FactKind::Cents { .. } | FactKind::Place => {
            let value = filled.one(&fact.id);
            let hint = hint(&fact.kind);
            let input =
                Input { hint, error: problem, ..Input::text(&fact.id, &fact.question, value) };
            return input.view();
        }
        FactKind::YesNo => [("ja", "Ja"), ("nee", "Nee")]
            .map(|(id, label)| (id.to_owned(), label.to_owned()))
            .to_vec(),
        FactKind::Choice(choices) | FactKind::Band { choices, .. } => {
            choices.iter().map(|one| (one.id.clone(), one.label.clone())).collect()
        }
    };
    let mut all = vec![(String::new(), "Niet bekend".to_owned())];
    all.extend(options);
    view! {
        <div>
            {parts::select(&fact.id, &fact.question, filled.one(&fact.id), all)}
            {problem.map(|text| view! { <p class="nl-form-field-error">{text.to_owned()}</p> })}
        </div>
    }
    .into_any()
}

fn hint(kind: &FactKind) -> &'static str {
    match kind {
        FactKind::Cents { unit: Unit::CentsMonth, .. } => "Euro per maand, zoals 1.234,56.",
        FactKind::Cents { unit: Unit::CentsYear, .. } => "Euro per jaar, zoals 29.500.",
        FactKind::Cents { .. } => "Euro, zoals 8.000.",
        _ => "",
    }
}

fn several(fact: &Fact, filled: &Filled, problem: Option<&str>) -> AnyView {
    let choices = fact.choices().iter().map(|one| (one.id.as_str(), one.label.as_str()));
    let boxes = choices.chain([(NONE, "Geen van deze")]).map(|(id, label)| {
        let checked = filled.has(&fact.id, id);
        view! {
            <label class="nl-radio">
                <input type="checkbox" name=fact.id.clone() value=id.to_owned() checked=checked/>
                <span>{label.to_owned()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="nl-form-field aanbel-choices">
            <legend class="nl-form-label">{fact.question.clone()}</legend>
            {problem.map(|text| view! {
                <p class="nl-form-field-error">{parts::icon(Tone::Bad)}{text.to_owned()}</p>
            })}
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}
