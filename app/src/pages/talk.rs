//! A talk: one page that grows. Every field saves itself; the sections come from the forms.

use super::checklist::{Checklist, beside_bands};
use super::head::{Head, NotHere};
use super::households::Households;
use super::many::Many;
use super::now::{moment, new_id, on_this_clock};
use super::ready::ReadyBar;
use super::records::RecordBadge;
use super::street_view;
use crate::browser::clock;
use crate::form::{FormFields, Subject};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::visit::Place;
use aanbel_shared::record::{RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, Device};
use leptos::task::spawn_local;

/// What the records of a talk hang on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TalkView {
    pub talk: RecordId,
    pub worklist: WorklistId,
    pub address: RecordId,
    pub household: RecordId,
    attempt: Option<RecordId>,
    pub at_ms: Option<i64>,
    pub withdrawn: bool,
    /// The case it belongs to; none for one at a door.
    case: Option<RecordId>,
}

impl TalkView {
    pub fn of(device: &Device, id: RecordId) -> Option<Self> {
        let talk = device.records().get(id).filter(|record| record.kind == "talk")?;
        Some(TalkView {
            talk: id,
            worklist: talk.worklist,
            address: talk.reference("address")?,
            // A talk without a household gets the same one on every phone.
            household: talk
                .reference("household")
                .unwrap_or_else(|| RecordId::from_parts(id.0, "household")),
            attempt: talk.reference("attempt"),
            at_ms: talk.instant("at"),
            withdrawn: talk.is_withdrawn(),
            case: device
                .records()
                .get(RecordId(talk.worklist.0))
                .and_then(|list| (list.kind == "case").then_some(list.id)),
        })
    }

    /// Where this talk is left for.
    fn back(&self) -> Screen {
        self.case.map_or(Screen::Door(self.address), Screen::Case)
    }

    fn back_words(&self) -> &'static str {
        if self.case.is_some() { "Terug naar het dossier" } else { "Terug naar de deur" }
    }

    fn ready_words(&self) -> &'static str {
        if self.case.is_some() {
            "Klaar, terug naar het dossier"
        } else {
            "Klaar, terug naar de deur"
        }
    }

    fn household(&self) -> Subject {
        Subject::new(self.household, "household", self.worklist)
            .with_base("address", Value::Reference(self.address))
    }
}

#[component]
pub fn Talk(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let talk = Memo::new(move |_| session.device.with(|device| TalkView::of(device, id)));
    drawn(move || match talk.get() {
        Some(talk) if talk.withdrawn => view! { <Withdrawn talk /> },
        Some(talk) => view! { <Open talk /> },
        None => view! { <NotHere /> },
    })
}

#[component]
fn Withdrawn(talk: TalkView) -> impl IntoView {
    let Kit { session, toast, .. } = kit();
    let restore = move |_| {
        let changes = session.device.with_untracked(|device| {
            let records = device.records();
            let attempt = records.get(talk.talk).and_then(|talk| talk.reference("attempt"));
            let back = [Some(talk.talk), attempt, Some(talk.household)].into_iter().flatten();
            back.filter_map(|id| records.get(id))
                .filter(|record| record.is_withdrawn())
                .map(|record| {
                    Change::new(record.id, &record.kind, record.worklist)
                        .with("withdrawn", Value::Bool(false))
                })
                .collect::<Vec<_>>()
        });
        spawn_local(async move {
            if let Err(error) = session.commit(changes).await {
                toast.say(error.sentence_nl(), Vec::new());
            }
        });
    };
    view! {
        <main class="page" id="inhoud">
            <Head title="Gesprek" back=talk.back() back_words=talk.back_words() />
            <Banner tone=Tone::Warn>
                <p>"Dit gesprek is ongedaan gemaakt."</p>
                <button type="button" class="button" on:click=handle(restore)>"Toch bewaren"</button>
            </Banner>
        </main>
    }
}

#[component]
fn Open(talk: TalkView) -> impl IntoView {
    let session = kit().session;
    let name = session.device.with_untracked(|device| street_view::door_name(device, talk.address));
    let begun = talk.at_ms.map(|at_ms| {
        let at_ms = on_this_clock(session, at_ms);
        format!("Begonnen: {}", clock::moment_nl(at_ms, clock::now_ms()))
    });
    let form = move || Subject::new(talk.talk, "talk", talk.worklist);
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title=format!("Gesprek op {name}") under=begun.unwrap_or_default()
                back=talk.back() back_words=name.clone() />
            <p class="talk-state">
                <RecordBadge id=talk.talk />
                <span>"Alles wordt meteen bewaard."</span>
            </p>
            <Jumps />
            {talk.attempt.map(|attempt| {
                let place = Place { address: talk.address, worklist: talk.worklist };
                view! { <Households place attempt talk=talk.talk /> }
            })}
            <Part id="gesprek" title="Het gesprek"><FormFields subject=form() section="start" /></Part>
            <Part id="regelingen" title="Regelingen"><Household household=talk.household() /></Part>
            <Part id="onderwerpen" title="Onderwerpen"><FormFields subject=form() section="topics" /></Part>
            <Part id="afspraken" title="Afspraken"><FormFields subject=form() section="result" /></Part>
            <Part id="doorverwijzen" title="Doorverwijzen">
                <Many kind="referral" points="talk" to=talk.talk worklist=talk.worklist add="Doorverwijzing toevoegen" />
            </Part>
            <Part id="nazorg" title="Nazorg"><FollowUp talk /></Part>
            <Part id="notitie" title="Notitie">
                <Many kind="note" points="about" to=talk.talk worklist=talk.worklist add="Notitie toevoegen" />
            </Part>
            <Part id="kaart" title="Kaart voor de bewoner">
                <p>"Laat de afspraken zien in de taal van de bewoner. Terug naar Aanbel? Houd het slot onderaan 2 tellen ingedrukt."</p>
                <a class="button button--wide" href=Screen::Card(talk.talk).path()>
                    <Symbol icon=Icon::Card />
                    "Kaart laten zien"
                </a>
            </Part>
        </main>
        <ReadyBar to=talk.back() words=talk.ready_words() />
    }
}

/// The checklist with the questions that it asks, and below it all of the household's form.
#[component]
fn Household(household: Subject) -> impl IntoView {
    provide_context(beside_bands(&household));
    let sections = household.form().into_iter().flat_map(|form| &form.sections);
    let all = sections
        .map(|section| {
            let subject = household.clone();
            view! { <Questions subject title=section.title.as_str() section=section.key.as_str() /> }
        })
        .collect_view();
    view! {
        <Checklist household=household.clone() />
        <section id="huishouden" class="part" aria-labelledby="kop-huishouden">
            <h3 id="kop-huishouden">"Alle vragen over dit huishouden"</h3>
            {all}
        </section>
    }
}

/// One section of the form, drawn when it is opened.
#[component]
fn Questions(subject: Subject, title: &'static str, section: &'static str) -> impl IntoView {
    let opened = RwSignal::new(false);
    view! {
        <details class="card" on:toggle=handle(move |_| opened.set(true))>
            <summary>{title}</summary>
            {move || opened.get().then(|| view! { <FormFields subject=subject.clone() section /> })}
        </details>
    }
}

/// Ways to jump down the page.
#[component]
fn Jumps() -> impl IntoView {
    let jump = |to: &'static str, words: &'static str| view! { <a href=to>{words}</a> };
    view! {
        <nav class="jumps" aria-label="Onderdelen van het gesprek">
            {jump("#gesprek", "Gesprek")}
            {jump("#regelingen", "Regelingen")}
            {jump("#huishouden", "Huishouden")}
            {jump("#afspraken", "Afspraken")}
            {jump("#doorverwijzen", "Doorverwijzen")}
            {jump("#nazorg", "Nazorg")}
            {jump("#notitie", "Notitie")}
            {jump("#kaart", "Kaart")}
        </nav>
    }
}

#[component]
fn Part(id: &'static str, title: &'static str, children: Children) -> impl IntoView {
    let heading = format!("kop-{id}");
    let labelled_by = heading.clone();
    view! {
        <section class="part" id=id aria-labelledby=labelled_by>
            <h2 id=heading>{title}</h2>
            {children()}
        </section>
    }
}

/// The one follow-up of a talk: the one that is there, or a new one at the first answer. What is
/// asked in the call itself is not asked now.
#[component]
fn FollowUp(talk: TalkView) -> impl IntoView {
    let session = kit().session;
    let there = session.device.with_untracked(|device| {
        let mut found = device.records().pointing("follow_up", "talk", talk.talk);
        found.next().map(|record| record.id)
    });
    let id = there.unwrap_or_else(|| new_id(moment(session)));
    let subject =
        Subject::new(id, "follow_up", talk.worklist).with_base("talk", Value::Reference(talk.talk));
    view! { <FormFields subject skip=&["advice_followed", "more_help"] ahead=&["due_on"] /> }
}
