//! `GET /kantoor/adviseurs`: who gets a new case, what each adviser can take and got, and who stands in
//! for whom.

use super::load;
use crate::access::audit::{self, Action, Subject};
use crate::access::{PersonId, Posted, SignedIn};
use crate::cases::capacity::{self, Load};
use crate::cases::cover::{self, Cover};
use crate::cases::rules;
use crate::error::AppError;
use crate::office::page::{Section, page};
use crate::office::parts::{self, Input, Tone};
use crate::office::time;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use axum::extract::{Query, State};
use axum::response::{Html, Redirect};
use leptos::prelude::*;
use rusqlite::Connection;
use std::collections::HashMap;

const PAGE: &str = "/kantoor/adviseurs";
/// In a form, before the district or the number of the person that a field is about.
const FIELD: &str = "van:";

type Form = HashMap<String, String>;

struct Loaded {
    loads: Vec<Load>,
    covers: Vec<Cover>,
    districts: Vec<String>,
    rules: Vec<(String, PersonId)>,
    today: i32,
}

/// `GET /kantoor/adviseurs`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<Form>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManageCases)?;
    let now_ms = state.now_ms();
    let loaded = state.reader.read(move |db| load_all(db, now_ms)).await?;
    let notice = query.get("gedaan").and_then(|done| told(done));
    let content = view! { {notice} {content(&who, &loaded)} };
    Ok(page("Adviseurs", Some(&who), Section::Cases, content))
}

fn told(done: &str) -> Option<AnyView> {
    match done {
        "bewaard" => Some(parts::alert(Tone::Good, "Het is bewaard.", "")),
        "periode" => Some(parts::alert(
            Tone::Bad,
            "Deze vervanging is niet bewaard.",
            "Kies twee verschillende adviseurs, en een laatste dag die niet voor de eerste ligt. Langer dan een jaar kan niet.",
        )),
        "aantal" => Some(parts::alert(
            Tone::Bad,
            "Niet alles is bewaard.",
            "Schrijf per week een heel getal van 0 tot 50, of laat het leeg.",
        )),
        _ => None,
    }
}

fn load_all(db: &Connection, now_ms: i64) -> Result<Loaded, AppError> {
    let today = time::day_of(now_ms);
    Ok(Loaded {
        loads: capacity::loads(db, now_ms)?,
        covers: cover::now_and_later(db, today)?,
        districts: rules::districts(db)?,
        rules: rules::by_district(db)?,
        today,
    })
}

fn back(done: &str) -> Redirect {
    Redirect::to(&format!("{PAGE}?gedaan={done}"))
}

/// The fields of a form that are each about one thing: what, and what was chosen for it.
fn each(form: &Form) -> Vec<(String, String)> {
    let fields = form.iter().filter_map(|(field, given)| {
        Some((field.strip_prefix(FIELD)?.to_owned(), given.trim().to_owned()))
    });
    fields.collect()
}

/// `POST /kantoor/adviseurs/regels`: per district who gets its cases.
pub async fn set_rules(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Form>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        let (known, advisers) = (rules::districts(tx)?, load::people_of(tx, Role::Adviser)?);
        let mut given = 0;
        for (district, adviser) in each(&form) {
            let adviser = adviser.parse().ok().map(PersonId);
            let is_ours = district == rules::ALL_OTHERS || known.contains(&district);
            let works = adviser.is_none_or(|one| advisers.iter().any(|(person, _)| *person == one));
            if !is_ours || !works {
                return Err(AppError::NotFound);
            }
            rules::set_district(tx, &district, adviser)?;
            given += usize::from(adviser.is_some());
        }
        let line = actor.did(Action::ChangeSetting, now_ms).on(Subject::new("rules", "district"));
        audit::record(tx, line.with("rules", given))?;
        Ok::<_, AppError>(())
    };
    state.writer.write(job).await?;
    Ok(back("bewaard"))
}

/// `POST /kantoor/adviseurs/plan`: per adviser how many new addresses a week.
pub async fn set_plan(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Form>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let mut plans = Vec::new();
    for (person, number) in each(&form) {
        let person = person.parse().map(PersonId).map_err(|_| AppError::NotFound)?;
        let planned = match number.as_str() {
            "" => None,
            number => match number.parse().ok().filter(|number| *number <= capacity::PLAN_MAX) {
                Some(number) => Some(number),
                None => return Ok(back("aantal")),
            },
        };
        plans.push((person, planned));
    }
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let job = move |tx: &Connection| {
        let advisers = load::people_of(tx, Role::Adviser)?;
        for (person, planned) in plans {
            if !advisers.iter().any(|(one, _)| *one == person) {
                return Err(AppError::NotFound);
            }
            capacity::plan(tx, person, planned)?;
            let line = actor.did(Action::ChangeSetting, now_ms).on(person);
            audit::record(tx, line.with("planned", planned.unwrap_or(0)))?;
        }
        Ok::<_, AppError>(())
    };
    state.writer.write(job).await?;
    Ok(back("bewaard"))
}

/// `POST /kantoor/adviseurs/vervanging`: a colleague stands in, or with `stop` no longer does.
pub async fn set_cover(
    State(state): State<AppState>,
    Posted { who, form }: Posted<Form>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManageCases)?;
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let number = |field: &str| form.get(field).and_then(|text| text.parse::<i64>().ok());
    if let Some(id) = number("stop") {
        let job = move |tx: &Connection| {
            if cover::stop(tx, id)? {
                let line = actor.did(Action::Unassign, now_ms).on(Subject::new("cover", id));
                audit::record(tx, line)?;
            }
            Ok::<_, AppError>(())
        };
        state.writer.write(job).await?;
        return Ok(back("bewaard"));
    }
    let person = number("wie").map(PersonId).ok_or(AppError::NotFound)?;
    let colleague = number("door").map(PersonId).ok_or(AppError::NotFound)?;
    let day = |field: &str| form.get(field).and_then(|text| time::parse_date(text));
    let (Some(from_on), Some(until_on)) = (day("van"), day("tot")) else {
        return Ok(back("periode"));
    };
    let is_right = (from_on..from_on + cover::DAYS_MAX).contains(&until_on);
    if person == colleague || !is_right {
        return Ok(back("periode"));
    }
    let job = move |tx: &Connection| {
        let advisers = load::people_of(tx, Role::Adviser)?;
        if [person, colleague].iter().any(|one| !advisers.iter().any(|(known, _)| known == one)) {
            return Err(AppError::NotFound);
        }
        cover::add(tx, person, colleague, from_on, until_on)?;
        let line = actor.did(Action::Assign, now_ms).on(person);
        audit::record(tx, line.with("cover", colleague.0))?;
        Ok(())
    };
    state.writer.write(job).await?;
    Ok(back("bewaard"))
}

fn content(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let lead = "Wie krijgt een nieuw dossier, hoeveel kan een adviseur aan, en wie neemt waar.";
    let heading = parts::heading("Adviseurs", lead, "");
    if loaded.loads.is_empty() {
        let next = "De coördinator voegt adviseurs toe bij Mensen en telefoons.";
        return view! { {heading} {parts::empty("Er is nog geen adviseur.", next)} }.into_any();
    }
    view! {
        {heading}
        {plan(who, loaded)}
        {covers(who, loaded)}
        {districts(who, loaded)}
    }
    .into_any()
}

fn plan(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let rows = loaded.loads.iter().map(|load| {
        let field = format!("{FIELD}{}", load.person.0);
        let planned = load.planned.map(|number| number.to_string()).unwrap_or_default();
        let label = format!("Nieuwe adressen per week voor {}", load.name);
        let is_away =
            |one: &&Cover| one.person == load.person && one.holds_on(loaded.today);
        let away = loaded.covers.iter().find(is_away).map(|one| {
            view! { <div class="aanbel-subtle">{format!("Afwezig: {} neemt waar", one.colleague_name)}</div> }
        });
        let earlier: Vec<String> = load.new[1..].iter().map(u32::to_string).collect();
        let over = load.is_over().then(|| parts::badge(Tone::Warn, "Meer dan gepland"));
        view! {
            <tr>
                <th scope="row">{load.name.clone()}{away}</th>
                <td data-label="Gepland per week">
                    <input class="nl-text-input aanbel-number" name=field value=planned aria-label=label
                        inputmode="numeric" autocomplete="off"/>
                </td>
                <td class="nl-table__number--end" data-label="Nieuw deze week">{load.new[0]}" "{over}</td>
                <td class="nl-table__number--end" data-label="Drie weken ervoor">{earlier.join(" · ")}</td>
                <td class="nl-table__number--end" data-label="Open dossiers">{load.open}</td>
            </tr>
        }
        .into_any()
    });
    let heads =
        ["Adviseur", "Gepland per week", "Nieuw deze week", "Drie weken ervoor", "Open dossiers"];
    view! {
        <section class="aanbel-card" aria-labelledby="plan">
            <h2 id="plan">"Gepland en werkelijk"</h2>
            <p class="aanbel-subtle">"Nieuw is een dossier dat in die week aan de adviseur is gegeven. Een week begint op maandag."</p>
            <form method="post" action=format!("{PAGE}/plan") class="aanbel-form">
                {parts::csrf(who)}
                {parts::table_of("Gepland en werkelijk per adviseur", &heads, &[2, 3, 4], rows.collect_view())}
                <button type="submit" class="nl-button nl-button--secondary">"Plan bewaren"</button>
            </form>
        </section>
    }
    .into_any()
}

fn people(loaded: &Loaded) -> Vec<(String, String)> {
    loaded.loads.iter().map(|one| (one.person.0.to_string(), one.name.clone())).collect()
}

fn covers(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let items = loaded.covers.iter().map(|one| {
        let period = format!("{} tot en met {}", time::date(one.from_on), time::date(one.until_on));
        let words = format!("{} neemt waar voor {}: {period}", one.colleague_name, one.name);
        view! {
            <li>
                <form method="post" action=format!("{PAGE}/vervanging")>
                    {parts::csrf(who)}
                    <input type="hidden" name="stop" value=one.id.to_string()/>
                    {words.clone()}" "
                    <button type="submit" class="nl-button nl-button--subtle">
                        "Stoppen"<span class="aanbel-hidden">": "{words}</span>
                    </button>
                </form>
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    let nobody = items.is_empty().then(|| view! { <p>"Nu en later neemt niemand waar."</p> });
    let today = time::input_date(loaded.today);
    let from = Input { kind: "date", required: true, ..Input::text("van", "Eerste dag", &today) };
    let until = Input { kind: "date", required: true, ..Input::text("tot", "Laatste dag", "") };
    let form = (loaded.loads.len() > 1).then(|| {
        view! {
            <form method="post" action=format!("{PAGE}/vervanging") class="aanbel-inline-form">
                {parts::csrf(who)}
                {parts::select("wie", "Wie is er niet?", "", people(loaded))}
                {parts::select("door", "Wie neemt waar?", "", people(loaded))}
                {from.view()}
                {until.view()}
                <button type="submit" class="nl-button nl-button--secondary">"Bewaren"</button>
            </form>
        }
    });
    view! {
        <section class="aanbel-card" aria-labelledby="vervanging">
            <h2 id="vervanging">"Vervanging bij verlof"</h2>
            <p class="aanbel-subtle">"De collega krijgt in die periode alle open dossiers op de telefoon, ook nieuwe. Daarna gaan ze er weer af. Wie weg is, houdt ze ook."</p>
            {nobody}
            <ul class="aanbel-plain">{items}</ul>
            {form}
        </section>
    }
    .into_any()
}

fn districts(who: &SignedIn, loaded: &Loaded) -> AnyView {
    let row = |(number, (district, name)): (usize, (&str, String))| {
        let rule = loaded.rules.iter().find(|rule| rule.0.eq_ignore_ascii_case(district));
        let chosen = rule.map(|rule| rule.1.0.to_string()).unwrap_or_default();
        let mut options = vec![(String::new(), "Geen regel".to_owned())];
        options.extend(people(loaded));
        let (id, field) = (format!("wijk-{number}"), format!("{FIELD}{district}"));
        parts::choose(&id, &field, &name, &chosen, options)
    };
    let named = loaded.districts.iter().map(|name| (name.as_str(), name.clone()));
    let others = (rules::ALL_OTHERS, "Alle andere dossiers".to_owned());
    let rows: Vec<AnyView> = named.chain([others]).enumerate().map(row).collect();
    let no_districts = loaded.districts.is_empty().then(|| {
        view! { <p>"Er zijn nog geen wijken. Zij komen uit de adreslijst van een campagne, uit de kolom ‘wijk’."</p> }
    });
    view! {
        <section class="aanbel-card aanbel-narrow" aria-labelledby="regels">
            <h2 id="regels">"Wie krijgt een nieuw dossier?"</h2>
            <p class="aanbel-subtle">
                "Eerst telt de wijk van het adres. Is daar geen regel voor, dan telt de "
                <a href="/kantoor/corporaties">"corporatie"</a>
                ". Is die er ook niet, dan wacht het dossier bij kantoor, of gaat het naar wie u hier bij ‘Alle andere dossiers’ kiest."
            </p>
            {no_districts}
            <form method="post" action=format!("{PAGE}/regels") class="aanbel-form">
                {parts::csrf(who)}
                {rows}
                <button type="submit" class="nl-button nl-button--secondary">"Regels bewaren"</button>
            </form>
        </section>
    }
    .into_any()
}
