//! A case: for whom, the clock, appointments, talks, applications, notes, and how it ended.

use super::applications::Applications;
use super::appointments::Appointments;
use super::caseload::{NAMELESS_NL, TAKEN_BACK_NL, clock_nl, name_of};
use super::closing::Closing;
use super::head::{Head, NotHere};
use super::many::Many;
use super::now::{moment, new_id, on_this_clock};
use super::records::RecordBadge;
use super::referrals::Referrals;
use crate::browser::clock;
use crate::form::{FormFields, Subject, words};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::session::Session;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::visit::{self, Place};
use crate::walk;
use aanbel_shared::programme;
use aanbel_shared::record::{Record, RecordId, WorklistId};
use aanbel_shared::sync::Device;
use leptos::task::spawn_local;

/// A case as its screen shows it.
#[derive(Clone, PartialEq)]
struct CaseView {
    place: Option<Place>,
    name: String,
    address: String,
    telephone: Option<String>,
    clock: programme::Clock,
    sources: Vec<String>,
    talks: Vec<(RecordId, String)>,
}

impl CaseView {
    fn of(session: Session, device: &Device, id: RecordId) -> Option<CaseView> {
        let case = programme::Case::of(device.records(), id)?;
        let today = clock::local_day(clock::now_ms());
        Some(CaseView {
            place: case
                .address
                .map(|address| Place { address: address.id, worklist: address.worklist }),
            name: name_of(&case),
            address: case.address.map(walk::name_of).unwrap_or_default(),
            telephone: case.record.str("telephone").map(str::to_owned),
            clock: case.clock(today, clock::local_day),
            sources: case.sources.iter().map(|source| source_nl(source)).collect(),
            talks: case.talks.iter().rev().map(|talk| (talk.id, talk_nl(session, talk))).collect(),
        })
    }
}

/// `Huismeester: G. Bedacht, Woonverzinsel, op ma 2 november 2026`.
fn source_nl(source: &Record) -> String {
    let way =
        source.str("source").map_or("Anders", |key| words::choice("case_source", "source", key));
    let from = source.str("from").map(|from| format!(": {from}")).unwrap_or_default();
    let corporation = source.str("corporation").map(|one| format!(", {one}")).unwrap_or_default();
    let on =
        source.date("on").map(|day| format!(", op {}", clock::day_nl(day))).unwrap_or_default();
    let stopped = source
        .date("stopped_on")
        .map(|day| format!(". Toestemming ingetrokken op {}", clock::day_nl(day)));
    format!("{way}{from}{corporation}{on}{}", stopped.unwrap_or_default())
}

fn talk_nl(session: Session, talk: &Record) -> String {
    let when = talk.instant("at").map_or("Gesprek".to_owned(), |at_ms| {
        clock::moment_nl(on_this_clock(session, at_ms), clock::now_ms())
    });
    let outcome = talk.str("outcome").map(|key| words::choice("talk", "outcome", key).to_owned());
    let minutes = talk.int("minutes").map(|minutes| format!("{minutes} minuten"));
    let told: Vec<String> = outcome.into_iter().chain(minutes).collect();
    if told.is_empty() { when } else { format!("{when}: {}", told.join(", ")) }
}

#[component]
pub fn Case(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let case = Memo::new(move |_| session.device.with(|device| CaseView::of(session, device, id)));
    let there = Memo::new(move |_| case.with(Option::is_some));
    drawn(move || match there.get() {
        true => view! { <Open id case /> },
        false => view! { <Gone id /> },
    })
}

/// No such case is here: of another adviser, or of a resident who took her yes back.
#[component]
fn Gone(id: RecordId) -> impl IntoView {
    let session = kit().session;
    let dropped = Memo::new(move |_| {
        session.device.with(|device| programme::dropped_cases(device.records()).contains(&id))
    });
    drawn(move || match dropped.get() {
        true => view! {
            <main class="page" id="inhoud">
                <Head title=NAMELESS_NL.to_owned() back=Screen::Today back_words="Mijn dossiers" />
                <p>{format!("{TAKEN_BACK_NL}.")}</p>
                <p>"Wat de gemeente moet bewaren, komt terug zodra er weer contact is met het kantoor."</p>
            </main>
        },
        false => view! { <NotHere /> },
    })
}

#[component]
fn Open(id: RecordId, case: Memo<Option<CaseView>>) -> impl IntoView {
    let get = move |read: fn(&CaseView) -> String| {
        Signal::derive(move || case.with(|case| case.as_ref().map(read).unwrap_or_default()))
    };
    let list = WorklistId(id.0);
    let subject = move || Subject::new(id, "case", list);
    let state = move || {
        let clock = case.with(|case| case.as_ref().map(|case| case.clock))?;
        let (class, icon, words) = clock_nl(clock);
        Some(view! { <span class=class><Symbol icon /><span>{words}</span></span> })
    };
    let call = move || {
        let number = case.with(|case| case.as_ref()?.telephone.clone())?;
        let href: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Some(view! {
            <a class="button button--wide" href=format!("tel:{href}")>
                <Symbol icon=Icon::Phone />
                {format!("Bel {number}")}
            </a>
        })
    };
    let sources = move || {
        let lines = case.with(|case| case.as_ref().map(|case| case.sources.clone()))?;
        Some(lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view())
    };
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title=get(|case| case.name.clone()) under=get(|case| case.address.clone())
                back=Screen::Today back_words="Mijn dossiers" />
            <p class="talk-state">{move || state()}<RecordBadge id /></p>
            <ul class="plain head__under">{move || sources()}</ul>
            {move || call()}
            <section class="part" aria-labelledby="afspraken">
                <h2 id="afspraken">"Afspraken"</h2>
                <Appointments case=id />
            </section>
            <Talks case />
            <section class="part" aria-labelledby="aanvragen">
                <h2 id="aanvragen">"Aanvragen"</h2>
                <Applications case=id />
            </section>
            <Referrals case=id />
            <section class="part" aria-labelledby="notities">
                <h2 id="notities">"Notities"</h2>
                <Many kind="note" points="about" to=id worklist=list add="Notitie toevoegen" />
            </section>
            <details class="card">
                <summary>"Naam, telefoon en taal"</summary>
                <FormFields subject=subject() section="who" />
            </details>
            <Closing case=id />
        </main>
        <Begin case />
    }
}

#[component]
fn Talks(case: Memo<Option<CaseView>>) -> impl IntoView {
    let talks = Memo::new(move |_| {
        case.with(|case| case.as_ref().map(|case| case.talks.clone()).unwrap_or_default())
    });
    let items = move || {
        let talks = talks.get();
        if talks.is_empty() {
            return view! { <p>"Er is nog geen gesprek geweest."</p> };
        }
        let items = talks.into_iter().map(|(id, words)| {
            view! {
                <li>
                    <a class="card card--link" href=Screen::Talk(id).path()>
                        <span class="card__title">{words}<Symbol icon=Icon::Next /></span>
                        <RecordBadge id />
                    </a>
                </li>
            }
        });
        view! { <ul class="card-list">{items.collect_view()}</ul> }
    };
    view! {
        <section class="part" aria-labelledby="gesprekken">
            <h2 id="gesprekken">"Gesprekken"</h2>
            {move || items()}
        </section>
    }
}

/// The main thing to do at the kitchen table.
#[component]
fn Begin(case: Memo<Option<CaseView>>) -> impl IntoView {
    let kit = kit();
    let busy = RwSignal::new(false);
    let place = Memo::new(move |_| case.with(|case| case.as_ref()?.place));
    let start = move |_| {
        if let Some(place) = place.get_untracked().filter(|_| !busy.get_untracked()) {
            start_talk(kit, place, busy);
        }
    };
    view! {
        <nav class="bottom-bar" aria-label="Verder">
            <button type="button" class="button button--primary button--wide" on:click=handle(start)>
                <Symbol icon=Icon::Speech />
                "Gesprek beginnen"
            </button>
        </nav>
    }
}

/// Keeps talk and household in one commit and opens the talk.
fn start_talk(kit: Kit, place: Place, busy: RwSignal<bool>) {
    busy.set(true);
    let Kit { session, toast, router, .. } = kit;
    let here = router.screen.get_untracked();
    let now = moment(session);
    let known = session
        .device
        .with_untracked(|device| visit::household_at(device.records(), place.address));
    let talk = new_id(now);
    let household = known.unwrap_or_else(|| new_id(now));
    let changes = visit::talk_by_itself(talk, household, place, now, known.is_some());
    spawn_local(async move {
        match session.commit(changes).await {
            Ok(()) => router.go_on(here, Screen::Talk(talk)),
            Err(error) => toast.say(error.sentence_nl(), Vec::new()),
        }
        busy.try_set(false);
    });
}
