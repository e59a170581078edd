//! What programs and phones call. The shape of messages is in `shared::sync`, how they are read
//! and written in `message`; what they do is in `sync` and `enrol`.

pub mod enrol;
pub mod message;

use crate::state::AppState;
use axum::Router;
use axum::routing::post;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/enrol", post(enrol::enrol))
        .route("/api/sync", post(crate::sync::exchange))
}
