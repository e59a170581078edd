//! The office's server: the map of its parts, and all its routes in one router.

pub mod access;
pub mod api;
pub mod config;
pub mod demo;
pub mod error;
pub mod import;
pub mod metrics;
pub mod office;
pub mod state;
pub mod store;
pub mod sync;

use axum::Router;
use state::AppState;

/// Every route of the public port. Connection limits are the listener's, see `serve`.
pub fn router(state: AppState) -> Router {
    Router::new().merge(api::router()).merge(office::router()).with_state(state)
}
