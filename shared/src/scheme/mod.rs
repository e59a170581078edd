//! Schemes and services that a visit may mention: the catalogue as data and how it is searched.
//!
//! The data are `catalogue/*.toml`, checked and packed at build time. No amounts and no judgement of
//! who is entitled to what.

mod lookup;
mod model;

pub use lookup::catalogue;
pub use model::{Catalogue, Group, Municipality, Organisation, Scheme, Source, Status, UseState};
