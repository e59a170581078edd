//! `GET /kantoor/dossiers/cijfers`: the figures of the pilot, each with its definition, in all, per
//! corporation and per district. Counts below five are hidden where somebody could know the household.

use crate::access::SignedIn;
use crate::cases::{records, rules};
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts;
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Case, Pilot};
use aanbel_shared::record::{RecordId, Records};
use axum::extract::State;
use axum::response::Html;
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Counts below this are not shown where one corporation or district stands alone.
const SMALL: u32 = 5;
/// Most weeks that are listed, the newest.
const WEEKS_MAX: usize = 26;

type Districts = BTreeMap<RecordId, String>;

pub async fn show(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let read = |db: &Connection| {
        Ok::<_, AppError>((records::of_cases(db, None)?, rules::district_of_cases(db)?))
    };
    let (records, districts) = state.reader.read(read).await?;
    let content = content(&records, &districts);
    Ok(page("Cijfers van de proef", Some(&who), Section::Cases, content))
}

fn content(records: &Records, districts: &Districts) -> AnyView {
    let all = Pilot::of(records, time::day_of, |_| true);
    let lead = "Financieel servicegesprek: geteld uit de dossiers zelf.";
    let back =
        view! { <a class="nl-button nl-button--secondary" href="/kantoor/dossiers">"Dossiers"</a> };
    view! {
        {parts::heading("Cijfers van de proef", lead, back)}
        {totals(&all)}
        {applications(&all)}
        {stuck(&all)}
        {referrals(&all)}
        {weeks(&all)}
        {corporations(records)}
        {of_districts(records, districts)}
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

fn totals(all: &Pilot) -> AnyView {
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
        (
            "Uren in gesprek",
            hours(all.minutes),
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
    section("Alles samen", "", &["Cijfer", "Aantal", "Wat dit betekent"], rows.into())
}

fn applications(all: &Pilot) -> AnyView {
    let heads = ["Regeling", "Ingediend", "Toegekend", "Afgewezen"];
    let rows = all.applications.iter().map(|(scheme, counts)| {
        let counts = [counts.filed, counts.granted, counts.refused].map(|one| one.to_string());
        row(values::scheme_name(scheme), &heads, counts.into())
    });
    section("Aanvragen per regeling", "", &heads, rows.collect())
}

fn stuck(all: &Pilot) -> AnyView {
    let heads = ["Organisatie", "Aanvragen"];
    let rows = all.stuck.iter().map(|(place, count)| {
        let name = values::choice_text("application", "stuck_at", place);
        row(name, &heads, vec![count.to_string()])
    });
    section("Loopt vast bij", "", &heads, rows.collect())
}

fn referrals(all: &Pilot) -> AnyView {
    let heads = ["Organisatie", "Doorverwezen", "Geweigerd"];
    let rows = all.referrals.iter().map(|(place, counts)| {
        let name = values::choice_text("referral", "organisation", place);
        row(name, &heads, vec![counts.made.to_string(), counts.refused.to_string()])
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
const PART: [&str; 5] =
    ["Naam", "Huishoudens", "Met een aanvraag", "Binnen 7 dagen", "Alles op orde"];

fn part(name: &str, of: &Pilot) -> AnyView {
    let counts = [of.households, of.applied, of.in_time, of.in_order].map(shown);
    row(name.to_owned(), &PART, counts.into())
}

fn corporations(records: &Records) -> AnyView {
    let names: BTreeSet<&str> =
        records.of_kind("case_source").filter_map(|source| source.str("corporation")).collect();
    let rows = names
        .iter()
        .map(|name| part(name, &Pilot::of(records, time::day_of, |case| comes_from(case, name))));
    section("Per corporatie", SMALL_NOTE, &PART, rows.collect())
}

/// Whether a case came from a caretaker of this corporation.
pub fn comes_from(case: &Case<'_>, corporation: &str) -> bool {
    case.sources.iter().any(|source| source.str("corporation") == Some(corporation))
}

fn of_districts(records: &Records, districts: &Districts) -> AnyView {
    let names: BTreeSet<&String> = districts.values().collect();
    let rows = names.into_iter().map(|name| {
        let here = |case: &Case<'_>| districts.get(&case.record.id) == Some(name);
        part(name, &Pilot::of(records, time::day_of, here))
    });
    let note = format!("{SMALL_NOTE} Dossiers zonder bekende wijk staan hier niet bij.");
    section("Per wijk", &note, &PART, rows.collect())
}

/// A count, hidden when it is small.
pub fn shown(count: u32) -> String {
    if count < SMALL { "minder dan 5".to_owned() } else { count.to_string() }
}
