//! The simulator: phones, an office and a server with the product's own code, a virtual clock, one
//! seed, and everything that can go wrong. `step` says what can happen, `plan` makes a list of it from
//! a seed, `world` plays the list, `truth` remembers what really happened, `check` compares. A list
//! that goes wrong is made short by `shrink` and told in words by `runs`. `planted` proves that it can
//! catch. `sight` is a village of all roles, about who holds what alone; `roles` is what they write.

mod chance;
mod check;
mod desk;
mod disk;
mod forms;
mod hand;
mod net;
mod phone;
mod plan;
mod planted;
mod post;
mod roles;
pub mod runs;
mod server;
mod shrink;
pub mod sight;
mod step;
mod theft;
mod town;
mod truth;
#[expect(clippy::module_inception, reason = "the world is what this module is about")]
mod world;

pub use plan::{ALL_FROM, START_MS, Size, plan};
pub use planted::Fault;
pub use step::{Death, Fate, OfficeStep, PhoneStep, ServerStep, Step, Timed, Trip};
pub use world::{World, Wrong};
