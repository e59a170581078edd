//! The table of visits as HTML: filter, table, pager. Queries stand in `rows`.

use super::filter::{Filter, SIZES, Sort, State};
use super::rows::{Found, Options, VisitRow};
use crate::access::SignedIn;
use crate::office::parts::{self, Input, Tone};
use crate::office::{time, values};
use aanbel_shared::form::Forms;
use aanbel_shared::programme::Capability;
use leptos::prelude::*;

/// The whole content of the page.
pub fn content(viewer: &SignedIn, filter: &Filter, found: &Found, options: Options) -> AnyView {
    let export = (viewer.may(Capability::Export) && found.matching > 0).then(|| {
        let query = Filter { page: 1, ..filter.clone() }.query();
        let href = format!("/kantoor/bezoeken.csv?{query}");
        view! {
            <a class="nl-button nl-button--secondary" href=href download="bezoeken.csv">
                "Download als bestand (CSV)"
            </a>
        }
    });
    view! {
        {parts::heading("Bezoeken", count(filter, found), export)}
        {form(filter, options)}
        {if found.all == 0 {
            parts::empty("Er zijn nog geen bezoeken.", view! {
                "Wijs een straat toe bij "
                <a href="/kantoor/campagnes">"Campagnes"</a>
                ". Zodra een telefoon verstuurt wat er aan de deur gebeurde, staat het hier."
            })
        } else if found.matching == 0 {
            parts::empty("Geen bezoek past bij deze keuze.", view! {
                <a href="/kantoor/bezoeken">"Wis de keuze"</a>
                " of kies minder tegelijk."
            })
        } else {
            table(filter, found).into_any()
        }}
    }
    .into_any()
}

fn count(filter: &Filter, found: &Found) -> String {
    if filter.narrows() {
        format!(
            "{} van {}",
            parts::grouped(found.matching),
            parts::count(found.all, "bezoek", "bezoeken")
        )
    } else {
        parts::count(found.all, "bezoek", "bezoeken")
    }
}

fn form(filter: &Filter, options: Options) -> impl IntoView + use<> {
    let more = filter.person.is_some() || filter.from.is_some() || filter.to.is_some();
    let pick = |first: &str, rest: Vec<(String, String)>| {
        let mut all = vec![(String::new(), first.to_owned())];
        all.extend(rest);
        all
    };
    let districts = options.districts.into_iter().map(|name| (name.clone(), name)).collect();
    let streets = options.streets.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let people = options.people.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let states = State::ALL.map(|s| (s.key().to_owned(), s.name().to_owned())).to_vec();
    let sizes = SIZES.map(|size| (size.to_string(), format!("{size} per pagina"))).to_vec();
    let text = |value: Option<String>| value.unwrap_or_default();
    let day = |id, label, value: Option<i32>| {
        Input { kind: "date", ..Input::text(id, label, &text(value.map(time::input_date))) }.view()
    };
    view! {
        <form class="aanbel-filter" method="get" action="/kantoor/bezoeken" role="search">
            <div class="aanbel-filter__row">
                {Input { kind: "search", ..Input::text("zoek", "Zoek op straatnaam", &filter.search) }
                    .view()}
                {parts::select("wijk", "Wijk", &filter.district, pick("Alle wijken", districts))}
                {parts::select(
                    "straat",
                    "Lijst",
                    &text(filter.street.map(|id| id.to_string())),
                    pick("Alle lijsten", streets),
                )}
                {parts::select("uitslag", "Uitslag", &filter.result, pick("Alle uitslagen", results()))}
                {parts::select(
                    "stand",
                    "Stand",
                    filter.state.map_or("", State::key),
                    pick("Alles", states),
                )}
            </div>
            <details class="aanbel-filter__more" open=more>
                <summary>"Meer keuzes"</summary>
                <div class="aanbel-filter__row">
                    {parts::select(
                        "wie",
                        "Door",
                        &text(filter.person.map(|id| id.to_string())),
                        pick("Iedereen", people),
                    )}
                    {day("van", "Vanaf", filter.from)}
                    {day("tot", "Tot en met", filter.to)}
                    {parts::select("per", "Regels", &filter.size.to_string(), sizes)}
                </div>
            </details>
            <input type="hidden" name="sorteer" value=filter.sort_key()/>
            <div class="aanbel-filter__actions">
                <button class="nl-button nl-button--primary" type="submit">"Toon"</button>
                {filter.narrows().then(|| view! { <a href="/kantoor/bezoeken">"Wis de keuze"</a> })}
            </div>
        </form>
    }
}

fn results() -> Vec<(String, String)> {
    let form = Forms::built_in().form("attempt");
    let field = form.and_then(|form| form.fields().find(|field| field.key == "result"));
    field
        .map(|field| field.choices.iter().map(|c| (c.key.clone(), c.label.clone())).collect())
        .unwrap_or_default()
}

fn table(filter: &Filter, found: &Found) -> impl IntoView + use<> {
    let heads = [
        (Some(Sort::Address), "Adres"),
        (Some(Sort::At), "Wanneer"),
        (Some(Sort::Result), "Uitslag"),
        (Some(Sort::Person), "Door"),
        (Some(Sort::District), "Wijk"),
        (None, "Stand"),
    ]
    .map(|(sort, name)| head(filter, sort, name))
    .collect_view();
    view! {
        <table class="nl-table nl-table--cards aanbel-visits" data-lijst="">
            <caption class="aanbel-hidden">"Bezoeken, met het adres als link"</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{found.rows.iter().map(line).collect_view()}</tbody>
        </table>
        {pager(filter, found.matching)}
    }
}

fn head(filter: &Filter, sort: Option<Sort>, name: &'static str) -> AnyView {
    let Some(sort) = sort else {
        return view! { <th scope="col">{name}</th> }.into_any();
    };
    let here = filter.sort == sort;
    let way = if filter.descending { "descending" } else { "ascending" };
    let mark = match (here, filter.descending) {
        (false, _) => "",
        (true, true) => "▼",
        (true, false) => "▲",
    };
    view! {
        <th scope="col" aria-sort=here.then_some(way)>
            <a href=filter.sorted_by(sort).href()>
                {name}
                <span class="nl-table__sort" aria-hidden="true">{mark}</span>
            </a>
        </th>
    }
    .into_any()
}

fn line(row: &VisitRow) -> impl IntoView + use<> {
    // A list that is one whole street says nothing that the address does not say.
    let list = (row.worklist != row.street).then_some(row.worklist.as_str());
    let district = Some(row.district.as_str()).filter(|name| !name.is_empty());
    let place: Vec<&str> = district.into_iter().chain(list).collect();
    let place = place.join(" · ");
    view! {
        <tr>
            <th scope="row" data-label="Adres">
                <a href=format!("/kantoor/bezoek/{}", row.attempt)>{row.address()}</a>
            </th>
            <td data-label="Wanneer" class="nl-table__number">
                <time datetime=time::machine(row.at_ms)>{time::short_moment(row.at_ms)}</time>
            </td>
            <td data-label="Uitslag">{values::choice_text("attempt", "result", &row.result)}</td>
            <td data-label="Door">{row.person.clone()}</td>
            <td data-label="Wijk">{place}</td>
            <td data-label="Stand">{state_badge(row.state())}</td>
        </tr>
    }
}

/// The state of a visit in words and icon.
pub fn state_badge(state: State) -> AnyView {
    match state {
        State::Waiting => parts::badge(Tone::Neutral, "Nog nakijken"),
        State::Reviewed => parts::badge(Tone::Good, "Nagekeken"),
        State::Contradiction => parts::badge(Tone::Disputed, "Tegenspraak"),
    }
}

fn pager(filter: &Filter, matching: usize) -> impl IntoView + use<> {
    let last = matching.div_ceil(filter.size).max(1);
    let here = filter.page.min(last);
    (last > 1).then(|| {
        let link = |page: usize, text: &'static str| {
            view! { <a class="nl-button nl-button--secondary" href=filter.at_page(page).href()>{text}</a> }
        };
        view! {
            <nav class="nl-pagination" aria-label="Pagina’s">
                {(here > 1).then(|| link(here - 1, "Vorige"))}
                <span class="nl-pagination__place">{format!("Pagina {here} van {last}")}</span>
                {(here < last).then(|| link(here + 1, "Volgende"))}
            </nav>
        }
    })
}
