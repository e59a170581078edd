//! Schemes: the catalogue on a day, one scheme in full, the rule list, trying a household, and
//! publishing another catalogue.

mod blocks;
mod catalogue;
mod preview;
mod publish;
mod rule_list;
mod scheme;
mod try_out;
mod try_out_form;
mod versions;

use super::time;
use crate::catalogue::Current;
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::scheme::Day;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{get, post};
use std::collections::HashMap;
use std::sync::Arc;

/// All routes under `/kantoor/regelingen` and `/kantoor/regeling`.
pub fn router() -> Router<AppState> {
    let largest = DefaultBodyLimit::max(publish::REQUEST_MAX);
    let publishing = get(publish::show).post(publish::upload.layer(largest));
    Router::new()
        .route("/kantoor/regelingen", get(catalogue::show))
        .route("/kantoor/regelingen/lijst", get(rule_list::show))
        .route("/kantoor/regelingen/lijst/{format}", get(rule_list::download))
        .route("/kantoor/regelingen/proberen", get(try_out::form).post(try_out::answer))
        .route("/kantoor/regelingen/publiceren", publishing)
        .route(
            "/kantoor/regelingen/publiceren/{upload}",
            get(publish::preview).post(publish::confirm),
        )
        .route("/kantoor/regelingen/versie/{number}/terug", post(publish::back))
        .route("/kantoor/regelingen/versie/{number}/{file}", get(publish::download))
        .route("/kantoor/regeling/{id}", get(scheme::show))
        .route("/kantoor/regeling/{id}/nagekeken", post(scheme::check))
}

/// Name of the field with the day.
const DAY_FIELD: &str = "op";

/// The day that a page is asked for, else today.
fn asked_day(query: &HashMap<String, String>, now_ms: i64) -> Day {
    let asked = query.get(DAY_FIELD).and_then(|text| time::parse_date(text));
    asked.map_or_else(|| today(now_ms), Day)
}

/// The catalogue that counts now.
async fn current(state: &AppState) -> Result<Arc<Current>, AppError> {
    let catalogues = state.catalogues.clone();
    state.reader.read(move |db| Ok(catalogues.current(db)?)).await
}

/// The day in Amsterdam.
fn today(now_ms: i64) -> Day {
    Day(time::day_of(now_ms))
}
