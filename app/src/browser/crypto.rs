//! The browser's own cryptography (WebCrypto): keys that only the browser holds, sealing and opening
//! bytes. What is sealed, and by which key, is decided in `store`.

use super::{js, random, window};
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

const NONCE_LEN: usize = 12;

/// A key of the browser. Its bytes cannot be read by this program.
#[derive(Clone, Debug)]
pub struct Key(pub JsValue);

fn subtle(method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    // Absent outside a secure context.
    let subtle = js::get(&js::get(&window(), "crypto")?, "subtle")?;
    js::call(&subtle, method, arguments)
}

/// As the browser takes them.
pub(super) fn bytes(from: &[u8]) -> JsValue {
    Uint8Array::from(from).into()
}

fn words(list: &[&str]) -> JsValue {
    list.iter().map(|word| JsValue::from_str(word)).collect::<Array>().into()
}

fn aes_256() -> JsValue {
    js::object(&[("name", "AES-GCM".into()), ("length", 256.into())])
}

const FOR_SEALING: [&str; 2] = ["encrypt", "decrypt"];

async fn key(promise: Option<JsValue>) -> Option<Key> {
    js::settle(promise).await.map(Key)
}

/// A new key that never leaves this browser.
pub async fn bound_key() -> Option<Key> {
    let asked = subtle("generateKey", &[&aes_256(), &JsValue::FALSE, &words(&FOR_SEALING)]);
    key(asked).await
}

/// The key of these 32 bytes.
pub async fn key_of(raw: &[u8]) -> Option<Key> {
    let for_sealing = words(&FOR_SEALING);
    key(subtle(
        "importKey",
        &[&"raw".into(), &bytes(raw), &aes_256(), &JsValue::FALSE, &for_sealing],
    ))
    .await
}

/// The key that follows from a secret by PBKDF2 with SHA-256.
pub async fn stretched_key(secret: &str, salt: &[u8], rounds: u32) -> Option<Key> {
    let way = words(&["deriveKey"]);
    let name = JsValue::from_str("PBKDF2");
    let from = subtle(
        "importKey",
        &[&"raw".into(), &bytes(secret.as_bytes()), &name, &JsValue::FALSE, &way],
    );
    let from = js::settle(from).await?;
    let how = js::object(&[
        ("name", name),
        ("hash", "SHA-256".into()),
        ("salt", bytes(salt)),
        ("iterations", rounds.into()),
    ]);
    let for_sealing = words(&FOR_SEALING);
    key(subtle("deriveKey", &[&how, &from, &aes_256(), &JsValue::FALSE, &for_sealing])).await
}

fn with_nonce(nonce: &[u8], bound: &str) -> JsValue {
    js::object(&[
        ("name", "AES-GCM".into()),
        ("iv", bytes(nonce)),
        ("additionalData", bytes(bound.as_bytes())),
    ])
}

/// Of a buffer of the browser.
pub(super) fn read(buffer: JsValue) -> Option<Vec<u8>> {
    let buffer: ArrayBuffer = buffer.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// What the browser works at beside this program, from the moment that it was asked.
pub struct Asked {
    /// Stands before the result.
    head: Vec<u8>,
    promise: Option<JsValue>,
}

impl Asked {
    /// None when the browser cannot.
    pub async fn done(self) -> Option<Vec<u8>> {
        let mut whole = self.head;
        whole.extend(read(js::settle(self.promise).await?)?);
        Some(whole)
    }
}

/// Seals with a nonce of its own, which stands before the result. It opens only with the same `bound`.
pub fn ask_seal(key: &Key, bound: &str, plain: &[u8]) -> Asked {
    let nonce: [u8; NONCE_LEN] = random::fill();
    let promise = subtle("encrypt", &[&with_nonce(&nonce, bound), &key.0, &bytes(plain)]);
    Asked { head: nonce.into(), promise }
}

/// As `ask_seal`, and waits for it.
pub async fn seal(key: &Key, bound: &str, plain: &[u8]) -> Option<Vec<u8>> {
    ask_seal(key, bound, plain).done().await
}

fn opening(key: &Key, bound: &str, sealed: &[u8]) -> Option<JsValue> {
    let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
    subtle("decrypt", &[&with_nonce(nonce, bound), &key.0, &bytes(rest)])
}

/// None when it was sealed by another key, for another place, or altered.
pub async fn open(key: &Key, bound: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    read(js::settle(opening(key, bound, sealed)).await?)
}

/// As `open`, of many at the same time; each with what it is bound to.
pub async fn open_all(key: &Key, many: &[(String, Vec<u8>)]) -> Vec<Option<Vec<u8>>> {
    let asked: Array = many
        .iter()
        .map(|(bound, sealed)| opening(key, bound, sealed).unwrap_or(JsValue::UNDEFINED))
        .collect();
    let all = js::settle(Some(Promise::all_settled(&asked).into())).await;
    let ends = all.map(|all| Array::from(&all)).unwrap_or_default();
    let value = |end: JsValue| read(js::get(&end, "value")?);
    let mut opened: Vec<_> = ends.iter().map(value).collect();
    opened.resize(many.len(), None);
    opened
}

fn ecdsa() -> [(&'static str, JsValue); 1] {
    [("name", "ECDSA".into())]
}

/// A new pair to sign with: the secret half never leaves this browser; the public half is a point of
/// P-256, uncompressed.
pub async fn signing_pair() -> Option<(Key, Vec<u8>)> {
    let [name] = ecdsa();
    let curve = js::object(&[name, ("namedCurve", "P-256".into())]);
    let ways = words(&["sign", "verify"]);
    let pair = js::settle(subtle("generateKey", &[&curve, &JsValue::FALSE, &ways])).await?;
    let half = js::get(&pair, "publicKey")?;
    let point = read(js::settle(subtle("exportKey", &[&"raw".into(), &half])).await?)?;
    Some((Key(js::get(&pair, "privateKey")?), point))
}

/// The signature of these bytes: r and s, 64 bytes.
pub fn ask_signature(key: &Key, what: &[u8]) -> Asked {
    let [name] = ecdsa();
    let how = js::object(&[name, ("hash", "SHA-256".into())]);
    Asked { head: Vec::new(), promise: subtle("sign", &[&how, &key.0, &bytes(what)]) }
}

/// A key that only the holder of `public` (a point of P-256) can work out too, and this side's half.
pub async fn agree(public: &[u8], purpose: &str) -> Option<(Key, Vec<u8>)> {
    let raw = JsValue::from_str("raw");
    let curve = js::object(&[("name", "ECDH".into()), ("namedCurve", "P-256".into())]);
    let bits = words(&["deriveBits"]);
    let theirs = subtle("importKey", &[&raw, &bytes(public), &curve, &JsValue::FALSE, &words(&[])]);
    let theirs = js::settle(theirs).await?;
    let pair = js::settle(subtle("generateKey", &[&curve, &JsValue::FALSE, &bits])).await?;
    let how = js::object(&[("name", "ECDH".into()), ("public", theirs)]);
    let secret = js::get(&pair, "privateKey")?;
    let shared = js::settle(subtle("deriveBits", &[&how, &secret, &256.into()])).await?;
    let half = js::get(&pair, "publicKey")?;
    let point = read(js::settle(subtle("exportKey", &[&raw, &half])).await?)?;
    let salt = [&point, public].concat();
    Some((key_from(&shared, &salt, purpose).await?, point))
}

/// The key that follows from a strong secret, a buffer of the browser, by HKDF with SHA-256.
pub async fn key_from(secret: &JsValue, salt: &[u8], purpose: &str) -> Option<Key> {
    let name = JsValue::from_str("HKDF");
    let way = words(&["deriveKey"]);
    let from = subtle("importKey", &[&"raw".into(), secret, &name, &JsValue::FALSE, &way]);
    let from = js::settle(from).await?;
    let how = js::object(&[
        ("name", name),
        ("hash", "SHA-256".into()),
        ("salt", bytes(salt)),
        ("info", bytes(purpose.as_bytes())),
    ]);
    let for_sealing = words(&FOR_SEALING);
    key(subtle("deriveKey", &[&how, &from, &aes_256(), &JsValue::FALSE, &for_sealing])).await
}
