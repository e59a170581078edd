//! What publishing would do, as HTML: two versions side by side, and whom it concerns.

use crate::access::SignedIn;
use crate::catalogue::Current;
use crate::catalogue::compare::{Difference, Differences, Kind};
use crate::catalogue::households::Changed;
use crate::office::parts::{self, Tone};
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
            {parts::table("Hints die veranderen, per regeling", &["Regeling", "Nu", "Straks", "Bij"], rows)}
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
