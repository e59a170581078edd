//! The lock on "Dit toestel": lock now, lock on hiding, another PIN, a finger or a face.

use super::passkey::PasskeySettings;
use super::{ChoosePin, PinPad, wrong_nl};
use crate::form::tick_as_kept;
use crate::kit::{Kit, kit};
use crate::store::StoreError;
use crate::store::vault::Tried;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use crate::ui::saved::{Saved, SavedMark};
use leptos::html::Input;
use leptos::task::spawn_local;

#[component]
pub fn LockSettings() -> impl IntoView {
    let idle = kit().idle;
    let saved = RwSignal::new(Saved::Idle);
    let on_hiding = Memo::new(move |_| idle.on_hiding.get());
    let ticked = NodeRef::<Input>::new();
    tick_as_kept(ticked, on_hiding, saved);
    let choose = move |event| {
        let wanted = event_target_checked(&event);
        saved.set(Saved::Busy);
        spawn_local(async move {
            saved.try_set(match idle.lock_on_hiding(wanted).await {
                Ok(()) => Saved::Idle,
                Err(error) => Saved::Failed(not_kept_nl(&error).to_owned()),
            });
        });
    };
    view! {
        <section aria-labelledby="slotkop">
            <h2 id="slotkop">"Slot"</h2>
            <p>"Na 5 minuten zonder aanraken gaat Aanbel op slot. Met uw pincode gaat u verder waar u was, ook zonder internet."</p>
            <button type="button" class="button button--wide" on:click=handle(move |_| idle.lock())>
                <Symbol icon=Icon::Lock />"Nu op slot"
            </button>
            <div class="choice">
                <input node_ref=ticked type="checkbox" autocomplete="off" id="slot-bij-weg" prop:checked=move || on_hiding.get() on:change=handle(choose) />
                <label class="choice__label" for="slot-bij-weg">"Ook op slot als ik naar een andere app ga"</label>
            </div>
            <SavedMark state=saved />
            <ChangePin />
            <PasskeySettings />
        </section>
    }
}

/// Nobody tries this once more but the person herself.
fn not_kept_nl(error: &StoreError) -> &'static str {
    match error {
        StoreError::Full => {
            "De opslag van dit toestel is vol. Maak ruimte vrij en kies het dan opnieuw."
        }
        StoreError::Closed | StoreError::Refused(_) => {
            "Dit toestel kan nu niets bewaren. Kies het later opnieuw."
        }
        other => other.sentence_nl(),
    }
}

#[component]
fn ChangePin() -> impl IntoView {
    let Kit { session, idle, .. } = kit();
    let old = RwSignal::new(None::<String>);
    let (busy, told) = (RwSignal::new(false), RwSignal::new(None::<(Tone, String)>));
    let chosen = move |new: String| {
        let Some(before) = old.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let tried = session.vault().change_pin(&before, &new).await;
            busy.try_set(false);
            old.try_set(None);
            let words = match tried {
                Ok(Tried::Open) => (Tone::Info, "Uw nieuwe pincode geldt vanaf nu.".to_owned()),
                Ok(Tried::Wrong(tries)) => (Tone::Bad, wrong_nl(&session.vault(), tries).await),
                // The lock says how long, or that the keys are gone.
                Ok(Tried::Wait(_) | Tried::Gone) => return idle.lock(),
                Err(error) => (Tone::Bad, error.sentence_nl().to_owned()),
            };
            told.try_set(Some(words));
        });
    };
    let open = RwSignal::new(false);
    let inside = move || {
        open.get().then(|| match old.with(Option::is_some) {
            false => view! {
                <PinPad id="oude-pin" label="Uw pincode van nu" busy
                    done=Callback::new(move |pin| { told.set(None); old.set(Some(pin)); }) />
            },
            true => view! { <ChoosePin busy done=Callback::new(chosen) /> },
        })
    };
    view! {
        <button type="button" class="button button--wide" aria-expanded=move || open.get().to_string()
            on:click=handle(move |_| { open.update(|open| *open = !*open); old.set(None); told.set(None); })>
            "Pincode wijzigen"
        </button>
        {move || told.get().map(|(tone, words)| view! { <Banner tone><p>{words}</p></Banner> })}
        {move || inside()}
    }
}
