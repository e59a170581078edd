//! One visit as HTML: on top what the office can do, then what happened, then how it came about.

use super::Given;
use super::dispute::{self, Disputed};
use super::facts;
use super::load::Loaded;
use super::timeline;
use crate::access::SignedIn;
use crate::office::parts::{self, Tone};
use crate::office::{time, values};
use aanbel_shared::programme::Capability;
use aanbel_shared::record::Record;
use leptos::prelude::*;

/// The whole content of the page.
pub fn content(viewer: &SignedIn, loaded: &Loaded, given: &Given) -> AnyView {
    let review = viewer.may(Capability::Review);
    let visited = loaded.get(loaded.attempt).is_some_and(|record| record.kind == "attempt");
    let action = format!("/kantoor/bezoek/{}/beslissen", loaded.attempt);
    let disputed = Disputed { parts: &loaded.parts, writers: &loaded.writers, action: &action };
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/bezoeken">"Bezoeken"</a></p>
        {parts::heading(loaded.address(), lead(loaded), badges(loaded))}
        {dispute::contradictions(viewer, disputed, given, review)}
        <div class="aanbel-columns">
            <div class="aanbel-columns__main">{facts::sections(loaded)}</div>
            <aside class="aanbel-columns__side" aria-label="Wat u kunt doen">
                {(review && visited).then(|| mark(viewer, loaded))}
                {questions(viewer, loaded, given, review)}
                {place(loaded)}
                {looked(viewer, loaded)}
            </aside>
            <div class="aanbel-columns__below">{timeline::history(loaded)}</div>
        </div>
    }
    .into_any()
}

/// The way to who looked at this household.
fn looked(viewer: &SignedIn, loaded: &Loaded) -> Option<AnyView> {
    let address = loaded.part("address").filter(|_| viewer.may(Capability::ReadAudit))?;
    let href = format!("/kantoor/logboek/adres/{}", address.id);
    Some(view! { <p><a href=href>"Wie keek naar dit adres?"</a></p> }.into_any())
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
    let attempt = loaded.get(loaded.attempt).filter(|record| record.kind == "attempt");
    let withdrawn = attempt.is_some_and(Record::is_withdrawn);
    view! {
        {withdrawn.then(|| parts::badge(Tone::Bad, "Ongedaan gemaakt"))}
        {loaded.contradicts().then(|| parts::badge(Tone::Disputed, "Tegenspraak"))}
        {attempt.map(|_| if loaded.is_reviewed() {
            parts::badge(Tone::Good, "Nagekeken")
        } else {
            parts::badge(Tone::Neutral, "Nog nakijken")
        })}
    }
    .into_any()
}

fn mark(viewer: &SignedIn, loaded: &Loaded) -> AnyView {
    let news = loaded.is_reviewed() && loaded.is_answered_since();
    let done = loaded.is_reviewed() && !news;
    view! {
        <section class="aanbel-card">
            <h2>"Nakijken"</h2>
            <p>
                {if done {
                    "Kantoor heeft dit bezoek nagekeken."
                } else if news {
                    "Er kwam een antwoord nadat kantoor dit nakeek. Gezien? Markeer het bezoek dan opnieuw."
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
                    {if done { "Toch nog nakijken" } else { "Markeer als nagekeken" }}
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn questions(viewer: &SignedIn, loaded: &Loaded, given: &Given, review: bool) -> AnyView {
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
    view! {
        <section class="aanbel-card">
            <h2>"Terugvragen"</h2>
            {(!asked.is_empty()).then(|| view! { <ul class="aanbel-questions">{asked}</ul> })}
            {review.then(|| ask(viewer, loaded, given))}
        </section>
    }
    .into_any()
}

/// The form for a new question, with what is wrong with the one that was typed.
fn ask(viewer: &SignedIn, loaded: &Loaded, given: &Given) -> AnyView {
    let problem = given.asked_problem;
    // Leptos writes what stands in a textarea as it is.
    let escaped = given.asked.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let described = if problem.is_some() { "asked-uitleg asked-fout" } else { "asked-uitleg" };
    view! {
            <form method="post" action=format!("/kantoor/bezoek/{}/vraag", loaded.attempt)>
                {parts::csrf(viewer)}
                <div class="nl-form-field" class:nl-form-field--invalid=problem.is_some()>
                    <label class="nl-form-label" for="asked">"Uw vraag"</label>
                    <p class="nl-form-field-description" id="asked-uitleg">
                        "De vraag komt op de telefoon van wie in deze straat loopt. \
                         Schrijf niets over ziekte, afkomst of geloof."
                    </p>
                    {problem.map(|sentence| view! {
                        <p class="nl-form-field-error" id="asked-fout">
                            {parts::icon(Tone::Bad)}{sentence}
                        </p>
                    })}
                    <textarea
                        class="nl-textarea"
                        id="asked"
                        name="asked"
                        rows="3"
                        maxlength="2000"
                        required
                        aria-invalid=problem.map(|_| "true")
                        aria-describedby=described
                    inner_html=escaped
                    ></textarea>
                </div>
                <button class="nl-button nl-button--secondary" type="submit">"Stel de vraag"</button>
            </form>
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
