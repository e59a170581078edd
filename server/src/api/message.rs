//! Reading a message within limits, before anything is parsed, and writing the answer in the
//! encoding that was asked for: compact bytes or JSON.

use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::sync::{COMPACT_TYPE, WireError, encode_plain};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Most bytes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// As it travels.
    pub body: usize,
    /// After decompression.
    pub unpacked: usize,
}

impl Sizes {
    /// Messages with ops, of a phone that is known.
    pub const OPS: Sizes = Sizes { body: 2 * 1024 * 1024, unpacked: 8 * 1024 * 1024 };
    /// Messages of whoever comes along.
    pub const SMALL: Sizes = Sizes { body: 8 * 1024, unpacked: 16 * 1024 };
}

/// A body up to so many bytes is parsed at once: handing it to another thread takes longer. Packed it
/// holds a megabyte at the very most.
const HERE_MAX: usize = 1_024;

/// Most bytes of a refused body that are read before the connection is cut.
const READ_ON_MAX: usize = 4 * 1024 * 1024;

const TOO_LARGE: AppError = AppError::Refused(
    StatusCode::PAYLOAD_TOO_LARGE,
    "too_large",
    "Dit bericht is te groot. Verstuur minder tegelijk.",
);
const DAMAGED: AppError =
    AppError::Bad("damaged", "Dit bericht kwam beschadigd of half aan. Verstuur het opnieuw.");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Compact,
    Json,
}

/// How the body is written, and how the answer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    pub body: Encoding,
    pub answer: Encoding,
}

impl Formats {
    /// From `Content-Type` and `Accept`; without a wish the answer is like the question.
    ///
    /// # Errors
    /// 415 when the body is of another type.
    pub fn of(headers: &HeaderMap) -> Result<Formats, AppError> {
        let unknown = AppError::Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "De server kent dit soort bericht niet.",
        );
        let stated = text(headers, header::CONTENT_TYPE).and_then(encoding).ok_or(unknown)?;
        Ok(Formats { body: stated, answer: wanted(headers).unwrap_or(stated) })
    }

    /// How a refusal is written when even the type of the body was wrong.
    pub fn of_refusal(headers: &HeaderMap) -> Encoding {
        wanted(headers).unwrap_or(Encoding::Json)
    }

    /// Reads a message. `compact` decodes the compact encoding of it.
    ///
    /// # Errors
    /// When the body is too large, packed otherwise than gzip, or not such a message.
    pub async fn read<T: DeserializeOwned + Send + 'static>(
        self,
        headers: &HeaderMap,
        body: Body,
        sizes: Sizes,
        compact: fn(&[u8]) -> Result<T, WireError>,
    ) -> Result<T, AppError> {
        self.parse(Whole::of(headers, body, sizes).await?, compact).await
    }

    /// Reads a message from a body that is there.
    ///
    /// # Errors
    /// When it unpacks to too much, or is not such a message.
    pub async fn parse<T: DeserializeOwned + Send + 'static>(
        self,
        whole: Whole,
        compact: fn(&[u8]) -> Result<T, WireError>,
    ) -> Result<T, AppError> {
        let Whole { bytes, is_gzip, unpacked_max } = whole;
        let is_small = bytes.len() <= HERE_MAX;
        let parse = move || {
            let bytes = if is_gzip { unpack(&bytes, unpacked_max)? } else { bytes };
            match self.body {
                Encoding::Compact => compact(&bytes).map_err(|_| DAMAGED),
                Encoding::Json => serde_json::from_slice(&bytes).map_err(|_| DAMAGED),
            }
        };
        if is_small {
            return parse();
        }
        tokio::task::spawn_blocking(parse).await.map_err(|_| DAMAGED)?
    }

    /// What a handler found out, as an answer.
    pub fn respond<T: Serialize>(
        self,
        found: Result<T, AppError>,
        compact: impl FnOnce(&T) -> Vec<u8>,
    ) -> Response {
        match found {
            Ok(message) => answer(self.answer, &message, compact),
            Err(error) => refusal(self.answer, &error),
        }
    }
}

impl FromRequestParts<AppState> for Formats {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Response> {
        let headers = &parts.headers;
        Formats::of(headers).map_err(|error| refusal(Formats::of_refusal(headers), &error))
    }
}

/// A body as it travelled, whole and no larger than it may be; nothing of it was looked at.
pub struct Whole {
    bytes: Vec<u8>,
    is_gzip: bool,
    unpacked_max: usize,
}

impl Whole {
    /// # Errors
    /// When it is too large, or packed otherwise than gzip.
    pub async fn of(headers: &HeaderMap, body: Body, sizes: Sizes) -> Result<Whole, AppError> {
        let is_gzip = is_gzip(headers);
        let stated = text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let is_readable =
            is_gzip.is_ok() && stated.is_none_or(|length: usize| length <= sizes.body);
        let bytes = gather(body, if is_readable { sizes.body } else { 0 }).await;
        let (is_gzip, bytes) = (is_gzip?, bytes?);
        Ok(Whole { bytes, is_gzip, unpacked_max: sizes.unpacked })
    }

    /// The bytes that travelled: what a signature is about.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// An answer in JSON, or the bytes that the compact encoding has for it.
pub fn answer<T: Serialize>(
    encoding: Encoding,
    message: &T,
    compact: impl FnOnce(&T) -> Vec<u8>,
) -> Response {
    let (kind, bytes) = match encoding {
        Encoding::Compact => (COMPACT_TYPE, compact(message)),
        Encoding::Json => {
            ("application/json", serde_json::to_vec(message).expect("messages serialise"))
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

/// A refusal as a `Problem`, in the encoding that was asked for.
pub fn refusal(encoding: Encoding, error: &AppError) -> Response {
    error.log();
    let mut response = answer(encoding, &error.problem(), encode_plain);
    *response.status_mut() = error.status();
    if let AppError::Busy { again_s } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*again_s));
    }
    response
}

/// Reads past a body that is not looked at, as far as one may be: who is cut off while sending never
/// reads the answer.
pub async fn pass_over(body: Body) {
    drop(gather(body, 0).await);
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn encoding(media_type: &str) -> Option<Encoding> {
    match media_type.split(';').next()?.trim() {
        COMPACT_TYPE => Some(Encoding::Compact),
        "application/json" => Some(Encoding::Json),
        _ => None,
    }
}

fn wanted(headers: &HeaderMap) -> Option<Encoding> {
    text(headers, header::ACCEPT)?.split(',').find_map(encoding)
}

/// One layer of gzip, or none.
fn is_gzip(headers: &HeaderMap) -> Result<bool, AppError> {
    let mut layers = headers.get_all(header::CONTENT_ENCODING).iter();
    match (layers.next().map(|layer| layer.to_str().unwrap_or_default().trim()), layers.next()) {
        (None | Some("identity"), None) => Ok(false),
        (Some("gzip"), None) => Ok(true),
        _ => Err(AppError::Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "encoding",
            "De server kan dit bericht niet uitpakken. Gebruik gzip of niets.",
        )),
    }
}

/// Unpacks no further than the limit, however much a small body claims to hold.
fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    let mut decoder = GzDecoder::new(packed);
    let limit = most as u64 + 1;
    decoder.by_ref().take(limit).read_to_end(&mut bytes).map_err(|_| DAMAGED)?;
    if bytes.len() > most { Err(TOO_LARGE) } else { Ok(bytes) }
}

/// The bytes of a body. One that is too large is read on without being kept: who is cut off while
/// sending never reads why.
async fn gather(mut body: Body, most: usize) -> Result<Vec<u8>, AppError> {
    let (mut kept, mut read) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(part) = frame.map_err(|_| DAMAGED)?.into_data() else { continue };
        read += part.len();
        if read > most {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&part);
        }
        if read > most.max(READ_ON_MAX) {
            break;
        }
    }
    if read > most { Err(TOO_LARGE) } else { Ok(kept) }
}
