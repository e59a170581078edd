//! A door: its address, what happened here, and what happens now.

use super::head::{Head, NoLetter, NotHere};
use super::outcomes::{Fresh, Outcomes, TakeBack};
use super::records::RecordBadge;
use super::street_view::{self, Report};
use crate::browser::clock;
use crate::form::{FormFields, Subject};
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::visit::Place;
use crate::walk;
use aanbel_shared::programme::{DoorState, door};
use aanbel_shared::record::{Record, RecordId};
use aanbel_shared::sync::Device;

/// A door as its screen shows it.
#[derive(Clone, Debug, PartialEq)]
struct DoorView {
    place: Place,
    name: String,
    under: String,
    street: String,
    not_before: Option<i32>,
    no_letter: bool,
    opted_out: bool,
    reports: Vec<Report>,
    next: Option<(RecordId, String)>,
}

impl DoorView {
    fn of(kit: Kit, device: &Device, id: RecordId) -> Option<Self> {
        let records = device.records();
        let door = door(records, id)?;
        let worklist = door.address.worklist;
        let turf = records.get(RecordId(worklist.0));
        let walk = walk::doors_of(records, worklist);
        let next = walk::next_door(&walk, id).and_then(|next| records.get(next));
        Some(DoorView {
            place: Place { address: id, worklist },
            name: walk::name_of(door.address),
            under: under(door.address),
            street: street_view::street_name(device, worklist),
            not_before: turf.and_then(street_view::not_before),
            no_letter: turf.is_some_and(|turf| turf.date("letter_on").is_none()),
            opted_out: door.state == DoorState::OptedOut,
            reports: street_view::reports(kit.session, device, &door),
            next: next.map(|next| (next.id, walk::number_of(next))),
        })
    }
}

/// Postcode, town and floor in one line.
fn under(address: &Record) -> String {
    let postcode = address.str("postcode").map(postcode_nl);
    let town = address.str("town").map(str::to_owned);
    let place: Vec<String> = [postcode, town].into_iter().flatten().collect();
    let floor = address.int("floor").map(|floor| match floor {
        0 => "begane grond".to_owned(),
        floor => format!("verdieping {floor}"),
    });
    let parts = [Some(place.join(" ")).filter(|place| !place.is_empty()), floor];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `9999 ZZ`, however it is stored.
fn postcode_nl(stored: &str) -> String {
    match stored.split_at_checked(4) {
        Some((digits, letters)) => format!("{digits} {}", letters.trim()),
        None => stored.to_owned(),
    }
}

#[component]
pub fn DoorPage(id: RecordId) -> impl IntoView {
    let kit = kit();
    let door = Memo::new(move |_| kit.session.device.with(|device| DoorView::of(kit, device, id)));
    let place = Memo::new(move |_| door.with(|door| door.as_ref().map(|door| door.place)));
    drawn(move || match place.get() {
        Some(place) => view! { <AtTheDoor place door /> },
        None => view! { <NotHere /> },
    })
}

#[component]
fn AtTheDoor(place: Place, door: Memo<Option<DoorView>>) -> impl IntoView {
    let session = kit().session;
    let get = move |read: fn(&DoorView) -> String| {
        Signal::derive(move || door.with(|door| door.as_ref().map(read).unwrap_or_default()))
    };
    let stop = Memo::new(move |_| {
        door.with(|door| door.as_ref().map(|door| (door.not_before, door.opted_out)))
    });
    let fresh = RwSignal::new(None::<RecordId>);
    // What was just kept, unless it was taken back.
    let kept = Memo::new(move |_| {
        let id = fresh.get()?;
        session.device.with(|device| {
            let attempt = device.records().get(id).filter(|attempt| !attempt.is_withdrawn())?;
            Some((id, attempt.str("result").unwrap_or_default().to_owned()))
        })
    });
    let again = Callback::new(move |()| fresh.set(None));
    let outcomes = move || match (kept.get(), stop.get()) {
        (Some((id, result)), _) => view! { <Fresh place id result again /> },
        (None, Some((Some(day), _))) => view! {
            <Banner tone=Tone::Warn>
                <p>{format!("Bel hier nog niet aan. De brief komt op {}.", clock::day_nl(day))}</p>
            </Banner>
        },
        (None, Some((None, true))) => view! {
            <Banner tone=Tone::Warn>
                <p>"Deze bewoner wil geen bezoek. Bel hier niet aan."</p>
            </Banner>
        },
        _ => view! { <Outcomes place fresh /> },
    };
    view! {
        <main class="page page--with-bar" id="inhoud">
            <Head title=get(|door| door.name.clone()) under=get(|door| door.under.clone())
                back=Screen::Street(place.worklist) back_words=get(|door| door.street.clone()) />
            <NoLetter is_so=Signal::derive(move || door.with(|door| door.as_ref().is_some_and(|one| one.no_letter))) />
            {move || kept.with(Option::is_none).then(|| view! { <LastReport door /> })}
            {move || outcomes()}
            <a class="button button--wide" href=Screen::Card(place.address).path()>
                <Symbol icon=Icon::Card />
                "Kaart laten zien"
            </a>
            <Reports door />
            <AboutDoor place />
        </main>
        <NextDoor door street=place />
    }
}

#[component]
fn LastReport(door: Memo<Option<DoorView>>) -> impl IntoView {
    let last = Memo::new(move |_| door.with(|door| door.as_ref()?.reports.first().cloned()));
    drawn(move || match last.get() {
        Some(report) => view! {
            <p class="last-report">
                <strong>{report.what}</strong>
                <span>{report.more}</span>
            </p>
        },
        None => view! { <p class="last-report">"Hier is nog niet aangebeld."</p> },
    })
}

#[component]
fn Reports(door: Memo<Option<DoorView>>) -> impl IntoView {
    let reports =
        Memo::new(move |_| door.with(|door| door.as_ref().map(|door| door.reports.clone())));
    drawn(move || {
        let reports = reports.get().unwrap_or_default();
        (!reports.is_empty()).then(|| {
            let items = reports
                .into_iter()
                .map(|report| view! { <li><ReportCard report /></li> })
                .collect_view();
            view! {
                <section aria-labelledby="eerder">
                    <h2 id="eerder">"Wat er eerder gebeurde"</h2>
                    <ul class="reports">{items}</ul>
                </section>
            }
        })
    })
}

#[component]
fn ReportCard(report: Report) -> impl IntoView {
    let id = report.id;
    view! {
        <article class="report">
            <p class="report__what"><strong>{report.what}</strong><RecordBadge id /></p>
            <p class="report__more">{report.more}</p>
            <div class="report__actions">
                {report.talk.map(|talk| view! {
                    <a class="button" href=Screen::Talk(talk).path()>"Open het gesprek"</a>
                })}
                {report.mine_today.then(|| view! { <TakeBack id /> })}
            </div>
        </article>
    }
}

/// How to get in; the form decides what is asked.
#[component]
fn AboutDoor(place: Place) -> impl IntoView {
    let subject = Subject::new(place.address, "address", place.worklist);
    view! {
        <details class="card">
            <summary>"Over deze deur"</summary>
            <FormFields subject section="door" skip=&["opted_out", "opted_out_on"] />
        </details>
    }
}

#[component]
fn NextDoor(door: Memo<Option<DoorView>>, street: Place) -> impl IntoView {
    let next = Memo::new(move |_| door.with(|door| door.as_ref()?.next.clone()));
    let link = move || match next.get() {
        Some((id, number)) => view! {
            <a class="button button--wide" href=Screen::Door(id).path()>
                {format!("Volgende deur: {number}")}
                <Symbol icon=Icon::Next />
            </a>
        },
        None => view! {
            <a class="button button--wide" href=Screen::Street(street.worklist).path()>
                "Terug naar de straat"
            </a>
        },
    };
    view! { <nav class="bottom-bar" aria-label="Verder">{move || link()}</nav> }
}
