//! The audit as HTML. Names come from their ids here; the audit itself holds none.

use super::details::detail;
use super::filter::Filter;
use super::load::{ADDRESS_LINES, Address, Found, Told};
use super::{PAGE, Sought};
use crate::access::SignedIn;
use crate::access::audit::{Action, Group};
use crate::office::parts::{self, Input, Tone};
use crate::office::time;
use leptos::prelude::*;

/// The list with its filter, the form to ask about one address, and on top what was refused.
pub fn content(
    who: &SignedIn,
    filter: &Filter,
    found: &Found,
    people: Vec<(String, String)>,
    sought: Option<&Sought>,
    outside: Option<AnyView>,
) -> AnyView {
    let lead = "Wie deed wat, wanneer en vanaf welke plek. Niemand kan hier iets aan veranderen.";
    let older = found.lines.last().filter(|_| found.older).map(|last| {
        view! {
            <p><a class="nl-button nl-button--secondary" href=filter.older_than(last.id)>"Oudere regels"</a></p>
        }
    });
    view! {
        {parts::heading("Logboek", lead, ())}
        {outside}
        {seek(who, sought)}
        {form(filter, people)}
        {if found.lines.is_empty() {
            parts::empty("Geen regel past bij deze keuze.", view! { <a href=PAGE>"Wis de keuze"</a> })
        } else {
            table(&found.lines, "Regels van het logboek, de nieuwste bovenaan")
        }}
        {older}
    }
    .into_any()
}

fn seek(who: &SignedIn, sought: Option<&Sought>) -> AnyView {
    let (street, number) =
        sought.map_or(("", ""), |sought| (sought.street.as_str(), sought.number.as_str()));
    let outcome = sought.map(|sought| {
        if sought.several.is_empty() {
            return parts::alert(
                Tone::Warn,
                "Dit adres is er niet.",
                "Kijk de straat en het nummer na.",
            );
        }
        let rows = sought.several.iter().map(|(address, door)| {
            view! { <li><a href=format!("{PAGE}/adres/{address}")>{door.clone()}</a></li> }
        });
        view! { <p>"Kies het adres:"</p> <ul class="aanbel-bullets">{rows.collect_view()}</ul> }
            .into_any()
    });
    view! {
        <section class="aanbel-card">
            <h2>"Wie keek naar dit adres?"</h2>
            <form class="aanbel-filter__row" method="post" action=format!("{PAGE}/zoeken")>
                {parts::csrf(who)}
                {Input { required: true, ..Input::text("street", "Straat", street) }.view()}
                {Input::text("number", "Huisnummer", number).view()}
                <div class="aanbel-filter__actions">
                    <button class="nl-button nl-button--primary" type="submit">"Zoek het adres"</button>
                </div>
            </form>
            {outcome}
        </section>
    }
    .into_any()
}

fn form(filter: &Filter, people: Vec<(String, String)>) -> AnyView {
    let pick = |first: &str, rest: Vec<(String, String)>| {
        let mut all = vec![(String::new(), first.to_owned())];
        all.extend(rest);
        all
    };
    let groups = Group::ALL.map(|group| (group.key().to_owned(), group.name_nl().to_owned()));
    let outcomes = vec![("ja".to_owned(), "Alleen geweigerd".to_owned())];
    let day = |id, label, value: Option<i32>| {
        let value = value.map(time::input_date).unwrap_or_default();
        Input { kind: "date", ..Input::text(id, label, &value) }.view()
    };
    let person = filter.person.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form class="aanbel-filter" method="get" action=PAGE role="search">
            <div class="aanbel-filter__row">
                {parts::select("soort", "Soort", filter.group.map_or("", Group::key), pick("Alles", groups.to_vec()))}
                {parts::select("wie", "Door", &person, pick("Iedereen", people))}
                {day("van", "Vanaf", filter.from)}
                {day("tot", "Tot en met", filter.to)}
                {parts::select("geweigerd", "Uitkomst", if filter.refused { "ja" } else { "" }, pick("Alles", outcomes))}
            </div>
            <div class="aanbel-filter__actions">
                <button class="nl-button nl-button--primary" type="submit">"Toon"</button>
                {filter.narrows().then(|| view! { <a href=PAGE>"Wis de keuze"</a> })}
            </div>
        </form>
    }
    .into_any()
}

/// What is known of who looked at one address.
pub fn address(found: &Address) -> AnyView {
    let door = if found.door.is_empty() { "Gewist adres" } else { &found.door };
    let people = found.people.iter().map(|(name, times, last_ms)| {
        let name = if name.is_empty() { "Het systeem".to_owned() } else { name.clone() };
        let times = parts::count(usize::try_from(*times).unwrap_or(0), "keer", "keer");
        view! { <li><strong>{name}</strong>{format!(": {times}, het laatst {}", time::moment(*last_ms))}</li> }
    });
    let walkers = found.walkers.iter().map(|(name, since_ms)| {
        view! { <li>{format!("{name}, sinds {}", time::moment(*since_ms))}</li> }
    });
    let lists = format!("{PAGE}?soort=bekeken");
    let full = found.lines.len() == ADDRESS_LINES;
    view! {
        <p class="aanbel-crumbs"><a href=PAGE>"Logboek"</a></p>
        {parts::heading(door.to_owned(), "Wie keek naar dit adres, en wie deed er iets mee?", ())}
        <div class="aanbel-card">
            <h2>"Samengevat"</h2>
            {if found.people.is_empty() {
                view! { <p>"Niemand van kantoor opende dit adres."</p> }.into_any()
            } else {
                view! { <ul class="aanbel-bullets">{people.collect_view()}</ul> }.into_any()
            }}
        </div>
        <div class="aanbel-card">
            <h2>"Op een telefoon"</h2>
            {if found.walkers.is_empty() {
                view! { <p>"Niemand heeft deze straat nu op een telefoon."</p> }.into_any()
            } else {
                view! { <ul class="aanbel-bullets">{walkers.collect_view()}</ul> }.into_any()
            }}
        </div>
        <p class="aanbel-subtle">
            "Een lijst of bestand met veel adressen is een regel, zonder de adressen erbij. Die staan bij "
            <a href=lists>"wat bekeken is"</a>
            "."
        </p>
        {(!found.lines.is_empty()).then(|| table(&found.lines, "Regels over dit adres, de nieuwste bovenaan"))}
        {full.then(|| view! { <p>"U ziet de nieuwste 500 regels."</p> })}
    }
    .into_any()
}

fn table(lines: &[Told], caption: &'static str) -> AnyView {
    parts::table(
        caption,
        &["Wat", "Wie", "Waarover", "Wanneer", "Vanaf"],
        lines.iter().map(row).collect_view(),
    )
}

fn row(line: &Told) -> AnyView {
    let what = line.action.map_or("Onbekend", Action::name_nl);
    let person = match (line.person.as_str(), line.peer.as_str(), line.phone) {
        ("", "", None) => "Het systeem",
        ("", ..) => "Onbekend",
        (name, ..) => name,
    };
    let from = [
        Some(line.peer.clone()).filter(|peer| !peer.is_empty()),
        line.phone.map(|number| format!("telefoon {number}")),
        line.session.map(|number| format!("sessie {number}")),
    ];
    let from: Vec<String> = from.into_iter().flatten().collect();
    let detail = detail(&line.detail);
    view! {
        <tr>
            <th scope="row">
                {what}
                {line.refused.then(|| view! { " "{parts::badge(Tone::Bad, "Geweigerd")} })}
                {(!detail.is_empty()).then(|| view! { <div class="aanbel-subtle">{detail}</div> })}
            </th>
            <td data-label="Wie">{person.to_owned()}</td>
            <td data-label="Waarover">{about(line)}</td>
            <td data-label="Wanneer"><time datetime=time::machine(line.at_ms)>{time::short_moment(line.at_ms)}</time></td>
            <td data-label="Vanaf">{from.join(", ")}</td>
        </tr>
    }
    .into_any()
}

fn about(line: &Told) -> AnyView {
    if let Some(address) = line.address {
        let door = if line.door.is_empty() { "gewist adres" } else { &line.door }.to_owned();
        return view! { <a href=format!("{PAGE}/adres/{address}")>{door}</a> }.into_any();
    }
    let name = line.about_name.clone();
    let text = match (line.about_kind.as_str(), line.about.as_str()) {
        ("person" | "worklist", _) if !name.is_empty() => name,
        ("phone", number) if !name.is_empty() => format!("{name} (nr. {number})"),
        ("person", number) => format!("persoon {number}"),
        ("phone", number) => format!("telefoon {number}"),
        ("session", number) => format!("sessie {number}"),
        ("record", _) => "een gegeven".to_owned(),
        ("campaign", _) => "een campagne".to_owned(),
        (_, about) => about.to_owned(),
    };
    // Nothing at all, so that a narrow page leaves the line out.
    Some(text).filter(|text| !text.is_empty()).into_any()
}
