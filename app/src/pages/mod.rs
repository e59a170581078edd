//! One screen per file. A screen reads the session and commits changes; it never touches the store.

mod applications;
mod appointments;
pub mod card;
pub mod case;
pub mod caseload;
pub mod checklist;
pub mod door;
pub mod emptied;
pub mod enrol;
mod hand_in;
mod head;
mod households;
pub mod lock;
pub mod many;
mod now;
pub mod offer;
pub mod offers;
mod outcomes;
mod records;
pub mod street;
mod street_view;
pub mod talk;
pub mod this_phone;
pub mod today;
mod today_news;
