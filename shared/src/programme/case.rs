//! A case of an adviser, folded from its records: how urgent it is, and the clock of seven days
//! between the first talk and the first application. Days are local days since 1970-01-01.

use super::stuck::stuck_at;
use crate::record::{Record, RecordId, Records};

/// An application is filed within so many days after the first talk.
pub const CLOCK_DAYS: i32 = 7;
/// From this day on the clock is a warning.
const WARN_DAYS: i32 = 5;
/// A decision comes within eight weeks, unless the law says otherwise: Algemene wet bestuursrecht,
/// article 4:13, second paragraph.
pub const DECISION_DAYS: i32 = 56;

/// The clock from the first talk to the first application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// No talk yet.
    NotBegun,
    /// So many days after the first talk, and there is time.
    Green(i32),
    /// So many days, and it is nearly time.
    Amber(i32),
    /// So many days, and that is too many.
    Red(i32),
    /// Filed after so many days.
    Filed(i32),
    /// Nothing had to be filed: all is in order, or the resident wants nothing.
    NothingToFile,
}

/// What a caseload is sorted by, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    ClockRed,
    ClockAmber,
    AppointmentToday,
    /// An organisation does not take the resident, and nothing else was arranged.
    Refused,
    /// Nobody has made contact yet.
    New,
    /// A decision is later than the law allows.
    DecisionLate,
    Stuck,
    Running,
    /// All is filed, decisions are awaited.
    AwaitsDecision,
    Closed,
}

/// One case with what belongs to it; what was withdrawn is left out.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    pub record: &'a Record,
    pub address: Option<&'a Record>,
    pub sources: Vec<&'a Record>,
    /// In order of time.
    pub talks: Vec<&'a Record>,
    /// In order of time.
    pub appointments: Vec<&'a Record>,
    pub applications: Vec<&'a Record>,
    /// Of all talks, in the order of the talks.
    pub referrals: Vec<&'a Record>,
}

impl<'a> Case<'a> {
    /// None when there is no such case.
    pub fn of(records: &'a Records, id: RecordId) -> Option<Case<'a>> {
        let record = records.get(id).filter(|record| record.kind == "case")?;
        let address = record.reference("address");
        let mut talks: Vec<_> = address
            .map(|address| records.pointing("talk", "address", address).collect())
            .unwrap_or_default();
        talks.sort_by_key(|talk: &&Record| (talk.instant("at"), talk.id));
        let of_case = |kind| records.pointing(kind, "case", id);
        let referrals = talks.iter().flat_map(|talk| records.pointing("referral", "talk", talk.id));
        let mut appointments: Vec<_> = of_case("appointment").collect();
        appointments.sort_by_key(|one| (one.instant("at"), one.id));
        Some(Case {
            record,
            address: address.and_then(|address| records.get(address)),
            sources: of_case("case_source").collect(),
            referrals: referrals.collect(),
            talks,
            appointments,
            applications: of_case("application").collect(),
        })
    }

    pub fn is_closed(&self) -> bool {
        self.record.bool("closed") == Some(true)
    }

    /// The resident took her yes back, so nobody is to know any more who it was.
    pub fn is_taken_back(&self) -> bool {
        self.is_closed() && self.record.str("result") == Some("consent_withdrawn")
    }

    /// `local_day` gives the day of an instant in ms.
    pub fn clock(&self, today: i32, local_day: impl Fn(i64) -> i32) -> Clock {
        let begun = self.talks.iter().filter_map(|talk| talk.instant("at")).min().map(local_day);
        let Some(begun) = begun else { return Clock::NotBegun };
        if let Some(filed) = self.applications.iter().filter_map(|one| one.date("filed_on")).min() {
            return Clock::Filed((filed - begun).max(0));
        }
        let nothing_to_file =
            |talk: &&Record| matches!(talk.str("outcome"), Some("in_order" | "no_wish"));
        if self.is_closed() || self.talks.last().is_some_and(nothing_to_file) {
            return Clock::NothingToFile;
        }
        match today - begun {
            day if day > CLOCK_DAYS => Clock::Red(day),
            day if day >= WARN_DAYS => Clock::Amber(day),
            day => Clock::Green(day.max(0)),
        }
    }

    /// The next appointment that was neither kept nor called off, from the beginning of today.
    pub fn next_appointment(
        &self,
        today: i32,
        local_day: impl Fn(i64) -> i32,
    ) -> Option<&'a Record> {
        let mut ahead = self.appointments.iter().filter(|one| one.str("state").is_none());
        ahead.find(|one| one.instant("at").is_some_and(|at_ms| local_day(at_ms) >= today)).copied()
    }

    /// Applications that were filed, still wait for their decision, and waited longer than the law allows.
    pub fn late_decisions(&self, today: i32) -> impl Iterator<Item = &'a Record> {
        let is_late = move |one: &&Record| {
            let filed = one.date("filed_on").filter(|_| one.str("decision").is_none());
            filed.is_some_and(|filed| today - filed > DECISION_DAYS)
        };
        self.applications.iter().copied().filter(is_late)
    }

    /// Where this case stands in a caseload.
    pub fn urgency(&self, today: i32, local_day: impl Fn(i64) -> i32 + Copy) -> Urgency {
        if self.is_closed() {
            return Urgency::Closed;
        }
        match self.clock(today, local_day) {
            Clock::Red(_) => return Urgency::ClockRed,
            Clock::Amber(_) => return Urgency::ClockAmber,
            _ => {}
        }
        let next = self.next_appointment(today, local_day);
        let next_day = next.and_then(|one| one.instant("at")).map(local_day);
        let open = |one: &&&Record| one.date("filed_on").is_some() && one.str("decision").is_none();
        let awaited: Vec<_> = self.applications.iter().filter(open).collect();
        if next_day == Some(today) {
            Urgency::AppointmentToday
        } else if self.referrals.iter().any(|one| is_refused(one)) {
            Urgency::Refused
        } else if self.talks.is_empty() && self.appointments.is_empty() {
            Urgency::New
        } else if self.late_decisions(today).next().is_some() {
            Urgency::DecisionLate
        } else if self.applications.iter().any(|one| stuck_at(one).is_some()) {
            Urgency::Stuck
        } else if awaited.is_empty() || next_day.is_some() {
            Urgency::Running
        } else {
            Urgency::AwaitsDecision
        }
    }
}

/// Cases of which a resident took her yes back, and of which this phone had to drop the record, because it
/// had written in it itself. With the next contact what stays of it comes back.
pub fn dropped_cases(records: &Records) -> Vec<RecordId> {
    let sources = records.of_kind("case_source").filter(|one| one.date("stopped_on").is_some());
    let cases = sources.filter_map(|source| source.reference("case"));
    let mut found: Vec<RecordId> = cases.filter(|case| records.get(*case).is_none()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a referral was refused and nothing else was arranged since.
pub fn is_refused(referral: &Record) -> bool {
    referral.str("answer") == Some("refused") && referral.bool("settled") != Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::town::Town;
    use crate::record::Value;

    const DAY_MS: i64 = 86_400_000;

    struct One(Town, RecordId);

    impl One {
        fn new() -> One {
            let mut town = Town::default();
            let case = town.case(1);
            One(town, case)
        }

        fn with(mut self, kind: &str, name: &str, field: &str, value: Value) -> One {
            match kind {
                "case" => self.0.put(self.1, self.1, kind, vec![(field, value)]),
                _ => self.0.of_case(self.1, kind, name, vec![(field, value)]),
            }
            self
        }

        /// With its first talk on day 100.
        fn talked() -> One {
            One::new().with("talk", "talk", "at", Value::Instant(100 * DAY_MS + 1))
        }

        fn appointment(self, name: &str, on: i64) -> One {
            self.with("appointment", name, "at", Value::Instant(on * DAY_MS))
        }

        fn clock(&self, today: i32) -> Clock {
            Case::of(&self.0.records, self.1).expect("there").clock(today, Town::day)
        }

        fn urgency(&self, today: i32) -> Urgency {
            Case::of(&self.0.records, self.1).expect("there").urgency(today, Town::day)
        }
    }

    #[test]
    fn seven_days_are_green_amber_and_red() {
        let case = One::talked();
        assert_eq!(case.clock(99), Clock::Green(0), "a clock that runs behind");
        assert_eq!(case.clock(104), Clock::Green(4));
        assert_eq!(case.clock(105), Clock::Amber(5));
        assert_eq!(case.clock(107), Clock::Amber(7));
        assert_eq!(case.clock(108), Clock::Red(8));
        assert_eq!(case.urgency(108), Urgency::ClockRed);
        assert_eq!(One::new().clock(108), Clock::NotBegun);
    }

    #[test]
    fn the_first_application_stops_the_clock() {
        let filed =
            |case: One, name, on| case.with("application", name, "filed_on", Value::Date(on));
        let case = filed(filed(One::talked(), "late", 112), "early", 106);
        assert_eq!(case.clock(300), Clock::Filed(6));
        assert_eq!(case.urgency(150), Urgency::AwaitsDecision);
        assert_eq!(case.urgency(163), Urgency::DecisionLate);
    }

    #[test]
    fn in_order_is_a_good_result_and_needs_no_application() {
        let case = One::talked().with("talk", "talk", "outcome", Value::choice("in_order"));
        assert_eq!(case.clock(120), Clock::NothingToFile);
        assert_eq!(case.urgency(120), Urgency::Running);
        let case = One::talked().with("case", "", "closed", Value::Bool(true));
        assert_eq!(case.urgency(120), Urgency::Closed);
    }

    #[test]
    fn a_refused_referral_is_urgent_until_something_else_was_arranged() {
        let talk = RecordId::from_parts(One::new().1.0, "talk");
        let case = One::talked().with("talk", "talk", "outcome", Value::choice("in_order")).with(
            "referral",
            "to",
            "talk",
            Value::Reference(talk),
        );
        assert_eq!(case.urgency(101), Urgency::Running);
        let case = case.with("referral", "to", "answer", Value::choice("refused"));
        assert_eq!(case.urgency(101), Urgency::Refused);
        assert!(Urgency::Refused < Urgency::New);
        let case = case.with("referral", "to", "settled", Value::Bool(true));
        assert_eq!(case.urgency(101), Urgency::Running);
    }

    #[test]
    fn what_is_planned_for_today_comes_before_what_is_new() {
        let case = One::new().appointment("past", 90).appointment("next", 101);
        assert_eq!(case.urgency(101), Urgency::AppointmentToday);
        assert_eq!(case.urgency(102), Urgency::Running);
        assert_eq!(One::new().urgency(101), Urgency::New);
        assert!(Urgency::AppointmentToday < Urgency::New);
        let off = case.with("appointment", "next", "state", Value::choice("cancelled"));
        assert_eq!(off.urgency(101), Urgency::Running);
    }
}
