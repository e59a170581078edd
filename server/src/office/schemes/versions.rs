//! Versions, the files of now and the form for new ones as HTML, with what is wrong with an upload.

use super::super::time;
use crate::access::SignedIn;
use crate::catalogue::Current;
use crate::catalogue::publish::Publication;
use crate::office::parts::{self, Tone};
use aanbel_shared::scheme::load::Problem;
use leptos::prelude::*;

/// Versions, the files of now, and the form for new ones.
pub fn content(
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
            {parts::table("Problemen per bestand en regel", &["Bestand", "Regel", "Wat er is"], rows.collect_view())}
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
            {parts::table("Gepubliceerde versies, de nieuwste eerst", &["Versie", "Gepubliceerd", "Door", "Wat nu"], rows.collect_view())}
        </section>
    }
    .into_any()
}
