//! The phone's whole state machine, without I/O: every step gives writes; the app keeps them in one
//! strict transaction and only then shows them. Local and remote ops go through the same fold.

mod absorb;
mod enrol;
mod outbox;
mod prepare;
mod state;

#[cfg(test)]
mod tests;

pub use enrol::EnrolError;
pub use prepare::{Change, NotEnrolled};
pub use state::{Device, Me, Meta, Notice, OpState, RecordState, StoredOp, Write};
