//! The lock: choosing a PIN on a new phone, the screen before the app opens, what is said when the
//! keys are gone, and its settings. Before it opens nothing of what is kept can be shown.

mod choose;
mod pad;
mod passkey;
mod sealed;
mod settings;

pub use sealed::Sealed;
pub use settings::LockSettings;

use choose::{ChoosePin, WhyPin};
use pad::PinPad;
use passkey::OpenByPasskey;

use crate::browser::{clock, reload};
use crate::store::StoreError;
use crate::store::tries::{Tries, WRONG_MAX};
use crate::store::vault::{AWAY_MAX_DAYS, Found, Gone, Tried, Vault};
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::time::Duration;

/// The vault as screens before the app hold it.
pub type HeldVault = StoredValue<Rc<Vault>, LocalStorage>;

const TICK: Duration = Duration::from_secs(1);

/// Makes the keys under a PIN that is chosen here; `done` when they are kept.
#[component]
pub fn NewPin(vault: HeldVault, done: Callback<()>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<StoreError>);
    let chosen = move |pin: String| {
        busy.set(true);
        spawn_local(async move {
            let made = vault.get_value().create(&pin, None).await;
            busy.try_set(false);
            match made {
                Ok(()) => done.run(()),
                // The lock of what another window made stands there then.
                Err(StoreError::Taken) => reload(),
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <WhyPin />
        {move || problem.get().map(|error| view! {
            <Banner tone=Tone::Bad><p>{error.sentence_nl()}</p></Banner>
        })}
        <ChoosePin busy done=Callback::new(chosen) />
    }
}

/// A phone of before there was a lock gets one; what is on it stays.
#[component]
pub fn Upgrade(vault: HeldVault, done: Callback<()>) -> impl IntoView {
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Aanbel krijgt een slot"</h1>
            <p>"Alles wat u hebt ingevuld, blijft op dit toestel staan."</p>
            <section class="card" aria-label="Pincode kiezen"><NewPin vault done /></section>
        </main>
    }
}

/// The keys are gone.
#[component]
pub fn NoKeys(why: Gone, vault: HeldVault, done: Callback<()>) -> impl IntoView {
    let reason = match why {
        Gone::WrongPins => format!(
            "Er is {WRONG_MAX} keer een verkeerde pincode ingevuld. Daarom kan niemand meer lezen wat er op dit toestel stond. U ook niet."
        ),
        Gone::Forgotten => {
            "U hebt gekozen om opnieuw te beginnen. Wat er op dit toestel stond, is gewist."
                .to_owned()
        }
        Gone::Away => format!(
            "Dit toestel had meer dan {AWAY_MAX_DAYS} dagen geen contact met het kantoor. Daarom is gewist wat er op stond."
        ),
    };
    let unsealed = has_unsealed(vault);
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Dit toestel is leeggemaakt"</h1>
            <p>{reason}</p>
            {move || unsealed.get().map(|unsealed| view! { <p>{left_nl(unsealed)}</p> })}
            <Sealed vault />
            <section class="card" aria-labelledby="opnieuw">
                <h2 id="opnieuw">"Opnieuw beginnen"</h2>
                <p>"Vraag het kantoor om een nieuwe code. Kies hier eerst een nieuwe pincode."</p>
                <NewPin vault done />
            </section>
        </main>
    }
}

/// The lock itself.
#[component]
pub fn Locked(
    vault: HeldVault,
    passkey: bool,
    /// What was typed before the program had come.
    before: String,
    done: Callback<()>,
    gone: Callback<Gone>,
) -> impl IntoView {
    let before = StoredValue::new(before);
    let tries = RwSignal::new(Tries::default());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let now_ms = clock_that_ticks();
    spawn_local(async move {
        if let Ok(found) = vault.get_value().tries().await {
            tries.try_set(found);
        }
    });
    let typed = move |pin: String| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let tried = vault.get_value().unlock(&pin).await;
            busy.try_set(false);
            now_ms.try_set(clock::now_ms());
            match tried {
                Ok(Tried::Open) => done.run(()),
                Ok(Tried::Gone) => say_gone(&vault.get_value(), gone).await,
                Ok(Tried::Wait(after)) => {
                    tries.try_set(after);
                }
                Ok(Tried::Wrong(after)) => {
                    tries.try_set(after);
                    problem.try_set(Some(wrong_nl(&vault.get_value(), after).await));
                }
                Err(error) => {
                    problem.try_set(Some(error.sentence_nl().to_owned()));
                }
            }
        });
    };
    let wait_s = Memo::new(move |_| (tries.get().wait_ms(now_ms.get()) + 999) / 1_000);
    let waits = Memo::new(move |_| wait_s.get() > 0);
    let inside = move || match waits.get() {
        true => view! {
            <Banner tone=Tone::Warn>
                <p>{move || format!("Er is te vaak een verkeerde pincode ingevuld. U kunt het over {} weer proberen.", span_nl(wait_s.get()))}</p>
            </Banner>
        },
        false => view! {
            <PinPad id="slot-pin" label="Uw pincode" busy done=Callback::new(typed)
                before=before.try_update_value(std::mem::take).unwrap_or_default() />
            {move || busy.get().then(|| view! { <p role="status">"Bezig met openen…"</p> })}
        },
    };
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Aanbel is op slot"</h1>
            {move || problem.get().map(|sentence| view! {
                <Banner tone=Tone::Bad><p>{sentence}</p></Banner>
            })}
            {passkey.then(|| view! { <OpenByPasskey vault busy problem done /> })}
            {move || inside()}
            <Sealed vault />
            <Forgotten vault gone />
        </main>
    }
}

/// The keys are not there any more: says why, or starts anew when another window emptied this phone.
async fn say_gone(vault: &Vault, gone: Callback<Gone>) {
    match vault.found().await {
        Ok(Found::Gone(why)) => gone.run(why),
        _ => reload(),
    }
}

/// The time each second, ms, as long as this screen is there.
fn clock_that_ticks() -> RwSignal<i64> {
    let now_ms = RwSignal::new(clock::now_ms());
    let ticking = set_interval_with_handle(move || now_ms.set(clock::now_ms()), TICK);
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    now_ms
}

async fn wrong_nl(vault: &Vault, tries: Tries) -> String {
    let left = match tries.left() {
        1 => "nog 1 keer".to_owned(),
        left => format!("nog {left} keer"),
    };
    let unsent = unsent_nl(vault.has_unsealed().await);
    format!(
        "Deze pincode klopt niet. U kunt het {left} proberen. Daarna wordt dit toestel leeggemaakt. {unsent}"
    )
}

/// Whether something goes when the keys do; none until that is known.
fn has_unsealed(vault: HeldVault) -> RwSignal<Option<bool>> {
    let unsealed = RwSignal::new(None);
    spawn_local(async move {
        unsealed.try_set(Some(vault.get_value().has_unsealed().await));
    });
    unsealed
}

/// What becomes of unsent work when the keys go.
fn unsent_nl(unsealed: bool) -> &'static str {
    match unsealed {
        false => {
            "Wat nog niet is verstuurd, gaat dan verzegeld naar het kantoor zodra er internet is."
        }
        true => "Een deel van wat nog niet is verstuurd, is dan weg.",
    }
}

/// What became of it.
fn left_nl(unsealed: bool) -> &'static str {
    match unsealed {
        false => {
            "Wat u had ingevuld en nog niet was verstuurd, is niet kwijt. Het is verzegeld: alleen \
             het kantoor kan het lezen."
        }
        true => {
            "Een deel van wat u had ingevuld, is weg: het was nog niet verstuurd en niet verzegeld. \
             Kijk straks na wat er ontbreekt en vul het opnieuw in."
        }
    }
}

/// A short time in words.
fn span_nl(seconds: i64) -> String {
    match seconds {
        1 => "1 seconde".to_owned(),
        ..=90 => format!("{seconds} seconden"),
        _ => format!("{} minuten", (seconds + 59) / 60),
    }
}

/// The way on without the PIN: empty, and begin again.
#[component]
fn Forgotten(vault: HeldVault, gone: Callback<Gone>) -> impl IntoView {
    let sure = RwSignal::new(false);
    let problem = RwSignal::new(None::<StoreError>);
    let unsealed = has_unsealed(vault);
    let empty = move |_| {
        spawn_local(async move {
            match vault.get_value().destroy(Gone::Forgotten).await {
                Ok(()) => gone.run(Gone::Forgotten),
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <details class="card">
            <summary>"Pincode vergeten?"</summary>
            <p>"Niemand kan uw pincode terugvinden. U kunt dit toestel leegmaken en opnieuw beginnen met een nieuwe code van het kantoor."</p>
            {move || unsealed.get().map(|unsealed| view! { <p>{unsent_nl(unsealed)}</p> })}
            {move || problem.get().map(|error| view! {
                <Banner tone=Tone::Bad><p>{error.sentence_nl()}</p></Banner>
            })}
            {move || if sure.get() {
                view! {
                    <button type="button" class="button button--danger button--wide" on:click=handle(empty)>"Ja, maak dit toestel leeg"</button>
                }
            } else {
                view! {
                    <button type="button" class="button button--wide" on:click=handle(move |_| sure.set(true))>"Leegmaken en opnieuw beginnen"</button>
                }
            }}
        </details>
    }
}
