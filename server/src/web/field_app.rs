//! The files of the field app below `/app/`, compressed beforehand. An address inside the app that
//! is no file gets the app itself, which finds its own way.

use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// May be kept for ever: its name changes with its bytes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Ask every time whether it changed.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
/// Hex digits of the hash that a name must carry.
const HASH_DIGITS: usize = 16;

/// The folder of the built app.
#[derive(Clone)]
pub struct FieldApp {
    folder: Option<PathBuf>,
    /// Paths below the folder whose name carries the hash of their content.
    hashed: Arc<HashSet<String>>,
}

impl FieldApp {
    /// Looks through the folder once.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let mut hashed = HashSet::new();
        if let Some(folder) = &folder {
            find_hashed(folder, "", &mut hashed);
        }
        FieldApp { folder, hashed: Arc::new(hashed) }
    }

    pub fn router(self) -> Router<AppState> {
        let files = any(move |request: Request| self.clone().file(request));
        Router::new()
            .route("/app", get(|| async { Redirect::permanent("/app/") }))
            .route("/app/", files.clone())
            .route("/app/{*path}", files)
    }

    async fn file(self, request: Request) -> Response {
        let Some(folder) = self.folder.filter(|folder| folder.join("index.html").is_file()) else {
            return not_built();
        };
        let path = request.uri().path().trim_start_matches("/app/").to_owned();
        // The app's own addresses have no dot; a missing file must not look like a page.
        let is_page = !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let inner = if is_page { String::new() } else { path.clone() };
        let mut response = match serve(&folder, &inner, request).await {
            Ok(response) => response,
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        let kept = if self.hashed.contains(&path) { FOR_EVER } else { ASK };
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        response
    }
}

async fn serve(folder: &Path, path: &str, request: Request) -> Result<Response, axum::Error> {
    let (mut parts, _) = request.into_parts();
    parts.uri = format!("/{path}").parse().map_err(axum::Error::new)?;
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let response = files.oneshot(Request::from_parts(parts, Body::empty())).await;
    response.map(IntoResponse::into_response).map_err(axum::Error::new)
}

fn not_built() -> Response {
    let page = "<!doctype html><html lang=\"nl\"><head><meta charset=\"utf-8\"><title>Aanbel</title>\
        </head><body><main><h1>De app staat nog niet op deze server</h1>\
        <p>De beheerder zet hem erop: <code>cargo xtask dist</code>, en daarna \
        <code>aanbel serve --app MAP</code>.</p></main></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response()
}

/// Files that cannot be read are simply not kept for ever.
fn find_hashed(folder: &Path, below: &str, hashed: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            find_hashed(&entry.path(), &format!("{name}/"), hashed);
        } else if let Ok(bytes) = std::fs::read(entry.path()) {
            let hash = crate::access::hex(&Sha256::digest(&bytes));
            if name.contains(&hash[..HASH_DIGITS]) {
                hashed.insert(name);
            }
        }
    }
}
