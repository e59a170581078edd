//! The catalogue as it stands in TOML: short keys, and what may be left out.

use super::super::model::{Formula, Group, HolidayPay, Municipality, Role, Status, Unit};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

/// One file; every section may be absent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    pub compiled_on: Option<Datetime>,
    pub municipality: Option<Spanned<Municipality>>,
    #[serde(default)]
    pub group: Vec<Spanned<Group>>,
    #[serde(default)]
    pub use_state: Vec<Spanned<RawUseState>>,
    #[serde(default)]
    pub source: Vec<Spanned<RawSource>>,
    #[serde(default)]
    pub organisation: Vec<Spanned<RawOrganisation>>,
    #[serde(default)]
    pub fact: Vec<Spanned<RawFact>>,
    #[serde(default)]
    pub implied: Vec<Spanned<RawImplied>>,
    #[serde(default)]
    pub impossible: Vec<Spanned<RawImpossible>>,
    #[serde(default)]
    pub norm: Vec<Spanned<RawNorm>>,
    #[serde(default)]
    pub table: Vec<Spanned<RawTable>>,
    #[serde(default)]
    pub scheme: Vec<Spanned<RawScheme>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUseState {
    pub id: String,
    pub label: String,
    pub label_en: String,
    pub at_door: bool,
    #[serde(default)]
    pub hint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub dated: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOrganisation {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub site: String,
    #[serde(default)]
    pub refer_to: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFact {
    pub id: String,
    pub kind: RawKind,
    pub question: String,
    pub label: String,
    /// `household.age_band`; or `on_screen = true` when it is asked to compare and never kept.
    pub field: Option<String>,
    #[serde(default)]
    pub on_screen: bool,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub choices: Vec<RawChoice>,
    /// Of a band: the amount it is a band of.
    pub of: Option<String>,
    pub max: Option<i64>,
    pub unit: Option<Unit>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawKind {
    YesNo,
    Choice,
    Several,
    Band,
    Whole,
    Cents,
    Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawChoice {
    pub id: String,
    pub label: String,
    /// The choice of the form; the same word as `id` when left out.
    pub form: Option<String>,
    /// The edges of a band: a table, or a table and a percentage of its norm.
    pub over: Option<RawEdge>,
    pub up_to: Option<RawEdge>,
    #[serde(default)]
    pub not_known: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEdge {
    pub table: String,
    #[serde(default = "whole")]
    pub percent: u32,
}

fn whole() -> u32 {
    100
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawImplied {
    pub all: Vec<RawWhen>,
    pub none_of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawImpossible {
    pub all: Vec<RawWhen>,
    pub sentence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWhen {
    pub fact: String,
    #[serde(rename = "in")]
    pub any_of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNorm {
    pub id: String,
    pub name: String,
    pub unit: Unit,
    pub holiday_pay: Option<HolidayPay>,
    pub versions: Vec<RawNormVersion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNormVersion {
    pub from: Datetime,
    pub to: Datetime,
    pub amount: Option<i64>,
    /// Lowest and highest, for what was not read but lies certainly between.
    pub between: Option<[i64; 2]>,
    #[serde(default)]
    pub not_found: bool,
    pub mark: Option<RawMark>,
    #[serde(default)]
    pub source: String,
    pub checked: Option<Datetime>,
    #[serde(default)]
    pub note: String,
}

/// How a figure was come by. `MEMORY` is read so that it can be refused with a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RawMark {
    Found,
    Seed,
    Derived,
    Estimate,
    Memory,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTable {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub cost_sharers: bool,
    pub rows: Vec<RawRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    #[serde(default)]
    pub when: Vec<RawWhen>,
    /// Or `none = true`: the law has no norm for such a household.
    pub norm: Option<String>,
    #[serde(default)]
    pub none: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScheme {
    pub id: String,
    pub name: String,
    pub group: String,
    pub line: String,
    pub line_en: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub decides: String,
    pub apply_at: String,
    #[serde(default)]
    pub documents: Vec<String>,
    #[serde(default)]
    pub term: String,
    pub refines: Option<String>,
    #[serde(default)]
    pub after: Vec<String>,
    #[serde(default)]
    pub version: Vec<RawVersion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawVersion {
    pub from: Option<Datetime>,
    pub to: Option<Datetime>,
    pub check_by: Option<Datetime>,
    pub status: Status,
    pub source: String,
    pub checked: Datetime,
    pub amount: Option<Formula>,
    #[serde(default)]
    pub rules: Vec<Spanned<RawRule>>,
}

/// Exactly one way of testing, or none: then the source says that it counts, but not how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    pub role: Role,
    pub text: String,
    pub source: String,
    pub fact: Option<String>,
    #[serde(rename = "in")]
    pub any_of: Option<Vec<String>>,
    /// Beside `in`: with one of these the source does not decide.
    #[serde(default)]
    pub maybe: Vec<String>,
    pub not_in: Option<Vec<String>>,
    pub yes: Option<bool>,
    pub at_least: Option<i64>,
    /// The table whose norm is the limit.
    pub below: Option<String>,
    pub at_most: Option<String>,
    pub above: Option<String>,
    pub percent: Option<u32>,
    #[serde(default)]
    pub without_holiday_pay: bool,
    pub pays: Option<Formula>,
    #[serde(default)]
    pub everyone: bool,
}
