//! A contradiction as HTML: all answers side by side, and the form that settles it.

use super::Given;
use super::history::subject;
use super::load::Writer;
use super::settle::{choice_key, dot_key, input_kind, seen_key};
use crate::access::SignedIn;
use crate::office::parts::Tone;
use crate::office::{parts, time, values};
use aanbel_shared::record::{Dot, Live, Record, Register};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Records that one page shows.
#[derive(Clone, Copy)]
pub struct Disputed<'a> {
    pub parts: &'a [Record],
    pub writers: &'a BTreeMap<Dot, Writer>,
    /// Where the form of a contradiction goes.
    pub action: &'a str,
}

/// One card per field on which people disagree; nothing when they agree.
pub fn contradictions(
    viewer: &SignedIn,
    shown: Disputed<'_>,
    given: &Given,
    review: bool,
) -> AnyView {
    let cards: Vec<AnyView> = shown
        .parts
        .iter()
        .flat_map(|record| record.contradictions().map(move |found| (record, found)))
        .map(|(record, (field, register))| {
            let problem =
                given.refused.as_ref().filter(|(id, f, _)| *id == record.id && f == field);
            let problem = problem.map(|refused| refused.2);
            let body = body(shown, record, field, register, problem, review);
            if review { form(viewer, shown, record, field, register, body) } else { body }
        })
        .collect();
    (!cards.is_empty())
        .then(|| {
            view! {
                <section class="aanbel-disputes" aria-labelledby="tegenspraak">
                    <h2 id="tegenspraak">"Dit spreekt elkaar tegen"</h2>
                    <p>
                        "Twee mensen schreven iets anders op zonder het van elkaar te weten. \
                         Kies wat geldt. Het andere antwoord blijft in de geschiedenis staan, en \
                         wie het schreef krijgt bericht."
                    </p>
                    {cards.collect_view()}
                </section>
            }
        })
        .into_any()
}

/// All answers to one field. Nothing is `required`: a browser cannot point at a choice that is
/// folded away, so the server says what is missing and `problem` stands here.
fn body(
    shown: Disputed<'_>,
    record: &Record,
    field: &str,
    register: &Register,
    problem: Option<&'static str>,
    review: bool,
) -> AnyView {
    let name = format!("{} · {}", subject(record), values::label(&record.kind, field));
    let sides = register.live().iter().map(|live| side(shown, record, field, live, review));
    let rest = review.then(|| rest_of_form(record, field, register));
    view! {
        <fieldset class="aanbel-dispute">
            <legend>{name}</legend>
            {problem.map(|sentence| view! {
                <p class="nl-form-field-error">{parts::icon(Tone::Bad)}{sentence}</p>
            })}
            <div class="aanbel-dispute__sides">{sides.collect_view()}</div>
            {rest}
        </fieldset>
    }
    .into_any()
}

fn form(
    viewer: &SignedIn,
    shown: Disputed<'_>,
    record: &Record,
    field: &str,
    register: &Register,
    body: AnyView,
) -> AnyView {
    view! {
        <form method="post" action=shown.action.to_owned()>
            {parts::csrf(viewer)}
            <input type="hidden" name="record" value=record.id.to_string()/>
            <input type="hidden" name="field" value=field.to_owned()/>
            <input type="hidden" name="seen" value=seen_key(register)/>
            {body}
        </form>
    }
    .into_any()
}

/// One answer with who gave it.
fn side(shown: Disputed<'_>, record: &Record, field: &str, live: &Live, review: bool) -> AnyView {
    let text = values::text(&record.kind, field, &live.value);
    let who = shown
        .writers
        .get(&live.dot)
        .map(|writer| format!("{}, {}", writer.person, writer.phone))
        .unwrap_or_default();
    let what = view! {
        <span class="aanbel-side__value">{text}</span>
        <span class="aanbel-side__who">{who}</span>
        <time class="aanbel-side__who" datetime=time::machine(live.at_ms)>{time::moment(live.at_ms)}</time>
    };
    if review {
        view! {
            <label class="aanbel-side">
                <input type="radio" name="choice" value=format!("houd:{}", dot_key(live))/>
                {what}
            </label>
        }
        .into_any()
    } else {
        view! { <div class="aanbel-side">{what}</div> }.into_any()
    }
}

/// Another answer than those that were given, and the button.
fn rest_of_form(record: &Record, field: &str, register: &Register) -> AnyView {
    let kind = record.kind.as_str();
    let given: Vec<_> = register.live().iter().map(|live| &live.value).collect();
    let others: Vec<_> =
        values::choices(kind, field).into_iter().filter(|(v, _)| !given.contains(&v)).collect();
    let radios = others
        .into_iter()
        .map(|(value, text)| {
            let key = format!("kies:{}", choice_key(&value));
            view! {
                <label class="nl-radio">
                    <input type="radio" name="choice" value=key/>
                    <span>{text}</span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    let typed = input_kind(kind, field).map(|input| {
        let id = format!("anders-{}-{field}", record.id);
        view! {
            <label class="nl-radio">
                <input type="radio" name="choice" value="anders"/>
                <span>"Iets anders"</span>
            </label>
            <label class="nl-form-label" for=id.clone()>"Wat dan?"</label>
            <input class="nl-text-input" id=id name="other" type=input autocomplete="off"/>
        }
    });
    let any = !radios.is_empty() || typed.is_some();
    view! {
        {any.then(|| view! {
            <details class="aanbel-dispute__other">
                <summary>"Geen van beide klopt"</summary>
                <div class="aanbel-dispute__choices">{radios} {typed}</div>
            </details>
        })}
        <button class="nl-button nl-button--primary" type="submit">"Dit geldt"</button>
    }
    .into_any()
}
