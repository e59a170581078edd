//! A record in words: which door it belongs to, which screen shows it, and where it is now.

use crate::form::words;
use crate::kit::kit;
use crate::link::LinkState;
use crate::route::Screen;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::walk;
use aanbel_shared::record::{Assignment, Op, Record, RecordId, Records, Value};
use aanbel_shared::sync::RecordState;

/// References that lead from a record towards its address, nearest first.
const TOWARDS: [&str; 7] = ["address", "talk", "household", "about", "attempt", "case", "visit"];
/// Longest way to an address; a damaged chain that goes in circles ends here.
const FAR: usize = 5;

/// The address that a record is about; none for a street, or when it is not on this phone.
pub fn address_of(records: &Records, id: RecordId) -> Option<&Record> {
    let mut record = records.get(id)?;
    for _ in 0..FAR {
        // A caretaker has no record of an address: her visits carry their own.
        if matches!(record.kind.as_str(), "address" | "joint_visit" | "joint_plan") {
            return Some(record);
        }
        let next = TOWARDS.iter().find_map(|field| record.reference(field))?;
        record = records.get(next)?;
    }
    None
}

/// Where a record is about, for a line of text.
pub fn place_name(records: &Records, id: RecordId) -> String {
    match address_of(records, id) {
        Some(address) => walk::name_of(address),
        None => records
            .get(id)
            .and_then(|record| record.str("name"))
            .unwrap_or("Een adres dat niet meer op dit toestel staat")
            .to_owned(),
    }
}

/// The screen on which a record is filled in.
pub fn screen_of(records: &Records, id: RecordId) -> Screen {
    let Some(record) = records.get(id) else { return Screen::Today };
    let talk = match record.kind.as_str() {
        "offer" => return Screen::Offer(id),
        "joint_plan" | "joint_visit" => return Screen::Joint(id),
        "home_finding" | "welfare_finding" => {
            return record.reference("visit").map_or(Screen::Today, Screen::Joint);
        }
        "case" | "appointment" | "application" => return Screen::Case(RecordId(record.worklist.0)),
        "talk" => Some(id),
        "household" => talk_of_household(records, id),
        "scheme_check" => {
            record.reference("household").and_then(|id| talk_of_household(records, id))
        }
        _ => record.reference("talk").or_else(|| record.reference("about")),
    };
    let is_talk = |id: &RecordId| records.get(*id).is_some_and(|record| record.kind == "talk");
    match (talk.filter(is_talk), address_of(records, id)) {
        (Some(talk), _) => Screen::Talk(talk),
        (None, Some(address)) => Screen::Door(address.id),
        (None, None) => Screen::Today,
    }
}

/// What one op tells, as its writer would say it: `Bezoek: Niemand thuis`.
pub fn happened_nl(op: &Op) -> String {
    let title = words::title(&op.kind);
    if op.get("withdrawn").and_then(Value::as_bool) == Some(true) {
        return format!("{title}: ongedaan gemaakt");
    }
    // The outcome of a visit says it all; the rest was filled in by the tap.
    if let Some(result) = op.get("result") {
        return format!("{title}: {}", words::value(&op.kind, "result", result));
    }
    let told: Vec<String> = op.set.iter().filter_map(|one| told_nl(&op.kind, one)).collect();
    match told.join(", ") {
        told if told.is_empty() => title.to_owned(),
        told => format!("{title}: {told}"),
    }
}

/// One answer with its question. Free text is not repeated; what a record belongs to and when is
/// said elsewhere on the line.
fn told_nl(kind: &str, one: &Assignment) -> Option<String> {
    let label = words::label(kind, &one.field);
    let between = if label.ends_with(['?', ':']) { "" } else { ":" };
    match &one.value {
        Value::Reference(_) | Value::Instant(_) => None,
        Value::Text(_) => Some(label),
        // A choice from outside the form has only its key, and that is no word.
        Value::Choice(key) if words::value(kind, &one.field, &one.value) == *key => None,
        Value::Nothing => Some(format!("{label}{between} gewist")),
        value => Some(format!("{label}{between} {}", words::value(kind, &one.field, value))),
    }
}

fn talk_of_household(records: &Records, household: RecordId) -> Option<RecordId> {
    records.pointing("talk", "household", household).map(|talk| talk.id).max()
}

/// State of a record in a word, with its icon.
#[component]
pub fn RecordBadge(id: RecordId) -> impl IntoView {
    let kit = kit();
    let state = Memo::new(move |_| kit.session.device.with(|device| device.record_state(id)));
    drawn(move || {
        // What waits while a try to send it failed is told apart from what was just written.
        let failing = !matches!(kit.link.state.get(), LinkState::Rest | LinkState::Busy);
        let (class, icon, words) = match state.get() {
            RecordState::Waiting if failing => ("badge badge--wait", Icon::Clock, "wacht"),
            RecordState::Waiting => ("badge badge--wait", Icon::Phone, "op dit toestel"),
            RecordState::AtOffice => ("badge badge--good", Icon::Check, "bij kantoor"),
            RecordState::Reviewed => ("badge badge--good", Icon::Check, "nagekeken"),
            RecordState::SetAside(_) => ("badge badge--bad", Icon::Warning, "apart gezet"),
        };
        view! { <span class=class><Symbol icon /><span>{words}</span></span> }
    })
}
