//! What is said in a talk: the household in bands, topics, schemes, and what was agreed.
//!
//! Notes are a fixed list of plain sentences: no names, no amounts, nothing about anybody's health.

use aanbel_shared::record::{RecordId, Value};

use super::chance::Chance;
use super::story::{Hand, RecordChange, StoryEvent, record_of};
use super::walk::day_of;
use crate::import::ImportedAddress;

const MINUTE_MS: i64 = 60_000;

/// Where a talk is held.
pub(super) struct Scene<'a> {
    pub street: usize,
    pub door: &'a ImportedAddress,
    pub attempt: RecordId,
    pub hand: Hand,
    pub at_ms: i64,
}

const COMPOSITIONS: [(&str, u32); 5] =
    [("single", 36), ("single_parent", 18), ("couple", 20), ("couple_children", 22), ("other", 4)];
const AGES: [(&str, u32); 5] =
    [("18_20", 2), ("21_22", 5), ("23_26", 12), ("27_aow", 58), ("aow", 23)];
const INCOMES: [(&str, u32); 6] = [
    ("to_100", 26),
    ("100_120", 24),
    ("120_130", 14),
    ("130_140", 8),
    ("over_140", 14),
    ("unknown", 14),
];
const HOUSINGS: [(&str, u32); 4] = [("rent", 74), ("room", 4), ("owned", 20), ("other", 2)];
const ASSETS: [(&str, u32); 4] =
    [("to_assistance", 62), ("to_rent", 10), ("to_care", 4), ("unknown", 24)];
const LANGUAGES: [(&str, u32); 7] =
    [("nl", 84), ("en", 6), ("tr", 3), ("ar", 3), ("pl", 2), ("uk", 1), ("other", 1)];
const OUTCOMES: [(&str, u32); 5] =
    [("advice", 46), ("informed", 26), ("in_order", 16), ("explained", 8), ("no_wish", 4)];
const USES: [(&str, u32); 7] = [
    ("uses_already", 36),
    ("discussed", 30),
    ("wants", 13),
    ("does_not_want", 8),
    ("together_applied", 5),
    ("referred", 5),
    ("cannot", 3),
];
const ORGANISATIONS: [(&str, u32); 6] = [
    ("team", 38),
    ("consultation", 26),
    ("debt_help", 10),
    ("legal", 8),
    ("library", 8),
    ("community_centre", 10),
];
const NOTES: [&str; 8] = [
    "Liever na 18.00 uur langskomen.",
    "De bel doet het niet altijd. Klop ook op het raam.",
    "Wil de folder eerst rustig lezen.",
    "Vraagt om hulp met een brief van de belastingdienst.",
    "Zoekt een sportclub voor de kinderen.",
    "Blij met het gesprek. Nieuwe buren graag ook bezoeken.",
    "Heeft DigiD, maar weet het wachtwoord niet meer.",
    "Komt volgende week naar het spreekuur in het wijkteam.",
];
const REASONS: [&str; 3] = [
    "Wil geen gedoe met formulieren.",
    "Is bang om later terug te betalen.",
    "Vindt het niet nodig.",
];

/// Holds the talk and tells when it is over (ms since 1970).
pub(super) fn hold(scene: &Scene, chance: &mut Chance, events: &mut Vec<StoryEvent>) -> i64 {
    let is_inside = chance.percent(22);
    let minutes = if is_inside { 18 + chance.below(25) } else { 4 + chance.below(9) };
    let end_ms = scene.at_ms + i64::from(minutes) * MINUTE_MS;
    let mut pen = Pen { scene, now_ms: scene.at_ms, end_ms, events };
    let household = RecordId::at(scene.at_ms, chance.bytes());
    let talk = RecordId::at(scene.at_ms, chance.bytes());
    let told = household_change(scene, household, is_inside, chance);
    pen.write(start_change(scene, talk, household, is_inside, chance));
    pen.write(told.change.clone());
    for scheme in schemes(&told, is_inside, chance) {
        pen.write(check_change(scene, household, scheme, chance));
    }
    let outcome = chance.weighted(&OUTCOMES);
    pen.write(result_change(scene, talk, outcome, minutes, chance));
    agreements(&mut pen, talk, outcome, chance);
    end_ms
}

/// Writes one change after the other while the talk goes on.
struct Pen<'a> {
    scene: &'a Scene<'a>,
    now_ms: i64,
    end_ms: i64,
    events: &'a mut Vec<StoryEvent>,
}

impl Pen<'_> {
    fn write(&mut self, change: RecordChange) {
        self.now_ms = (self.now_ms + 20_000).min(self.end_ms);
        self.events.push(StoryEvent::write(self.now_ms, self.scene.hand, vec![change]));
    }
}

/// What the resident told, and what decides which schemes come up.
struct Told {
    change: RecordChange,
    has_children: bool,
    rents: bool,
    is_pensioner: bool,
    has_low_income: bool,
}

fn household_change(scene: &Scene, record: RecordId, inside: bool, chance: &mut Chance) -> Told {
    let composition = chance.weighted(&COMPOSITIONS);
    let has_children = matches!(composition, "single_parent" | "couple_children");
    let age = chance.weighted(if has_children { &AGES[1..4] } else { &AGES });
    let (income, housing) = (chance.weighted(&INCOMES), chance.weighted(&HOUSINGS));
    let mut change = RecordChange::new(record, "household", scene.street)
        .with("address", Value::Reference(record_of(scene.door)))
        .choice("composition", composition)
        .choice("age_band", age)
        .choice("housing", housing);
    if has_children {
        let ages = ["0_3", "4_11", "12_15", "16_17"];
        let first = *chance.pick(&ages);
        change = change.yes(&format!("children.{first}"));
        let second = *chance.pick(&ages);
        if second != first && chance.percent(45) {
            change = change.yes(&format!("children.{second}"));
        }
    }
    // In the doorway people often do not speak about money.
    if inside || chance.percent(60) {
        let assets = chance.weighted(&ASSETS);
        change = change.choice("income_band", income).choice("assets_band", assets);
    }
    Told {
        change,
        has_children,
        rents: housing == "rent",
        is_pensioner: age == "aow",
        has_low_income: matches!(income, "to_100" | "100_120" | "unknown"),
    }
}

/// The schemes that come up, in the order of the checklist; in the doorway only some of them.
fn schemes(told: &Told, inside: bool, chance: &mut Chance) -> Vec<&'static str> {
    let table = [
        (told.rents, "nl.huurtoeslag"),
        (told.has_low_income, "almere.kwijtschelding"),
        (true, "nl.zorgtoeslag"),
        (told.has_children, "nl.kindgebonden-budget"),
        (told.has_children, "almere.jeugdfonds"),
        (told.has_low_income && !told.is_pensioner, "almere.iit"),
        (told.has_low_income, "almere.bijzondere-bijstand"),
        (told.is_pensioner, "nl.aio"),
        (told.has_low_income, "almere.voedselbank"),
        (true, "almere.spreekuur"),
        (true, "almere.wijkteam"),
    ];
    let share = if inside { 80 } else { 42 };
    table
        .into_iter()
        .filter(|(fits, _)| *fits)
        .map(|(_, scheme)| scheme)
        .filter(|_| chance.percent(share))
        .collect()
}

fn check_change(
    scene: &Scene,
    household: RecordId,
    scheme: &str,
    chance: &mut Chance,
) -> RecordChange {
    let used = chance.weighted(&USES);
    let record = RecordId::from_parts(household.0, scheme);
    let change = RecordChange::new(record, "scheme_check", scene.street)
        .with("household", Value::Reference(household))
        .choice("scheme", scheme)
        .choice("use", used);
    match used {
        "does_not_want" if chance.percent(50) => {
            change.with("reason", Value::text(*chance.pick(&REASONS)))
        }
        "wants" if chance.percent(50) => {
            change.with("agreed", Value::text("Vraagt het zelf aan met DigiD."))
        }
        _ => change,
    }
}

fn start_change(
    scene: &Scene,
    talk: RecordId,
    household: RecordId,
    inside: bool,
    chance: &mut Chance,
) -> RecordChange {
    let approach = if chance.percent(35) { "need_led" } else { "preventive" };
    let mut change = RecordChange::new(talk, "talk", scene.street)
        .with("address", Value::Reference(record_of(scene.door)))
        .with("attempt", Value::Reference(scene.attempt))
        .with("household", Value::Reference(household))
        .with("at", Value::Instant(scene.at_ms))
        .choice("place", if inside { "inside" } else { "doorway" })
        .choice("language", chance.weighted(&LANGUAGES))
        .choice("approach", approach);
    let topics =
        [("money", 52), ("housing", 24), ("family", 22), ("participation", 46), ("letters", 28)];
    for (topic, times) in topics {
        if chance.percent(times) {
            change = change.yes(&format!("topics.{topic}"));
        }
    }
    change
}

fn result_change(
    scene: &Scene,
    talk: RecordId,
    outcome: &str,
    minutes: u32,
    chance: &mut Chance,
) -> RecordChange {
    let mut change = RecordChange::new(talk, "talk", scene.street)
        .choice("outcome", outcome)
        .with("minutes", Value::Int(i64::from(minutes)));
    for (material, times) in [("folder", 80), ("card", 35), ("team", 30)] {
        if outcome != "no_wish" && chance.percent(times) {
            change = change.yes(&format!("material.{material}"));
        }
    }
    change
}

/// Note, referral and aftercare, as far as the talk led to them.
fn agreements(pen: &mut Pen, talk: RecordId, outcome: &str, chance: &mut Chance) {
    let (street, at_ms) = (pen.scene.street, pen.scene.at_ms);
    if chance.percent(24) {
        let note = RecordChange::new(RecordId::at(at_ms, chance.bytes()), "note", street)
            .with("about", Value::Reference(talk))
            .with("text", Value::text(*chance.pick(&NOTES)));
        pen.write(note);
    }
    if outcome != "advice" {
        return;
    }
    if chance.percent(42) {
        let way = if chance.percent(30) { "warm" } else { "cold" };
        let referral = RecordChange::new(RecordId::at(at_ms, chance.bytes()), "referral", street)
            .with("talk", Value::Reference(talk))
            .choice("organisation", chance.weighted(&ORGANISATIONS))
            .choice("way", way)
            .yes("consent");
        pen.write(referral);
    }
    if chance.percent(58) {
        let mut call = RecordChange::new(RecordId::at(at_ms, chance.bytes()), "follow_up", street)
            .with("talk", Value::Reference(talk))
            .yes("wanted")
            .with("due_on", Value::Date(day_of(at_ms) + 14));
        if chance.percent(60) {
            // Five zeros: nobody has this number.
            let number = format!("06 00000 {:03}", chance.below(1_000));
            call = call.with("telephone", Value::text(number));
        }
        pen.write(call);
    }
}
