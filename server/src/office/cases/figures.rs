//! `GET /kantoor/dossiers/cijfers`: the figures of the pilot, each with its definition, in all and per
//! corporation. Counts below five are hidden where one corporation could know the household.

use super::load;
use crate::access::SignedIn;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Pilot};
use aanbel_shared::record::Records;
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Counts below this are not shown for one corporation.
const SMALL: u32 = 5;

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let records = state.reader.read(|db| load::records(db, None)).await?;
    Ok(page("Cijfers van de proef", Some(&who), Section::Cases, content(&records)))
}

fn content(records: &Records) -> AnyView {
    let all = Pilot::of(records, time::day_of, |_| true);
    let lead = "Financieel servicegesprek: geteld uit de dossiers zelf.";
    let back =
        view! { <a class="nl-button nl-button--secondary" href="/kantoor/dossiers">"Dossiers"</a> };
    view! {
        {parts::heading("Cijfers van de proef", lead, back)}
        {totals(&all)}
        {applications(&all)}
        {stuck(&all)}
        {corporations(records)}
    }
    .into_any()
}

fn totals(all: &Pilot) -> AnyView {
    let hours = format!("{:.1}", all.minutes as f64 / 60.0).replace('.', ",");
    let in_time = format!(
        "{} van {} ({})",
        all.in_time,
        all.applied,
        parts::percentage(all.in_time as usize, all.applied as usize)
    );
    let rows = [
        (
            "Huishoudens",
            all.households.to_string(),
            "Dossiers die meetellen, met minstens één gesprek.",
        ),
        ("Gesprekken", all.talks.to_string(), "Alle gesprekken met die huishoudens."),
        (
            "Gesprekken buiten de proef",
            all.spin_off_talks.to_string(),
            "Gesprekken in dossiers die niet meetellen en niet van de Toegang komen.",
        ),
        (
            "Na een intake van de Toegang",
            all.toegang_talks.to_string(),
            "Deze gesprekken tellen niet mee.",
        ),
        (
            "Binnen 7 dagen aangevraagd",
            in_time,
            "Huishoudens waarvan de eerste aanvraag hoogstens 7 dagen na het eerste gesprek is ingediend, van alle huishoudens met een aanvraag.",
        ),
        ("Alles op orde", all.in_order.to_string(), "Huishoudens waar niets aan te vragen was."),
        ("Uren in gesprek", hours, "De minuten die bij de gesprekken zijn opgeschreven."),
    ];
    let rows = rows.map(|(name, value, meaning)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="nl-table__number--end" data-label="Aantal">{value}</td>
                <td data-label="Wat dit betekent">{meaning}</td>
            </tr>
        }
    });
    view! {
        <section class="aanbel-card" aria-labelledby="totaal">
            <h2 id="totaal">"Alles samen"</h2>
            <table class="nl-table nl-table--cards">
                <thead>
                    <tr>
                        <th scope="col">"Cijfer"</th>
                        <th scope="col" class="nl-table__number--end">"Aantal"</th>
                        <th scope="col">"Wat dit betekent"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn applications(all: &Pilot) -> Option<AnyView> {
    if all.applications.is_empty() {
        return None;
    }
    let rows = all.applications.iter().map(|(scheme, counts)| {
        view! {
            <tr>
                <th scope="row">{values::scheme_name(scheme)}</th>
                <td class="nl-table__number--end" data-label="Ingediend">{counts.filed}</td>
                <td class="nl-table__number--end" data-label="Toegekend">{counts.granted}</td>
                <td class="nl-table__number--end" data-label="Afgewezen">{counts.refused}</td>
            </tr>
        }
    });
    Some(
        view! {
            <section class="aanbel-card" aria-labelledby="aanvragen">
                <h2 id="aanvragen">"Aanvragen per regeling"</h2>
                <table class="nl-table nl-table--cards">
                    <thead>
                        <tr>
                            <th scope="col">"Regeling"</th>
                            <th scope="col" class="nl-table__number--end">"Ingediend"</th>
                            <th scope="col" class="nl-table__number--end">"Toegekend"</th>
                            <th scope="col" class="nl-table__number--end">"Afgewezen"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any(),
    )
}

fn stuck(all: &Pilot) -> Option<AnyView> {
    let rows = all.stuck.iter().map(|(place, count)| {
        view! { <li>{format!("{place}: {}", parts::count(*count as usize, "aanvraag", "aanvragen"))}</li> }
    });
    (!all.stuck.is_empty()).then(|| {
        view! {
            <section class="aanbel-card" aria-labelledby="vast">
                <h2 id="vast">"Loopt vast bij"</h2>
                <ul>{rows.collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

fn corporations(records: &Records) -> Option<AnyView> {
    let names: BTreeSet<&str> =
        records.of_kind("case_source").filter_map(|source| source.str("corporation")).collect();
    let rows = names.iter().map(|name| {
        let of = Pilot::of(records, time::day_of, |case| {
            case.sources.iter().any(|source| source.str("corporation") == Some(name))
        });
        let filed = of.applications.values().map(|counts| counts.filed).sum();
        view! {
            <tr>
                <th scope="row">{(*name).to_owned()}</th>
                <td class="nl-table__number--end" data-label="Huishoudens">{shown(of.households)}</td>
                <td class="nl-table__number--end" data-label="Aanvragen">{shown(filed)}</td>
            </tr>
        }
    });
    (!names.is_empty()).then(|| {
        view! {
            <section class="aanbel-card" aria-labelledby="corporaties">
                <h2 id="corporaties">"Per corporatie"</h2>
                <p class="aanbel-subtle">"Minder dan 5 tonen wij niet: dan zou één huishouden te herkennen zijn."</p>
                <table class="nl-table nl-table--cards">
                    <thead>
                        <tr>
                            <th scope="col">"Corporatie"</th>
                            <th scope="col" class="nl-table__number--end">"Huishoudens"</th>
                            <th scope="col" class="nl-table__number--end">"Aanvragen"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

fn shown(count: u32) -> String {
    if count < SMALL { "minder dan 5".to_owned() } else { count.to_string() }
}
