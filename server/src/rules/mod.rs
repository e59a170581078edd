//! The rule list for policy staff: every scheme, condition and figure of a catalogue on one day, in
//! plain Dutch. `list` says what stands in it, `text`, `markdown` and `csv` how it is written; the
//! office shows the same blocks as a page. A figure that was not read in a source never appears.

mod condition;
mod csv;
mod figures;
mod list;
mod markdown;
mod text;

pub use csv::csv;
pub use list::{
    Lapsing, Place, SOON_DAYS, lapsing, list, scheme_blocks, standing_words, valid, version_lines,
};
pub use markdown::markdown;
pub use text::text;

/// A piece of the list, in the order in which it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Level 1 is the title of the list.
    Heading(u8, String),
    Paragraph(String),
    /// Labels with what stands behind them.
    Facts(Vec<(&'static str, String)>),
    Bullets(Vec<String>),
    /// One condition of a rule.
    Condition(Condition),
    Table(Table),
}

/// One condition of a rule in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `Nodig`, `Sluit uit`, ...
    pub role: &'static str,
    /// For a resident.
    pub text: String,
    /// What exactly is looked at, for whoever has to check it.
    pub looks_at: String,
    pub source: String,
    /// One row per situation of a household that has a limit of its own.
    pub limits: Vec<Limit>,
}

/// The limit for one situation of a household. Days as `2026-07-01`, empty without an amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    pub household: String,
    /// With its period; or why no amount is shown.
    pub amount: String,
    /// Euro cents, when there is an amount.
    pub cents: Option<i64>,
    pub valid_from: String,
    pub valid_to: String,
    pub source: String,
    pub checked_on: String,
}

/// Rows under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub heading: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Limit {
    /// `2026-07-01 t/m 2026-12-31`; empty without an amount.
    #[must_use]
    pub fn period(&self) -> String {
        match self.valid_from.as_str() {
            "" => String::new(),
            from => format!("{from} t/m {}", self.valid_to),
        }
    }
}

#[cfg(test)]
mod tests;
