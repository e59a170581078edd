//! Style, script and icon of the office pages, built into the program so that no page can lack them.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// Name, type and text of every file.
const FILES: &[(&str, &str, &str)] = &[
    ("tokens.css", "text/css; charset=utf-8", include_str!("../../../public/tokens.css")),
    ("office.css", "text/css; charset=utf-8", include_str!("../../../public/office.css")),
    ("office.js", "text/javascript; charset=utf-8", include_str!("../../../public/office.js")),
    ("passkey.js", "text/javascript; charset=utf-8", include_str!("../../../public/passkey.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../../public/office-icon.svg")),
];

/// Address of a file; it changes with the contents of any of them, so a browser may keep it forever.
pub fn url(name: &str) -> String {
    format!("/kantoor/bestand/{}/{name}", version())
}

fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = Sha256::new();
        FILES.iter().for_each(|file| hash.update(file.2));
        hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect()
    })
}

/// `GET /kantoor/bestand/{version}/{name}`
pub async fn serve(Path((asked, name)): Path<(String, String)>) -> Response {
    let Some(file) = FILES.iter().find(|file| file.0 == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A page of an older release may still ask for its own version: it gets ours, not for keeps.
    let keep = if asked == version() { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(header::CONTENT_TYPE, file.1), (header::CACHE_CONTROL, keep)], file.2).into_response()
}
