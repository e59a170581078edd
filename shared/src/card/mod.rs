//! The card for the resident: its sentences in every language, its pictograms, the QR codes of public
//! sites, and how they become a page with what one household agreed.
//!
//! The data are `texts/*.toml`, checked and packed at build time into one plain file that is served
//! beside the program, so that no sentence of it travels inside the program.

mod file;
mod paper;
mod phrase;
mod square;

pub use file::{CardFile, Language};
pub use paper::{Agreement, DayWords, Paper, Place};
pub use phrase::Phrase;
pub use square::Square;

/// Name of the file, below the app's address.
pub const FILE_NAME: &str = "card.txt";

/// The file itself, for whoever puts it beside the program; a phone fetches it instead.
pub const FILE: &str = include_str!(concat!(env!("OUT_DIR"), "/card.txt"));
