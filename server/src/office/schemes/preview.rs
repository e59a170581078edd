//! The pages of publishing as HTML: versions and files, problems, and two versions side by side.

use super::super::time;
use crate::access::SignedIn;
use crate::catalogue::Current;
use crate::catalogue::compare::{Difference, Differences, Kind};
use crate::catalogue::households::Changed;
use crate::catalogue::publish::Publication;
use crate::office::parts::{self, Tone};
use aanbel_shared::scheme::load::Problem;
use aanbel_shared::scheme::{Catalogue, Verdict};
use leptos::prelude::*;
use std::sync::Arc;

/// So many visits are linked per change.
const LISTED: usize = 25;

/// What publishing would do.
pub struct Preview {
    pub current: Arc<Current>,
    pub new: Catalogue,
    pub differences: Differences,
    pub changes: Vec<Changed>,
    /// Households of open visits that were looked at.
    pub counted: usize,
}

/// Versions, the files of now, and the form for new ones.
pub fn choose(
    who: &SignedIn,
    current: &Current,
    publications: &[Publication],
    files: &[String],
    heading: Option<&str>,
    problems: &[Problem],
) -> AnyView {
    let alert = heading.map(|heading| {
        let count = match problems.len() {
            0 => String::new(),
            count => parts::count(count, "probleem", "problemen"),
        };
        parts::alert(Tone::Bad, heading, count)
    });
    view! {
        {alert}
        <p class="aanbel-crumbs"><a href="/kantoor/regelingen">"Regelingen"</a></p>
        {parts::heading("Versies en publiceren", format!("Nu geldt versie {}", current.version), ())}
        {problem_list(problems)}
        {downloads(current.number, files)}
        {upload_form(who, !problems.is_empty())}
        {versions(who, current, publications)}
    }
    .into_any()
}

fn problem_list(problems: &[Problem]) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let rows = problems.iter().map(|one| {
        let line = (one.line > 0).then(|| one.line.to_string());
        view! {
            <tr>
                <th scope="row">{one.file.clone()}</th>
                <td data-label="Regel">{line}</td>
                <td data-label="Wat er is">{one.sentence.clone()}</td>
            </tr>
        }
    });
    let table = view! {
        <section class="aanbel-card">
            <h2>"Wat er niet goed is"</h2>
            <p>"De woorden in de bestanden zijn Engels, en de meldingen daarom ook."</p>
            <table class="nl-table nl-table--cards">
                <caption class="aanbel-hidden">"Problemen per bestand en regel"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Bestand"</th>
                        <th scope="col">"Regel"</th>
                        <th scope="col">"Wat er is"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    };
    Some(table.into_any())
}

fn downloads(number: i64, files: &[String]) -> AnyView {
    let links = files.iter().map(|name| {
        let href = format!("/kantoor/regelingen/versie/{number}/{name}");
        view! { <li><a href=href download=name.clone()>{name.clone()}</a></li> }
    });
    view! {
        <section class="aanbel-card">
            <h2>"1. Haal de bestanden van nu op"</h2>
            <p>"Een gemeente heeft een eigen bestand. Bedragen van het Rijk staan in norms.toml, landelijke regelingen in national.toml. Verander wat nieuw is in een tekstbewerker."</p>
            <ul class="aanbel-bullets">{links.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn upload_form(who: &SignedIn, invalid: bool) -> AnyView {
    view! {
        <form
            class="aanbel-card aanbel-form"
            method="post"
            enctype="multipart/form-data"
            action="/kantoor/regelingen/publiceren"
        >
            {parts::csrf(who)}
            <h2>"2. Kies de bestanden die u veranderde"</h2>
            <div class="nl-form-field" class:nl-form-field--invalid=invalid>
                <label class="nl-form-label" for="files">"Een of meer TOML-bestanden"</label>
                <p class="nl-form-field-description" id="files-uitleg">
                    "Een bestand met dezelfde naam komt in de plaats van het oude. Er verandert nog niets: u ziet eerst wat er fout is of wat er anders wordt."
                </p>
                <input
                    type="file"
                    id="files"
                    name="files"
                    accept=".toml"
                    multiple
                    required
                    aria-describedby="files-uitleg"
                />
            </div>
            <button class="nl-button nl-button--primary" type="submit">"Kijk de bestanden na"</button>
        </form>
    }
    .into_any()
}

fn versions(who: &SignedIn, current: &Current, publications: &[Publication]) -> AnyView {
    let built_in = Publication {
        number: 0,
        version: "Met het programma meegekomen".to_owned(),
        at_ms: 0,
        by: String::new(),
    };
    let rows = publications.iter().chain([&built_in]).map(|one| {
        let when = (one.number > 0).then(|| time::moment(one.at_ms));
        let now = one.number == current.number;
        let back = (!now).then(|| {
            view! {
                <form
                    method="post"
                    action=format!("/kantoor/regelingen/versie/{}/terug", one.number)
                >
                    {parts::csrf(who)}
                    <button class="nl-button nl-button--subtle" type="submit">
                        "Terug naar deze versie"
                        <span class="aanbel-hidden">" "{one.version.clone()}</span>
                    </button>
                </form>
            }
        });
        let by = (!one.by.is_empty()).then(|| one.by.clone());
        view! {
            <tr>
                <th scope="row">{one.version.clone()}</th>
                <td data-label="Gepubliceerd">{when}</td>
                <td data-label="Door">{by}</td>
                <td>{now.then(|| parts::badge(Tone::Good, "Geldt nu"))}{back}</td>
            </tr>
        }
    });
    view! {
        <section class="aanbel-card">
            <h2>"Versies"</h2>
            <table class="nl-table nl-table--cards">
                <caption class="aanbel-hidden">"Gepubliceerde versies, de nieuwste eerst"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Versie"</th>
                        <th scope="col">"Gepubliceerd"</th>
                        <th scope="col">"Door"</th>
                        <th scope="col">"Wat nu"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// Both versions side by side, whom it concerns, and the button.
pub fn content(who: &SignedIn, upload: &str, found: &Preview) -> AnyView {
    let differences = &found.differences;
    let nothing = differences.is_empty();
    let confirm = (!nothing).then(|| {
        view! {
            <form method="post" action=format!("/kantoor/regelingen/publiceren/{upload}")>
                {parts::csrf(who)}
                <button class="nl-button nl-button--primary" type="submit">"Publiceer deze versie"</button>
            </form>
        }
    });
    let gone = differences.schemes.iter().any(|one| one.kind == Kind::Removed).then(|| {
        let text = "Oude bezoeken noemen haar nog. Meestal is het beter om haar te sluiten: status = \"closed\".";
        parts::alert(Tone::Warn, "Er verdwijnt een regeling.", text)
    });
    view! {
        <p class="aanbel-crumbs">
            <a href="/kantoor/regelingen">"Regelingen"</a>
            " › "
            <a href="/kantoor/regelingen/publiceren">"Versies en publiceren"</a>
        </p>
        {parts::heading("Nieuwe versie nakijken", "Alle controles zijn goed. Er is nog niets veranderd.", confirm)}
        {nothing.then(|| {
            let text = "Deze bestanden zeggen hetzelfde als de versie die nu geldt.";
            parts::alert(Tone::Neutral, "Er is niets te publiceren.", text)
        })}
        {gone}
        {(!nothing).then(|| households(found))}
        {section("Regelingen", &differences.schemes)}
        {section("Bedragen", &differences.norms)}
        {others(&differences.others)}
    }
    .into_any()
}

fn section(title: &'static str, all: &[Difference]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let items = all.iter().map(difference).collect_view();
    let heading = format!("{title}: {}", parts::count(all.len(), "verschil", "verschillen"));
    let content = view! { <section class="aanbel-card"><h2>{heading}</h2>{items}</section> };
    Some(content.into_any())
}

fn difference(one: &Difference) -> AnyView {
    let (tone, words) = match one.kind {
        Kind::Added => (Tone::Good, "Nieuw"),
        Kind::Removed => (Tone::Bad, "Weg"),
        Kind::Changed => (Tone::Warn, "Anders"),
    };
    let side = |title: &'static str, lines: &[String]| {
        let empty =
            if one.kind == Kind::Changed { "Niets meer of minder." } else { "Staat er niet in." };
        let lines = lines.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        let none = (lines.is_empty()).then(|| view! { <p class="aanbel-subtle">{empty}</p> });
        view! { <div><h4>{title}</h4><ul class="aanbel-bullets">{lines}</ul>{none}</div> }
    };
    let hidden = one.kind == Kind::Changed && one.old.is_empty() && one.new.is_empty();
    view! {
        <div class="aanbel-difference">
            <h3>{one.name.clone()}" "{parts::badge(tone, words)}</h3>
            {if hidden {
                view! { <p>"Er verandert iets wat niet getoond wordt, zoals een volgorde of een grens om mee te vergelijken."</p> }
                    .into_any()
            } else {
                view! {
                    <div class="aanbel-sides">{side("Nu", &one.old)}{side("Straks", &one.new)}</div>
                }
                .into_any()
            }}
        </div>
    }
    .into_any()
}

fn others(lines: &[String]) -> Option<AnyView> {
    let items = lines.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    (!lines.is_empty()).then(|| {
        let content = view! {
            <section class="aanbel-card">
                <h2>"Verder veranderd"</h2>
                <ul class="aanbel-bullets">{items}</ul>
            </section>
        };
        content.into_any()
    })
}

fn households(found: &Preview) -> AnyView {
    let counted = parts::count(found.counted, "huishouden", "huishoudens");
    let mut visits: Vec<_> =
        found.changes.iter().flat_map(|one| one.visits.iter().map(|visit| visit.0)).collect();
    visits.sort_unstable();
    visits.dedup();
    let concerned = parts::grouped(visits.len());
    let lead = format!(
        "{counted} van bezoeken die nog niet zijn nagekeken; bij {concerned} verandert er een hint."
    );
    let rows = found.changes.iter().map(|one| changed(found, one)).collect_view();
    let table = (!found.changes.is_empty()).then(|| {
        view! {
            <table class="nl-table nl-table--cards">
                <caption class="aanbel-hidden">"Hints die veranderen, per regeling"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Regeling"</th>
                        <th scope="col">"Nu"</th>
                        <th scope="col">"Straks"</th>
                        <th scope="col">"Bij"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="aanbel-card">
            <h2>"Open bezoeken"</h2>
            <p>{lead}</p>
            {table}
        </section>
    }
    .into_any()
}

fn changed(found: &Preview, one: &Changed) -> AnyView {
    let name = |of: &Catalogue| of.scheme(&one.scheme).map(|scheme| scheme.name.clone());
    let name = name(&found.new).or_else(|| name(&found.current.catalogue));
    let words = |verdict: Option<Verdict>| verdict.map_or("Staat er niet op", Verdict::name_nl);
    let links = one.visits.iter().take(LISTED).map(|(attempt, address)| {
        let address = if address.is_empty() { "Adres onbekend" } else { address };
        let href = format!("/kantoor/bezoek/{attempt}");
        view! { <li><a href=href>{address.to_owned()}</a></li> }
    });
    let more = one.visits.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| view! { <li>{format!("en nog {}", parts::grouped(more))}</li> });
    view! {
        <tr>
            <th scope="row">{name.unwrap_or_else(|| one.scheme.clone())}</th>
            <td data-label="Nu">{words(one.old)}</td>
            <td data-label="Straks">{words(one.new)}</td>
            <td data-label="Bij">
                <details>
                    <summary>{parts::count(one.visits.len(), "huishouden", "huishoudens")}</summary>
                    <ul class="aanbel-bullets">{links.collect_view()}{more}</ul>
                </details>
            </td>
        </tr>
    }
    .into_any()
}
