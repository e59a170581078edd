//! Cases as the office sees them: the queue with its clock, one case, who works on it, which
//! corporations offer the talk, and what both sides share of a joint visit.

mod corporations;
mod figures;
mod joint;
mod joints;
mod list;
mod load;
mod new;
mod one;

use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/kantoor/dossiers", get(list::show))
        .route("/kantoor/dossiers/nieuw", get(new::form).post(new::submit))
        .route("/kantoor/dossiers/cijfers", get(figures::show))
        .route("/kantoor/dossier/{id}", get(one::show))
        .route("/kantoor/dossier/{id}/adviseur", post(one::assign))
        .route("/kantoor/samen", get(joints::show))
        .route("/kantoor/samen/{id}", get(joint::show))
        .route("/kantoor/samen/{id}/wie", post(joint::assign))
        .route("/kantoor/corporaties", get(corporations::show).post(corporations::add))
        .route("/kantoor/corporaties/adviseur", post(corporations::rule))
        .route("/kantoor/corporaties/huismeester", post(corporations::caretaker))
}
