//! Joint visits that stand ahead for one home twice, because both organisations planned one. Nothing is
//! refused and nothing merged: people are told, and call one off.

use super::address::at_one_address;
use crate::record::{Record, Records};

/// Nobody went yet, and nobody called it off.
fn is_ahead(record: &Record) -> bool {
    !record.is_withdrawn() && record.get("state").is_none()
}

/// Visits to the home of this one, and plans that the resident agreed to. A plan of which a visit came is
/// that visit.
fn others<'a>(records: &'a Records, of: &'a Record) -> impl Iterator<Item = &'a Record> {
    let agreed =
        |plan: &&Record| plan.bool("agreed") == Some(true) && plan.reference("visit").is_none();
    let all = records.of_kind("joint_visit").chain(records.of_kind("joint_plan").filter(agreed));
    all.filter(move |other| other.id != of.id && at_one_address(other, of))
}

/// What else stands ahead for the home of a visit or plan that stands ahead itself.
pub fn doubles<'a>(records: &'a Records, of: &'a Record) -> Vec<&'a Record> {
    others(records, of).filter(|other| is_ahead(of) && is_ahead(other)).collect()
}

/// Whether something else stands ahead for this home, as far as a phone can know. The server says `double`
/// for visits that it does not hold; what it holds itself may be newer than that.
pub fn is_double(records: &Records, of: &Record) -> bool {
    if others(records, of).next().is_some() {
        return !doubles(records, of).is_empty();
    }
    is_ahead(of) && of.bool("double") == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::town::Town;
    use crate::record::{RecordId, Value};

    fn visit(
        town: &mut Town,
        kind: &str,
        id: i64,
        number: i64,
        more: &[(&str, Value)],
    ) -> RecordId {
        let record = RecordId::at(id, [8; 10]);
        let mut set =
            vec![("street", Value::text("Kruidenstraat")), ("number", Value::Int(number))];
        set.extend(more.iter().cloned());
        town.put(record, record, kind, set);
        record
    }

    fn double(town: &Town, id: RecordId) -> bool {
        is_double(&town.records, town.records.get(id).expect("there"))
    }

    #[test]
    fn two_visits_to_one_home_are_double_until_one_is_called_off() {
        let mut town = Town::default();
        let first = visit(&mut town, "joint_visit", 1, 12, &[]);
        let second = visit(&mut town, "joint_visit", 2, 12, &[]);
        let elsewhere = visit(&mut town, "joint_visit", 3, 13, &[]);
        assert!(double(&town, first) && double(&town, second) && !double(&town, elsewhere));
        visit(&mut town, "joint_visit", 2, 12, &[("state", Value::choice("cancelled"))]);
        assert!(!double(&town, first) && !double(&town, second));
    }

    #[test]
    fn plan_counts_once_the_resident_agreed_and_until_it_is_a_visit() {
        let mut town = Town::default();
        let first = visit(&mut town, "joint_visit", 1, 12, &[]);
        let plan = visit(&mut town, "joint_plan", 2, 12, &[]);
        assert!(!double(&town, first), "somebody only began to plan");
        assert!(double(&town, plan), "but she is told");
        visit(&mut town, "joint_plan", 2, 12, &[("agreed", Value::Bool(true))]);
        assert!(double(&town, first));
        visit(&mut town, "joint_plan", 2, 12, &[("visit", Value::Reference(first))]);
        assert!(!double(&town, first), "it is this visit");
    }

    #[test]
    fn server_tells_of_a_visit_that_is_not_on_this_phone() {
        let mut town = Town::default();
        let first = visit(&mut town, "joint_visit", 1, 12, &[("double", Value::Bool(true))]);
        assert!(double(&town, first));
        // Called off here, and the server does not know yet.
        visit(&mut town, "joint_visit", 2, 12, &[("state", Value::choice("cancelled"))]);
        assert!(!double(&town, first));
    }
}
