//! One campaign: its streets with progress, who walks them, and the day of the letter.

use super::load::{self, Campaign, Street};
use crate::access::SignedIn;
use crate::error::AppError;
use crate::office::at::At;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::response::Html;
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// `GET /kantoor/campagne/{id}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(id): At<Uuid>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("toegewezen") => Some(parts::alert(Tone::Good, "De straten zijn toegewezen.", "")),
        Some("weg") => Some(parts::alert(
            Tone::Good,
            "Deze straat is van de telefoon gehaald.",
            "De telefoon laat hem los bij het volgende versturen.",
        )),
        Some("brief") => Some(parts::alert(Tone::Good, "De datum van de brief is bewaard.", "")),
        Some("ingelezen") => {
            Some(parts::alert(Tone::Good, "De adressen zijn ingelezen.", told(&query)))
        }
        _ => None,
    };
    render(&state, &who, id, notice).await
}

fn told(query: &HashMap<String, String>) -> String {
    let number = |key| query.get(key).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    format!(
        "{} nieuw, {} gewijzigd, {} stonden er al precies zo.",
        parts::grouped(number("nieuw")),
        parts::grouped(number("gewijzigd")),
        parts::grouped(number("gelijk")),
    )
}

/// The page, with a notice on top.
pub async fn render(
    state: &AppState,
    who: &SignedIn,
    id: Uuid,
    notice: Option<AnyView>,
) -> Result<Html<String>, AppError> {
    let campaign = state.reader.read(move |db| load::one(db, id)).await?;
    let content = view! { {notice} {content(who, &campaign)} };
    Ok(page(&campaign.name, Some(who), Section::Campaigns, content))
}

fn content(who: &SignedIn, campaign: &Campaign) -> AnyView {
    let plan = who.may(Capability::PlanCampaign) && !campaign.closed;
    let progress = &campaign.total.progress;
    // They are on the list but no door to ring at, which is why the totals differ.
    let closed = match campaign.total.addresses.saturating_sub(progress.doors as usize) {
        0 => String::new(),
        1 => " · 1 wil geen bezoek".to_owned(),
        number => format!(" · {} willen geen bezoek", parts::grouped(number)),
    };
    let lead = format!(
        "{} · {}{closed} · {}",
        parts::count(campaign.streets.len(), "straat", "straten"),
        parts::count(campaign.total.addresses, "adres", "adressen"),
        parts::count(progress.talks as usize, "deur met gesprek", "deuren met gesprek"),
    );
    let import = plan.then(|| {
        let href = format!("/kantoor/campagne/{}/adressen", campaign.id);
        view! { <a class="nl-button nl-button--secondary" href=href>"Adressen inlezen"</a> }
    });
    let table = view! {
        <table class="nl-table nl-table--cards aanbel-streets">
            <caption class="aanbel-hidden">"Straten van deze campagne"</caption>
            <thead>
                <tr>
                    {plan.then(|| view! { <th scope="col"><span class="aanbel-hidden">"Kies"</span></th> })}
                    <th scope="col">"Straat"</th>
                    <th scope="col">"Voortgang"</th>
                    <th scope="col" class="nl-table__number--end">"Gesprekken"</th>
                    <th scope="col">"Wie loopt hier"</th>
                    <th scope="col">"Brief"</th>
                </tr>
            </thead>
            {campaign
                .streets
                .chunk_by(|one, next| one.district == next.district)
                .map(|streets| district(streets, plan))
                .collect_view()}
        </table>
    };
    let body = if campaign.streets.is_empty() {
        parts::empty(
            "Deze campagne heeft nog geen straten.",
            "Kies ‘Adressen inlezen’. Uit de adressen maken we de straten.",
        )
    } else if plan {
        let action = format!("/kantoor/campagne/{}/straten", campaign.id);
        view! {
            <form method="post" action=action class="aanbel-stack">
                {parts::csrf(who)} {tools(campaign)} <div class="aanbel-table-box">{table}</div>
            </form>
        }
        .into_any()
    } else {
        view! { <div class="aanbel-table-box">{table}</div> }.into_any()
    };
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/campagnes">"Campagnes"</a></p>
        {parts::heading(campaign.name.clone(), lead, import)}
        {(progress.doors > 0)
            .then(|| parts::progress(progress.done as usize, progress.doors as usize))}
        {body}
    }
    .into_any()
}

/// What can be done with the chosen streets. Stands first, so that Enter never takes a street away.
fn tools(campaign: &Campaign) -> AnyView {
    let mut walkers = vec![(String::new(), "Kies iemand".to_owned())];
    walkers.extend(campaign.walkers.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <fieldset class="aanbel-tools">
            <legend>"Vink straten of een hele wijk aan, en kies dan"</legend>
            <div class="aanbel-inline-form">
                {parts::select("person", "Wie loopt daar?", "", walkers)}
                <button class="nl-button nl-button--primary" name="action" value="toewijzen">
                    "Wijs toe"
                </button>
            </div>
            <div class="aanbel-inline-form">
                {parts::Input { kind: "date", ..parts::Input::text("letter", "Datum van de brief", "") }
                    .view()}
                <button class="nl-button nl-button--secondary" name="action" value="brief">
                    "Zet de datum"
                </button>
            </div>
        </fieldset>
    }
    .into_any()
}

fn district(streets: &[Street], plan: bool) -> AnyView {
    let name = streets.first().map(|street| street.district.clone()).unwrap_or_default();
    let title = if name.is_empty() { "Zonder wijk".to_owned() } else { name.clone() };
    let head = if plan {
        view! {
            <label class="nl-radio">
                <input type="checkbox" name="district" value=name/>
                <span>{title}</span>
            </label>
        }
        .into_any()
    } else {
        title.into_any()
    };
    view! {
        <tbody>
            <tr class="aanbel-streets__district">
                <th colspan=if plan { "6" } else { "5" } scope="rowgroup">{head}</th>
            </tr>
            {streets.iter().map(|one| street(one, plan)).collect_view()}
        </tbody>
    }
    .into_any()
}

fn street(street: &Street, plan: bool) -> AnyView {
    let progress = &street.tally.progress;
    let visits = format!("/kantoor/bezoeken?straat={}", street.worklist);
    let choose = plan.then(|| {
        let label = format!("Kies {}", street.name);
        view! {
            <td>
                <input type="checkbox" name="street" value=street.worklist.to_string() aria-label=label/>
            </td>
        }
    });
    let people =
        street.assigned.iter().map(|(id, name)| person(street, *id, name, plan)).collect_view();
    view! {
        <tr>
            {choose}
            <th scope="row"><a href=visits>{street.name.clone()}</a></th>
            <td>{parts::progress(progress.done as usize, progress.doors as usize)}</td>
            <td class="nl-table__number--end" data-label="Gesprekken">{progress.talks}</td>
            <td data-label="Wie loopt hier"><ul class="aanbel-people">{people}</ul></td>
            <td data-label="Brief" class="nl-table__number">
                {street.letter_on.map_or_else(|| "nog geen datum".to_owned(), time::date)}
            </td>
        </tr>
    }
    .into_any()
}

fn person(street: &Street, id: i64, name: &str, plan: bool) -> AnyView {
    let remove = plan.then(|| {
        let what = format!(": {name} uit {}", street.name);
        let sure = format!(
            "Deze straat verdwijnt van de telefoon van {name}. \
             Wat nog niet verstuurd is, gaat eerst naar kantoor."
        );
        view! {
            <details class="aanbel-remove">
                <summary>"Weghalen"<span class="aanbel-hidden">{what.clone()}</span></summary>
                <p>{sure}</p>
                <button
                    class="nl-button nl-button--danger"
                    name="remove"
                    value=format!("{}:{id}", street.worklist)
                >
                    "Haal deze straat weg"<span class="aanbel-hidden">{what}</span>
                </button>
            </details>
        }
    });
    view! { <li>{name.to_owned()} {remove}</li> }.into_any()
}
