//! What each page of the office needs, one row per route, and the guard that asks it before anything
//! else is looked at. A form that cannot be read, an id that is not there and a page that is not for
//! this role then look the same. The handlers ask `require` again: a second lock.

use crate::access::{SignedIn, Visitor};
use crate::error::AppError;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Who may ask for a page or send its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Anyone,
    /// Whoever is on the way in: the password was right.
    Visitor,
    /// Everybody who signs in.
    SignedIn,
    May(Capability),
}

/// The pattern of a route, what asking for it needs, and what sending its form needs; none where there
/// is nothing to ask or send.
pub type Row = (&'static str, Option<Need>, Option<Need>);

use Capability::{
    AnswerResident, Export, ManageCases, ManagePeople, PlanCampaign, PublishRules, ReadAudit,
    ReadOffice, Review, SeeCounts, SetRetention,
};
use Need::{Anyone, May};

/// Every route of the office. What is not here is not guarded, and a test says so.
pub const TABLE: &[Row] = &[
    // Where signing in leads; who has only counts is sent on to them.
    ("/kantoor", Some(Need::SignedIn), None),
    ("/kantoor/aantallen", Some(May(SeeCounts)), None),
    ("/kantoor/apart", None, Some(May(Review))),
    ("/kantoor/ruimte", None, Some(May(ManagePeople))),
    ("/kantoor/mensen", Some(May(ManagePeople)), Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}", Some(May(ManagePeople)), None),
    ("/kantoor/mensen/{person}/code", None, Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}/link", None, Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}/rol", None, Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}/toegang", None, Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}/stap", None, Some(May(ManagePeople))),
    ("/kantoor/mensen/{person}/sessie/{number}", None, Some(May(ManagePeople))),
    ("/kantoor/telefoon/{number}/afmelden", Some(May(ManagePeople)), Some(May(ManagePeople))),
    ("/kantoor/toegang", Some(Need::SignedIn), None),
    ("/kantoor/toegang/stap", Some(Need::Visitor), Some(Need::Visitor)),
    ("/kantoor/toegang/passkey", Some(Need::SignedIn), Some(Need::SignedIn)),
    ("/kantoor/toegang/passkey/{number}", None, Some(Need::SignedIn)),
    ("/kantoor/toegang/sessie/{number}", None, Some(Need::SignedIn)),
    ("/kantoor/bewijs", Some(Need::SignedIn), Some(Need::SignedIn)),
    ("/kantoor/bewijs/passkey", None, Some(Need::SignedIn)),
    ("/kantoor/logboek", Some(May(ReadAudit)), None),
    ("/kantoor/logboek/zoeken", None, Some(May(ReadAudit))),
    ("/kantoor/logboek/adres/{address}", Some(May(ReadAudit)), None),
    ("/kantoor/begin", Some(Anyone), Some(Anyone)),
    ("/kantoor/cijfers", Some(May(ReadOffice)), None),
    ("/kantoor/campagnes", Some(May(ReadOffice)), Some(May(PlanCampaign))),
    ("/kantoor/campagne/{id}", Some(May(ReadOffice)), None),
    ("/kantoor/campagne/{id}/straten", None, Some(May(PlanCampaign))),
    ("/kantoor/campagne/{id}/adressen", Some(May(PlanCampaign)), Some(May(PlanCampaign))),
    ("/kantoor/campagne/{id}/adressen/{upload}", Some(May(PlanCampaign)), Some(May(PlanCampaign))),
    ("/kantoor/inloggen", Some(Anyone), Some(Anyone)),
    ("/kantoor/inloggen/code", Some(Need::Visitor), Some(Need::Visitor)),
    ("/kantoor/inloggen/passkey", None, Some(Need::Visitor)),
    ("/kantoor/uitloggen", None, Some(Anyone)),
    ("/kantoor/bezoeken", Some(May(ReadOffice)), None),
    ("/kantoor/bezoeken.csv", Some(May(Export)), None),
    ("/kantoor/bezoek/{attempt}", Some(May(ReadOffice)), None),
    ("/kantoor/bezoek/{attempt}/nagekeken", None, Some(May(Review))),
    ("/kantoor/bezoek/{attempt}/vraag", None, Some(May(Review))),
    ("/kantoor/bezoek/{attempt}/beslissen", None, Some(May(Review))),
    ("/kantoor/tegenspraak/{id}", Some(May(ManageCases)), Some(May(Review))),
    ("/kantoor/bestand/{version}/{name}", Some(Anyone), None),
    ("/kantoor/bewoners", Some(May(AnswerResident)), Some(May(AnswerResident))),
    ("/kantoor/deur/{door}", Some(May(AnswerResident)), None),
    ("/kantoor/deur/{door}/wissen", None, Some(May(AnswerResident))),
    ("/kantoor/deur/{door}/inzage", Some(May(AnswerResident)), None),
    ("/kantoor/deur/{door}/inzage.json", Some(May(AnswerResident)), None),
    ("/kantoor/wissen/{id}", Some(May(AnswerResident)), None),
    ("/kantoor/wissen/{id}/bevestigen", None, Some(May(AnswerResident))),
    ("/kantoor/wissen/{id}/intrekken", None, Some(May(AnswerResident))),
    ("/kantoor/bewaren", Some(May(SetRetention)), Some(May(SetRetention))),
    ("/kantoor/bewaren/uitvoeren", None, Some(May(SetRetention))),
    ("/kantoor/bewaren/campagne/{id}", None, Some(May(SetRetention))),
    ("/kantoor/dossiers", Some(May(ManageCases)), None),
    ("/kantoor/dossiers/nieuw", Some(May(ManageCases)), Some(May(ManageCases))),
    ("/kantoor/dossiers/cijfers", Some(May(ManageCases)), None),
    ("/kantoor/dossiers/aandacht", Some(May(ManageCases)), None),
    ("/kantoor/dossier/{id}", Some(May(ManageCases)), None),
    ("/kantoor/dossier/{id}/adviseur", None, Some(May(ManageCases))),
    ("/kantoor/samen", Some(May(ManageCases)), None),
    ("/kantoor/samen/{id}", Some(May(ManageCases)), None),
    ("/kantoor/samen/{id}/wie", None, Some(May(ManageCases))),
    ("/kantoor/samen/{id}/afzeggen", None, Some(May(ManageCases))),
    ("/kantoor/adviseurs", Some(May(ManageCases)), None),
    ("/kantoor/adviseurs/regels", None, Some(May(ManageCases))),
    ("/kantoor/adviseurs/plan", None, Some(May(ManageCases))),
    ("/kantoor/adviseurs/vervanging", None, Some(May(ManageCases))),
    ("/kantoor/corporaties", Some(May(ManageCases)), Some(May(ManageCases))),
    ("/kantoor/corporatie/{number}/adressen", Some(May(ManageCases)), Some(May(ManageCases))),
    ("/kantoor/corporaties/adviseur", None, Some(May(ManageCases))),
    ("/kantoor/corporaties/huismeester", None, Some(May(ManageCases))),
    ("/kantoor/reddingsbestand", Some(May(ManagePeople)), Some(May(ManagePeople))),
    ("/kantoor/regelingen", Some(May(ReadOffice)), None),
    ("/kantoor/regelingen/lijst", Some(May(ReadOffice)), None),
    ("/kantoor/regelingen/lijst/{format}", Some(May(ReadOffice)), None),
    ("/kantoor/regelingen/proberen", Some(May(ReadOffice)), Some(May(ReadOffice))),
    ("/kantoor/regelingen/publiceren", Some(May(PublishRules)), Some(May(PublishRules))),
    ("/kantoor/regelingen/publiceren/{upload}", Some(May(PublishRules)), Some(May(PublishRules))),
    ("/kantoor/regelingen/versie/{number}/terug", None, Some(May(PublishRules))),
    ("/kantoor/regelingen/versie/{number}/{file}", Some(May(PublishRules)), None),
    ("/kantoor/regeling/{id}", Some(May(ReadOffice)), None),
    ("/kantoor/regeling/{id}/nagekeken", None, Some(May(PublishRules))),
];

fn need(pattern: &str, method: &Method) -> Option<Need> {
    let row = TABLE.iter().find(|row| row.0 == pattern)?;
    if method.is_safe() { row.1 } else { row.2 }
}

/// Middleware: lets pass whom the table lets pass.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().cloned();
    let need = pattern.and_then(|pattern| need(pattern.as_str(), request.method()));
    let (mut parts, body) = request.into_parts();
    let refused = match need {
        None | Some(Anyone) => None,
        Some(Need::Visitor) => Visitor::from_request_parts(&mut parts, &state).await.err(),
        Some(Need::SignedIn) => {
            match SignedIn::from_request_parts(&mut parts, &state).await {
                // A volunteer has no office, not even pages of her own.
                Ok(who) => (!who.role.signs_in()).then(|| AppError::Hidden.into_response()),
                Err(response) => Some(response),
            }
        }
        Some(May(capability)) => match SignedIn::from_request_parts(&mut parts, &state).await {
            Ok(who) => who.require(capability).err().map(AppError::into_response),
            Err(response) => Some(response),
        },
    };
    match refused {
        Some(response) => response,
        None => next.run(Request::from_parts(parts, body)).await,
    }
}
