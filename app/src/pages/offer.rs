//! One offer to a new tenant: what it is in her language, her answer, and on a yes who she is and that
//! she agrees. Nothing else can be written down.

use super::card;
use super::head::Head;
use super::homes::Homes;
use super::now::{moment, on_this_clock};
use super::offers::{STEPS, lacks, week};
use super::ready::ReadyBar;
use super::records::RecordBadge;
use crate::browser::clock;
use crate::form::{FormFields, Subject};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::card::CardFile;
use aanbel_shared::record::{Record, RecordId, Value};
use aanbel_shared::sync::Change;
use leptos::task::spawn_local;

#[component]
pub fn Offer(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let list = session.device.with_untracked(|device| {
        let records = device.records();
        records.get(id).map(|offer| offer.worklist).or_else(|| week(records))
    });
    let at = Value::Instant(moment(session).at_ms);
    let inside = match list {
        Some(list) => {
            view! { <Open subject=Subject::new(id, "offer", list).with_base("at", at) /> }
        }
        None => view! {
            <Banner tone=Tone::Warn>
                <p>"Dit toestel is nog niet klaar voor een aanbod. Zorg één keer voor internet en druk op ‘Nu versturen’."</p>
            </Banner>
        },
    };
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title="Nieuwe huurder" back=Screen::Today back_words="Nieuwe huurders" />
            {inside}
        </main>
        <ReadyBar to=Screen::Today words="Klaar" />
    }
}

#[component]
fn Open(subject: Subject) -> impl IntoView {
    let Kit { session, schemes, .. } = kit();
    let id = subject.record;
    let read = move |read: fn(&Record) -> bool| {
        Memo::new(move |_| session.device.with(|device| device.records().get(id).is_some_and(read)))
    };
    let is_kept = read(|_| true);
    let says_yes = read(|offer| offer.str("answer") == Some("yes"));
    let is_on_its_way = read(|offer| offer.date("received_on").is_some());
    let sentences = RwSignal::new(None::<CardFile>);
    spawn_local(async move {
        sentences.try_set(card::sentences(schemes).await);
    });
    let language = subject.value(session, "language".to_owned());
    let place = move |card: &CardFile| {
        language.with(|value| card.place_of(value.as_ref().and_then(Value::as_str).unwrap_or("nl")))
    };
    let explained = move || {
        sentences.with(|card| {
            let card = card.as_ref()?;
            let place = place(card);
            let chosen = &card.languages[place];
            let (code, direction) = (chosen.code.clone(), chosen.direction.clone());
            Some(view! {
                <div class="rcard rcard--offer" lang=code dir=direction inner_html=card.offer(place)></div>
            })
        })
    };
    let consent = move || {
        sentences.with(|card| {
            let card = card.as_ref()?;
            let place = place(card);
            let chosen = &card.languages[place];
            let (code, direction) = (chosen.code.clone(), chosen.direction.clone());
            Some(view! {
                <p class="rcard rcard--offer" lang=code dir=direction inner_html=card.consent(place)></p>
            })
        })
    };
    let (answer, who, agree) = (subject.clone(), subject.clone(), subject.clone());
    let home = subject.clone();
    view! {
        {move || is_kept.get().then(|| view! {
            <p class="talk-state"><RecordBadge id /><span>"Alles wordt meteen bewaard."</span></p>
        })}
        {move || is_on_its_way.get().then(|| view! { <Steps id /> })}
        <FormFields subject section="answer" skip=&["answer", "reason"] />
        {move || explained()}
        <FormFields subject=answer section="answer" skip=&["language"] />
        {move || says_yes.get().then(|| view! {
            <section class="part" aria-labelledby="wie">
                <h2 id="wie">"Naam en adres"</h2>
                <Homes subject=home.clone() />
                <FormFields subject=who.clone() section="who" />
            </section>
            <section class="part" aria-labelledby="akkoord">
                <h2 id="akkoord">"Toestemming"</h2>
                {move || consent()}
                <Agreement subject=agree.clone() />
            </section>
            <Lacks id />
        })}
    }
}

/// What is still needed before the municipality gets it.
#[component]
fn Lacks(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let lacks = Memo::new(move |_| {
        session.device.with(|device| device.records().get(id).map(lacks).unwrap_or_default())
    });
    drawn(move || {
        let lacks = lacks.get();
        let (tone, words) = if lacks.is_empty() {
            let words = "Klaar. Naam en adres gaan naar de gemeente zodra er internet is.";
            (Tone::Info, words.to_owned())
        } else {
            let words =
                format!("Nog nodig: {}. Daarna gaat het naar de gemeente.", lacks.join(", "));
            (Tone::Warn, words)
        };
        view! { <Banner tone><p>{words}</p></Banner> }
    })
}

/// The tenant reads and presses; the text's language and version and the moment are kept with it. Later
/// she may change her mind.
#[component]
fn Agreement(subject: Subject) -> impl IntoView {
    let app = kit();
    let Kit { session, toast, .. } = app;
    let id = subject.record;
    let agreed_at = Memo::new(move |_| {
        session.device.with(|device| {
            let offer = device.records().get(id)?;
            let agreed = offer.bool("consent") == Some(true);
            agreed.then(|| offer.instant("consent_at").unwrap_or_default())
        })
    });
    let stopped = subject.value(session, "stopped".to_owned());
    let subject = StoredValue::new(subject);
    let write = move |changes: Vec<(&'static str, Value)>| {
        let (id, list) = subject.with_value(|subject| (subject.record, subject.worklist));
        let mut change = Change::new(id, "offer", list);
        for (field, value) in changes {
            change = change.with(field, value);
        }
        spawn_local(async move {
            if let Err(error) = session.commit(vec![change]).await {
                toast.say(error.sentence_nl(), Vec::new());
            }
        });
    };
    let agree = move |_| write(agreed_now(app, id));
    drawn(move || {
        let is_stopped =
            stopped.with(|value| value.as_ref().and_then(Value::as_bool)) == Some(true);
        match (agreed_at.get(), is_stopped) {
            (None, _) => view! {
                <button type="button" class="button button--primary button--wide" on:click=handle(agree)>
                    <Symbol icon=Icon::Check />
                    "Gelezen en akkoord"
                </button>
            },
            (Some(at_ms), false) => {
                let at_ms = on_this_clock(session, at_ms);
                view! {
                    <p class="remark"><Symbol icon=Icon::Check />{format!("Akkoord: {}", clock::moment_nl(at_ms, clock::now_ms()))}</p>
                    <button type="button" class="button button--wide"
                        on:click=handle(move |_| write(vec![("stopped", Value::Bool(true))]))>
                        <Symbol icon=Icon::Cross />
                        "De huurder wil toch niet"
                    </button>
                }
            }
            (Some(_), true) => view! {
                <Banner tone=Tone::Warn>
                    <p>"De huurder wil toch niet. De gemeente hoort dit zodra er internet is, en stopt."</p>
                    <button type="button" class="button"
                        on:click=handle(move |_| write(vec![("stopped", Value::Bool(false))]))>
                        "Dit was een vergissing"
                    </button>
                </Banner>
            },
        }
    })
}

/// What is kept with a yes: which text, in which language, and when.
fn agreed_now(kit: Kit, id: RecordId) -> Vec<(&'static str, Value)> {
    let language = kit.session.device.with_untracked(|device| {
        let offer = device.records().get(id);
        offer.and_then(|offer| offer.str("language")).unwrap_or("nl").to_owned()
    });
    let version = kit.schemes.held.get_untracked().map_or("eerste", |held| held.version);
    vec![
        ("consent", Value::Bool(true)),
        ("consent_text", Value::text(format!("{language} {version}"))),
        ("consent_at", Value::Instant(moment(kit.session).at_ms)),
    ]
}

/// The four steps with their day; what comes after them is not the caretaker's.
#[component]
fn Steps(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let days = Memo::new(move |_| {
        session.device.with(|device| {
            let offer = device.records().get(id);
            STEPS.map(|(field, _)| offer.and_then(|offer| offer.date(field)))
        })
    });
    drawn(move || {
        let steps = STEPS.iter().zip(days.get()).rev().map(|((_, word), day)| {
            let words = day.map_or("nog niet".to_owned(), clock::day_nl);
            let icon = if day.is_some() { Icon::Check } else { Icon::Clock };
            view! { <li class="remark"><Symbol icon /><span>{format!("{word}: {words}")}</span></li> }
        });
        view! {
            <section class="card" aria-labelledby="stappen">
                <h2 id="stappen">"Hoe ver is het?"</h2>
                <ul class="plain">{steps.collect_view()}</ul>
            </section>
        }
    })
}
