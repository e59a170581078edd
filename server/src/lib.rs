//! The office's server: the map of its parts, and all its routes in one router.

pub mod access;
pub mod config;
pub mod demo;
pub mod error;
pub mod import;
pub mod office;
pub mod state;
pub mod store;

use axum::Router;
use state::AppState;

/// Every route of the public port. Connection limits are the listener's, see `serve`.
pub fn router(state: AppState) -> Router {
    Router::new().merge(office::router()).with_state(state)
}
