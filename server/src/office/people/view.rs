//! People and phones as HTML.

use super::New;
use super::load::{Person, Phone};
use crate::access::SignedIn;
use crate::office::parts::{self, Input, Tone};
use crate::office::time;
use aanbel_shared::programme::{Capability, Role};
use leptos::prelude::*;

/// A clock that is further off than this is worth telling.
const CLOCK_MS: u64 = 5 * 60_000;

/// The list and the form to add somebody.
pub fn content(who: &SignedIn, people: &[Person], given: &New, now_ms: i64) -> AnyView {
    let phones = people.iter().flat_map(|person| &person.phones);
    let working = phones.filter(|phone| phone.revoked_ms.is_none()).count();
    let lead = format!(
        "{}, {}",
        parts::count(people.len(), "persoon", "mensen"),
        parts::count(working, "telefoon", "telefoons"),
    );
    let add = view! {
        <a class="nl-button nl-button--secondary" href="/kantoor/reddingsbestand">
            "Reddingsbestand inlezen"
        </a>
        <a class="nl-button nl-button--primary" href="#toevoegen">"Iemand toevoegen"</a>
    };
    view! {
        {parts::heading("Mensen en telefoons", lead, add)}
        <ul class="aanbel-items">
            {people.iter().map(|person| one(who, person, now_ms)).collect_view()}
        </ul>
        {form(who, given)}
    }
    .into_any()
}

fn one(who: &SignedIn, person: &Person, now_ms: i64) -> AnyView {
    let mut facts = vec![person.role.name_nl().to_owned()];
    if let Some(login) = &person.login {
        facts.push(format!("gebruikersnaam {login}"));
    }
    if person.role.may(Capability::Walk) {
        facts.push(parts::count(person.streets, "straat", "straten"));
    }
    let no_step = person.active && person.has_password && !person.has_step;
    let no_password = person.login.is_some() && !person.has_password;
    view! {
        <li class="aanbel-card aanbel-item">
            <div class="aanbel-heading">
                <div>
                    <h2><a href=format!("/kantoor/mensen/{}", person.id.0)>{person.name.clone()}</a></h2>
                    <p class="aanbel-subtle">{facts.join(" · ")}</p>
                    {(!person.active).then(|| parts::badge(Tone::Bad, "Heeft geen toegang meer"))}
                    {no_step.then(|| parts::badge(Tone::Warn, "Geen tweede stap"))}
                    {no_password.then(|| parts::badge(Tone::Neutral, "Heeft nog geen wachtwoord"))}
                </div>
                <div class="aanbel-heading__actions">{actions(who, person)}</div>
            </div>
            {(!person.phones.is_empty()).then(|| phones(person, now_ms))}
        </li>
    }
    .into_any()
}

fn actions(who: &SignedIn, person: &Person) -> AnyView {
    let about = person.name.clone();
    let post = |path: &str, text: &'static str| {
        let about = about.clone();
        view! {
            <form method="post" action=format!("/kantoor/mensen/{}/{path}", person.id.0)>
                {parts::csrf(who)}
                <button class="nl-button nl-button--secondary" type="submit">
                    {text}<span class="aanbel-hidden">" voor "{about}</span>
                </button>
            </form>
        }
    };
    view! {
        {(person.active && person.role.has_phone()).then(|| post("code", "Code voor een telefoon"))}
        {(person.active && person.login.is_some()).then(|| post("link", "Link voor een wachtwoord"))}
    }
    .into_any()
}

fn phones(person: &Person, now_ms: i64) -> AnyView {
    let rows = person.phones.iter().map(|phone| row(phone, now_ms)).collect_view();
    view! {
        <table class="nl-table nl-table--cards aanbel-phones">
            <caption class="aanbel-hidden">{format!("Telefoons van {}", person.name)}</caption>
            <thead>
                <tr>
                    <th scope="col">"Telefoon"</th>
                    <th scope="col">"Laatst gezien"</th>
                    <th scope="col">"Versie"</th>
                    <th scope="col">"Stand"</th>
                    <th scope="col"><span class="aanbel-hidden">"Afmelden"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(phone: &Phone, now_ms: i64) -> AnyView {
    let seen = match phone.seen_ms {
        Some(ms) => view! {
            {time::ago(ms, now_ms)}
            ", "
            <time datetime=time::machine(ms)>{time::short_moment(ms)}</time>
        }
        .into_any(),
        None => "nooit".into_any(),
    };
    let revoke = phone.revoked_ms.is_none().then(|| {
        let href = format!("/kantoor/telefoon/{}/afmelden", phone.number);
        view! { <a href=href>"Afmelden"<span class="aanbel-hidden">" "{phone.name.clone()}</span></a> }
    });
    view! {
        <tr>
            <th scope="row">{capital(&phone.name)}</th>
            <td data-label="Laatst gezien">{seen}</td>
            <td data-label="Versie">{phone.app.clone()}</td>
            <td>{state(phone)}</td>
            <td>{revoke}</td>
        </tr>
    }
    .into_any()
}

fn state(phone: &Phone) -> AnyView {
    if let Some(ms) = phone.wiped_ms {
        return parts::badge(Tone::Good, format!("Gewist op {}", time::short_moment(ms)));
    }
    if let Some(ms) = phone.revoked_ms {
        let day = time::short_moment(ms);
        // What stays on it until then, nobody can take away from here.
        let since = match phone.seen_ms {
            Some(seen_ms) if seen_ms > ms => "Is gezien, maar nog niet leeg",
            _ => "Niet meer gezien sinds die dag: nog niet leeg",
        };
        return view! {
            <div class="aanbel-badges">
                {parts::badge(Tone::Bad, format!("Afgemeld op {day}"))}
                {parts::badge(Tone::Warn, since)}
            </div>
        }
        .into_any();
    }
    let waiting = match phone.waiting {
        0 => parts::badge(Tone::Good, "Alles verstuurd"),
        number => parts::badge(Tone::Warn, format!("{number} wachten nog")),
    };
    let clock = (phone.clock_off_ms.unsigned_abs() > CLOCK_MS).then(|| {
        let text = format!("Klok loopt {}", time::clock_difference(phone.clock_off_ms));
        parts::badge(Tone::Warn, text)
    });
    view! { <div class="aanbel-badges">{waiting} {clock}</div> }.into_any()
}

/// Every role that a person can have, for a select.
pub fn roles() -> Vec<(String, String)> {
    let roles = [
        Role::Volunteer,
        Role::Caretaker,
        Role::Corporation,
        Role::Adviser,
        Role::Office,
        Role::Coordinator,
    ];
    roles.map(|role| (role.key().to_owned(), role.name_nl().to_owned())).to_vec()
}

fn form(who: &SignedIn, given: &New) -> AnyView {
    let roles = roles();
    let error =
        |field| given.problem.as_ref().filter(|found| found.0 == field).map(|found| found.1);
    let name = Input {
        required: true,
        error: error("name"),
        hint: "Zoals collega’s deze persoon noemen.",
        ..Input::text("name", "Naam", &given.name)
    };
    let login = Input {
        error: error("login"),
        hint: "Alleen voor wie bij kantoor inlogt. Bijvoorbeeld het werkadres.",
        ..Input::text("login", "Gebruikersnaam", &given.login)
    };
    view! {
        <section class="aanbel-card aanbel-narrow" id="toevoegen">
            <h2>"Iemand toevoegen"</h2>
            <form class="aanbel-form" method="post" action="/kantoor/mensen">
                {parts::csrf(who)}
                {name.view()}
                {parts::select("role", "Rol", &given.role, roles)}
                {login.view()}
                <button class="nl-button nl-button--primary" type="submit">"Voeg toe"</button>
            </form>
        </section>
    }
    .into_any()
}

/// What is shown once after a phone's code was made. `svg` is the QR code of `link`.
pub fn code(name: &str, code: &str, link: &str, svg: String) -> AnyView {
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/mensen">"Mensen en telefoons"</a></p>
        {parts::heading(
            format!("Code voor {name}"),
            "De code werkt 24 uur, voor 1 telefoon. U ziet hem maar een keer.",
            (),
        )}
        <div class="aanbel-card aanbel-code">
            <div class="aanbel-code__qr" role="img" aria-label="QR-code met het adres en de code" inner_html=svg></div>
            <div>
                <p class="aanbel-code__text">{code.to_owned()}</p>
                <ol class="aanbel-steps">
                    <li>"Open de camera op de telefoon en richt hem op het blokje."</li>
                    <li>"Lukt dat niet? Open dan dit adres en typ de code: "<code>{link.to_owned()}</code></li>
                    <li>"De straten komen daarna vanzelf."</li>
                </ol>
            </div>
        </div>
    }
    .into_any()
}

/// What is shown once after a link for a password was made.
pub fn link(name: &str, link: &str) -> AnyView {
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/mensen">"Mensen en telefoons"</a></p>
        {parts::heading(
            format!("Link voor {name}"),
            "De link werkt 7 dagen, en maar een keer. U ziet hem alleen nu.",
            (),
        )}
        <div class="aanbel-card">
            <p>"Geef deze link aan niemand anders. "{name.to_owned()}" kiest er een wachtwoord mee."</p>
            <p class="aanbel-copy"><code>{link.to_owned()}</code></p>
        </div>
    }
    .into_any()
}

/// Asks whether a phone must really be revoked, and says what that does.
pub fn confirm(who: &SignedIn, person: &str, phone: &Phone) -> AnyView {
    // The office knows only what the phone said the last time: there may always be more on it.
    let waiting = parts::alert(
        Tone::Warn,
        "Op deze telefoon kan nog werk staan.",
        "Dat komt in het Postvak. Laat eerst ‘Nu versturen’ kiezen, als dat kan.",
    );
    view! {
        <p class="aanbel-crumbs"><a href="/kantoor/mensen">"Mensen en telefoons"</a></p>
        {parts::heading(format!("{} van {person} afmelden?", capital(&phone.name)), "", ())}
        {waiting}
        <div class="aanbel-card">
            <ul class="aanbel-bullets">
                <li>"De telefoon krijgt geen adressen en bezoeken meer."</li>
                <li>"De app maakt zichzelf leeg zodra hij weer verbinding heeft."</li>
                <li>"Wilt u de telefoon later weer gebruiken? Maak dan een nieuwe code."</li>
            </ul>
            <form class="aanbel-item__actions" method="post" action=format!("/kantoor/telefoon/{}/afmelden", phone.number)>
                {parts::csrf(who)}
                <button class="nl-button nl-button--danger" type="submit">"Meld de telefoon af"</button>
                <a href="/kantoor/mensen">"Toch niet"</a>
            </form>
        </div>
    }
    .into_any()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
