//! Joining: first onto the home screen, then a PIN, then the one-time code; with what this phone will
//! hold.

use super::lock::{HeldVault, NewPin, Sealed};
use crate::browser::install::{self, Offer, Way};
use crate::browser::{storage, window};
use crate::kit::kit;
use crate::link;
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

/// Shorter than any code; a fragment like this is a jump within the page.
const CODE_MIN: usize = 8;

/// A phone without a PIN.
#[component]
pub fn Welcome(vault: HeldVault, offer: Offer, done: Callback<()>) -> impl IntoView {
    let way = install::way();
    // Tab and app keep separate data on iOS, so a code used in the tab would be lost to the app.
    let may_join = RwSignal::new(way != Way::ShareMenu);
    view! {
        <main class="page" id="inhoud">
            <Top />
            <Install way offer />
            <Sealed vault />
            {move || if may_join.get() {
                view! {
                    <section class="card" aria-labelledby="slot">
                        <h2 id="slot">"2. Kies een pincode"</h2>
                        <NewPin vault done />
                    </section>
                    <WhatItHolds />
                }
            } else {
                view! {
                    <button type="button" class="button button--wide" on:click=handle(move |_| may_join.set(true))>
                        "Toch hier verdergaan"
                    </button>
                }
            }}
        </main>
    }
}

/// A phone with a PIN that nobody joined with; an earlier life of it may have left something to send.
#[component]
pub fn Enrol(vault: HeldVault) -> impl IntoView {
    view! {
        <main class="page" id="inhoud">
            <Top />
            <Sealed vault />
            <section class="card" aria-labelledby="aanmelden">
                <h2 id="aanmelden">"3. Meld dit toestel aan"</h2>
                <CodeForm />
            </section>
            <WhatItHolds />
        </main>
    }
}

#[component]
fn Top() -> impl IntoView {
    view! {
        <header class="head">
            <img class="head__mark" src="/app/icons/icon.svg" alt="" width="64" height="64" />
            <h1 tabindex="-1">"Welkom bij Aanbel"</h1>
            <p class="head__under">"Met Aanbel houdt u bij waar u hebt aangebeld. Ook zonder internet."</p>
        </header>
    }
}

#[component]
fn Install(way: Way, offer: Offer) -> impl IntoView {
    let steps = match way {
        Way::Installed => return IntoAny::into_any(()),
        Way::ShareMenu => view! {
            <ol class="steps">
                <li>"Tik onderaan op het vierkant met de pijl omhoog (Deel)."</li>
                <li>"Kies ‘Zet op beginscherm’."</li>
                <li>"Open Aanbel vanaf uw beginscherm en vul daar de code in."</li>
            </ol>
        },
        Way::Menu => view! {
            {move || offer.is_there().then(|| view! {
                <button type="button" class="button button--wide" on:click=handle(move |_| offer.ask())>
                    "Zet Aanbel op mijn beginscherm"
                </button>
            })}
            <p>"Of kies in het menu van uw browser: ‘Toevoegen aan startscherm’ of ‘App installeren’."</p>
        },
    };
    view! {
        <section class="card" aria-labelledby="installeren">
            <h2 id="installeren">"1. Zet Aanbel op uw beginscherm"</h2>
            <p>"Dan bewaart uw telefoon uw werk beter, en opent Aanbel ook zonder internet."</p>
            {steps}
        </section>
    }
}

#[component]
fn WhatItHolds() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="bewaren">
            <h2 id="bewaren">"Wat komt er op dit toestel?"</h2>
            <ul class="plain-list">
                <li>"Alleen de adressen van de straten die u nu loopt."</li>
                <li>"Wat u en uw team daar invullen. Geen BSN en geen bedragen."</li>
                <li>"Komt het toestel 30 dagen niet op internet? Dan wordt Aanbel op dit toestel leeggemaakt. Wat u had ingevuld, blijft verzegeld bewaard voor het kantoor."</li>
                <li>"Is een straat klaar, of meldt het kantoor dit toestel af? Dan verdwijnt alles van dit toestel, nadat het is verstuurd."</li>
            </ul>
        </section>
    }
}

/// The form for a one-time code; also for a phone that must join again.
#[component]
pub fn CodeForm() -> impl IntoView {
    let session = kit().session;
    let link = kit().link;
    let code = RwSignal::new(code_of_address());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if code.with_untracked(|code| code.trim().is_empty()) {
            problem.set(Some("Vul de code in die u van het kantoor kreeg.".into()));
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let typed = code.get_untracked();
            match link::join(session, &typed).await {
                Ok(()) => {
                    link.now();
                    // The answer is shown on "Dit toestel"; a no changes nothing else. Firefox asks the
                    // person, so nothing may wait for it.
                    storage::ask_persistent().await;
                }
                Err(error) => {
                    problem.try_set(Some(error.sentence_nl()));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="code-form" on:submit=handle(submit) novalidate>
            <label class="question" for="code">"Code van het kantoor"</label>
            <p class="hint" id="code-hint">"De code werkt één keer en 24 uur lang. Streepjes mogen, maar hoeven niet."</p>
            <input
                class="input input--code"
                id="code"
                name="code"
                type="text"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby="code-hint"
                prop:value=move || code.get()
                on:input=handle(move |event| code.set(event_target_value(&event)))
            />
            {move || problem.get().map(|sentence| view! {
                <Banner tone=Tone::Bad><p>{sentence}</p></Banner>
            })}
            <button type="submit" class="button button--primary button--wide" aria-disabled=move || busy.get().to_string()>
                {move || if busy.get() { "Bezig met aanmelden…" } else { "Aanmelden" }}
            </button>
        </form>
    }
}

/// The code that the address carries behind `#`, taken out of it at once: no code stays in the
/// history of a browser.
fn code_of_address() -> String {
    let location = window().location();
    let fragment = location.hash().unwrap_or_default();
    let code = fragment.trim_start_matches('#').to_owned();
    let letters = code.chars().filter(char::is_ascii_alphanumeric).count();
    if letters < CODE_MIN || code.chars().any(|one| !one.is_ascii_alphanumeric() && one != '-') {
        return String::new();
    }
    if let (Ok(history), Ok(path)) = (window().history(), location.pathname()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
    code
}
