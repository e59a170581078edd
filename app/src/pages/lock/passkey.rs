//! Opening with a finger or a face, beside the PIN: the button on the lock, and setting it up and
//! stopping on "Dit toestel".

use super::{HeldVault, PinPad, wrong_nl};
use crate::browser::passkey::{self, NotMade};
use crate::kit::{Kit, kit};
use crate::store::vault::{Added, Tried};
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use leptos::task::spawn_local;

/// Stopped, refused or deleted: browsers do not tell which.
const NOT_OPENED: &str = "Dat is niet gelukt. Probeer het nog eens, of vul uw pincode in.";
const MADE: &str = "Gelukt. Op het slot staat nu een knop om zo te openen.";
const NOT_MADE: &str = "Het instellen is gestopt of niet gelukt. Er is niets veranderd. Uw pincode werkt zoals altijd.";
const NO_SECRET: &str =
    "Dit toestel kan Aanbel niet zo openen. Er is niets veranderd. Uw pincode werkt zoals altijd.";

/// On the lock, when it was set up. What fails is told in `problem`, and counts for nothing.
#[component]
pub fn OpenByPasskey(
    vault: HeldVault,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    done: Callback<()>,
) -> impl IntoView {
    let ask = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let opened = vault.get_value().unlock_by_passkey().await;
            busy.try_set(false);
            let why = match opened {
                Ok(true) => return done.run(()),
                Ok(false) => NOT_OPENED,
                Err(error) => error.sentence_nl(),
            };
            problem.try_set(Some(why.to_owned()));
        });
    };
    view! {
        <button type="button" class="button button--wide" on:click=handle(ask)>
            "Ontgrendel met vingerafdruk of gezicht"
        </button>
    }
}

/// How this phone stands with it.
#[derive(Clone, Copy, PartialEq)]
enum Stand {
    NotOffered,
    Off,
    On,
}

/// On "Dit toestel".
#[component]
pub fn PasskeySettings() -> impl IntoView {
    let session = kit().session;
    let stand = RwSignal::new(None::<Stand>);
    let told = RwSignal::new(None::<(Tone, String)>);
    spawn_local(async move {
        let found = match session.vault().has_passkey().await {
            true => Stand::On,
            false if passkey::is_offered().await => Stand::Off,
            false => Stand::NotOffered,
        };
        stand.try_set(Some(found));
    });
    let stop = move |_| {
        spawn_local(async move {
            let words = match session.vault().drop_passkey().await {
                Ok(()) => {
                    stand.try_set(Some(Stand::Off));
                    (Tone::Info, "U opent Aanbel nu alleen nog met uw pincode.".to_owned())
                }
                Err(error) => (Tone::Bad, error.sentence_nl().to_owned()),
            };
            told.try_set(Some(words));
        });
    };
    let inside = move || match stand.get()? {
        Stand::NotOffered => Some(view! {
            <p>"Dat kan niet op dit toestel, of niet met deze browser. U opent Aanbel met uw pincode."</p>
        }),
        Stand::Off => Some(view! { <SetUp stand told /> }),
        Stand::On => Some(view! {
            <p>"Dit staat aan. Uw pincode blijft ook werken. Onthoud hem goed: u hebt hem nodig als dit een keer niet lukt. Lukt het niet meer? Stop ermee en stel het opnieuw in."</p>
            <button type="button" class="button button--wide" on:click=handle(stop)>
                "Stop met vingerafdruk of gezicht"
            </button>
        }),
    };
    view! {
        <h3>"Ontgrendelen met vingerafdruk of gezicht"</h3>
        {move || told.get().map(|(tone, words)| view! { <Banner tone><p>{words}</p></Banner> })}
        {drawn(move || inside())}
    }
}

#[component]
fn SetUp(stand: RwSignal<Option<Stand>>, told: RwSignal<Option<(Tone, String)>>) -> impl IntoView {
    let Kit { session, idle, .. } = kit();
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let typed = move |pin: String| {
        busy.set(true);
        spawn_local(async move {
            let added = session.vault().add_passkey(&pin).await;
            busy.try_set(false);
            let words = match added {
                Ok(Added::Yes) => {
                    stand.try_set(Some(Stand::On));
                    (Tone::Info, MADE.to_owned())
                }
                Ok(Added::Not(Tried::Wrong(tries))) => {
                    (Tone::Bad, wrong_nl(&session.vault(), tries).await)
                }
                // The lock says how long, or that the keys are gone.
                Ok(Added::Not(_)) => return idle.lock(),
                Ok(Added::NotMade(NotMade::Stopped)) => (Tone::Warn, NOT_MADE.to_owned()),
                Ok(Added::NotMade(NotMade::NoSecret)) => {
                    stand.try_set(Some(Stand::NotOffered));
                    (Tone::Warn, NO_SECRET.to_owned())
                }
                Err(error) => (Tone::Bad, error.sentence_nl().to_owned()),
            };
            told.try_set(Some(words));
        });
    };
    let inside = move || {
        open.get().then(|| view! {
            <p>"Vul eerst uw pincode in. Daarna vraagt uw toestel twee keer om uw vingerafdruk of gezicht: om het in te stellen en om het te proberen."</p>
            <PinPad id="pin-bij-passkey" label="Uw pincode" busy done=Callback::new(typed) />
            {move || busy.get().then(|| view! { <p role="status">"Bezig met instellen…"</p> })}
        })
    };
    view! {
        <p>"U opent Aanbel dan zoals u dit toestel opent. Ook zonder internet. Let op: wie dit toestel zo kan openen, kan dan ook Aanbel openen. Uw pincode blijft ook werken."</p>
        <button type="button" class="button button--wide" aria-expanded=move || open.get().to_string()
            on:click=handle(move |_| { open.update(|open| *open = !*open); told.set(None); })>
            "Stel vingerafdruk of gezicht in"
        </button>
        {move || inside()}
    }
}
