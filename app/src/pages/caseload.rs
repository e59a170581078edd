//! An adviser's first screen: her cases, most urgent first, with the clock of seven days.

use super::joints::JointVisits;
use super::organisation::stuck_nl;
use super::today::Home;
use crate::browser::clock;
use crate::form::words;
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::schemes::Schemes;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::walk;
use aanbel_shared::programme::{Case, Clock, Urgency, dropped_cases, is_refused};
use aanbel_shared::record::RecordId;
use aanbel_shared::sync::Device;

/// The clock in words, with its icon and the tone of its badge.
pub fn clock_nl(of: Clock) -> (&'static str, Icon, String) {
    match of {
        Clock::NotBegun => ("badge", Icon::Clock, "nog geen gesprek".to_owned()),
        Clock::Green(day) => ("badge badge--good", Icon::Clock, format!("dag {day} van 7")),
        Clock::Amber(day) => {
            ("badge badge--wait", Icon::Warning, format!("dag {day} van 7: vraag nu aan"))
        }
        Clock::Red(day) => ("badge badge--bad", Icon::Warning, format!("dag {day}: te laat")),
        Clock::Filed(0) => {
            ("badge badge--good", Icon::Check, "dezelfde dag aangevraagd".to_owned())
        }
        Clock::Filed(1) => ("badge badge--good", Icon::Check, "na 1 dag aangevraagd".to_owned()),
        Clock::Filed(days) => {
            ("badge badge--good", Icon::Check, format!("na {days} dagen aangevraagd"))
        }
        Clock::NothingToFile => ("badge", Icon::Check, "niets aan te vragen".to_owned()),
    }
}

fn group_nl(of: Urgency) -> &'static str {
    match of {
        Urgency::ClockRed => "Te laat met aanvragen",
        Urgency::ClockAmber => "Bijna te laat met aanvragen",
        Urgency::AppointmentToday => "Vandaag een afspraak",
        Urgency::Refused => "Doorverwijzing geweigerd",
        Urgency::New => "Nieuw",
        Urgency::DecisionLate => "Besluit is te laat",
        Urgency::Stuck => "Loopt vast",
        Urgency::Running => "Mee bezig",
        Urgency::AwaitsDecision => "Wacht op een besluit",
        Urgency::Closed => "Afgesloten",
    }
}

/// Name of a case as its adviser knows it: the resident, else the address.
pub fn name_of(case: &Case<'_>) -> String {
    let name = case.record.str("name").map(str::to_owned);
    let address = || case.address.map(walk::name_of).filter(|name| !name.trim().is_empty());
    name.or_else(address).unwrap_or_else(|| NAMELESS_NL.to_owned())
}

/// A case of which nobody knows any more who it is.
pub const NAMELESS_NL: &str = "Zonder naam";
/// Why that is so.
pub const TAKEN_BACK_NL: &str = "Toestemming ingetrokken, naam is gewist";

#[derive(Clone, PartialEq)]
struct Line {
    id: RecordId,
    urgency: Urgency,
    name: String,
    under: String,
    clock: Clock,
    next: Option<String>,
    /// Where it goes wrong: who refused, or at whom it is stuck.
    trouble: Option<String>,
}

fn trouble_nl(schemes: Schemes, case: &Case<'_>) -> Option<String> {
    if case.is_closed() {
        return case.is_taken_back().then(|| TAKEN_BACK_NL.to_owned());
    }
    let refused = case.referrals.iter().find(|one| is_refused(one));
    let refused = refused.and_then(|one| one.str("organisation"));
    if let Some(key) = refused {
        let organisation = words::choice("referral", "organisation", key);
        return Some(format!("{organisation} neemt het niet aan"));
    }
    let stuck = case.applications.iter().find_map(|one| stuck_nl(schemes, one));
    stuck.map(|organisation| format!("Loopt vast bij {organisation}"))
}

fn lines(Kit { schemes, .. }: Kit, device: &Device) -> Vec<Line> {
    let records = device.records();
    let now_ms = clock::now_ms();
    let today = clock::local_day(now_ms);
    let mut lines: Vec<Line> = records
        .of_kind("case")
        .filter_map(|record| Case::of(records, record.id))
        .map(|case| {
            let next = case.next_appointment(today, clock::local_day);
            let at = next.and_then(|one| one.instant("at"));
            let address = case.address.map(walk::name_of).unwrap_or_default();
            Line {
                id: case.record.id,
                urgency: case.urgency(today, clock::local_day),
                name: name_of(&case),
                under: address,
                clock: case.clock(today, clock::local_day),
                trouble: trouble_nl(schemes, &case),
                next: at.map(|at_ms| clock::moment_nl(at_ms, now_ms)),
            }
        })
        .collect();
    lines.extend(dropped_cases(records).into_iter().map(|id| Line {
        id,
        urgency: Urgency::Closed,
        name: NAMELESS_NL.to_owned(),
        under: String::new(),
        clock: Clock::NothingToFile,
        next: None,
        trouble: Some(TAKEN_BACK_NL.to_owned()),
    }));
    lines.sort_by(|one, other| (one.urgency, &one.name).cmp(&(other.urgency, &other.name)));
    lines
}

#[component]
pub fn Caseload() -> impl IntoView {
    let kit = kit();
    let lines = Memo::new(move |_| kit.session.device.with(|device| lines(kit, device)));
    let groups = move || {
        let lines = lines.get();
        if lines.is_empty() {
            return view! { <p>"U hebt nog geen dossier. Een dossier komt vanzelf zodra een huismeester een ja doorgeeft."</p> };
        }
        let groups = lines.chunk_by(|one, next| one.urgency == next.urgency).map(|group| {
            let urgency = group[0].urgency;
            let items = group
                .iter()
                .cloned()
                .map(|line| view! { <li><CaseCard line /></li> })
                .collect_view();
            view! {
                <section>
                    <h2>{format!("{} ({})", group_nl(urgency), group.len())}</h2>
                    <ul class="card-list">{items}</ul>
                </section>
            }
        });
        IntoAny::into_any(groups.collect_view())
    };
    view! {
        <Home title="Mijn dossiers" fetched="Uw dossiers worden">{move || groups()}<JointVisits /></Home>
    }
}

#[component]
fn CaseCard(line: Line) -> impl IntoView {
    // A case that ended without a talk waits for none.
    let waits = line.urgency != Urgency::Closed || line.clock != Clock::NotBegun;
    let badge = waits.then(|| {
        let (class, icon, words) = clock_nl(line.clock);
        view! { <span class=class><Symbol icon /><span>{words}</span></span> }
    });
    view! {
        <a class="card card--link" href=Screen::Case(line.id).path()>
            <span class="card__title">{line.name}<Symbol icon=Icon::Next /></span>
            <span class="card__under">{line.under}</span>
            {line.trouble.map(|words| view! { <span class="card__facts">{words}</span> })}
            {line.next.map(|at| view! { <span class="card__facts">{format!("Afspraak: {at}")}</span> })}
            {badge}
        </a>
    }
}
