//! The lock on "Dit toestel": lock now, lock on hiding, another PIN, a finger or a face.

use super::passkey::PasskeySettings;
use super::{ChoosePin, PinPad, wrong_nl};
use crate::kit::{Kit, kit};
use crate::store::vault::Tried;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn LockSettings() -> impl IntoView {
    let idle = kit().idle;
    let choose = move |_| {
        let wanted = !idle.on_hiding.get_untracked();
        spawn_local(idle.lock_on_hiding(wanted));
    };
    view! {
        <section aria-labelledby="slotkop">
            <h2 id="slotkop">"Slot"</h2>
            <p>"Na 5 minuten zonder aanraken gaat Aanbel op slot. Met uw pincode gaat u verder waar u was, ook zonder internet."</p>
            <button type="button" class="button button--wide" on:click=handle(move |_| idle.lock())>
                <Symbol icon=Icon::Lock />"Nu op slot"
            </button>
            <div class="choice">
                <input type="checkbox" autocomplete="off" id="slot-bij-weg" prop:checked=move || idle.on_hiding.get() on:change=handle(choose) />
                <label class="choice__label" for="slot-bij-weg">"Ook op slot als ik naar een andere app ga"</label>
            </div>
            <ChangePin />
            <PasskeySettings />
        </section>
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
