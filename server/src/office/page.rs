//! The frame round every office page: head, header with navigation, main, footer. No page lives
//! here, and no script or style stands in the page itself: the CSP forbids both.

use super::assets;
use super::visible::visible;
use crate::access::SignedIn;
use aanbel_shared::programme::Capability;
use axum::response::Html;
use leptos::prelude::*;

/// Which entry of the navigation a page stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Inbox,
    Visits,
    Campaigns,
    Cases,
    Schemes,
    People,
    Figures,
    Residents,
    Trail,
    /// All that a corporation sees.
    Counts,
    /// What somebody may change about her own way in.
    Own,
    /// Pages outside the navigation: signing in, errors.
    None,
}

const NAVIGATION: &[(Section, &str, &str, Capability)] = &[
    (Section::Inbox, "Postvak", "/kantoor", Capability::ReadOffice),
    (Section::Visits, "Bezoeken", "/kantoor/bezoeken", Capability::ReadOffice),
    (Section::Campaigns, "Campagnes", "/kantoor/campagnes", Capability::ReadOffice),
    (Section::Cases, "Dossiers", "/kantoor/dossiers", Capability::ManageCases),
    (Section::Schemes, "Regelingen", "/kantoor/regelingen", Capability::ReadOffice),
    (Section::People, "Mensen", "/kantoor/mensen", Capability::ManagePeople),
    (Section::Figures, "Cijfers", "/kantoor/cijfers", Capability::ReadOffice),
    (Section::Residents, "Bewoners", "/kantoor/bewoners", Capability::AnswerResident),
    (Section::Counts, "Aantallen", "/kantoor/aantallen", Capability::SeeCounts),
    (Section::Trail, "Logboek", "/kantoor/logboek", Capability::ReadAudit),
];

/// A whole page. `viewer` is none on pages before signing in, which then have no navigation.
pub fn page(
    title: &str,
    viewer: Option<&SignedIn>,
    section: Section,
    content: impl IntoView,
) -> Html<String> {
    let head_title = format!("{title} · Aanbel kantoor");
    let narrow = viewer.is_none();
    let body = Owner::new().with(|| {
        view! {
            <html lang="nl">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="robots" content="noindex"/>
                    <meta name="color-scheme" content="light dark"/>
                    <title>{head_title}</title>
                    <link rel="icon" href=assets::url("icon.svg") type="image/svg+xml"/>
                    <link rel="stylesheet" href=assets::url("tokens.css")/>
                    <link rel="stylesheet" href=assets::url("office.css")/>
                    <script src=assets::url("office.js") defer></script>
                </head>
                <body class="aanbel-office">
                    <a class="nl-skip-link" href="#inhoud">"Naar de inhoud"</a>
                    {header(viewer, section)}
                    <main
                        id="inhoud"
                        tabindex="-1"
                        class=if narrow { "aanbel-main aanbel-main--narrow" } else { "aanbel-main" }
                    >
                        {content.into_view()}
                    </main>
                    {viewer.map(|_| shortcuts())}
                </body>
            </html>
        }
        .to_html()
    });
    // The empty comments are marks for hydration, which these pages do not do.
    Html(visible(format!("<!DOCTYPE html>{}", body.replace("<!>", ""))))
}

fn header(viewer: Option<&SignedIn>, section: Section) -> impl IntoView + use<> {
    let entries = viewer.map(|viewer| {
        NAVIGATION
            .iter()
            .filter(|entry| viewer.may(entry.3))
            .map(|&(entry, name, href, _)| {
                let current = (entry == section).then_some("page");
                view! { <li><a href=href aria-current=current>{name}</a></li> }
            })
            .collect_view()
    });
    view! {
        <header class="aanbel-header">
            <div class="aanbel-header__inner">
                <a class="aanbel-brand" href="/kantoor">
                    <svg class="aanbel-brand__mark" viewBox="0 0 24 24" aria-hidden="true">
                        <rect x="4" y="1.5" width="16" height="21" rx="3"></rect>
                        <circle cx="12" cy="15" r="3.5"></circle>
                        <path d="M8 6.5h8"></path>
                    </svg>
                    <span>"Aanbel"</span>
                    <span class="aanbel-brand__place">"kantoor"</span>
                </a>
                {entries.map(|entries| view! {
                    <nav class="aanbel-nav" aria-label="Hoofdmenu"><ul>{entries}</ul></nav>
                })}
                {viewer.map(who)}
            </div>
        </header>
    }
}

fn who(viewer: &SignedIn) -> impl IntoView + use<> {
    view! {
        <div class="aanbel-who">
            <span class="aanbel-who__name">
                <a href="/kantoor/toegang" title="Uw toegang en sessies">{viewer.name.clone()}</a>
                <span class="aanbel-who__role">{viewer.role.name_nl()}</span>
            </span>
            <form method="post" action="/kantoor/uitloggen">
                <input type="hidden" name="csrf" value=viewer.csrf.clone()/>
                <button class="nl-button nl-button--subtle" type="submit">"Uitloggen"</button>
            </form>
        </div>
    }
}

/// Told by the `?` key; closed until then, and nothing on it is needed.
fn shortcuts() -> impl IntoView {
    view! {
        <dialog id="toetsen" class="aanbel-dialog" aria-labelledby="toetsen-kop">
            <h2 id="toetsen-kop">"Toetsen"</h2>
            <dl class="aanbel-keys">
                <div><dt><kbd>"/"</kbd></dt><dd>"Naar het zoekveld"</dd></div>
                <div><dt><kbd>"j"</kbd></dt><dd>"Volgende regel"</dd></div>
                <div><dt><kbd>"k"</kbd></dt><dd>"Vorige regel"</dd></div>
                <div><dt><kbd>"?"</kbd></dt><dd>"Deze uitleg"</dd></div>
            </dl>
            <form method="dialog">
                <button class="nl-button nl-button--secondary">"Sluiten"</button>
            </form>
        </dialog>
    }
}
