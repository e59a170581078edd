//! Forms that the office posts: only from our own pages, only with the session's own token.

use super::SignedIn;
use crate::error::AppError;
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A posted form of somebody who signed in, its `csrf` field checked. `T` need not name that field.
#[derive(Clone, Debug)]
pub struct Posted<T> {
    pub who: SignedIn,
    pub form: T,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let who = SignedIn::from_request_parts(&mut parts, state).await?;
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, state).await.map_err(IntoResponse::into_response)?;
        let Token { csrf } = parse(&parts.headers, &bytes, state).await?;
        who.check_csrf(&csrf).map_err(IntoResponse::into_response)?;
        Ok(Posted { who, form: parse(&parts.headers, &bytes, state).await? })
    }
}

async fn parse<T: DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &Bytes,
    state: &AppState,
) -> Result<T, Response> {
    let mut request = Request::new(bytes.clone().into());
    *request.method_mut() = Method::POST;
    *request.headers_mut() = headers.clone();
    let Form(form) = Form::from_request(request, state).await.map_err(|_| {
        AppError::Bad("form", "Dit formulier is niet goed ingevuld. Ga terug en kijk het na.")
            .into_response()
    })?;
    Ok(form)
}

/// Middleware: refuses changes that another site makes a browser send. The session's cookie is
/// SameSite and forms carry a token; this stops the rest, such as a forged sign-in.
pub async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers()) {
        next.run(request).await
    } else {
        AppError::StaleForm.into_response()
    }
}

/// What the browser says of the page that sent this; programs say nothing and carry no cookie.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => match text(header::ORIGIN.as_str()) {
            None => true,
            Some(origin) => {
                let host = origin.split_once("://").map(|(_, host)| host);
                host.is_some() && host == text(header::HOST.as_str())
            }
        },
    }
}
