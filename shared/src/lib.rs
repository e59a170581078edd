//! The thinking of Aanbel: records, forms, schemes, programmes, the card and sync, for phone and
//! server alike.
//!
//! *Invariant:* no clock, no randomness, no async, no I/O, no Leptos and no SQL live here. Time and
//! randomness are passed in, so a whole phone and the server's decisions run inside a simulator.

pub mod card;
pub mod form;
pub mod programme;
pub mod record;
pub mod scheme;
pub mod sync;
