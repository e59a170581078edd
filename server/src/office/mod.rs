//! The office: pages rendered on the server, plain links and forms, no script needed.
//! This file is the map and the routes; one page per file, each with its query beside it.

pub(crate) mod assets;
mod at;
mod begin;
mod campaigns;
mod cases;
mod contradiction;
mod figures;
mod inbox;
mod own;
pub(crate) mod page;
mod parts;
mod passkey;
mod peak;
mod people;
mod place;
mod progress;
mod prove;
mod rescue;
mod residents;
pub mod rights;
mod room;
mod schemes;
mod sign_in;
mod sign_in_code;
pub(crate) mod time;
mod trail;
mod uploads;
mod values;
mod visible;
mod visit;
mod visits;

pub(crate) use rights::guard;
pub(crate) use visits::rows::house_number;

use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{get, post};

/// All routes under `/kantoor`.
pub fn router() -> Router<AppState> {
    let largest = DefaultBodyLimit::max(campaigns::import::REQUEST_MAX);
    let upload = get(campaigns::import::form).post(campaigns::import::upload.layer(largest));
    let rescue_max = DefaultBodyLimit::max(rescue::REQUEST_MAX);
    Router::new()
        .merge(schemes::router())
        .merge(residents::router())
        .route("/kantoor/reddingsbestand", get(rescue::form).post(rescue::upload.layer(rescue_max)))
        .merge(cases::router())
        .route("/kantoor", get(inbox::show))
        .route("/kantoor/apart", post(inbox::decide))
        .route("/kantoor/ruimte", post(room::purge))
        .route("/kantoor/mensen", get(people::show).post(people::add))
        .route("/kantoor/mensen/{person}/code", post(people::code))
        .route("/kantoor/mensen/{person}/link", post(people::link))
        .route("/kantoor/telefoon/{number}/afmelden", get(people::confirm).post(people::revoke))
        .route("/kantoor/mensen/{person}", get(people::one))
        .route("/kantoor/mensen/{person}/rol", post(people::change_role))
        .route("/kantoor/mensen/{person}/toegang", post(people::access))
        .route("/kantoor/mensen/{person}/stap", post(people::remove_step))
        .route("/kantoor/mensen/{person}/sessie/{number}", post(people::end_session))
        .route("/kantoor/toegang", get(own::show))
        .route("/kantoor/toegang/stap", get(own::setup).post(own::confirm))
        .route("/kantoor/toegang/passkey", get(own::passkey_form).post(own::add_passkey))
        .route("/kantoor/toegang/passkey/{number}", post(own::remove_passkey))
        .route("/kantoor/toegang/sessie/{number}", post(own::end))
        .route("/kantoor/bewijs", get(prove::form).post(prove::submit))
        .route("/kantoor/bewijs/passkey", post(prove::submit_passkey))
        .route("/kantoor/logboek", get(trail::show))
        .route("/kantoor/logboek/zoeken", post(trail::seek))
        .route("/kantoor/logboek/adres/{address}", get(trail::address))
        .route("/kantoor/begin", get(begin::form).post(begin::submit))
        .route("/kantoor/cijfers", get(figures::show))
        .route("/kantoor/campagnes", get(campaigns::list::show).post(campaigns::list::create))
        .route("/kantoor/campagne/{id}", get(campaigns::streets::show))
        .route("/kantoor/campagne/{id}/straten", post(campaigns::plan::change))
        .route("/kantoor/campagne/{id}/adressen", upload)
        .route(
            "/kantoor/campagne/{id}/adressen/{upload}",
            get(campaigns::import::show).post(campaigns::import::confirm),
        )
        .route("/kantoor/inloggen", get(sign_in::form).post(sign_in::submit))
        .route("/kantoor/inloggen/code", get(sign_in_code::form).post(sign_in_code::submit))
        .route("/kantoor/inloggen/passkey", post(sign_in_code::submit_passkey))
        .route("/kantoor/uitloggen", post(sign_in::leave))
        .route("/kantoor/bezoeken", get(visits::show))
        .route("/kantoor/bezoeken.csv", get(visits::download))
        .route("/kantoor/bezoek/{attempt}", get(visit::show))
        .route("/kantoor/bezoek/{attempt}/nagekeken", post(visit::review))
        .route("/kantoor/bezoek/{attempt}/vraag", post(visit::ask))
        .route("/kantoor/bezoek/{attempt}/beslissen", post(visit::decide))
        .route("/kantoor/tegenspraak/{id}", get(contradiction::show).post(contradiction::decide))
        .route("/kantoor/bestand/{version}/{name}", get(assets::serve))
}

#[cfg(test)]
mod tests;
