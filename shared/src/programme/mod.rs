//! What a programme is: roles and what each may do, worklists, the state of a door, dayparts.
//! Works on records and forms; knows nothing of how they travel.

mod door;
mod role;

pub use door::{Daypart, Door, DoorState, Progress, counts_in, door, next_daypart};
pub use role::{Capability, Role, capabilities};
