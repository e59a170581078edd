//! The moment of a tap, and ids for the records that it makes.

use crate::browser::{clock, random};
use crate::session::Session;
use crate::visit::Moment;
use aanbel_shared::programme::Daypart;
use aanbel_shared::record::RecordId;
use aanbel_shared::scheme::Day;

/// Now, by the phone's clock corrected to the server's; the part of the day by the local clock.
pub fn moment(session: Session) -> Moment {
    let clock_ms = clock::now_ms();
    Moment {
        at_ms: session.device.with_untracked(|device| device.corrected(clock_ms)),
        daypart: Daypart::of_hour(clock::local_hour(clock_ms)),
        day: clock::local_day(clock_ms),
    }
}

pub fn new_id(moment: Moment) -> RecordId {
    RecordId::at(moment.at_ms, random::for_id())
}

/// The instant `at_ms` of the server's clock on the phone's own clock, to show it: that of a tap, not of
/// an appointment, which somebody chose from a calendar.
pub fn on_this_clock(session: Session, at_ms: i64) -> i64 {
    session.device.with_untracked(|device| at_ms.saturating_sub(device.meta().offset_ms))
}

/// Which day it is here, for the rules.
pub fn today() -> Day {
    Day(clock::local_day(clock::now_ms()))
}
