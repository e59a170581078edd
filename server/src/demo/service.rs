//! The financial service conversation in the demo: offers of two caretakers and the cases that came of
//! them, one at each stage of the clock. Everybody in it is made up.

use super::story::DAY_MS;
use super::walk::day_of;
use aanbel_shared::record::{RecordId, Value};
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;
/// Space of the ids of the offers.
const OFFERS: Uuid = Uuid::from_u128(0x6f66_6665_7200_4000_8000_0000_0000_0001);

/// One commit on somebody's phone, after which it syncs.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub at_ms: i64,
    /// Name to sign in with of whose phone it is, from [`super::PEOPLE`].
    pub login: &'static str,
    pub list: List,
    pub record: RecordId,
    pub kind: &'static str,
    pub set: Vec<(&'static str, Value)>,
}

/// In which worklist the record belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// This week of the caretaker.
    Week,
    /// The case that came of this offer.
    Case(RecordId),
}

/// The case of an offer, as the server makes it.
pub fn case_of(offer: RecordId) -> RecordId {
    RecordId::from_parts(offer.0, "case")
}

/// Everything in order of time, never later than `now_ms`.
pub fn scenes(now_ms: i64) -> Vec<Scene> {
    let mut story = Scenes { today: day_of(now_ms), found: Vec::new() };
    story.tenants();
    story.talks();
    story.found.retain(|scene| scene.at_ms < now_ms);
    story.found.sort_by_key(|scene| scene.at_ms);
    story.found
}

struct Scenes {
    today: i32,
    found: Vec<Scene>,
}

impl Scenes {
    /// So many days ago, at this hour in winter time.
    fn ms(&self, days_ago: i32, hour: i64) -> i64 {
        i64::from(self.today - days_ago) * DAY_MS + (hour - 1) * HOUR_MS
    }

    fn offer(
        &mut self,
        by: &'static str,
        key: &str,
        days_ago: i32,
        set: Vec<(&'static str, Value)>,
    ) {
        let at_ms = self.ms(days_ago, 10);
        let mut all = vec![("at", Value::Instant(at_ms)), ("language", Value::choice("nl"))];
        all.extend(set);
        let record = RecordId::from_parts(OFFERS, key);
        self.found.push(Scene {
            at_ms,
            login: by,
            list: List::Week,
            record,
            kind: "offer",
            set: all,
        });
    }

    fn yes(&mut self, by: &'static str, key: &str, days_ago: i32, who: (&str, &str, i64, &str)) {
        let (name, street, number, postcode) = who;
        let set = vec![
            ("answer", Value::choice("yes")),
            ("name", Value::text(name)),
            ("street", Value::text(street)),
            ("number", Value::Int(number)),
            ("postcode", Value::text(postcode)),
            ("town", Value::text(super::TOWN)),
            ("consent", Value::Bool(true)),
            ("consent_text", Value::text("nl eerste")),
            ("consent_at", Value::Instant(self.ms(days_ago, 10))),
        ];
        self.offer(by, key, days_ago, set);
    }

    fn tenants(&mut self) {
        let kade = |number| ("Klapbordkade", number, "9999QW");
        let with = |name, (street, number, postcode)| (name, street, number, postcode);
        self.yes("wim", "late", 75, with("O. Verzonnen", kade(3)));
        self.yes("wim", "order", 40, with("A. Denkbeeld", kade(11)));
        self.yes("wim", "filed", 20, with("P. Bedenksel", kade(15)));
        self.yes("wim", "red", 14, with("F. Fictief", kade(22)));
        self.yes("lies", "amber", 9, ("R. Gefingeerd", "Aftitelingpad", 4, "9999QX"));
        self.yes("lies", "green", 4, ("M. Proefpersoon", "Aftitelingpad", 9, "9999QX"));
        self.yes("wim", "new", 1, ("T. Nergensman", "Waddenkrabwierde", 12, "9999QL"));
        self.yes("lies", "twice", 1, ("Mevrouw Nergensman", "Waddenkrabwierde", 12, "9999 QL"));
        self.yes("lies", "stopped", 6, ("V. Verdwenen", "Aftitelingpad", 17, "9999QX"));
        for (key, days, answer) in [("no", 12, "no"), ("later", 8, "not_now"), ("nee", 3, "no")] {
            self.offer("wim", key, days, vec![("answer", Value::choice(answer))]);
        }
        let taken_back = RecordId::from_parts(OFFERS, "stopped");
        let at_ms = self.ms(5, 9);
        let set = vec![("stopped", Value::Bool(true))];
        let list = List::Week;
        self.found.push(Scene {
            at_ms,
            login: "lies",
            list,
            record: taken_back,
            kind: "offer",
            set,
        });
    }

    /// One record in the case of an offer.
    fn in_case(
        &mut self,
        key: &str,
        (days_ago, hour): (i32, i64),
        kind: &'static str,
        set: Vec<(&'static str, Value)>,
    ) -> RecordId {
        let offer = RecordId::from_parts(OFFERS, key);
        let case = case_of(offer);
        let at_ms = self.ms(days_ago, hour);
        let about = match kind {
            "talk" => Some(("address", Value::Reference(RecordId::from_parts(case.0, "address")))),
            "application" | "appointment" => Some(("case", Value::Reference(case))),
            _ => None,
        };
        let name = format!("{kind} {}", self.found.len());
        let record = if kind == "case" { case } else { RecordId::from_parts(case.0, &name) };
        let set = about.into_iter().chain(set).collect();
        let list = List::Case(offer);
        self.found.push(Scene { at_ms, login: "mo", list, record, kind, set });
        record
    }

    fn talk(&mut self, key: &str, days_ago: i32, minutes: i64, outcome: &str) -> RecordId {
        let set = vec![
            ("at", Value::Instant(self.ms(days_ago, 13))),
            ("place", Value::choice("inside")),
            ("minutes", Value::Int(minutes)),
            ("outcome", Value::choice(outcome)),
        ];
        self.in_case(key, (days_ago, 14), "talk", set)
    }

    fn application(&mut self, key: &str, scheme: &str, days_ago: i32, decision: Option<&str>) {
        let mut set = vec![
            ("scheme", Value::choice(scheme)),
            ("filed_on", Value::Date(self.today - days_ago)),
            ("by", Value::choice("together")),
        ];
        if let Some(decision) = decision {
            set.push(("decision", Value::choice(decision)));
            set.push(("decided_on", Value::Date(self.today - 2)));
        }
        let known_on = if decision.is_some() { 2 } else { days_ago };
        self.in_case(key, (known_on, 15), "application", set);
    }

    fn talks(&mut self) {
        self.talk("late", 72, 55, "advice");
        self.application("late", "nl.bijzondere-bijstand", 70, None);
        self.talk("order", 33, 40, "in_order");
        let closed = vec![
            ("closed", Value::Bool(true)),
            ("closed_on", Value::Date(self.today - 33)),
            ("result", Value::choice("in_order")),
        ];
        self.in_case("order", (33, 15), "case", closed);
        let talk = self.talk("filed", 16, 75, "advice");
        let referral = vec![
            ("talk", Value::Reference(talk)),
            ("organisation", Value::choice("debt_help")),
            ("way", Value::choice("warm")),
            ("consent", Value::Bool(true)),
            ("answer", Value::choice("refused")),
            ("answered_on", Value::Date(self.today - 16)),
            ("refusal", Value::choice("full")),
        ];
        self.in_case("filed", (16, 15), "referral", referral);
        self.application("filed", "nl.zorgtoeslag", 13, Some("granted"));
        self.application("filed", "nl.huurtoeslag", 13, None);
        self.talk("red", 11, 50, "advice");
        self.talk("amber", 6, 60, "advice");
        self.talk("green", 2, 45, "informed");
        let tomorrow = Value::Instant(self.ms(-1, 14));
        let planned = vec![("at", tomorrow), ("place", Value::choice("home"))];
        self.in_case("green", (2, 15), "appointment", planned);
    }
}
