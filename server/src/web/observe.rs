//! One log line and one count per request. The route's pattern, never the path: paths hold tokens
//! and ids.

use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Middleware.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    state.metrics.requests.fetch_add(1, Ordering::Relaxed);
    if status.is_server_error() {
        state.metrics.failures.fetch_add(1, Ordering::Relaxed);
    }
    tracing::debug!(
        %method,
        route = route.as_ref().map_or("-", MatchedPath::as_str),
        status = status.as_u16(),
        ms = began.elapsed().as_millis() as u64,
        "request"
    );
    response
}
