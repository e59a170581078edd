//! What programs and phones call. The shape of messages is in `shared::sync`, how they are read
//! and written in `message`; what they do is in `sync`, `enrol` and `catalogue`; `server/openapi.json` tells
//! programs of others.

mod catalogue;
pub mod enrol;
pub mod message;
mod wiped;

use crate::state::AppState;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/catalogue", get(catalogue::catalogue))
        .route("/api/enrol", post(enrol::enrol))
        .route("/api/sync", post(crate::sync::exchange))
        .route("/api/wiped", post(wiped::wiped))
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../../openapi.json"))
}
