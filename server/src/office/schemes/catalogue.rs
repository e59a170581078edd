//! The catalogue on a day: what lapses soon on top, then every scheme with how it stands.

use super::{DAY_FIELD, asked_day, today};
use crate::access::SignedIn;
use crate::catalogue::Current;
use crate::catalogue::checked::{self, Checked};
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::office::time;
use crate::rules::{self, SOON_DAYS};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use aanbel_shared::scheme::{Catalogue, Day, Scheme, Standing};
use axum::extract::{Query, State};
use axum::response::Html;
use leptos::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// `GET /kantoor/regelingen`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ReadOffice)?;
    let current = super::current(&state).await?;
    let checked = state.reader.read(|db| Ok::<_, AppError>(checked::newest(db)?)).await?;
    let now_ms = state.now_ms();
    let on = asked_day(&query, now_ms);
    let published = query.get("gedaan").is_some_and(|what| what == "gepubliceerd");
    let notice = published.then(|| {
        let text = "Telefoons krijgen de nieuwe regels de volgende keer dat zij versturen.";
        parts::alert(Tone::Good, "De nieuwe versie is gepubliceerd.", text)
    });
    let content = view! {
        {notice}
        {parts::heading(title(&current), version(&current), actions(&who, on))}
        {day_form("/kantoor/regelingen", on)}
        {(on != today(now_ms)).then(|| {
            let sentence = format!("U kijkt naar {}.", on.dutch());
            parts::alert(Tone::Neutral, &sentence, "")
        })}
        {lapsed(&current.catalogue, on)}
        {lapsing(&current.catalogue, on)}
        {groups(&current.catalogue, on, &checked)}
        {ended(&current.catalogue, on)}
    };
    Ok(page("Regelingen", Some(&who), Section::Schemes, content))
}

fn title(current: &Current) -> String {
    match current.municipality() {
        "" => "Landelijke regelingen".to_owned(),
        name => format!("Regelingen in {name}"),
    }
}

fn version(current: &Current) -> String {
    let from = if current.number == 0 { ", met het programma meegekomen" } else { "" };
    format!("Versie {}{from}", current.version)
}

fn actions(who: &SignedIn, on: Day) -> AnyView {
    let publish = who.may(Capability::PublishRules).then(|| {
        view! {
            <a class="nl-button nl-button--secondary" href="/kantoor/regelingen/publiceren">
                "Versies en publiceren"
            </a>
        }
    });
    view! {
        {publish}
        <a class="nl-button nl-button--secondary" href=format!("/kantoor/regelingen/lijst?{DAY_FIELD}={on}")>
            "Regellijst"
        </a>
        <a class="nl-button nl-button--primary" href="/kantoor/regelingen/proberen">
            "Probeer een huishouden"
        </a>
    }
    .into_any()
}

/// The day for which a page is shown.
pub fn day_form(action: &'static str, on: Day) -> AnyView {
    let day = on.to_string();
    view! {
        <form class="aanbel-inline-form" method="get" action=action>
            {Input { kind: "date", ..Input::text(DAY_FIELD, "Regels op", &day) }.view()}
            <button class="nl-button nl-button--secondary" type="submit">"Toon"</button>
        </form>
    }
    .into_any()
}

/// Address of the page of a scheme.
pub fn href(scheme: &str, on: Day) -> String {
    format!("/kantoor/regeling/{scheme}?{DAY_FIELD}={on}")
}

/// How many are grey already.
fn lapsed(catalogue: &Catalogue, on: Day) -> Option<AnyView> {
    let listed = catalogue.checklist(on).into_iter().flat_map(|(_, schemes)| schemes);
    let grey = listed.filter(|scheme| scheme.on(on).1.is_grey()).count();
    let heading = match grey {
        0 => return None,
        1 => "1 regeling is voorbij haar datum.".to_owned(),
        grey => format!("{} regelingen zijn voorbij hun datum.", parts::grouped(grey)),
    };
    let text =
        "Zij staan hieronder grijs. Telefoons zeggen erbij dat de regel niet meer actueel is.";
    Some(parts::alert(Tone::Warn, &heading, text))
}

fn lapsing(catalogue: &Catalogue, on: Day) -> Option<AnyView> {
    let soon = rules::lapsing(catalogue, on, SOON_DAYS);
    if soon.schemes.is_empty() && soon.figures.is_empty() {
        return None;
    }
    let schemes = soon.schemes.iter().map(|(scheme, last_day)| {
        view! {
            <li>
                <a href=href(&scheme.id, on)>{scheme.name.clone()}</a>
                {format!(": tot en met {}", last_day.dutch())}
            </li>
        }
    });
    let figures = soon.figures.iter().map(|(last_day, norms)| {
        let count = parts::count(norms.len(), "bedrag", "bedragen");
        let names = norms.iter().map(|norm| view! { <li>{norm.name.clone()}</li> }).collect_view();
        view! {
            <li>
                <details>
                    <summary>{format!("{count}: tot en met {}", last_day.dutch())}</summary>
                    <ul class="aanbel-bullets">{names}</ul>
                </details>
            </li>
        }
    });
    let content = view! {
        <section class="aanbel-card">
            <h2>{format!("Loopt af binnen {SOON_DAYS} dagen")}</h2>
            <p>"Zoek de nieuwe regels en bedragen op en publiceer ze voor die dag. Anders worden deze hints daarna grijs."</p>
            <ul class="aanbel-bullets">{schemes.collect_view()}{figures.collect_view()}</ul>
        </section>
    };
    Some(content.into_any())
}

fn groups(catalogue: &Catalogue, on: Day, checked: &BTreeMap<String, Checked>) -> AnyView {
    let groups = catalogue.checklist(on).into_iter().map(|(group, schemes)| {
        let rows = schemes.into_iter().map(|one| row(catalogue, one, on, checked)).collect_view();
        view! {
            <section class="aanbel-card">
                <h2>{group.label.clone()}</h2>
                <table class="nl-table nl-table--cards aanbel-schemes">
                    <caption class="aanbel-hidden">{format!("Regelingen: {}", group.label)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Regeling"</th>
                            <th scope="col">"Stand"</th>
                            <th scope="col">"Bruikbaar tot en met"</th>
                            <th scope="col">"Wie beslist"</th>
                            <th scope="col">"Nagekeken"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
    });
    groups.collect_view().into_any()
}

fn row(
    catalogue: &Catalogue,
    scheme: &Scheme,
    on: Day,
    checked: &BTreeMap<String, Checked>,
) -> AnyView {
    let (version, standing) = scheme.on(on);
    let decides = catalogue.organisation(&scheme.decides).map(|one| one.name.clone());
    let looked = match (checked.get(&scheme.id), version) {
        (Some(one), _) => Some(format!("{}, {}", one.by, time::short_moment(one.at_ms))),
        (None, Some(version)) => Some(format!("bron gelezen {}", version.checked_on.dutch())),
        (None, None) => None,
    };
    view! {
        <tr class:aanbel-lapsed=standing.is_grey()>
            <th scope="row"><a href=href(&scheme.id, on)>{scheme.name.clone()}</a></th>
            <td data-label="Stand">{badge(standing)}</td>
            <td data-label="Bruikbaar tot en met">{scheme.last_day(on).map(Day::dutch)}</td>
            <td data-label="Wie beslist">{decides}</td>
            <td data-label="Nagekeken">{looked}</td>
        </tr>
    }
    .into_any()
}

/// How a rule stands, in words and icon.
pub fn badge(standing: Standing) -> AnyView {
    let (tone, words) = match standing {
        Standing::Open => (Tone::Good, "Open"),
        Standing::Closed => (Tone::Neutral, "Gestopt"),
        Standing::Unconfirmed => (Tone::Warn, "Niet bevestigd"),
        Standing::Lapsed(_) => (Tone::Bad, "Voorbij de datum"),
        Standing::Unchecked(_) => (Tone::Bad, "Te lang niet nagekeken"),
        Standing::NotYet => (Tone::Neutral, "Geen regel voor deze dag"),
    };
    parts::badge(tone, words)
}

fn ended(catalogue: &Catalogue, on: Day) -> Option<AnyView> {
    let is_ended = |one: &&Scheme| one.on(on).1 == Standing::Closed;
    let schemes: Vec<&Scheme> = catalogue.schemes.iter().filter(is_ended).collect();
    if schemes.is_empty() {
        return None;
    }
    let names = schemes.into_iter().map(|scheme| {
        view! { <li><a href=href(&scheme.id, on)>{scheme.name.clone()}</a></li> }
    });
    let content = view! {
        <section class="aanbel-card">
            <h2>"Gestopt"</h2>
            <p>"Deze regelingen staan niet op de lijst van een nieuw bezoek. Oude bezoeken noemen ze nog."</p>
            <ul class="aanbel-bullets">{names.collect_view()}</ul>
        </section>
    };
    Some(content.into_any())
}
