//! The joint visits of somebody, as a part of her first screen: the next one first, and what she planned
//! and was not made into a visit yet.

use super::now::{moment, new_id};
use super::records::RecordBadge;
use crate::browser::clock;
use crate::form::words;
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::walk;
use aanbel_shared::programme::is_double;
use aanbel_shared::record::{Record, RecordId, Records, Value, WorklistId};
use aanbel_shared::sync::Device;

/// The newest week of this person, in which a new plan is written.
pub fn week(records: &Records) -> Option<WorklistId> {
    let newest = records.of_kind("plan_list").max_by_key(|week| week.date("from_on"));
    newest.map(|week| week.worklist)
}

/// What a plan still lacks before it is a visit.
pub fn lacks(plan: &Record) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    for (field, word) in [("at", "dag en tijd"), ("street", "straat"), ("number", "huisnummer")] {
        if plan.get(field).is_none_or(|value| *value == Value::Nothing) {
            lacks.push(word);
        }
    }
    if plan.bool("agreed") != Some(true) {
        lacks.push("akkoord van de bewoner");
    }
    lacks
}

/// Street and number of a plan or visit, as far as they are known.
pub fn place_of(record: &Record) -> String {
    let place = walk::name_of(record);
    if place.trim().is_empty() { "Nog geen adres".to_owned() } else { place }
}

#[derive(Clone, PartialEq)]
struct Line {
    id: RecordId,
    title: String,
    when: String,
    state: String,
    double: bool,
}

/// For a visit or a plan that another one stands beside.
pub const DOUBLE_NL: &str = "Voor dit adres staat al een bezoek gepland";

fn line(records: &Records, record: &Record) -> Line {
    let when = record.instant("at").map(|at_ms| clock::moment_nl(at_ms, clock::now_ms()));
    let state = match (record.kind.as_str(), record.str("state")) {
        ("joint_visit", Some("held")) => "Geweest".to_owned(),
        ("joint_visit", Some(state)) => words::choice("joint_visit", "state", state).to_owned(),
        ("joint_visit", None) => "Gepland".to_owned(),
        _ => match lacks(record).as_slice() {
            [] => "Gaat naar de ander zodra er internet is".to_owned(),
            lacks => format!("Nog nodig: {}", lacks.join(", ")),
        },
    };
    let when = when.unwrap_or_else(|| "Nog geen dag".to_owned());
    let double = is_double(records, record);
    Line { id: record.id, title: place_of(record), when, state, double }
}

/// Those still to come first, soonest first; then those that were, latest first.
fn lines(device: &Device) -> Vec<Line> {
    let records = device.records();
    let made = |plan: &&Record| plan.reference("visit").is_none_or(|id| records.get(id).is_none());
    let plans = records.of_kind("joint_plan").filter(|plan| !plan.is_withdrawn()).filter(made);
    let mut found: Vec<&Record> = records.of_kind("joint_visit").chain(plans).collect();
    let order = |record: &&Record| {
        let at_ms = record.instant("at").unwrap_or_default();
        let is_over = record.str("state").is_some();
        (is_over, if is_over { -at_ms } else { at_ms }, record.id)
    };
    found.sort_by_key(order);
    found.into_iter().map(|record| line(records, record)).collect()
}

#[component]
pub fn JointVisits() -> impl IntoView {
    let Kit { session, router, .. } = kit();
    let lines = Memo::new(move |_| session.device.with(lines));
    let begin = move |_| router.go(Screen::Joint(new_id(moment(session))));
    let list = move || {
        let items = lines.get().into_iter().map(|line| view! { <li><JointCard line /></li> });
        let items: Vec<_> = items.collect();
        (!items.is_empty()).then(|| view! { <ul class="card-list">{items}</ul> })
    };
    view! {
        <section aria-labelledby="samen">
            <h2 id="samen">"Samen op bezoek"</h2>
            <p class="hint">"Corporatie en gemeente gaan samen bij een bewoner langs."</p>
            {list}
            <button type="button" class="button button--wide" on:click=handle(begin)>
                <Symbol icon=Icon::Clock />
                "Samen bezoek plannen"
            </button>
        </section>
    }
}

#[component]
fn JointCard(line: Line) -> impl IntoView {
    view! {
        <a class="card card--link" href=Screen::Joint(line.id).path()>
            <span class="card__title">{line.title}<Symbol icon=Icon::Next /></span>
            <span class="card__under">{line.when}</span>
            <span class="card__facts">{line.state}</span>
            {line.double.then(|| view! {
                <span class="badge badge--wait"><Symbol icon=Icon::Warning /><span>{DOUBLE_NL}</span></span>
            })}
            <RecordBadge id=line.id />
        </a>
    }
}
