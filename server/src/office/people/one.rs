//! One person: her role, whether she may come in, her second step and her sessions.

use super::load::{self, Person};
use crate::access::{PersonId, SignedIn};
use crate::error::AppError;
use crate::office::at::At;
use crate::office::own::{self, Way, view as own_view};
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::state::AppState;
use aanbel_shared::programme::Capability;
use axum::extract::{Query, State};
use axum::response::Html;
use leptos::prelude::*;
use std::collections::HashMap;

/// `GET /kantoor/mensen/{person}`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    At(person): At<i64>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("rol") => Some(parts::alert(Tone::Good, "De rol is gewijzigd.", "")),
        Some("gestopt") => {
            Some(parts::alert(Tone::Good, "De toegang is gestopt.", "Telefoons maken zich leeg."))
        }
        Some("hersteld") => Some(parts::alert(Tone::Good, "De toegang is hersteld.", "")),
        Some("stap") => Some(parts::alert(Tone::Good, "De tweede stap is uitgezet.", "")),
        Some("beeindigd") => Some(parts::alert(Tone::Good, "De sessie is beëindigd.", "")),
        Some(problem) => problem_of(problem),
        None => None,
    };
    let now_ms = state.now_ms();
    let (found, way) = state
        .reader
        .read(move |db| {
            let everybody = load::everybody(db)?;
            let found = everybody.into_iter().find(|one| one.id.0 == person);
            let found = found.ok_or(AppError::NotFound)?;
            Ok::<_, AppError>((found, own::way(db, PersonId(person), now_ms)?))
        })
        .await?;
    let content = view! { {notice} {content(&who, &found, &way, now_ms)} };
    Ok(page("Persoon", Some(&who), Section::People, content))
}

fn problem_of(key: &str) -> Option<AnyView> {
    let sentence = match key {
        "zelf" => "U kunt uw eigen rol en toegang niet wijzigen. Vraag een andere coördinator.",
        "naam" => "Vul een gebruikersnaam in die nog niet in gebruik is.",
        _ => return None,
    };
    Some(parts::alert(Tone::Bad, "Er is niets gewijzigd.", sentence))
}

fn content(who: &SignedIn, person: &Person, way: &Way, now_ms: i64) -> AnyView {
    let own = who.person == person.id;
    let enters = person.role.signs_in();
    let state = if person.active { "Heeft toegang" } else { "Heeft geen toegang meer" };
    let lead = format!("{} · {state}", person.role.name_nl());
    let path = |number: i64| format!("/kantoor/mensen/{}/sessie/{number}", person.id.0);
    let trail = format!("/kantoor/logboek?wie={}", person.id.0);
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/mensen">"Mensen en telefoons"</a></p>
        {parts::heading(person.name.clone(), lead, ())}
        {own.then(|| parts::alert(Tone::Neutral, "Dit bent u zelf.", "Een andere coördinator kan uw rol en toegang wijzigen."))}
        {(!own && person.active).then(|| role(who, person))}
        {enters.then(|| view! {
            <section class="aanbel-card">
                <h2>"Inloggen"</h2>
                <p>{own_view::step(way)}</p>
                {(!own && way.step_since_ms.is_some()).then(|| remove_step(who, person))}
                <h3>"Waar ingelogd"</h3>
                {own_view::sessions(who, &way.sessions, path, now_ms)}
            </section>
        })}
        {(!own).then(|| access(who, person))}
        {who.may(Capability::ReadAudit).then(|| view! {
            <p><a href=trail>{format!("Wat {} deed, in het logboek", person.name)}</a></p>
        })}
    }
    .into_any()
}

fn role(who: &SignedIn, person: &Person) -> AnyView {
    let roles = super::view::roles();
    let login = person.login.is_none().then(|| {
        let hint = "Nodig voor wie bij kantoor inlogt.";
        Input { hint, ..Input::text("login", "Gebruikersnaam", "") }.view()
    });
    view! {
        <section class="aanbel-card aanbel-narrow">
            <h2>"Rol"</h2>
            <form class="aanbel-form" method="post" action=format!("/kantoor/mensen/{}/rol", person.id.0)>
                {parts::csrf(who)}
                {parts::select("role", "Rol", person.role.key(), roles)}
                {login}
                <p class="aanbel-subtle">"Lopende sessies eindigen. Krijgt iemand ander werk op de telefoon, of geen? Dan wordt die telefoon leeg, en verdeelt u straten en dossiers opnieuw."</p>
                <button class="nl-button nl-button--secondary" type="submit">"Wijzig de rol"</button>
            </form>
        </section>
    }
    .into_any()
}

fn remove_step(who: &SignedIn, person: &Person) -> AnyView {
    view! {
        <form class="aanbel-form" method="post" action=format!("/kantoor/mensen/{}/stap", person.id.0)>
            {parts::csrf(who)}
            <p class="aanbel-subtle">
                "Telefoon en herstelcodes kwijt? Weet zeker dat u met de goede persoon praat."
            </p>
            <button class="nl-button nl-button--secondary" type="submit">"Zet de tweede stap uit"</button>
        </form>
    }
    .into_any()
}

fn access(who: &SignedIn, person: &Person) -> AnyView {
    let (heading, text, wish, button, style) = if person.active {
        (
            "Toegang stoppen",
            "Sessies eindigen en telefoons worden afgemeld. Wat deze persoon opschreef, blijft.",
            "stop",
            "Stop de toegang",
            "nl-button nl-button--danger",
        )
    } else {
        (
            "Toegang herstellen",
            "Inloggen kan weer. Telefoons hebben een nieuwe code nodig.",
            "herstel",
            "Herstel de toegang",
            "nl-button nl-button--secondary",
        )
    };
    view! {
        <section class="aanbel-card aanbel-narrow">
            <h2>{heading}</h2>
            <p>{text}</p>
            <form method="post" action=format!("/kantoor/mensen/{}/toegang", person.id.0)>
                {parts::csrf(who)}
                <input type="hidden" name="wish" value=wish/>
                <button class=style type="submit">{button}</button>
            </form>
        </section>
    }
    .into_any()
}
