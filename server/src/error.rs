//! The one error at the edge: a status, a code for programs, and a Dutch sentence for people.

use crate::access::Refusal;
use crate::office::page::{Section, page};
use crate::store::StoreError;
use aanbel_shared::sync::Problem;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// Why a request was not answered with what it asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("not found")]
    NotFound,
    /// To a phone, which may know.
    #[error("not allowed")]
    Forbidden,
    /// It may be there, but not for this person: she is told the same as when it is not there.
    #[error("not for this role")]
    Hidden,
    #[error("the form is too old or came from elsewhere")]
    StaleForm,
    #[error("too many tries")]
    TooMany,
    /// Outside input that cannot be used: code and sentence.
    #[error("bad request: {0}")]
    Bad(&'static str, &'static str),
    /// As `Bad`, with a status of its own.
    #[error("refused: {1}")]
    Refused(StatusCode, &'static str, &'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> Self {
        AppError::Store(error.into())
    }
}

impl AppError {
    pub fn status(&self) -> StatusCode {
        match self {
            AppError::NotFound | AppError::Hidden => StatusCode::NOT_FOUND,
            AppError::Store(StoreError::Erased) => StatusCode::NOT_FOUND,
            AppError::Forbidden | AppError::StaleForm => StatusCode::FORBIDDEN,
            AppError::TooMany => StatusCode::TOO_MANY_REQUESTS,
            AppError::Bad(..) => StatusCode::BAD_REQUEST,
            AppError::Refused(status, ..) => *status,
            AppError::Store(error) if error.is_full() => StatusCode::INSUFFICIENT_STORAGE,
            AppError::Store(StoreError::Stopped) => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The refusal as programs and phones read it.
    pub fn problem(&self) -> Problem {
        let (code, sentence) = match self {
            AppError::NotFound | AppError::Hidden => {
                ("not_found", "Deze pagina bestaat niet (meer), of is niet voor u.")
            }
            AppError::Forbidden => ("forbidden", "U mag dit niet doen of bekijken."),
            AppError::StaleForm => (
                "stale_form",
                "Dit formulier is verlopen. Ga terug, laad de pagina opnieuw en probeer het nog eens.",
            ),
            AppError::TooMany => (
                "too_many",
                "Er is te vaak geprobeerd. Wacht een paar minuten en probeer het dan nog eens.",
            ),
            AppError::Bad(code, sentence) | AppError::Refused(_, code, sentence) => {
                (*code, *sentence)
            }
            AppError::Store(error) if error.is_full() => (
                "disk_full",
                "De schijf van de server is vol. Er is niets verloren. Meld dit bij de beheerder.",
            ),
            AppError::Store(StoreError::Erased) => ("erased", "Dit is gewist."),
            AppError::Store(_) => {
                ("server", "Er ging iets mis op de server. Probeer het over een minuut nog eens.")
            }
        };
        Problem { code: code.to_owned(), sentence: sentence.to_owned() }
    }

    /// Our own faults are logged once, here; a visitor's mistake is not a fault.
    pub fn log(&self) {
        if let AppError::Store(error) = self {
            tracing::error!(%error, "the store failed");
        }
    }
}

impl IntoResponse for AppError {
    /// A small page of its own, for the office and the start page.
    fn into_response(self) -> Response {
        self.log();
        let sentence = self.problem().sentence;
        let content = view! {
            <h1>"Dat lukt niet"</h1>
            <p>{sentence}</p>
            <p><a href="/kantoor">"Naar het kantoor"</a></p>
        };
        let page = page("Dat lukt niet", None, Section::None, content);
        let mut response = (self.status(), page).into_response();
        match self {
            AppError::Hidden => drop(response.extensions_mut().insert(Refusal::Outside)),
            AppError::NotFound => drop(response.extensions_mut().insert(Refusal::Missing)),
            _ => {}
        }
        response
    }
}
