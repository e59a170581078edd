//! Messages that are too large, packed too cleverly, or no messages at all.

use crate::office_world::{Office, Phone};
use aanbel_shared::programme::Role;
use aanbel_shared::sync::{COMPACT_TYPE, Problem, encode_request};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// One without a key, so that what it sends is decoded and not refused before.
async fn phone() -> (Office, Phone) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let phone = office.old_phone(anna).await;
    (office, phone)
}

async fn send(
    office: &Office,
    phone: &Phone,
    kind: &str,
    packing: Option<&str>,
    body: impl Into<Body>,
) -> (StatusCode, String) {
    let mut request = Request::post("/api/sync")
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", phone.token));
    for layer in packing.into_iter().flat_map(|packing| packing.split(' ')) {
        request = request.header(header::CONTENT_ENCODING, layer);
    }
    let (status, bytes) = office.send(request.body(body.into()).expect("a request")).await;
    let code = serde_json::from_slice(&bytes).map_or(String::new(), |one: Problem| one.code);
    (status, code)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test]
async fn packed_request_is_read() {
    let (office, phone) = phone().await;
    let body = packed(&encode_request(&phone.request()));
    let (status, _) = send(&office, &phone, COMPACT_TYPE, Some("gzip"), body).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn small_body_that_unpacks_to_a_huge_one_is_refused() {
    let (office, phone) = phone().await;
    let bomb = packed(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    let (status, code) = send(&office, &phone, COMPACT_TYPE, Some("gzip"), bomb).await;
    assert_eq!((status, code.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn too_large_a_body_is_refused() {
    let (office, phone) = phone().await;
    let body = vec![b' '; 3 * 1024 * 1024];
    let (status, code) = send(&office, &phone, "application/json", None, body).await;
    assert_eq!((status, code.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn two_layers_and_unknown_packings_and_types_are_refused() {
    let (office, phone) = phone().await;
    for packing in ["gzip gzip", "br", "deflate", "gzip,gzip"] {
        let (status, _) = send(&office, &phone, COMPACT_TYPE, Some(packing), "x").await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{packing}");
    }
    let (status, _) = send(&office, &phone, "text/plain", None, "x").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_a_sentence() {
    let (office, phone) = phone().await;
    let good = serde_json::to_string(&phone.request()).expect("serialises");
    let twice = good.replacen("\"protocol\":1", "\"protocol\":1,\"protocol\":1", 1);
    let not_a_number = good.replacen("\"own_high\":0", "\"own_high\":NaN", 1);
    let deep = "[".repeat(100_000);
    assert!(twice != good && not_a_number != good);
    for body in ["", "{}", "[1]", &good[..good.len() / 2], &twice, &not_a_number, &deep] {
        let (status, code) = send(&office, &phone, "application/json", None, body.to_owned()).await;
        assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "damaged"), "{body:.40}");
    }
    let whole = encode_request(&phone.request());
    for body in [&whole[..whole.len() - 1], b"\x01", b"\x02\x00", b"not packed"] {
        let (status, _) = send(&office, &phone, COMPACT_TYPE, None, body.to_vec()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let (status, _) = send(&office, &phone, COMPACT_TYPE, Some("gzip"), "no gzip").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn unknown_token_is_refused_before_the_body_is_read() {
    let (office, mut phone) = phone().await;
    phone.token = "0".repeat(64);
    let unread = axum::body::Body::from_stream(NeverRead);
    let (status, code) = send(&office, &phone, COMPACT_TYPE, None, unread).await;
    assert_eq!((status, code.as_str()), (StatusCode::UNAUTHORIZED, "unknown_device"));
}

struct NeverRead;

impl futures_core::Stream for NeverRead {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        panic!("the body was read")
    }
}
