//! The figures of a pilot with the financial service conversation, counted from the cases themselves.
//! Each field of [`Pilot`] is a definition; the office shows them with these words.

use super::case::{CLOCK_DAYS, Case, Clock};
use super::stuck::stuck_at;
use crate::record::{Record, Records};
use std::collections::BTreeMap;

/// Days from 1970-01-01, a Thursday, to the first Monday.
const FIRST_MONDAY: i32 = 4;

/// What became of the applications for one scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applications {
    pub filed: u32,
    /// Wholly or in part.
    pub granted: u32,
    pub refused: u32,
}

/// What became of the referrals to one organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Referrals {
    pub made: u32,
    pub refused: u32,
}

/// All counts are of cases that count in the pilot, unless a field says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pilot {
    /// Households with at least one talk.
    pub households: u32,
    /// Talks with those households; several with one household count each.
    pub talks: u32,
    /// Talks that the pilot brought about outside it: households that are not of the pilot and did not
    /// come from an intake of the Toegang.
    pub spin_off_talks: u32,
    /// Talks after an intake of the Toegang, which the pilot does not count.
    pub toegang_talks: u32,
    /// By the id of the scheme.
    pub applications: BTreeMap<String, Applications>,
    /// Households whose first application was filed at most seven days after the first talk.
    pub in_time: u32,
    /// Households with an application; the whole that `in_time` is a part of.
    pub applied: u32,
    /// Households where all was in order, so that nothing had to be filed.
    pub in_order: u32,
    /// Applications that got stuck, by the key of the organisation; under `OTHER_ORGANISATION` also those of
    /// which only a name was written down.
    pub stuck: BTreeMap<String, u32>,
    /// Minutes of all talks of the pilot, as far as they were written down.
    pub minutes: i64,
    /// The same per week, by the day of its Monday.
    pub minutes_a_week: BTreeMap<i32, i64>,
    /// By the key of the organisation.
    pub referrals: BTreeMap<String, Referrals>,
}

impl Pilot {
    /// Counts the cases that `wanted` keeps. `local_day` gives the day of an instant in ms.
    pub fn of(
        records: &Records,
        local_day: impl Fn(i64) -> i32 + Copy,
        wanted: impl Fn(&Case<'_>) -> bool,
    ) -> Pilot {
        let mut pilot = Pilot::default();
        let cases = records.of_kind("case").filter_map(|record| Case::of(records, record.id));
        for case in cases.filter(|case| !case.talks.is_empty() && wanted(case)) {
            pilot.add(&case, local_day);
        }
        pilot
    }

    fn add(&mut self, case: &Case<'_>, local_day: impl Fn(i64) -> i32 + Copy) {
        let talks = u32::try_from(case.talks.len()).unwrap_or(u32::MAX);
        if case.record.bool("in_pilot") != Some(true) {
            let from_toegang =
                case.sources.iter().any(|source| source.str("source") == Some("toegang"));
            let place =
                if from_toegang { &mut self.toegang_talks } else { &mut self.spin_off_talks };
            *place += talks;
            return;
        }
        self.households += 1;
        self.talks += talks;
        for talk in &case.talks {
            self.add_minutes(talk, local_day);
        }
        for referral in &case.referrals {
            let place = referral.str("organisation").unwrap_or_default().to_owned();
            let counts = self.referrals.entry(place).or_default();
            counts.made += 1;
            counts.refused += u32::from(referral.str("answer") == Some("refused"));
        }
        for application in &case.applications {
            self.add_application(application);
        }
        // Only what was filed matters, so any day will do.
        if let Clock::Filed(days) = case.clock(0, local_day) {
            self.applied += 1;
            self.in_time += u32::from(days <= CLOCK_DAYS);
        } else if is_in_order(case) {
            self.in_order += 1;
        }
    }

    fn add_minutes(&mut self, talk: &Record, local_day: impl Fn(i64) -> i32) {
        let Some(minutes) = talk.int("minutes") else { return };
        self.minutes += minutes;
        if let Some(day) = talk.instant("at").map(local_day) {
            let monday = day - (day - FIRST_MONDAY).rem_euclid(7);
            *self.minutes_a_week.entry(monday).or_default() += minutes;
        }
    }

    fn add_application(&mut self, application: &Record) {
        if let Some(place) = stuck_at(application) {
            *self.stuck.entry(place.to_owned()).or_default() += 1;
        }
        if application.date("filed_on").is_none() {
            return;
        }
        let scheme = application.str("scheme").unwrap_or_default().to_owned();
        let counts = self.applications.entry(scheme).or_default();
        counts.filed += 1;
        match application.str("decision") {
            Some("granted" | "partly") => counts.granted += 1,
            Some("refused") => counts.refused += 1,
            _ => {}
        }
    }
}

fn is_in_order(case: &Case<'_>) -> bool {
    let said = case.talks.iter().any(|talk| talk.str("outcome") == Some("in_order"));
    said || case.record.str("result") == Some("in_order")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::town::Town;
    use crate::record::{RecordId, Value};

    const DAY_MS: i64 = 86_400_000;

    /// A household with this many talks from day 10 on, an hour each.
    fn household(
        town: &mut Town,
        number: i64,
        source: &str,
        in_pilot: bool,
        talks: i64,
    ) -> RecordId {
        let case = town.case(number);
        town.put(case, case, "case", vec![("in_pilot", Value::Bool(in_pilot))]);
        town.of_case(case, "case_source", "source", vec![("source", Value::choice(source))]);
        for talk in 0..talks {
            let at = Value::Instant((10 + talk) * DAY_MS);
            let set = vec![("at", at), ("minutes", Value::Int(60))];
            town.of_case(case, "talk", &format!("talk {talk}"), set);
        }
        case
    }

    fn application(town: &mut Town, case: RecordId, scheme: &str, filed: i32, decision: &str) {
        let set = vec![
            ("scheme", Value::choice(scheme)),
            ("filed_on", Value::Date(filed)),
            ("decision", Value::choice(decision)),
        ];
        town.of_case(case, "application", scheme, set);
    }

    fn figures(town: &Town) -> Pilot {
        Pilot::of(&town.records, Town::day, |_| true)
    }

    /// The report of Tilburg, 2017: 35 households, 15 talks that came of it, and intakes of the Toegang
    /// that were not counted.
    #[test]
    fn pilot_of_2017_is_counted_as_its_report_counted_it() {
        let mut town = Town::default();
        for number in 0..35 {
            let source = if number < 30 { "caretaker" } else { "word_of_mouth" };
            let case = household(&mut town, number, source, true, 1 + number % 3);
            if number % 2 == 0 {
                application(&mut town, case, "nl.zorgtoeslag", 15, "granted");
            }
        }
        for number in 100..115 {
            household(&mut town, number, "heard_of", false, 1);
        }
        household(&mut town, 200, "toegang", false, 2);
        household(&mut town, 300, "caretaker", true, 0);
        let pilot = figures(&town);
        assert_eq!((pilot.households, pilot.talks), (35, 69));
        assert_eq!((pilot.spin_off_talks, pilot.toegang_talks), (15, 2));
        assert_eq!((pilot.in_time, pilot.applied), (18, 18));
        assert_eq!(pilot.minutes, 69 * 60);
        let counts = Applications { filed: 18, granted: 18, refused: 0 };
        assert_eq!(pilot.applications, BTreeMap::from([("nl.zorgtoeslag".to_owned(), counts)]));
    }

    #[test]
    fn stuck_is_counted_by_organisation_and_names_of_before_are_counted_as_another_one() {
        let mut town = Town::default();
        let case = household(&mut town, 1, "caretaker", true, 1);
        for (name, field, value) in [
            ("a", "stuck_at", Value::choice("uwv")),
            ("b", "stuck_at", Value::choice("uwv")),
            ("c", "stuck_at", Value::choice("other")),
            ("d", "stuck", Value::text("Belastingdienst")),
            ("e", "stuck", Value::Nothing),
        ] {
            town.of_case(case, "application", name, vec![(field, value)]);
        }
        let stuck = figures(&town).stuck;
        assert_eq!(stuck, BTreeMap::from([("other".to_owned(), 2), ("uwv".to_owned(), 2)]));
    }

    #[test]
    fn in_time_is_seven_days_and_in_order_is_a_result_of_its_own() {
        let mut town = Town::default();
        let early = household(&mut town, 1, "caretaker", true, 1);
        application(&mut town, early, "a", 17, "refused");
        let late = household(&mut town, 2, "caretaker", true, 1);
        application(&mut town, late, "a", 18, "partly");
        let order = household(&mut town, 3, "caretaker", true, 1);
        town.put(order, order, "case", vec![("result", Value::choice("in_order"))]);
        let pilot = figures(&town);
        assert_eq!((pilot.in_time, pilot.applied, pilot.in_order), (1, 2, 1));
        assert_eq!(pilot.applications["a"], Applications { filed: 2, granted: 1, refused: 1 });
    }
}
