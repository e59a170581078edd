//! Schemes and services that a visit may mention: the catalogue as data, how it is searched, and what
//! its rules say about one household on one day.
//!
//! The data are `catalogue/*.toml`, checked and packed at build time or when a municipality publishes
//! its own. A hint is never a decision.

mod answers;
mod band;
#[cfg(any(test, feature = "built-in"))]
mod built_in;
mod day;
mod evaluate;
mod explain;
mod facts;
#[cfg(feature = "load")]
pub mod files;
mod find;
mod formula;
mod household;
#[cfg(feature = "load")]
pub mod load;
mod lookup;
mod model;
mod money;
mod question;
mod report;

pub use band::Placed;
#[cfg(any(test, feature = "built-in"))]
pub use built_in::catalogue;
pub use evaluate::{Hint, Reason, Standing, Verdict, evaluate};
pub use explain::{Explanation, Mark, Node, limit_words, valid_words};
pub use facts::{FactError, Facts, Given};
pub use household::{Household, HouseholdLimit, NoLimit, NormUse};
pub use lookup::NoCatalogue;
pub use model::{
    Amount, Catalogue, Compare, Criterion, Day, Fact, FactChoice, FactKind, Formula, Group,
    HolidayPay, Limit, Municipality, Norm, NormVersion, Organisation, Role, Row, Scheme,
    SchemeVersion, Source, Status, Table, Test, Unit, UseState, When,
};
pub use money::{Span, cents_of, euros};
pub use question::next_questions;
pub use report::Report;
