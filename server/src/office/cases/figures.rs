//! `GET /kantoor/dossiers/cijfers`: the figures of the pilot, each with its definition, in all or of one
//! corporation, one district or both, and per corporation and per district. Counts below five are hidden
//! where somebody could know the household.

use super::part::{Counted, Part, SMALL, filter, shown};
use crate::access::SignedIn;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Pilot};
use axum::extract::{Query, State};
use axum::response::Html;
use leptos::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Most weeks that are listed, the newest.
const WEEKS_MAX: usize = 26;

pub const PAGE: &str = "/kantoor/dossiers/cijfers";

/// `corporatie` and `wijk` are names that stand in the lists of the page; another one is not known.
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(mut query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let counted = state.reader.read(Counted::load).await?;
    let mut chosen = |field: &str| query.remove(field).unwrap_or_default();
    let part = Part { corporation: chosen("corporatie"), district: chosen("wijk") };
    let known = |name: &String, names: BTreeSet<&str>| name.is_empty() || names.contains(&**name);
    if !known(&part.corporation, counted.corporations())
        || !known(&part.district, counted.districts())
    {
        return Err(AppError::NotFound);
    }
    Ok(page("Cijfers van de proef", Some(&who), Section::Cases, content(&counted, &part)))
}

fn content(counted: &Counted, part: &Part) -> AnyView {
    let all = counted.pilot(part);
    let lead = "Financieel servicegesprek: geteld uit de dossiers zelf.";
    let back =
        view! { <a class="nl-button nl-button--secondary" href="/kantoor/dossiers">"Dossiers"</a> };
    view! {
        {parts::heading("Cijfers van de proef", lead, back)}
        {filter(counted, part)}
        {totals(&all, part)}
        {applications(&all, part)}
        {stuck(&all, part)}
        {referrals(&all, part)}
        {part.is_whole().then(|| weeks(&all))}
        {part.corporation.is_empty().then(|| corporations(counted, part))}
        {part.district.is_empty().then(|| of_districts(counted, part))}
    }
    .into_any()
}

/// A heading over a table of counts; nothing when there are no rows.
fn section(name: &str, note: &str, heads: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let (heading, note) = (name.to_owned(), note.to_owned());
    let note = (!note.is_empty()).then(|| view! { <p class="aanbel-subtle">{note}</p> });
    // Where the last column explains, only the one before it counts.
    let numbers: Vec<usize> = match heads {
        [.., "Wat dit betekent"] => vec![1],
        heads => (1..heads.len()).collect(),
    };
    let table = parts::table_of(name, heads, &numbers, rows);
    view! { <section class="aanbel-card"><h2>{heading}</h2>{note}{table}</section> }.into_any()
}

/// A row of a name with its counts, each under the head of its column.
fn row(name: String, heads: &[&'static str], counts: Vec<String>) -> AnyView {
    let cells = heads.iter().skip(1).zip(counts).map(|(head, count)| {
        view! { <td class="nl-table__number--end" data-label=*head>{count}</td> }
    });
    view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }.into_any()
}

fn hours(minutes: i64) -> String {
    format!("{:.1}", minutes as f64 / 60.0).replace('.', ",")
}

/// What is known of so few households that no number of theirs is told.
const TOO_FEW: &str = "te weinig huishoudens";

fn totals(all: &Pilot, part: &Part) -> AnyView {
    let told = part.is_whole() || all.in_time >= SMALL;
    let share = parts::percentage(all.in_time as usize, all.applied as usize);
    let in_time = match part.tell(all.applied) {
        applied if applied == part.tell(all.in_time) && !told => applied,
        applied => format!("{} van {applied}", part.tell(all.in_time)),
    };
    let in_time = if told { format!("{in_time} ({share})") } else { in_time };
    // Hours and talks grow with one household as with many.
    let few = !part.is_whole() && all.households < SMALL;
    let of_many = |text: String| if few { TOO_FEW.to_owned() } else { text };
    let rows = [
        (
            "Huishoudens",
            part.tell(all.households),
            "Dossiers die meetellen, met minstens één gesprek.",
        ),
        ("Gesprekken", of_many(part.tell(all.talks)), "Alle gesprekken met die huishoudens."),
        (
            "Gesprekken buiten de proef",
            part.tell(all.spin_off_talks),
            "Gesprekken in dossiers die niet meetellen en niet van de Toegang komen.",
        ),
        (
            "Na een intake van de Toegang",
            part.tell(all.toegang_talks),
            "Deze gesprekken tellen niet mee.",
        ),
        (
            "Binnen 7 dagen aangevraagd",
            in_time,
            "Huishoudens waarvan de eerste aanvraag hoogstens 7 dagen na het eerste gesprek is ingediend, van alle huishoudens met een aanvraag.",
        ),
        ("Alles op orde", part.tell(all.in_order), "Huishoudens waar niets aan te vragen was."),
        (
            "Uren in gesprek",
            of_many(hours(all.minutes)),
            "De minuten die bij de gesprekken zijn opgeschreven.",
        ),
    ];
    let rows = rows.map(|(name, value, meaning)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="nl-table__number--end" data-label="Aantal">{value}</td>
                <td data-label="Wat dit betekent">{meaning}</td>
            </tr>
        }
        .into_any()
    });
    let (name, note) = match part.is_whole() {
        true => ("Alles samen".to_owned(), ""),
        false => (part.name(), SMALL_NOTE),
    };
    section(&name, note, &["Cijfer", "Aantal", "Wat dit betekent"], rows.into())
}

fn applications(all: &Pilot, part: &Part) -> AnyView {
    let heads = ["Regeling", "Ingediend", "Toegekend", "Afgewezen"];
    let rows = all.applications.iter().map(|(scheme, counts)| {
        let counts = [counts.filed, counts.granted, counts.refused].map(|one| part.tell(one));
        row(values::scheme_name(scheme), &heads, counts.into())
    });
    section("Aanvragen per regeling", "", &heads, rows.collect())
}

fn stuck(all: &Pilot, part: &Part) -> AnyView {
    let heads = ["Organisatie", "Aanvragen"];
    let rows = all.stuck.iter().map(|(place, count)| {
        let name = values::choice_text("application", "stuck_at", place);
        row(name, &heads, vec![part.tell(*count)])
    });
    section("Loopt vast bij", "", &heads, rows.collect())
}

fn referrals(all: &Pilot, part: &Part) -> AnyView {
    let heads = ["Organisatie", "Doorverwezen", "Geweigerd"];
    let rows = all.referrals.iter().map(|(place, counts)| {
        let name = values::choice_text("referral", "organisation", place);
        row(name, &heads, vec![part.tell(counts.made), part.tell(counts.refused)])
    });
    section("Doorverwijzingen", "", &heads, rows.collect())
}

fn weeks(all: &Pilot) -> AnyView {
    let heads = ["Week van", "Uren in gesprek"];
    let newest = all.minutes_a_week.iter().rev().take(WEEKS_MAX);
    let rows =
        newest.map(|(monday, minutes)| row(time::date(*monday), &heads, vec![hours(*minutes)]));
    let note = "De minuten van de gesprekken in die week, van maandag tot en met zondag.";
    section("Uren per week", note, &heads, rows.collect())
}

const SMALL_NOTE: &str = "Minder dan 5 tonen wij niet: dan zou één huishouden te herkennen zijn.";
/// The columns of a part of the pilot.
const COLUMNS: [&str; 5] =
    ["Naam", "Huishoudens", "Met een aanvraag", "Binnen 7 dagen", "Alles op orde"];

fn line(name: &str, of: &Pilot) -> AnyView {
    let counts = [of.households, of.applied, of.in_time, of.in_order].map(shown);
    row(name.to_owned(), &COLUMNS, counts.into())
}

fn corporations(counted: &Counted, part: &Part) -> AnyView {
    let district = &part.district;
    let rows = counted.corporations().into_iter().map(|name| {
        let here = Part { corporation: name.to_owned(), district: district.clone() };
        line(name, &counted.pilot(&here))
    });
    section("Per corporatie", SMALL_NOTE, &COLUMNS, rows.collect())
}

fn of_districts(counted: &Counted, part: &Part) -> AnyView {
    let corporation = &part.corporation;
    let rows = counted.districts().into_iter().map(|name| {
        let here = Part { corporation: corporation.clone(), district: name.to_owned() };
        line(name, &counted.pilot(&here))
    });
    let note = format!("{SMALL_NOTE} Dossiers zonder bekende wijk staan hier niet bij.");
    section("Per wijk", &note, &COLUMNS, rows.collect())
}
