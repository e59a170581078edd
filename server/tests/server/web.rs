//! The files of the field app, the start page, and the headers on everything.

use crate::office_world::Folder;
use aanbel_server::config::Config;
use aanbel_server::state::AppState;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower::ServiceExt;

fn routes(app: Option<&Folder>, public_address: Option<&str>) -> (Router, Folder) {
    let data = Folder::new().expect("a temporary folder");
    let config = Config {
        data: data.path().to_owned(),
        app: app.map(|folder| folder.path().to_owned()),
        public_address: public_address.map(str::to_owned),
        ..Config::default()
    };
    let state = AppState::open(config, Arc::new(|| 0)).expect("a new folder");
    (aanbel_server::router(state), data)
}

async fn get(routes: &Router, path: &str) -> Response {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, "br, gzip");
    let request = request.body(Body::empty()).expect("a request");
    routes.clone().oneshot(request).await.expect("infallible")
}

fn text<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

fn built() -> (Folder, String) {
    let folder = Folder::new().expect("a temporary folder");
    let hash: String = Sha256::digest("start()").iter().map(|b| format!("{b:02x}")).collect();
    let hashed = format!("start-{}.js", &hash[..16]);
    for (name, content) in [
        ("index.html", "<p>de app"),
        ("sw.js", "//"),
        (&hashed, "start()"),
        ("app-0123456789abcdef.wasm", "\0asm"),
        ("app-0123456789abcdef.wasm.br", "packed"),
    ] {
        std::fs::write(folder.path().join(name), content).expect("a file");
    }
    (folder, hashed)
}

#[tokio::test]
async fn app_and_its_inner_addresses_are_served_and_missing_files_are_not() {
    let (app, hashed) = built();
    let (routes, _data) = routes(Some(&app), None);
    for path in ["/app/", "/app/straat/12", "/app/%2e%2e/x"] {
        let response = get(&routes, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(text(&response, "cache-control"), "no-cache");
        let body = to_bytes(response.into_body(), 1_000).await.expect("short");
        assert_eq!(&body[..], b"<p>de app");
    }
    assert_eq!(get(&routes, "/app/weg.js").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&routes, "/app/../aanbel.db").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(&get(&routes, "/app/sw.js").await, "cache-control"), "no-cache");
    let kept = get(&routes, &format!("/app/{hashed}")).await;
    assert!(text(&kept, "cache-control").contains("immutable"));
    let wasm = get(&routes, "/app/app-0123456789abcdef.wasm").await;
    assert_eq!(text(&wasm, "cache-control"), "no-cache", "its name is not its content's hash");
    assert_eq!(text(&wasm, "content-type"), "application/wasm");
    assert_eq!(text(&wasm, "content-encoding"), "br");
}

#[tokio::test]
async fn without_the_app_a_page_says_how_to_get_it() {
    let (routes, _data) = routes(None, None);
    let response = get(&routes, "/app/").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn every_answer_forbids_what_is_not_ours() {
    let (app, _) = built();
    let (routes, _data) = routes(Some(&app), Some("https://aanbel.example"));
    for path in ["/", "/app/", "/kantoor/inloggen", "/bestaat-niet", "/api/openapi.json"] {
        let response = get(&routes, path).await;
        let csp = text(&response, "content-security-policy");
        assert!(csp.contains("default-src 'none'") && csp.contains("'wasm-unsafe-eval'"), "{path}");
        assert!(!csp.contains("unsafe-inline"), "{path}");
        assert_eq!(text(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text(&response, "referrer-policy"), "no-referrer", "{path}");
        assert!(text(&response, "strict-transport-security").starts_with("max-age="), "{path}");
    }
    let (plain, _data) = self::routes(None, Some("http://127.0.0.1:8080"));
    assert_eq!(text(&get(&plain, "/").await, "strict-transport-security"), "");
}

#[tokio::test]
async fn slash_at_the_end_of_a_page_of_the_office_leads_to_the_page() {
    let (routes, _data) = routes(None, None);
    let response = get(&routes, "/kantoor/").await;
    assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(text(&response, "location"), "/kantoor");
    for path in ["//elders.example/", "/elders/", "/kantoor/bestaat-niet"] {
        let response = get(&routes, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
