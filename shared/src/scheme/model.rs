//! The shape of the scheme catalogue as it is stored: schemes, groups, use states, organisations.
//!
//! Only `serde` and `std` here and nothing of this crate: `build/catalogue.rs` includes this file to
//! turn `catalogue/*.toml` into one postcard file. Postcard stores no field names, so a field is never
//! skipped, flattened or untagged. How the catalogue is searched stands in `lookup.rs`.

use serde::{Deserialize, Serialize};

/// Everything in `catalogue/*.toml`, checked: every id is unique and every reference exists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The day the catalogue was compiled, `YYYY-MM-DD`.
    pub compiled_on: String,
    /// The groups of a checklist, in the order in which they are shown.
    pub groups: Vec<Group>,
    /// What a household can do with a scheme; the absence of a state means "not discussed".
    pub use_states: Vec<UseState>,
    pub sources: Vec<Source>,
    pub organisations: Vec<Organisation>,
    pub municipalities: Vec<Municipality>,
    /// National schemes first, then those of each municipality; within a file in its own order.
    pub schemes: Vec<Scheme>,
}

/// One heading of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub label: String,
    pub label_en: String,
}

/// One answer to "what does this household do with this scheme".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseState {
    pub id: String,
    pub label: String,
    pub label_en: String,
    /// True when a volunteer may choose it at the door; the others belong to an adviser or the office.
    pub at_door: bool,
    /// A sentence of explanation, empty when the label says enough.
    pub hint: String,
}

/// Where a statement of the catalogue was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub id: String,
    pub title: String,
    /// As exact as the source itself: a year, a month or a day; empty when it is undated.
    pub dated: String,
}

/// Who decides on a scheme, where it is applied for, or where a resident is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: String,
    /// `nl`, or the CBS code of the municipality it works in.
    pub scope: String,
    pub name: String,
    /// Public site without scheme or path; empty when unknown.
    pub site: String,
    /// True when it is offered as the target of a referral.
    pub refer_to: bool,
}

/// A municipality with a catalogue file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// CBS code, as in `GM0034`.
    pub scope: String,
    pub name: String,
    /// The organisation meant where a national scheme says "the municipality where you live".
    pub organisation: String,
}

/// One scheme (*regeling*) or service that a visit may mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// `nl.huurtoeslag`: never changes, because visits refer to it.
    pub id: String,
    /// `nl`, or the CBS code of the municipality whose scheme it is.
    pub scope: String,
    pub name: String,
    /// The id of its [`Group`].
    pub group: String,
    /// What it is, for a resident: one line of Dutch at B1.
    pub line: String,
    pub line_en: String,
    /// Other names under which people know it.
    pub aliases: Vec<String>,
    /// The id of the [`Organisation`] that decides.
    pub decides: String,
    /// The id of the [`Organisation`] where it is applied for.
    pub apply_at: String,
    pub status: Status,
    /// Since when the status holds, `YYYY-MM-DD`, as far as the source tells.
    pub status_since: Option<String>,
    /// The id of the [`Source`] of the status.
    pub status_source: String,
    /// What a resident needs for the application, in Dutch.
    pub documents: Vec<String>,
    /// The national scheme whose place this one takes in its own municipality.
    pub refines: Option<String>,
}

/// Whether a scheme can be applied for today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    /// Ended; kept so that older visits stay readable, never on a new checklist.
    Closed,
    /// Nobody has confirmed that it exists today; shown only with that remark.
    Unconfirmed,
}
