//! What caretakers and advisers write in the simulator, and what somebody writes who may not.

use super::chance::Chance;
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Role;
use aanbel_shared::record::{Record, RecordId, Value, WorklistId};
use aanbel_shared::sync::{Change, Device};
use uuid::Uuid;

pub const CORPORATION: &str = "Woonverzinsel";

/// Words that stand in what one side writes, and the roles that must never hold them.
pub const SECRETS: [(&str, &[Role]); 3] = [
    (WELFARE, &[Role::Caretaker, Role::Volunteer, Role::Coordinator]),
    (HOME, &[Role::Adviser, Role::Volunteer, Role::Coordinator]),
    (CASE, &[Role::Caretaker]),
];
/// In an adviser's own notes at a joint visit, in a caretaker's, and in what belongs to a case.
const WELFARE: &str = "blauwborst";
const HOME: &str = "kwikstaart";
const CASE: &str = "roerdomp";

fn fresh(chance: &mut Chance) -> RecordId {
    RecordId(Uuid::from_bytes(chance.bytes()))
}

fn of_kind<'a>(device: &'a Device, kind: &'a str) -> Vec<&'a Record> {
    device.records().of_kind(kind).collect()
}

fn newest(device: &Device, kind: &'static str) -> Option<WorklistId> {
    let newest = device.records().of_kind(kind).max_by_key(|week| week.date("from_on"));
    newest.map(|week| week.worklist)
}

fn same(record: &Record) -> Change {
    Change::new(record.id, &record.kind, record.worklist)
}

/// One of few addresses, so that several people come to the same one.
fn with_address(chance: &mut Chance, change: Change) -> Change {
    change
        .with("street", Value::text("Kruidenstraat"))
        .with("number", Value::Int(1 + chance.below(4) as i64))
}

pub fn caretaker(chance: &mut Chance, device: &Device, now_ms: i64) -> Vec<Change> {
    let change = match chance.below(6) {
        0 | 1 => newest(device, "offer_list").map(|week| {
            let offer = Change::new(fresh(chance), "offer", week)
                .with("answer", Value::choice("yes"))
                .with("at", Value::Instant(now_ms))
                .with("name", Value::text("N. Verzonnen"))
                .with("consent", Value::Bool(!chance.one_in(4)));
            with_address(chance, offer)
        }),
        2 => chance.pick(&of_kind(device, "offer")).map(|offer| {
            let stops = offer.bool("stopped") != Some(true);
            same(offer).with("stopped", Value::Bool(stops))
        }),
        3 => plan(chance, device, now_ms),
        4 => finding(chance, device, "home_finding", "home", HOME),
        _ => wish(chance, device),
    };
    change.into_iter().collect()
}

pub fn adviser(chance: &mut Chance, device: &Device, now_ms: i64) -> Vec<Change> {
    let change = match chance.below(9) {
        0 => plan(chance, device, now_ms)
            .map(|plan| plan.with("corporation", Value::text(CORPORATION))),
        1 => finding(chance, device, "welfare_finding", "welfare", WELFARE),
        2 => wish(chance, device),
        3 => chance.pick(&of_kind(device, "talk")).copied().map(|talk| {
            Change::new(fresh(chance), "referral", talk.worklist)
                .with("talk", Value::Reference(talk.id))
                .with("answer", Value::choice("refused"))
                .with("reason", Value::text(CASE))
        }),
        step => chance
            .pick(&of_kind(device, "case"))
            .copied()
            .map(|case| of_case(chance, device, case, step, now_ms)),
    };
    change.into_iter().collect()
}

fn of_case(
    chance: &mut Chance,
    device: &Device,
    case: &Record,
    step: usize,
    now_ms: i64,
) -> Change {
    let of = |id, kind: &str| {
        Change::new(id, kind, case.worklist).with("case", Value::Reference(case.id))
    };
    let address = case.reference("address");
    let is_there = address.filter(|address| device.records().get(*address).is_some());
    match (step, is_there) {
        (4, _) => of(fresh(chance), "appointment").with("at", Value::Instant(now_ms)),
        (5, Some(address)) => Change::new(fresh(chance), "talk", case.worklist)
            .with("address", Value::Reference(address))
            .with("at", Value::Instant(now_ms))
            .with("outcome", Value::choice("advice")),
        (6, _) => of(fresh(chance), "application")
            .with("scheme", Value::choice("nl.zorgtoeslag"))
            .with("stuck_at", Value::choice("other"))
            .with("stuck", Value::text(CASE)),
        (7, _) => same(case).with("closed", Value::Bool(chance.one_in(2))),
        _ => Change::new(fresh(chance), "note", case.worklist)
            .with("about", Value::Reference(case.id))
            .with("text", Value::text(CASE)),
    }
}

fn plan(chance: &mut Chance, device: &Device, now_ms: i64) -> Option<Change> {
    let week = newest(device, "plan_list")?;
    let plan = Change::new(fresh(chance), "joint_plan", week)
        .with("at", Value::Instant(now_ms))
        .with("agreed", Value::Bool(!chance.one_in(4)));
    Some(with_address(chance, plan))
}

fn finding(
    chance: &mut Chance,
    device: &Device,
    kind: &str,
    side: &str,
    words: &str,
) -> Option<Change> {
    let visit = chance.pick(&of_kind(device, "joint_visit")).copied()?;
    let list = WorklistId::from_parts(visit.id.0, side);
    Some(Change::new(RecordId(list.0), kind, list).with("text", Value::text(words)))
}

fn wish(chance: &mut Chance, device: &Device) -> Option<Change> {
    let visit = chance.pick(&of_kind(device, "joint_visit")).copied()?;
    Some(same(visit).with("wishes.kitchen", Value::Bool(chance.one_in(2))))
}

/// Any field of any kind, in a list that this phone knows of.
pub fn forged(chance: &mut Chance, device: &Device) -> Vec<Change> {
    let Some(list) = chance.pick(&device.meta().assigned).copied() else { return Vec::new() };
    let Some(form) = chance.pick(&Forms::built_in().forms) else { return Vec::new() };
    let fields: Vec<_> = form.fields().collect();
    let Some(field) = chance.pick(&fields) else { return Vec::new() };
    let change = Change::new(fresh(chance), &form.kind, list);
    vec![change.with(&field.key, Value::text("verzonnen"))]
}
