//! One visit as HTML: on top what the office can do, then what happened, then how it came about.

use super::facts;
use super::history::{Fate, Line, Step, steps, subject};
use super::load::Loaded;
use super::settle::{choice_key, dot_key, input_kind, seen_key};
use crate::access::SignedIn;
use crate::office::parts::{self, Tone};
use crate::office::{time, values};
use aanbel_shared::programme::Capability;
use aanbel_shared::record::{Live, Record, Register};
use leptos::prelude::*;

/// The whole content of the page.
pub fn content(viewer: &SignedIn, loaded: &Loaded) -> AnyView {
    let review = viewer.may(Capability::Review);
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/bezoeken">"Bezoeken"</a></p>
        {parts::heading(loaded.address(), lead(loaded), badges(loaded))}
        {contradictions(viewer, loaded, review)}
        <div class="aanbel-columns">
            <div class="aanbel-columns__main">{facts::sections(loaded)} {history(loaded)}</div>
            <aside class="aanbel-columns__side" aria-label="Wat u kunt doen">
                {review.then(|| mark(viewer, loaded))}
                {questions(viewer, loaded, review)}
                {place(loaded)}
            </aside>
        </div>
    }
    .into_any()
}

fn lead(loaded: &Loaded) -> String {
    let attempt = loaded.part("attempt");
    let at = attempt.and_then(|attempt| attempt.instant("at")).map(time::moment);
    let result = attempt
        .and_then(|attempt| attempt.str("result"))
        .map(|result| values::choice_text("attempt", "result", result));
    let who = attempt
        .and_then(|attempt| loaded.entries.iter().find(|entry| entry.op.record == attempt.id))
        .and_then(|entry| loaded.writers.get(&entry.op.dot))
        .map(|writer| writer.person.clone());
    [result, at, who].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn badges(loaded: &Loaded) -> AnyView {
    let withdrawn = loaded.get(loaded.attempt).is_some_and(Record::is_withdrawn);
    view! {
        {withdrawn.then(|| parts::badge(Tone::Bad, "Ongedaan gemaakt"))}
        {loaded.contradicts().then(|| parts::badge(Tone::Warn, "Tegenspraak"))}
        {if loaded.is_reviewed() {
            parts::badge(Tone::Good, "Nagekeken")
        } else {
            parts::badge(Tone::Neutral, "Nog nakijken")
        }}
    }
    .into_any()
}

fn contradictions(viewer: &SignedIn, loaded: &Loaded, review: bool) -> AnyView {
    let cards: Vec<AnyView> = loaded
        .parts
        .iter()
        .flat_map(|record| record.contradictions().map(move |found| (record, found)))
        .map(|(record, (field, register))| {
            contradiction(viewer, loaded, record, field, register, review)
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

fn contradiction(
    viewer: &SignedIn,
    loaded: &Loaded,
    record: &Record,
    field: &str,
    register: &Register,
    review: bool,
) -> AnyView {
    let name = format!("{} · {}", subject(record), values::label(&record.kind, field));
    let sides = register.live().iter().map(|live| side(loaded, record, field, live, review));
    let rest = review.then(|| rest_of_form(&record.kind, field, register));
    let body = view! {
        <fieldset class="aanbel-dispute">
            <legend>{name}</legend>
            <div class="aanbel-dispute__sides">{sides.collect_view()}</div>
            {rest}
        </fieldset>
    };
    if !review {
        return body.into_any();
    }
    view! {
        <form method="post" action=format!("/kantoor/bezoek/{}/beslissen", loaded.attempt)>
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
fn side(loaded: &Loaded, record: &Record, field: &str, live: &Live, review: bool) -> AnyView {
    let text = values::text(&record.kind, field, &live.value);
    let who = loaded
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
                <input type="radio" name="choice" value=format!("houd:{}", dot_key(live)) required/>
                {what}
            </label>
        }
        .into_any()
    } else {
        view! { <div class="aanbel-side">{what}</div> }.into_any()
    }
}

/// Another answer than those that were given, and the button.
fn rest_of_form(kind: &str, field: &str, register: &Register) -> AnyView {
    let given: Vec<_> = register.live().iter().map(|live| &live.value).collect();
    let others: Vec<_> =
        values::choices(kind, field).into_iter().filter(|(v, _)| !given.contains(&v)).collect();
    let radios = others
        .into_iter()
        .map(|(value, text)| {
            let key = format!("kies:{}", choice_key(&value));
            view! {
                <label class="nl-radio">
                    <input type="radio" name="choice" value=key required/>
                    <span>{text}</span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    let typed = input_kind(kind, field).map(|input| {
        let id = format!("anders-{field}");
        view! {
            <label class="nl-radio">
                <input type="radio" name="choice" value="anders" required/>
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

fn mark(viewer: &SignedIn, loaded: &Loaded) -> AnyView {
    let done = loaded.is_reviewed();
    view! {
        <section class="aanbel-card">
            <h2>"Nakijken"</h2>
            <p>
                {if done {
                    "Kantoor heeft dit bezoek nagekeken."
                } else {
                    "Klopt wat hier staat? Markeer het bezoek dan als nagekeken."
                }}
            </p>
            <form method="post" action=format!("/kantoor/bezoek/{}/nagekeken", loaded.attempt)>
                {parts::csrf(viewer)}
                <input type="hidden" name="reviewed" value=if done { "nee" } else { "ja" }/>
                <button
                    class=if done { "nl-button nl-button--secondary" } else { "nl-button nl-button--primary" }
                    type="submit"
                >
                    {if done { "Toch nog nakijken" } else { "Nagekeken" }}
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn questions(viewer: &SignedIn, loaded: &Loaded, review: bool) -> AnyView {
    let asked: Vec<_> = loaded
        .of_kind("question")
        .map(|question| {
            let text = |field| question.str(field).unwrap_or_default().to_owned();
            let answer = text("answered");
            view! {
                <li>
                    <p>{text("asked")}</p>
                    {if answer.is_empty() {
                        parts::badge(Tone::Neutral, "Wacht op antwoord")
                    } else {
                        view! { <p class="aanbel-note">{answer}</p> }.into_any()
                    }}
                </li>
            }
        })
        .collect();
    let form = review.then(|| {
        view! {
            <form method="post" action=format!("/kantoor/bezoek/{}/vraag", loaded.attempt)>
                {parts::csrf(viewer)}
                <div class="nl-form-field">
                    <label class="nl-form-label" for="asked">"Uw vraag"</label>
                    <p class="nl-form-field-description" id="asked-uitleg">
                        "De vraag komt op de telefoon van wie in deze straat loopt. \
                         Schrijf niets over ziekte, afkomst of geloof."
                    </p>
                    <textarea
                        class="nl-textarea"
                        id="asked"
                        name="asked"
                        rows="3"
                        maxlength="2000"
                        required
                        aria-describedby="asked-uitleg"
                    ></textarea>
                </div>
                <button class="nl-button nl-button--secondary" type="submit">"Stel de vraag"</button>
            </form>
        }
    });
    view! {
        <section class="aanbel-card">
            <h2>"Terugvragen"</h2>
            {(!asked.is_empty()).then(|| view! { <ul class="aanbel-questions">{asked}</ul> })}
            {form}
        </section>
    }
    .into_any()
}

fn place(loaded: &Loaded) -> AnyView {
    let street = format!("/kantoor/bezoeken?straat={}", loaded.worklist);
    let campaign = format!("/kantoor/campagne/{}", loaded.campaign_id);
    view! {
        <section class="aanbel-card">
            <h2>"Adres"</h2>
            <dl class="nl-data-list nl-data-list--stacked">
                <div><dt>"Adres"</dt><dd>{loaded.address()}<br/>{loaded.postcode_and_town()}</dd></div>
                <div><dt>"Lijst"</dt><dd><a href=street>{loaded.street.clone()}</a></dd></div>
                <div><dt>"Wijk"</dt><dd>{loaded.district.clone()}</dd></div>
                <div><dt>"Campagne"</dt><dd><a href=campaign>{loaded.campaign.clone()}</a></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn history(loaded: &Loaded) -> AnyView {
    let steps = steps(loaded).into_iter().map(step).collect_view();
    view! {
        <section class="aanbel-card">
            <h2>"Geschiedenis"</h2>
            <p class="aanbel-subtle">"Het nieuwste staat bovenaan. Niets wordt gewist."</p>
            <ol class="aanbel-history">{steps}</ol>
        </section>
    }
    .into_any()
}

fn step(step: Step) -> impl IntoView {
    let received = (step.received_ms - step.at_ms).abs() > 60_000;
    view! {
        <li class="aanbel-history__step">
            <p class="aanbel-history__what">{step.subject}</p>
            <p class="aanbel-history__who">
                <strong>{step.writer.person}</strong>
                ", "
                {step.writer.phone}
                " · "
                <time datetime=time::machine(step.at_ms)>{time::moment(step.at_ms)}</time>
                {received.then(|| view! {
                    <span>" · ontvangen "{time::short_moment(step.received_ms)}</span>
                })}
            </p>
            <ul class="aanbel-history__lines">{step.changes.into_iter().map(line).collect_view()}</ul>
        </li>
    }
}

fn line(line: Line) -> impl IntoView {
    let old = line
        .old
        .into_iter()
        .map(|old| view! { <del><span class="aanbel-hidden">"was: "</span>{old}</del>" → " })
        .collect_view();
    view! {
        <li>
            <span class="aanbel-history__label">{line.label}": "</span>
            {old}
            <ins>{line.new}</ins>
            {match line.fate {
                Fate::Taken => None,
                Fate::Contradicts => Some(parts::badge(Tone::Warn, "spreekt een ander antwoord tegen")),
                Fate::Late => Some(parts::badge(Tone::Neutral, "er was al een nieuwer antwoord")),
            }}
        </li>
    }
}
