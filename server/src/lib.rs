//! The office's server: the map of its parts, and all its routes in one router.

pub mod access;
pub mod api;
pub mod campaigns;
pub mod cases;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod demo;
pub mod erase;
pub mod error;
pub mod import;
pub mod listen;
pub mod metrics;
pub mod office;
pub mod register;
pub mod retention;
pub mod rules;
pub mod sealed;
mod sheet;
pub mod state;
pub mod store;
pub mod sync;
pub mod web;

use axum::Router;
use state::AppState;

/// Every route of the public port. Connection limits are the listener's, see `listen`.
pub fn router(state: AppState) -> Router {
    web::wrap(api::router().merge(office::router()).merge(sealed::router()), state)
}
