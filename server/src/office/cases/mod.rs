//! Cases as the office sees them: the queue with its clock, one case, who works on it, which
//! corporations offer the talk, and what both sides share of a joint visit.

mod advisers;
pub mod attention;
mod call_off;
mod corporations;
pub mod counts;
mod figures;
mod handed;
mod homes;
mod joint;
mod joints;
mod list;
mod load;
mod new;
mod one;
mod part;

use super::campaigns::import::REQUEST_MAX;
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{get, post};

pub fn router() -> Router<AppState> {
    let largest = DefaultBodyLimit::max(REQUEST_MAX);
    Router::new()
        .route("/kantoor/dossiers", get(list::show))
        .route("/kantoor/dossiers/nieuw", get(new::form).post(new::submit))
        .route("/kantoor/dossiers/cijfers", get(figures::show))
        .route("/kantoor/dossiers/aandacht", get(attention::show))
        .route("/kantoor/dossier/{id}", get(one::show))
        .route("/kantoor/dossier/{id}/adviseur", post(one::assign))
        .route("/kantoor/samen", get(joints::show))
        .route("/kantoor/samen/{id}", get(joint::show))
        .route("/kantoor/samen/{id}/wie", post(joint::assign))
        .route("/kantoor/samen/{id}/afzeggen", post(call_off::submit))
        .route("/kantoor/adviseurs", get(advisers::show))
        .route("/kantoor/adviseurs/regels", post(advisers::set_rules))
        .route("/kantoor/adviseurs/plan", post(advisers::set_plan))
        .route("/kantoor/adviseurs/vervanging", post(advisers::set_cover))
        .route("/kantoor/aantallen", get(counts::show))
        .route("/kantoor/corporaties", get(corporations::show).post(corporations::add))
        .route(
            "/kantoor/corporatie/{number}/adressen",
            get(homes::form).post(homes::upload.layer(largest)),
        )
        .route("/kantoor/corporaties/adviseur", post(corporations::rule))
        .route("/kantoor/corporaties/huismeester", post(corporations::caretaker))
}
