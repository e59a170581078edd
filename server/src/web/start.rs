//! The start page: two ways in, for the phone and for the office.

use crate::office::assets;
use axum::response::Html;

/// The handler.
pub async fn page() -> Html<String> {
    let page = include_str!("start.html");
    let page = page.replace("__TOKENS__", &assets::url("tokens.css"));
    Html(page.replace("__STYLE__", &assets::url("office.css")))
}
