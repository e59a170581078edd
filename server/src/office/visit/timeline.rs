//! The history of a visit as HTML.

use super::history::{Fate, Line, Step, steps};
use super::load::Loaded;
use crate::office::parts::{self, Tone};
use crate::office::{time, values};
use leptos::prelude::*;

/// Received this long after it was written is worth telling.
const LATE_MS: u64 = 60_000;

/// All steps, newest first.
pub fn history(loaded: &Loaded) -> AnyView {
    let steps = steps(loaded).into_iter().map(step).collect_view();
    view! {
        <section class="aanbel-card">
            <h2>"Geschiedenis"</h2>
            <p class="aanbel-subtle">"Het nieuwste staat bovenaan. Ook oude antwoorden staan erbij."</p>
            <ol class="aanbel-history">{steps}</ol>
        </section>
    }
    .into_any()
}

fn step(step: Step) -> impl IntoView {
    let late = step.received_ms.abs_diff(step.at_ms) > LATE_MS;
    let received = late.then(|| format!(" · ontvangen {}", time::short_moment(step.received_ms)));
    let parts = step
        .parts
        .into_iter()
        .map(|part| {
            view! {
                <h4>{part.subject}</h4>
                <ul class="aanbel-history__lines">
                    {part.lines.into_iter().map(line).collect_view()}
                </ul>
            }
        })
        .collect_view();
    view! {
        <li class="aanbel-history__step">
            <h3>
                <time datetime=time::machine(step.at_ms)>{time::moment(step.at_ms)}</time>
                " · "
                {step.writer.person}
            </h3>
            <p class="aanbel-history__who">{step.writer.phone}{received}</p>
            {parts}
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
            {(!line.label.is_empty()).then(|| view! {
                <span class="aanbel-history__label">{values::colon(&line.label)}" "</span>
            })}
            {old}
            <ins>{line.new}</ins>
            {match line.fate {
                Fate::Taken => None,
                Fate::Contradicts => Some(parts::badge(Tone::Disputed, "spreekt een ander antwoord tegen")),
                Fate::Late => Some(parts::badge(Tone::Neutral, "er was al een nieuwer antwoord")),
            }}
        </li>
    }
}
