//! What a programme is: roles, what each may do and hold, the state of a door and of a case, dayparts.
//! Works on records and forms; knows nothing of how they travel.

mod case;
mod door;
mod pilot;
mod role;
mod sight;
mod stuck;
#[cfg(test)]
mod town;

pub use case::{CLOCK_DAYS, Case, Clock, DECISION_DAYS, Urgency, is_refused};
pub use door::{Daypart, Door, DoorState, Progress, counts_in, door, next_daypart};
pub use pilot::{Applications, Pilot, Referrals};
pub use role::{Capability, Role, capabilities};
pub use sight::may_hold;
pub use stuck::{OTHER_ORGANISATION, stuck_at, stuck_nl};
