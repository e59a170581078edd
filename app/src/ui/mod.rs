//! The small parts of which every screen is made. They know no record.

pub mod banner;
pub mod icon;

pub mod prelude;
pub mod saved;
pub mod signal;
pub mod toast;
