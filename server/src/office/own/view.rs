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
                <td>
                    <form method="post" action=format!("/kantoor/toegang/passkey/{}", passkey.number)>
                        {parts::csrf(who)}
                        <button class="nl-button nl-button--secondary" type="submit">
                            "Verwijder"<span class="aanbel-hidden">{format!(" de passkey {}", passkey.name)}</span>
                        </button>
                    </form>
                </td>
            </tr>
        }
    });
    view! {
        <table class="nl-table nl-table--cards">
            <caption class="aanbel-hidden">"Passkeys"</caption>
            <thead>
                <tr>
                    <th scope="col">"Naam"</th>
                    <th scope="col">"Toegevoegd"</th>
                    <th scope="col">"Laatst gebruikt"</th>
                    <th scope="col"><span class="aanbel-hidden">"Verwijderen"</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
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
                <td>
                    <form method="post" action=path(session.number)>
                        {parts::csrf(who)}
                        <button class="nl-button nl-button--secondary" type="submit">
                            "Beëindig"<span class="aanbel-hidden">{format!(" de sessie met {agent}")}</span>
                        </button>
                    </form>
                </td>
            </tr>
        }
    });
    view! {
        <table class="nl-table nl-table--cards">
            <caption class="aanbel-hidden">"Sessies"</caption>
            <thead>
                <tr>
                    <th scope="col">"Browser"</th>
                    <th scope="col">"Vanaf"</th>
                    <th scope="col">"Ingelogd"</th>
                    <th scope="col">"Laatste pagina"</th>
                    <th scope="col"><span class="aanbel-hidden">"Beëindigen"</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
