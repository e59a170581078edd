//! Figures: the first funnel, in all and per district, each with its definition.

mod funnel;
mod view;

use super::page::{Section, page};
use super::progress::Scope;
use super::time;
use crate::access::SignedIn;
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::response::Html;
use std::collections::HashMap;

/// What is counted, as it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub campaign: Option<uuid::Uuid>,
    /// Days since 1970, both included.
    pub from: Option<i32>,
    pub to: Option<i32>,
}

impl Asked {
    fn from_query(query: &HashMap<String, String>) -> Self {
        let get = |key: &str| query.get(key).map_or("", String::as_str);
        Asked {
            campaign: get("campagne").parse().ok(),
            from: time::parse_date(get("van")),
            to: time::parse_date(get("tot")),
        }
    }

    fn scope(&self) -> Scope {
        Scope {
            campaign: self.campaign,
            from_ms: self.from.and_then(time::day_start),
            until_ms: self.to.and_then(|day| time::day_start(day.saturating_add(1))),
        }
    }
}

/// `GET /kantoor/cijfers`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let asked = Asked::from_query(&query);
    let scope = asked.scope();
    let found = state.reader.read(move |db| Ok::<_, AppError>(funnel::load(db, scope)?)).await?;
    Ok(page("Cijfers", Some(&who), Section::Figures, view::content(&asked, &found)))
}
