//! A phone's token alone sends nothing: what it sends is signed with a key that never leaves it.

use crate::office_world::{Office, Phone};
use aanbel_server::access::MadeUpKey;
use aanbel_shared::programme::Role;
use aanbel_shared::record::WorklistId;
use aanbel_shared::sync::{
    Envelope, KEY_HEADER, Problem, SIGNATURE_HEADER, SealedBatch, SealedOp, SealedReply,
    decode_plain, encode_plain, encode_request, from_hex, signed_op, signed_request, to_hex,
};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

const NOTES: &str = "SELECT COUNT(*) FROM record WHERE kind = 'note'";
const SYNC: &str = "/api/sync";
const WIPED: &str = "/api/wiped";

async fn world() -> (Office, Phone, WorklistId) {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Annastraat", 2, anna).await;
    let phone = office.phone(anna).await;
    (office, phone, street)
}

/// Sends what waits on the phone under its token, with this proof; gives the status and the code.
async fn send(office: &Office, phone: &Phone, proof: &[(&str, String)]) -> (u16, String) {
    let body = encode_request(&phone.request());
    let (status, bytes) = office.post_with(SYNC, &phone.token, body, proof).await;
    let problem = decode_plain(&bytes).map(|problem: Problem| problem.code);
    (status.as_u16(), problem.unwrap_or_default())
}

async fn refused_lines(office: &Office) -> i64 {
    office.count("SELECT COUNT(*) FROM audit WHERE action = 'phone_refused'").await
}

/// The proof that somebody with another key would bring.
fn foreign(phone: &Phone) -> [(&'static str, String); 2] {
    let body = encode_request(&phone.request());
    MadeUpKey::of("somebody else").headers(SYNC, &phone.token, &body)
}

#[tokio::test]
async fn stolen_token_sends_and_reads_nothing_and_the_audit_says_so() {
    let (office, mut phone, street) = world().await;
    phone.note(1, street, "vervalst");
    let not_signed = (403, "not_signed".to_owned());
    assert_eq!(send(&office, &phone, &[]).await, not_signed, "the token alone");
    let foreign = foreign(&phone);
    assert_eq!(send(&office, &phone, &foreign).await, not_signed, "another key");
    assert_eq!(send(&office, &phone, &foreign[1..]).await, not_signed, "another signature");
    for wrong in ["", "zz", &"00".repeat(64), &"ff".repeat(64), "00"] {
        let proof = [(SIGNATURE_HEADER, wrong.to_owned())];
        assert_eq!(send(&office, &phone, &proof).await, not_signed, "{wrong}");
    }
    let (status, _) = office.post_with("/api/wiped", &phone.token, Vec::new(), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(office.count(NOTES).await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine").await, 0);
    let device = "SELECT COUNT(*) FROM device WHERE number = 1 AND kept = 0 AND seen_ms IS NULL
                  AND wiped_ms IS NULL";
    assert_eq!(office.count(device).await, 1, "nothing at all was noted of it");
    assert_eq!(refused_lines(&office).await, 9);
    office.sync(&mut phone).await;
    assert_eq!(office.count(NOTES).await, 1, "and the phone itself goes on");
}

#[tokio::test]
async fn signature_counts_for_one_body_one_phone_and_one_path() {
    let (office, mut phone, street) = world().await;
    let key = MadeUpKey::of(&phone.token);
    let signed = |path: &str, token: &str, body: &[u8]| {
        [(SIGNATURE_HEADER, to_hex(&key.sign(&signed_request(path, token, body))))]
    };
    let earlier = encode_request(&phone.request());
    phone.note(1, street, "later");
    for proof in [
        signed(SYNC, &phone.token, &earlier),
        signed("/api/wiped", &phone.token, &encode_request(&phone.request())),
        signed(SYNC, &"0".repeat(64), &encode_request(&phone.request())),
    ] {
        assert_eq!(send(&office, &phone, &proof).await.0, 403);
    }
    let right = signed(SYNC, &phone.token, &encode_request(&phone.request()));
    assert_eq!(send(&office, &phone, &right).await.0, 200);
    assert_eq!(send(&office, &phone, &right).await.0, 200, "delivered twice");
    assert_eq!(office.count(NOTES).await, 1, "is once");
}

#[tokio::test]
async fn phone_of_before_there_were_keys_goes_on_and_brings_a_key_once() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Annastraat", 2, anna).await;
    let mut phone = office.old_phone(anna).await;
    phone.note(1, street, "nog zonder sleutel");
    assert_eq!(send(&office, &phone, &[]).await.0, 200);
    assert_eq!(office.count(NOTES).await, 1);
    let body = encode_request(&phone.request());
    let own = MadeUpKey::of(&phone.token).headers(SYNC, &phone.token, &body);
    let not_its_own = [own[0].clone(), foreign(&phone)[1].clone()];
    assert_eq!(send(&office, &phone, &not_its_own).await.0, 403, "a key without its signature");
    let registered = "SELECT COUNT(*) FROM audit WHERE action = 'register_key'";
    assert_eq!(office.count(registered).await, 0);
    assert_eq!(send(&office, &phone, &own).await.0, 200);
    assert_eq!(office.count(registered).await, 1);
    assert_eq!(send(&office, &phone, &[]).await.0, 403, "from now on it signs");
    assert_eq!(send(&office, &phone, &foreign(&phone)).await.0, 403, "never a second key");
    assert_eq!(send(&office, &phone, &own).await.0, 200);
    assert_eq!(office.count(registered).await, 1, "written down once");
}

#[tokio::test]
async fn code_is_not_spent_on_a_key_that_is_not_the_callers() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let (code, token) = (office.code(anna).await, crate::office_world::token());
    let request = encode_plain(&crate::office_world::enrol_request(&code, &token));
    let proof = MadeUpKey::of("x").headers("/api/enrol", &token, b"another body");
    let (status, bytes) = office.post_with("/api/enrol", &token, request, &proof).await;
    let problem: Problem = decode_plain(&bytes).expect("a problem");
    assert_eq!((status.as_u16(), problem.code.as_str()), (400, "key"));
    assert!(office.enrol(&code, &token).await.is_ok());
    let key = MadeUpKey::of(&token).point();
    let held = office
        .state
        .reader
        .read(|db| -> Result<Vec<u8>, aanbel_server::store::StoreError> {
            let key = "SELECT signing_key FROM device WHERE number = 1";
            Ok(db.query_row(key, [], |row| row.get(0))?)
        })
        .await;
    assert_eq!(held.expect("a key"), key);
}

#[tokio::test]
async fn flood_of_refusals_fills_no_audit() {
    let (office, phone, _) = world().await;
    for _ in 0..200 {
        assert_eq!(send(&office, &phone, &[]).await.0, 403);
    }
    assert_eq!(refused_lines(&office).await, 10);
    let unknown = crate::office_world::token();
    office.pass(10 * 60_000);
    for _ in 0..5 {
        let (status, _) = office.post_with(SYNC, &unknown, vec![1], &[]).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(refused_lines(&office).await, 11, "and one more every ten minutes");
    let told = "SELECT COUNT(*) FROM audit WHERE action = 'phone_refused' AND refused = 1
                AND detail = 'why=unknown_token' AND device IS NULL AND peer <> ''";
    assert_eq!(office.count(told).await, 1);
}

/// As a phone, or who stole its token, seals an op to this server.
async fn sealed(office: &Office, what: &SealedOp, signed_by: Option<&MadeUpKey>) -> Vec<u8> {
    let request = Request::get("/api/sealing-key").body(Body::empty()).expect("a request");
    let (_, server) = office.send(request).await;
    let own = SecretKey::from_slice(&[9; 32]).expect("a number below the order");
    let point = own.public_key().to_encoded_point(false);
    let theirs = PublicKey::from_sec1_bytes(&server).expect("a point");
    let shared = p256::ecdh::diffie_hellman(own.to_nonzero_scalar(), theirs.as_affine());
    let salt = [point.as_bytes(), &server].concat();
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(&salt), shared.raw_secret_bytes().as_slice())
        .expand(aanbel_shared::sync::PURPOSE.as_bytes(), &mut key)
        .expect("a length that HKDF gives");
    let mut inside = encode_plain(what);
    if let Some(key) = signed_by {
        inside.splice(0..0, key.sign(&signed_op(&inside)));
    }
    let nonce = aanbel_server::access::random::<12>();
    let payload = Payload { msg: &inside, aad: b"sealed op" };
    let cipher = Aes256Gcm::new_from_slice(&key).expect("32 bytes");
    let content = cipher.encrypt(Nonce::from_slice(&nonce), payload).expect("short enough");
    let content = [&nonce[..], &content].concat();
    let (key, signed) = (Envelope::key_name(&server), signed_by.is_some());
    Envelope { signed, key, point: point.as_bytes(), content: &content }.write()
}

async fn hand_in(office: &Office, sealed: Vec<Vec<u8>>) -> Vec<bool> {
    let body = encode_plain(&SealedBatch { sealed });
    let (status, bytes) = office.post_with("/api/sealed", "", body, &[]).await;
    assert_eq!(status, StatusCode::OK);
    decode_plain::<SealedReply>(&bytes).expect("a reply").kept
}

#[tokio::test]
async fn sealed_op_counts_only_with_the_signature_of_its_phone() {
    let (office, mut phone, street) = world().await;
    phone.note(1, street, "verzegeld");
    let op = phone.device.outbox().next().expect("one op").op.clone();
    let what = SealedOp { token: phone.token.clone(), op };
    let (own, other) = (MadeUpKey::of(&phone.token), MadeUpKey::of("somebody else"));
    let forged =
        vec![sealed(&office, &what, None).await, sealed(&office, &what, Some(&other)).await];
    assert_eq!(hand_in(&office, forged).await, [false, false]);
    assert_eq!(office.count(NOTES).await, 0);
    assert_eq!(office.count("SELECT COUNT(*) FROM quarantine").await, 0);
    assert_eq!(refused_lines(&office).await, 1, "one line for the batch");
    let good = sealed(&office, &what, Some(&own)).await;
    for _ in 0..2 {
        assert_eq!(hand_in(&office, vec![good.clone()]).await, [true]);
    }
    assert_eq!(office.count(NOTES).await, 1);
}

#[tokio::test]
async fn sealed_op_of_before_there_were_keys_is_taken_in_from_a_phone_without_one() {
    let office = Office::open();
    let anna = office.person("Anna", Role::Volunteer).await;
    let street = office.street("Annastraat", 2, anna).await;
    let mut phone = office.old_phone(anna).await;
    phone.note(1, street, "verzegeld");
    let op = phone.device.outbox().next().expect("one op").op.clone();
    let what = SealedOp { token: phone.token.clone(), op };
    assert_eq!(hand_in(&office, vec![sealed(&office, &what, None).await]).await, [true]);
    assert_eq!(office.count(NOTES).await, 1);
}

/// Its token went with its keys; what it signed before is enough, and counts for nothing else.
#[tokio::test]
async fn phone_whose_keys_were_destroyed_says_by_its_public_key_that_it_is_empty() {
    let (office, phone, _street) = world().await;
    let key = MadeUpKey::of(&phone.token);
    let wiped = async |proof: &[(&'static str, String)]| {
        let mut request = Request::post(WIPED);
        for (name, value) in proof {
            request = request.header(*name, value);
        }
        office.send(request.body(Body::empty()).expect("a request")).await.0.as_u16()
    };
    let empty = "SELECT COUNT(*) FROM device WHERE wiped_ms IS NOT NULL AND revoked_ms IS NOT NULL";
    assert_eq!(wiped(&[]).await, 401, "nobody's");
    assert_eq!(wiped(&MadeUpKey::of("x").headers(WIPED, "", b"")).await, 401, "no phone's key");
    assert_eq!(wiped(&key.headers(SYNC, "", b"")).await, 401, "signed for something else");
    assert_eq!(wiped(&key.headers(WIPED, &phone.token, b"")).await, 401, "signed with its token");
    assert_eq!(office.count(empty).await, 0);
    for _ in 0..2 {
        assert_eq!(wiped(&key.headers(WIPED, "", b"")).await, 204, "again is nothing");
        assert_eq!(office.count(empty).await, 1);
    }
}

#[test]
fn headers_are_hex() {
    let [(name, key), (_, signature)] = MadeUpKey::of("a").headers(SYNC, "a", b"");
    assert_eq!(name, KEY_HEADER);
    let lengths = [key, signature].map(|text| from_hex(&text).map(|bytes| bytes.len()));
    assert_eq!(lengths, [Some(65), Some(64)]);
}
