//! One request by the browser's fetch: packed, signed, with a time limit, and with every way to fail told
//! apart.

use crate::browser::{js, window};
use crate::store::vault::Signer;
use aanbel_shared::sync::{
    COMPACT_TYPE, EPOCH_HEADER, KEY_HEADER, SIGNATURE_HEADER, signed_request, to_hex,
};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

const TIMEOUT: Duration = Duration::from_secs(30);
/// Below this, packing makes a body larger.
const PACK_FROM: usize = 400;

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// The clock of who answered, ms since 1970, to the second.
    pub at_ms: Option<i64>,
    /// The server's epoch, when the answer tells it.
    pub epoch: Option<String>,
}

/// Why nothing whole came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// No connection, or nobody there.
    Unreachable,
    TimedOut,
    /// The answer broke off.
    Half,
}

/// Who asks, and how that shows.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    Nobody,
    /// By its token alone: for what is nobody's secret.
    Token(&'a str),
    /// By its token and its signature; with its key when the server may not have that yet.
    Phone {
        token: &'a str,
        signer: Option<&'a Signer>,
        tells_key: bool,
    },
    /// As `Phone`, signed while there was still a key. In hex; only for an empty body.
    Signed {
        token: &'a str,
        signature: &'a str,
    },
    /// As `Signed`, by a phone that knows no token any more: its public key instead.
    Keyed {
        point: &'a str,
        signature: &'a str,
    },
}

impl Caller<'_> {
    fn token(&self) -> Option<&str> {
        match self {
            Caller::Nobody | Caller::Keyed { .. } => None,
            Caller::Token(token) => Some(token),
            Caller::Phone { token, .. } | Caller::Signed { token, .. } => Some(token),
        }
    }

    /// The headers that prove it, for these bytes as they travel.
    async fn proof(&self, path: &str, bytes: &Uint8Array) -> Vec<(&'static str, String)> {
        match self {
            Caller::Nobody | Caller::Token(_) => Vec::new(),
            Caller::Signed { signature, .. } => vec![(SIGNATURE_HEADER, (*signature).to_owned())],
            Caller::Keyed { point, signature } => {
                let [point, signature] = [*point, *signature].map(str::to_owned);
                vec![(KEY_HEADER, point), (SIGNATURE_HEADER, signature)]
            }
            Caller::Phone { token, signer, tells_key } => {
                let Some(signer) = signer else { return Vec::new() };
                let signed = signed_request(path, token, &bytes.to_vec());
                // Without one the server says no, in words.
                let Some(signature) = signer.sign(&signed).await else { return Vec::new() };
                let mut proof = vec![(SIGNATURE_HEADER, to_hex(&signature))];
                if *tells_key {
                    proof.push((KEY_HEADER, to_hex(&signer.point)));
                }
                proof
            }
        }
    }
}

/// Sends compact bytes and waits for the whole answer.
///
/// # Errors
/// When no whole answer came; the server may have kept what was sent all the same.
pub async fn post(path: &str, caller: Caller<'_>, body: &[u8]) -> Result<Answer, NoAnswer> {
    timed(path, caller, Some(body)).await
}

/// Asks and waits for the whole answer.
///
/// # Errors
/// When no whole answer came.
pub async fn get(path: &str, caller: Caller<'_>) -> Result<Answer, NoAnswer> {
    timed(path, caller, None).await
}

async fn timed(path: &str, caller: Caller<'_>, body: Option<&[u8]>) -> Result<Answer, NoAnswer> {
    let abort = AbortController::new().map_err(|_| NoAnswer::Unreachable)?;
    let stop = abort.clone();
    let timer = leptos::prelude::set_timeout_with_handle(move || stop.abort(), TIMEOUT).ok();
    let result = exchange(path, caller, body, &abort).await;
    if let Some(timer) = timer {
        timer.clear();
    }
    if result.is_err() && abort.signal().aborted() { Err(NoAnswer::TimedOut) } else { result }
}

async fn exchange(
    path: &str,
    caller: Caller<'_>,
    body: Option<&[u8]>,
    abort: &AbortController,
) -> Result<Answer, NoAnswer> {
    let init = request(path, caller, body, abort).await.ok_or(NoAnswer::Unreachable)?;
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let response: Response =
        response.ok().and_then(|it| it.dyn_into().ok()).ok_or(NoAnswer::Unreachable)?;
    let bytes = js::settle(response.array_buffer().ok().map(JsValue::from)).await;
    let bytes: ArrayBuffer = bytes.and_then(|bytes| bytes.dyn_into().ok()).ok_or(NoAnswer::Half)?;
    let date = response.headers().get("date").ok().flatten();
    let at_ms = date.map(|date| js_sys::Date::parse(&date)).filter(|at| at.is_finite());
    let epoch = response.headers().get(EPOCH_HEADER).ok().flatten();
    let (status, body) = (response.status(), Uint8Array::new(&bytes).to_vec());
    Ok(Answer { status, body, at_ms: at_ms.map(|at| at as i64), epoch })
}

async fn request(
    path: &str,
    caller: Caller<'_>,
    body: Option<&[u8]>,
    abort: &AbortController,
) -> Option<RequestInit> {
    let headers = Headers::new().ok()?;
    headers.set("Accept", COMPACT_TYPE).ok()?;
    if let Some(token) = caller.token() {
        headers.set("Authorization", &format!("Bearer {token}")).ok()?;
    }
    let init = RequestInit::new();
    init.set_method(if body.is_some() { "POST" } else { "GET" });
    if let Some(body) = body {
        headers.set("Content-Type", COMPACT_TYPE).ok()?;
        let bytes = match pack(body).await {
            Some(packed) => {
                headers.set("Content-Encoding", "gzip").ok()?;
                packed
            }
            None => Uint8Array::from(body),
        };
        for (name, value) in caller.proof(path, &bytes).await {
            headers.set(name, &value).ok()?;
        }
        init.set_body(&bytes);
    }
    init.set_headers(&headers);
    init.set_signal(Some(&abort.signal()));
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_credentials(web_sys::RequestCredentials::Omit);
    Some(init)
}

/// Gzips by the browser itself; none when it cannot or when it is not worth it.
async fn pack(body: &[u8]) -> Option<Uint8Array> {
    if body.len() < PACK_FROM {
        return None;
    }
    let gzip = js::construct("CompressionStream", &[&JsValue::from_str("gzip")])?;
    let parts: Array = [JsValue::from(Uint8Array::from(body))].iter().collect();
    let blob = js::construct("Blob", &[&parts])?;
    let packed = js::call(&js::call(&blob, "stream", &[])?, "pipeThrough", &[&gzip])?;
    let response = js::construct("Response", &[&packed])?;
    let bytes = js::settle(js::call(&response, "arrayBuffer", &[])).await?;
    Some(Uint8Array::new(&bytes))
}
