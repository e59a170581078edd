//! `GET /kantoor/dossiers/nieuw`: a case that did not come from a caretaker: by word of mouth, from the
//! Toegang, from the neighbourhood team.

use super::load;
use crate::access::audit::{self, Action};
use crate::access::{PersonId, Posted, SignedIn};
use crate::campaigns;
use crate::cases;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::office::{time, values};
use crate::state::AppState;
use aanbel_shared::form::holds_bsn;
use aanbel_shared::programme::{Capability, Role};
use aanbel_shared::record::{RecordId, Value};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use rusqlite::Connection;

/// Longest answer in a field, in characters; as the form's short texts.
const TEXT_MAX: usize = 120;

/// Instead of an adviser: whoever the rules give it to.
const BY_RULES: &str = "regels";

/// What the form sends.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct New {
    #[serde(default)]
    name: String,
    #[serde(default)]
    telephone: String,
    #[serde(default)]
    street: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    addition: String,
    #[serde(default)]
    postcode: String,
    #[serde(default)]
    town: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    adviser: String,
}

type Problem = (&'static str, &'static str);

pub async fn form(who: SignedIn, State(state): State<AppState>) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    render(&state, &who, &New::default(), None).await
}

/// `POST /kantoor/dossiers/nieuw`
pub async fn submit(
    State(state): State<AppState>,
    Posted { who, form }: Posted<New>,
) -> Result<Response, AppError> {
    who.require(Capability::ManageCases)?;
    let number = match check(&form) {
        Ok(number) => number,
        Err(problem) => {
            return Ok(render(&state, &who, &form, Some(problem)).await?.into_response());
        }
    };
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        let case = RecordId::at(now_ms, crate::access::random());
        let mut adviser = form.adviser.parse().ok().map(PersonId);
        let mut advisers = load::people_of(tx, Role::Adviser)?.into_iter();
        if adviser.is_some_and(|adviser| !advisers.any(|(person, _)| person == adviser)) {
            return Err(AppError::NotFound);
        }
        let list = cases::open(tx, actor.person, &household(&form, number, case, now_ms), now_ms)?;
        if form.adviser == BY_RULES {
            adviser = cases::rules::adviser_for(tx, list, None)?;
        }
        if let Some(adviser) = adviser {
            campaigns::assign(tx, list, adviser, now_ms)?;
        }
        audit::record(tx, actor.did(Action::MakeCase, now_ms).on(case))?;
        Ok(case)
    };
    let case = state.writer.write(job).await?;
    Ok(Redirect::to(&format!("/kantoor/dossier/{case}")).into_response())
}

fn household(form: &New, number: i64, case: RecordId, now_ms: i64) -> cases::Opening {
    let text = |value: &str| match value.trim() {
        "" => Value::Nothing,
        text => Value::text(text),
    };
    let today = time::day_of(now_ms);
    cases::Opening {
        case,
        resident: vec![("name", text(&form.name)), ("telephone", text(&form.telephone))],
        address: vec![
            ("street", text(&form.street)),
            ("number", Value::Int(number)),
            ("addition", text(&form.addition)),
            ("postcode", text(&form.postcode)),
            ("town", text(&form.town)),
        ],
        source: RecordId::from_parts(case.0, "source"),
        origin: vec![
            ("source", Value::choice(&form.source)),
            ("from", text(&form.from)),
            ("on", Value::Date(today)),
        ],
        // An intake of the Toegang is helped in the same way and is not counted.
        in_pilot: form.source != "toegang",
        today,
    }
}

fn check(form: &New) -> Result<i64, Problem> {
    let texts = [
        ("name", &form.name),
        ("telephone", &form.telephone),
        ("street", &form.street),
        ("addition", &form.addition),
        ("postcode", &form.postcode),
        ("town", &form.town),
        ("from", &form.from),
    ];
    for (field, text) in texts {
        if text.chars().count() > TEXT_MAX {
            return Err((field, "Dit is te lang. Gebruik hoogstens 120 tekens."));
        }
        if holds_bsn(text) {
            return Err((
                field,
                "Dit lijkt op een burgerservicenummer. Dat schrijven wij niet op.",
            ));
        }
    }
    if form.name.trim().is_empty() {
        return Err(("name", "Schrijf de naam van de bewoner op."));
    }
    if form.street.trim().is_empty() {
        return Err(("street", "Schrijf de straat op."));
    }
    let known = values::choices("case_source", "source");
    if !known.iter().any(|(value, _)| value.as_str() == Some(form.source.as_str())) {
        return Err(("source", "Kies hoe dit binnenkwam."));
    }
    form.number
        .trim()
        .parse()
        .ok()
        .filter(|number| (1..=100_000).contains(number))
        .ok_or(("number", "Schrijf het huisnummer als getal, zonder letter."))
}

async fn render(
    state: &AppState,
    who: &SignedIn,
    given: &New,
    problem: Option<Problem>,
) -> Result<Html<String>, AppError> {
    let advisers = state.reader.read(|db| load::people_of(db, Role::Adviser)).await?;
    let content = content(who, given, problem, &advisers);
    Ok(page("Nieuw dossier", Some(who), Section::Cases, content))
}

fn content(
    who: &SignedIn,
    given: &New,
    problem: Option<Problem>,
    advisers: &[(PersonId, String)],
) -> AnyView {
    let input = |id: &'static str, label: &str, value: &str| {
        let error = problem.filter(|found| found.0 == id).map(|found| found.1);
        Input { error, ..Input::text(id, label, value) }.view()
    };
    let mut sources = vec![(String::new(), "Kies".to_owned())];
    sources.extend(
        values::choices("case_source", "source")
            .into_iter()
            .filter_map(|(value, label)| Some((value.as_str()?.to_owned(), label))),
    );
    let mut people = vec![(String::new(), "Nog niemand".to_owned())];
    people.push((BY_RULES.to_owned(), "Volgens de regels".to_owned()));
    people.extend(advisers.iter().map(|(id, name)| (id.0.to_string(), name.clone())));
    let lead = "Voor een bewoner die niet via een huismeester kwam. Vraag eerst of het goed is dat \
                u dit opschrijft.";
    view! {
        {parts::heading("Nieuw dossier", lead, "")}
        {problem.map(|(_, sentence)| parts::alert(Tone::Bad, "Dit dossier is nog niet gemaakt.", sentence))}
        <form method="post" action="/kantoor/dossiers/nieuw" class="aanbel-card aanbel-form">
            {parts::csrf(who)}
            {input("name", "Naam van de bewoner", &given.name)}
            {input("telephone", "Telefoonnummer (alleen als de bewoner het zelf geeft)", &given.telephone)}
            {input("street", "Straat", &given.street)}
            {input("number", "Huisnummer", &given.number)}
            {input("addition", "Letter of toevoeging", &given.addition)}
            {input("postcode", "Postcode", &given.postcode)}
            {input("town", "Plaats", &given.town)}
            {parts::select("source", "Hoe kwam dit binnen?", &given.source, sources)}
            {input("from", "Wie gaf dit door? (de collega, niet de bewoner)", &given.from)}
            {parts::select("adviser", "Adviseur", &given.adviser, people)}
            <button type="submit" class="nl-button nl-button--primary">"Dossier maken"</button>
        </form>
    }
    .into_any()
}
