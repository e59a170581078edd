//! A caretaker's first screen: the tenants of the last 90 days, and how far each is. Never more than
//! the four steps.

use super::joints::JointVisits;
use super::now::{moment, new_id, on_this_clock};
use super::records::RecordBadge;
use super::today::Home;
use crate::browser::clock;
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::session::Session;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use aanbel_shared::record::{Record, RecordId, Records, Value, WorklistId};
use aanbel_shared::sync::Device;

/// An offer leaves this list after so many days, and this phone with its week.
const SHOWN_DAYS: i32 = 90;

/// The steps with their words, furthest first.
pub const STEPS: [(&str, &str); 4] = [
    ("closed_on", "Afgesloten"),
    ("visited_on", "Bezocht"),
    ("planned_on", "Gepland"),
    ("received_on", "Ontvangen"),
];

/// The newest week of this caretaker, in which a new offer is written.
pub fn week(records: &Records) -> Option<WorklistId> {
    let newest = records.of_kind("offer_list").max_by_key(|week| week.date("from_on"));
    newest.map(|week| week.worklist)
}

/// What a yes still lacks before it can go to the municipality.
pub fn lacks(offer: &Record) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    for (field, word) in [("name", "naam"), ("street", "straat"), ("number", "huisnummer")] {
        if offer.get(field).is_none_or(|value| *value == Value::Nothing) {
            lacks.push(word);
        }
    }
    if offer.bool("consent") != Some(true) {
        lacks.push("akkoord van de huurder");
    }
    lacks
}

#[derive(Clone, PartialEq)]
struct Line {
    id: RecordId,
    title: String,
    under: String,
    step: String,
}

fn lines(session: Session, device: &Device) -> Vec<Line> {
    let now_ms = clock::now_ms();
    let today = clock::local_day(now_ms);
    let mut offers: Vec<(i64, &Record)> = device
        .records()
        .of_kind("offer")
        .map(|offer| (offer.instant("at").unwrap_or_default(), offer))
        .filter(|(at_ms, _)| today - clock::local_day(*at_ms) <= SHOWN_DAYS)
        .collect();
    offers.sort_by_key(|(at_ms, offer)| (std::cmp::Reverse(*at_ms), offer.id));
    let line = |(at_ms, offer): (i64, &Record)| Line {
        id: offer.id,
        title: offer.str("name").unwrap_or("Zonder naam").to_owned(),
        under: clock::moment_nl(on_this_clock(session, at_ms), now_ms),
        step: step_nl(offer),
    };
    offers.into_iter().map(line).collect()
}

/// How far an offer is, in one line.
fn step_nl(offer: &Record) -> String {
    if offer.bool("stopped") == Some(true) {
        return "De huurder wil toch niet".to_owned();
    }
    let reached = STEPS.iter().find_map(|(field, word)| Some((word, offer.date(field)?)));
    match (offer.str("answer"), reached) {
        (_, Some((word, day))) => format!("{word} op {}", clock::day_nl(day)),
        (Some("yes"), None) => match lacks(offer).as_slice() {
            [] => "Gaat naar de gemeente".to_owned(),
            lacks => format!("Nog nodig: {}", lacks.join(", ")),
        },
        (Some("not_now"), None) => "Wil nu niet".to_owned(),
        (Some("no"), None) => "Wil geen gesprek".to_owned(),
        _ => "Nog geen antwoord".to_owned(),
    }
}

#[component]
pub fn Offers() -> impl IntoView {
    let Kit { session, router, .. } = kit();
    let lines = Memo::new(move |_| session.device.with(|device| lines(session, device)));
    let begin = move |_| router.go(Screen::Offer(new_id(moment(session))));
    let list = move || {
        let lines = lines.get();
        if lines.is_empty() {
            return view! { <p>"U hebt nog niets aangeboden. Druk op ‘Nieuwe huurder’ zodra u er bent."</p> };
        }
        let items = lines.into_iter().map(|line| view! { <li><OfferCard line /></li> });
        view! { <ul class="card-list">{items.collect_view()}</ul> }
    };
    view! {
        <Home title="Nieuwe huurders" fetched="Uw lijst wordt">
            <button type="button" class="button button--primary button--wide" on:click=handle(begin)>
                <Symbol icon=Icon::Speech />
                "Nieuwe huurder"
            </button>
            <section aria-labelledby="huurders">
                <h2 id="huurders">"Mijn huurders"</h2>
                <p class="hint">"Van de laatste 90 dagen. Daarna gaan ze van dit toestel af."</p>
                {move || list()}
            </section>
            <JointVisits />
        </Home>
    }
}

#[component]
fn OfferCard(line: Line) -> impl IntoView {
    view! {
        <a class="card card--link" href=Screen::Offer(line.id).path()>
            <span class="card__title">{line.title}<Symbol icon=Icon::Next /></span>
            <span class="card__under">{line.under}</span>
            <span class="card__facts">{line.step}</span>
            <RecordBadge id=line.id />
        </a>
    }
}
