//! The start page: two ways in, for the phone and for the office.

use axum::response::Html;

/// The handler.
pub async fn page() -> Html<&'static str> {
    Html(include_str!("start.html"))
}
