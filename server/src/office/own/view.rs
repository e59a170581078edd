//! Somebody's sessions, her second step and her passkeys, as HTML.

use super::Way;
use crate::access::SignedIn;
use crate::access::passkeys::{PASSKEYS_MAX, Passkey};
use crate::access::sessions::Session;
use crate::office::parts::{self, Tone};
use crate::office::time;
use leptos::prelude::*;

/// The page of one's own. `offered`: passkeys can be used here.
pub fn content(who: &SignedIn, way: &Way, offered: bool, now_ms: i64) -> AnyView {
    let path = |number: i64| format!("/kantoor/toegang/sessie/{number}");
    view! {
        {parts::heading("Uw toegang", "Hoe u inlogt, en waar u nu bent ingelogd.", ())}
        <section class="aanbel-card">
            <h2>"Tweede stap bij het inloggen"</h2>
            <p>{step(way)}</p>
            <p class="aanbel-subtle">
                "Met een tweede stap is een gestolen wachtwoord niet genoeg: u typt ook een code uit een app op uw telefoon."
            </p>
            {way.step_since_ms.is_none().then(|| view! {
                <p><a class="nl-button nl-button--primary" href="/kantoor/toegang/stap">"Stel de tweede stap in"</a></p>
            })}
        </section>
        {offered.then(|| passkeys(who, way, now_ms))}
        <section class="aanbel-card">
            <h2>"Waar u bent ingelogd"</h2>
            <p>"Herkent u iets niet? Beëindig het, en vraag uw coördinator om een nieuw wachtwoord."</p>
            {sessions(who, &way.sessions, path, now_ms)}
        </section>
    }
    .into_any()
}

/// Whether somebody has a second step, in words and icon.
pub fn step(way: &Way) -> AnyView {
    match way.step_since_ms {
        None => parts::badge(Tone::Warn, "Geen tweede stap"),
        Some(ms) => {
            let left = parts::count(way.recovery_left, "herstelcode", "herstelcodes");
            let badge =
                parts::badge(Tone::Good, format!("Ingesteld op {}", time::short_moment(ms)));
            let passkeys = match way.passkeys.len() {
                0 => String::new(),
                many => format!(" En {}.", parts::count(many, "passkey", "passkeys")),
            };
            view! { {badge} " " {format!("Nog {left} over.{passkeys}")} }.into_any()
        }
    }
}

fn passkeys(who: &SignedIn, way: &Way, now_ms: i64) -> AnyView {
    let next = if way.step_since_ms.is_none() {
        view! { <p>"Stel eerst de tweede stap in. Daarna kunt u hier een passkey toevoegen."</p> }
            .into_any()
    } else if way.passkeys.len() < PASSKEYS_MAX {
        view! { <p><a class="nl-button nl-button--secondary" href="/kantoor/toegang/passkey">"Voeg een passkey toe"</a></p> }
            .into_any()
    } else {
        view! { <p>"Meer passkeys kunt u niet hebben. Verwijder er eerst een."</p> }.into_any()
    };
    view! {
        <section class="aanbel-card">
            <h2>"Passkeys"</h2>
            <p class="aanbel-subtle">
                "Een passkey is een sleutel op uw telefoon of computer. U opent hem met uw vinger, uw gezicht of de pincode van dat toestel. U typt bij het inloggen dan geen code meer over."
            </p>
            {next}
            {(!way.passkeys.is_empty()).then(|| passkey_table(who, &way.passkeys, now_ms))}
        </section>
    }
    .into_any()
}

fn passkey_table(who: &SignedIn, passkeys: &[Passkey], now_ms: i64) -> AnyView {
    let rows = passkeys.iter().map(|passkey| {
        let used = passkey.used_ms.map_or("Nog niet".to_owned(), |used_ms| {
            format!("{}, {}", time::ago(used_ms, now_ms), time::short_moment(used_ms))
        });
        view! {
            <tr>
                <th scope="row">{passkey.name.clone()}</th>
                <td data-label="Toegevoegd">{time::short_moment(passkey.added_ms)}</td>
                <td data-label="Laatst gebruikt">{used}</td>
                {ends(
                    who,
                    format!("/kantoor/toegang/passkey/{}", passkey.number),
                    "Verwijder",
                    format!(" de passkey {}", passkey.name),
                )}
            </tr>
        }
    });
    of_ends(
        "Passkeys",
        &["Naam", "Toegevoegd", "Laatst gebruikt"],
        "Verwijderen",
        rows.collect_view(),
    )
}

/// Sessions with a button to end each; `path` is where that posts to.
pub fn sessions(
    who: &SignedIn,
    sessions: &[Session],
    path: impl Fn(i64) -> String,
    now_ms: i64,
) -> AnyView {
    if sessions.is_empty() {
        return view! { <p>"Nu nergens ingelogd."</p> }.into_any();
    }
    let rows = sessions.iter().map(|session| {
        let own = who.actor.session == Some(session.number);
        let agent = if session.agent.is_empty() { "Onbekende browser" } else { &session.agent };
        let agent = agent.to_owned();
        view! {
            <tr>
                <th scope="row">
                    {agent.clone()}
                    {own.then(|| view! { " "{parts::badge(Tone::Good, "Deze browser")} })}
                </th>
                <td data-label="Vanaf">{session.peer.clone()}</td>
                <td data-label="Ingelogd">{time::short_moment(session.created_ms)}</td>
                <td data-label="Laatste pagina">
                    {time::ago(session.seen_ms, now_ms)}", "{time::short_moment(session.seen_ms)}
                </td>
                {ends(who, path(session.number), "Beëindig", format!(" de sessie met {agent}"))}
            </tr>
        }
    });
    let heads = ["Browser", "Vanaf", "Ingelogd", "Laatste pagina"];
    of_ends("Sessies", &heads, "Beëindigen", rows.collect_view())
}

/// A table of what can be ended, row by row; `end` says so above the buttons, for who cannot see them.
fn of_ends(
    caption: &'static str,
    heads: &[&'static str],
    end: &'static str,
    rows: impl IntoView,
) -> AnyView {
    let heads = heads.iter().map(|head| view! { <th scope="col">{*head}</th> });
    view! {
        <table class="nl-table nl-table--cards">
            <caption class="aanbel-hidden">{caption}</caption>
            <thead>
                <tr>
                    {heads.collect_view()}
                    <th scope="col"><span class="aanbel-hidden">{end}</span></th>
                </tr>
            </thead>
            <tbody>{rows.into_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The last cell of such a row. `what` follows the word on the button, for who does not see the row.
fn ends(who: &SignedIn, action: String, word: &'static str, what: String) -> AnyView {
    view! {
        <td>
            <form method="post" action=action>
                {parts::csrf(who)}
                <button class="nl-button nl-button--secondary" type="submit">
                    {word}<span class="aanbel-hidden">{what}</span>
                </button>
            </form>
        </td>
    }
    .into_any()
}
