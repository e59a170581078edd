//! What needs this person: questions from the office, answers that somebody changed, contradictions.

use super::records::{place_name, screen_of};
use crate::form::{FormFields, Subject, words};
use crate::kit::kit;
use crate::route::Screen;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::{Record, RecordId, WorklistId};
use aanbel_shared::sync::{Device, Notice};
use leptos::task::spawn_local;
use std::collections::HashSet;

#[component]
pub fn News() -> impl IntoView {
    view! {
        <Questions />
        <Notices />
        <Contradictions />
    }
}

/// One question, as it is shown.
#[derive(Clone, PartialEq)]
struct Question {
    id: RecordId,
    worklist: WorklistId,
    place: String,
    screen: String,
    asked: String,
}

fn question(device: &Device, record: &Record) -> Question {
    let about = record.reference("about");
    let records = device.records();
    Question {
        id: record.id,
        worklist: record.worklist,
        place: about.map(|id| place_name(records, id)).unwrap_or_default(),
        screen: about.map_or(Screen::Today, |id| screen_of(records, id)).path(),
        asked: record.str("asked").unwrap_or_default().to_owned(),
    }
}

/// Questions without an answer; one that is being answered stays until the screen is left.
#[component]
fn Questions() -> impl IntoView {
    let session = kit().session;
    let shown = StoredValue::new(HashSet::<RecordId>::new());
    let open = Memo::new(move |_| {
        session.device.with(|device| {
            let asked = device.records().of_kind("question");
            let open: Vec<Question> = asked
                .filter(|record| {
                    record.str("answered").is_none()
                        || shown.with_value(|ids| ids.contains(&record.id))
                })
                .map(|record| question(device, record))
                .collect();
            shown.update_value(|ids| ids.extend(open.iter().map(|question| question.id)));
            open
        })
    });
    // Drawn by id, so that a question that comes in takes nobody out of the answer that she is typing.
    let ids = Memo::new(move |_| {
        open.get().into_iter().map(|one| (one.id, one.worklist)).collect::<Vec<_>>()
    });
    let any = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
    let one = move |(id, worklist): (RecordId, WorklistId)| {
        let question = Memo::new(move |_| open.get().into_iter().find(|one| one.id == id));
        let subject = Subject::new(id, "question", worklist);
        view! { <li><QuestionCard subject question /></li> }
    };
    drawn(move || {
        any.get().then(|| {
            view! {
                <section aria-labelledby="vragen">
                    <h2 id="vragen">"Vragen van het kantoor"</h2>
                    <ul class="card-list">
                        <For each=move || ids.get() key=|one| *one children=one />
                    </ul>
                </section>
            }
        })
    })
}

#[component]
fn QuestionCard(subject: Subject, question: Memo<Option<Question>>) -> impl IntoView {
    let place = move || question.get().map(|one| view! { <a href=one.screen>{one.place}</a> });
    view! {
        <article class="card card--ask">
            <p class="card__under">{move || place()}</p>
            <p class="card__title"><Symbol icon=Icon::Question />{move || question.get().map(|one| one.asked)}</p>
            <FormFields subject />
        </article>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let session = kit().session;
    let notices = Memo::new(move |_| session.device.with(|device| device.meta().notices.clone()));
    drawn(move || {
        let notices = notices.get();
        (!notices.is_empty()).then(|| view! {
            <section aria-labelledby="veranderd">
                <h2 id="veranderd">"Veranderd door iemand anders"</h2>
                <ul class="card-list">
                    {notices.into_iter().map(|notice| view! { <li><NoticeCard notice /></li> }).collect_view()}
                </ul>
            </section>
        })
    })
}

/// What somebody changed, as a sentence.
fn sentence(device: &Device, notice: &Notice) -> String {
    let kind = device.records().get(notice.record).map_or("", |record| record.kind.as_str());
    let value = |value| words::value(kind, &notice.field, value);
    format!(
        "{} heeft uw antwoord veranderd. {} Van {} naar {}.",
        notice.by,
        ended(&words::label(kind, &notice.field)),
        value(&notice.mine),
        value(&notice.theirs)
    )
}

/// A label as a sentence of its own.
fn ended(label: &str) -> String {
    if label.ends_with(['?', '.', '!']) { label.to_owned() } else { format!("{label}:") }
}

#[component]
fn NoticeCard(notice: Notice) -> impl IntoView {
    let session = kit().session;
    let (place, screen, sentence) = session.device.with_untracked(|device| {
        let records = device.records();
        let place = place_name(records, notice.record);
        (place, screen_of(records, notice.record).path(), sentence(device, &notice))
    });
    let dismiss = move |_| {
        let notice = notice.clone();
        spawn_local(async move {
            // Only another tab can stand in the way, and the bar above says so.
            let _ = session.keep(move |device| Ok(device.dismiss(&notice))).await;
        });
    };
    view! {
        <article class="card">
            <p class="card__under"><a href=screen>{place}</a></p>
            <p>{sentence}</p>
            <button type="button" class="button" on:click=handle(dismiss)>"Gezien"</button>
        </article>
    }
}

/// One field on which I and somebody else disagree.
#[derive(Clone, PartialEq)]
struct Contradiction {
    place: String,
    screen: String,
    label: String,
}

fn contradictions(device: &Device) -> Vec<Contradiction> {
    let Some(me) = device.me() else { return Vec::new() };
    let records = device.records();
    let mut found = Vec::new();
    for record in records.iter().filter(|record| !record.is_withdrawn()) {
        let mine = record.contradictions().filter(|(_, register)| {
            register.live().iter().any(|live| live.dot.device == me.device)
        });
        found.extend(mine.map(|(field, _)| Contradiction {
            place: place_name(records, record.id),
            screen: screen_of(records, record.id).path(),
            label: words::label(&record.kind, field),
        }));
    }
    found
}

#[component]
fn Contradictions() -> impl IntoView {
    let session = kit().session;
    let found = Memo::new(move |_| session.device.with(contradictions));
    drawn(move || {
        let found = found.get();
        (!found.is_empty()).then(|| {
            let items = found
                .into_iter()
                .map(|one| {
                    view! {
                        <li><a href=one.screen>{one.place}</a>{format!(", {}", one.label)}</li>
                    }
                })
                .collect_view();
            view! {
                <section class="card" aria-labelledby="twee">
                    <h2 id="twee">"Kantoor kijkt hiernaar"</h2>
                    <p>"Hier staan twee verschillende antwoorden. U hoeft niets te doen."</p>
                    <ul class="plain-list">{items}</ul>
                </section>
            }
        })
    })
}
