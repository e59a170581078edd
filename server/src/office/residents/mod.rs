//! Bewoners: finding what is known of somebody, showing her the whole of it, erasing it, and how long
//! it is kept. Erasing itself is in `erase`, the terms in `retention`.

mod door;
mod dossier;
mod erasure;
mod retention;
mod search;
mod terms;

use super::page::{Section, page};
use crate::access::SignedIn;
use crate::state::AppState;
use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use leptos::prelude::*;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/kantoor/bewoners", get(search::show).post(search::find))
        .route("/kantoor/deur/{door}", get(door::show))
        .route("/kantoor/deur/{door}/wissen", post(door::ask))
        .route("/kantoor/deur/{door}/inzage", get(dossier::show))
        .route("/kantoor/deur/{door}/inzage.json", get(dossier::download))
        .route("/kantoor/wissen/{id}", get(erasure::show))
        .route("/kantoor/wissen/{id}/bevestigen", post(erasure::confirm))
        .route("/kantoor/wissen/{id}/intrekken", post(erasure::withdraw))
        .route("/kantoor/bewaren", get(retention::show).post(terms::set))
        .route("/kantoor/bewaren/uitvoeren", post(retention::run))
        .route("/kantoor/bewaren/campagne/{id}", post(retention::close))
}

fn render(title: &str, who: &SignedIn, content: impl IntoView) -> Html<String> {
    let crumbs = view! { <p class="aanbel-crumbs"><a href="/kantoor/bewoners">"Bewoners"</a></p> };
    page(title, Some(who), Section::Residents, view! { {crumbs} {content.into_view()} })
}
