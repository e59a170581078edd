//! Journeys through the real programs: phones without a browser against the real server process,
//! and real browsers against both. One program, because linking it is the slow part.

mod accessibility;
mod bad_input;
mod card;
mod cases;
mod checklist;
mod contradiction;
mod erasure;
mod joint;
mod main_job;
mod migration;
mod office_passkey;
mod passkey;
mod passkey_gone;
mod publishing;
mod questions;
mod rescue;
mod scope;
mod sealing;
mod signed;
mod store;
mod typing;
mod vault;
