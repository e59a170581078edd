//! Demo data, the pure part: an invented town, its volunteers and a campaign that is half walked.
//!
//! Everybody and everything here is made up. It is the same on every run: time is passed in and chance
//! comes from a seed. Nothing here writes to a store; the caller plays the story through real phones
//! and the real exchange, so the demo holds nothing that a visit could not have made.
//!
//! `town` makes the address file, `people` the team, `story` the types of what happens, `walk` the
//! rounds along the doors, `service` the offers and cases, `talk` what is said, `twists` what goes on beside the rounds.

mod chance;
mod people;
mod service;
mod story;
mod talk;
mod town;
mod twists;
mod walk;

#[cfg(test)]
mod tests;

pub use people::{CORPORATIONS, Corporation, PEOPLE, PHONES, Person, Phone};
pub use service::{List, Scene, case_of, scenes};
pub use story::{Hand, RecordChange, Step, Story, StoryEvent, StreetPlan, story};
pub use town::{TOWN, address_csv};

/// Name of the demo's campaign.
pub const CAMPAIGN: &str = "Huisbezoeken Voorbeeldstad";

/// The town is invented, its schemes are those of Almere, where the districts' names come from.
pub const CATALOGUE_SCOPE: &str = "GM0034";
