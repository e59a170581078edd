//! People and phones: who works here, codes for phones, links for passwords, revoking a phone.

pub mod load;
mod manage;
mod one;
mod view;

pub use manage::{access, change_role, end_session, remove_step};
pub use one::show as one;

use super::page::{Section, page};
use super::parts::{self, Tone};
use crate::access::audit::{self, Action};
use crate::access::{self as entry, PersonId, Posted, SignedIn, codes, invites, people};
use crate::error::AppError;
use crate::office::at::At;
use crate::state::AppState;
use aanbel_shared::programme::{Capability, Role};
use aanbel_shared::record::DeviceNo;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use rusqlite::Connection;
use std::collections::HashMap;

const PAGE: &str = "/kantoor/mensen";

/// What the form to add somebody sends, and what is wrong with it: field and sentence.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct New {
    name: String,
    role: String,
    #[serde(default)]
    login: String,
    #[serde(skip)]
    problem: Option<(&'static str, &'static str)>,
}

/// `GET /kantoor/mensen`
pub async fn show(
    who: SignedIn,
    State(state): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    let notice = match query.get("gedaan").map(String::as_str) {
        Some("toegevoegd") => Some("Toegevoegd. Maak nu een code voor de telefoon."),
        Some("afgemeld") => Some("De telefoon is afgemeld."),
        _ => None,
    };
    let notice = notice.map(|sentence| parts::alert(Tone::Good, sentence, ""));
    list(&state, &who, &New::default(), notice).await
}

async fn list(
    state: &AppState,
    who: &SignedIn,
    given: &New,
    notice: Option<AnyView>,
) -> Result<Html<String>, AppError> {
    let people = state.reader.read(|db| Ok::<_, AppError>(load::everybody(db)?)).await?;
    let line = who.did(Action::ReadPeople, state.now_ms());
    state.writer.write(move |tx: &Connection| audit::record(tx, line)).await?;
    let peak = super::peak::notice(who, state).await?;
    let content = view! { {notice} {peak} {view::content(who, &people, given, state.now_ms())} };
    Ok(page("Mensen en telefoons", Some(who), Section::People, content))
}

/// `POST /kantoor/mensen`: adds somebody; for those who sign in, shows the link once.
pub async fn add(
    State(state): State<AppState>,
    headers: HeaderMap,
    Posted { who, form }: Posted<New>,
) -> Result<Response, AppError> {
    who.require(Capability::ManagePeople)?;
    let (now_ms, actor) = (state.now_ms(), who.actor);
    let mut form = form;
    let role = Role::from_key(&form.role).filter(|role| *role != Role::System);
    let role = role.ok_or(AppError::NotFound)?;
    if role.signs_in() {
        who.require_fresh(now_ms, PAGE)?;
    }
    let given = form.clone();
    let added = state
        .writer
        .write(move |tx: &Connection| {
            let login = Some(given.login.trim()).filter(|login| !login.is_empty());
            if let Err(problem) = check(tx, &given, role)? {
                return Ok(Err(problem));
            }
            let person = people::add(tx, &given.name, role, login, now_ms)?;
            audit::record(
                tx,
                actor.did(Action::AddPerson, now_ms).on(person).with("role", role.key()),
            )?;
            let token = match login {
                Some(_) => Some(invites::create(tx, invites::Invite::SetPassword(person), now_ms)?),
                None => None,
            };
            Ok::<_, AppError>(Ok((person, token)))
        })
        .await?;
    match added {
        Ok((_, Some(token))) => Ok(link_page(&state, &who, &headers, &form.name, &token)),
        Ok((_, None)) => Ok(Redirect::to("/kantoor/mensen?gedaan=toegevoegd").into_response()),
        Err(problem) => {
            form.problem = Some(problem);
            let notice = parts::alert(Tone::Bad, "Toevoegen lukt niet.", problem.1);
            Ok(list(&state, &who, &form, Some(notice)).await?.into_response())
        }
    }
}

type Problem = (&'static str, &'static str);

fn check(tx: &Connection, given: &New, role: Role) -> Result<Result<(), Problem>, AppError> {
    let (name, login) = (given.name.trim(), given.login.trim());
    let signs_in = role.signs_in();
    Ok(match () {
        () if name.is_empty() || name.chars().count() > 80 => {
            Err(("name", "Schrijf een naam van hoogstens 80 tekens."))
        }
        () if load::name_is_taken(tx, name)? => {
            Err(("name", "Er is al iemand met deze naam. Voeg een letter of achternaam toe."))
        }
        () if signs_in && login.is_empty() => {
            Err(("login", "Wie bij kantoor werkt, heeft een gebruikersnaam nodig."))
        }
        () if !signs_in && !login.is_empty() => {
            Err(("login", "Wie met een telefoon werkt, logt niet in bij kantoor. Laat dit leeg."))
        }
        () if login.chars().count() > 80 || login.contains(char::is_whitespace) => {
            Err(("login", "Gebruik hoogstens 80 tekens en geen spaties."))
        }
        () if !login.is_empty() && people::login_is_taken(tx, login)? => {
            Err(("login", "Deze gebruikersnaam is al in gebruik. Kies een andere."))
        }
        () => Ok(()),
    })
}

/// `POST /kantoor/mensen/{person}/link`: a new link for a password.
pub async fn link(
    State(state): State<AppState>,
    At(person): At<i64>,
    headers: HeaderMap,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Response, AppError> {
    who.require(Capability::ManagePeople)?;
    let (now_ms, actor, person) = (state.now_ms(), who.actor, PersonId(person));
    // Whoever holds a link sets a password without the old one.
    who.require_fresh(now_ms, PAGE)?;
    let (name, token) = state
        .writer
        .write(move |tx: &Connection| {
            let (name, role) = people::find(tx, person)?.ok_or(AppError::NotFound)?;
            if !role.signs_in() {
                return Err(AppError::NotFound);
            }
            audit::record(tx, actor.did(Action::MakeLink, now_ms).on(person))?;
            let token = invites::create(tx, invites::Invite::SetPassword(person), now_ms)?;
            Ok((name, token))
        })
        .await?;
    Ok(link_page(&state, &who, &headers, &name, &token))
}

fn link_page(
    state: &AppState,
    who: &SignedIn,
    headers: &HeaderMap,
    name: &str,
    token: &str,
) -> Response {
    let link = format!("{}{}", base_address(state, headers), invites::path(token));
    page("Link voor een wachtwoord", Some(who), Section::People, view::link(name, &link))
        .into_response()
}

/// `POST /kantoor/mensen/{person}/code`: a code for a phone, shown once.
pub async fn code(
    State(state): State<AppState>,
    At(person): At<i64>,
    headers: HeaderMap,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    let (now_ms, actor, person) = (state.now_ms(), who.actor, PersonId(person));
    // Whoever holds a code gets what stands on this person's phone.
    who.require_fresh(now_ms, PAGE)?;
    let (name, code) = state
        .writer
        .write(move |tx: &Connection| {
            let (name, role) = people::find(tx, person)?.ok_or(AppError::NotFound)?;
            if !role.has_phone() {
                return Err(AppError::NotFound);
            }
            audit::record(tx, actor.did(Action::MakeCode, now_ms).on(person))?;
            Ok((name, codes::create(tx, person, now_ms)?))
        })
        .await?;
    let app = format!("{}/app/", base_address(&state, &headers));
    let svg = qr(&format!("{app}#{code}"))?;
    Ok(page(
        "Code voor een telefoon",
        Some(&who),
        Section::People,
        view::code(&name, &code, &app, svg),
    ))
}

/// The QR code of a text, as SVG with colours in attributes: the CSP allows no styles in a page.
pub(crate) fn qr(text: &str) -> Result<String, AppError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        AppError::Bad("qr", "Het adres van deze server is te lang voor een QR-code.")
    })?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
    // The XML heading belongs to a file, not inside a page.
    Ok(svg.split_once("?>").map_or(svg.clone(), |(_, rest)| rest.to_owned()))
}

/// `GET /kantoor/telefoon/{number}/afmelden`
pub async fn confirm(
    who: SignedIn,
    State(state): State<AppState>,
    At(number): At<u32>,
) -> Result<Html<String>, AppError> {
    who.require(Capability::ManagePeople)?;
    let (phone, name) = state
        .reader
        .read(move |db| {
            let phone = load::phone(db, number)?.filter(|phone| phone.revoked_ms.is_none());
            let phone = phone.ok_or(AppError::NotFound)?;
            let (name, _) = people::find(db, phone.person)?.ok_or(AppError::NotFound)?;
            Ok::<_, AppError>((phone, name))
        })
        .await?;
    let content = view::confirm(&who, &name, &phone);
    Ok(page("Telefoon afmelden", Some(&who), Section::People, content))
}

/// `POST /kantoor/telefoon/{number}/afmelden`
pub async fn revoke(
    State(state): State<AppState>,
    At(number): At<u32>,
    Posted { who, form: _ }: Posted<HashMap<String, String>>,
) -> Result<Redirect, AppError> {
    who.require(Capability::ManagePeople)?;
    let (now_ms, actor) = (state.now_ms(), who.actor);
    state
        .writer
        .write(move |tx: &Connection| {
            load::phone(tx, number)?.ok_or(AppError::NotFound)?;
            entry::revoke(tx, DeviceNo(number), now_ms)?;
            audit::record(tx, actor.did(Action::RevokePhone, now_ms).on(DeviceNo(number)))?;
            Ok::<_, AppError>(())
        })
        .await?;
    Ok(Redirect::to("/kantoor/mensen?gedaan=afgemeld"))
}

/// The address that people type: the setting, else the one that this browser used.
fn base_address(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(address) = &state.config.public_address {
        return address.clone();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1:8080"))
}
