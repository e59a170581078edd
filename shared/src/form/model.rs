//! What a form is made of, as plain data. Included by the build script too, so it imports nothing
//! of this crate; postcard writes it, so no attribute here may need a self-describing format.

use serde::{Deserialize, Serialize};

/// All forms of one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forms {
    /// Goes up with every release that changes a form; travels with every exchange.
    pub version: u32,
    pub forms: Vec<Form>,
}

/// The form of one kind of record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Kind of the records that follow this form, for example `attempt`.
    pub kind: String,
    /// Dutch name of one such record, as an office page shows it.
    pub title: String,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub key: String,
    pub title: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub key: String,
    pub kind: FieldKind,
    pub label: String,
    pub hint: Option<String>,
    pub choices: Vec<Choice>,
    /// Shown and asked only when this holds; an answer given earlier is emptied when it no longer does.
    pub when: Option<Condition>,
    pub required: bool,
    /// Why this is recorded, in Dutch; shown to residents who ask.
    pub purpose: Purpose,
    pub retention: Retention,
    /// Names of the roles that may set it; the office pages and the acceptance rule read this.
    pub write: Vec<String>,
}

/// A new kind of field is added here; the compiler then asks for its input and its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    YesNo,
    Whole,
    ShortText,
    LongText,
    Choice,
    /// A set of choices: one boolean field per choice, keyed `field.choice`.
    Choices,
    /// A choice whose keys are ranges, so that no exact amount or age is kept.
    Band,
    Date,
    Instant,
    Reference,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub key: String,
    pub label: String,
    /// Which figures a record with this choice counts in, for example `reached` and `talk`.
    pub counts: Vec<String>,
}

/// Why a field is recorded. A campaign may add fields, it cannot remove a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To find the door and walk the street.
    FindDoor,
    /// To know which doors still need a visit, and when.
    PlanVisit,
    /// To tell what may apply to the household.
    HintSchemes,
    /// To pass on to the municipality that a tenant wishes a talk.
    HandOver,
    /// To do what was agreed with the resident.
    KeepAgreement,
    /// To count, without names, what the visits achieve.
    CountResults,
    /// To keep the team safe and reachable.
    KeepSafe,
    /// To keep what is written down right.
    KeepRight,
    /// To plan works on a home as who lives there wishes.
    PlanWorks,
}

/// How long a field is kept, shortest first. The numbers of months are the usual ones; the coordinator
/// sets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// Until three months after the campaign ends.
    Campaign,
    /// Until three months after the day for which a joint visit was planned.
    Plan,
    /// Until twelve months after the case is closed.
    Case,
    /// Until twelve months after the day of a joint visit.
    Visit,
    /// As long as the address exists in the register of addresses.
    Register,
}

/// `any` of `all` of these atoms; empty lists do not occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub any: Vec<Vec<Atom>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Atom {
    pub field: String,
    /// The key of a choice, or `yes`.
    pub is: String,
    pub negated: bool,
}
