//! What a programme is: roles, what each may do and hold, the state of a door and of a case, dayparts.
//! Works on records and forms; knows nothing of how they travel.

mod address;
mod case;
mod door;
mod joint;
mod pilot;
mod role;
mod sight;
mod stuck;
#[cfg(test)]
mod town;

pub use address::{at_one_address, same_address};
pub use case::{CLOCK_DAYS, Case, Clock, DECISION_DAYS, Urgency, dropped_cases, is_refused};
pub use door::{Daypart, Door, DoorState, Progress, counts_in, door, next_daypart};
pub use joint::{doubles, is_double};
pub use pilot::{Applications, Pilot, Referrals};
pub use role::{Capability, Role, capabilities};
pub use sight::may_hold;
pub use stuck::{OTHER_ORGANISATION, stuck_at, stuck_nl};
