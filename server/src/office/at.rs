//! What stands in the path of a page. A path that cannot be is a page that does not exist.

use crate::error::AppError;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// As axum's `Path`, with our own page for what does not fit.
pub struct At<T>(pub T);

impl<T, S> FromRequestParts<S> for At<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let found = Path::from_request_parts(parts, state).await;
        found.map(|Path(value)| At(value)).map_err(|_| AppError::NotFound)
    }
}
