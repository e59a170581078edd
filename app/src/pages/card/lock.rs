//! The way out of the card, for the volunteer alone: hold the lock for two seconds, or, for who
//! cannot hold, type a word. While the card is there, "back" leads nowhere (`route.rs`), and a phone
//! that is closed opens with the card again.
//!
//! `Lock` is the one place that lets somebody out: a PIN takes the place of its word and its hold.

use crate::browser::timer::Debounce;
use crate::kit::{Kit, kit};
use crate::route::Screen;
use crate::session::Session;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::task::spawn_local;

const HOLD_MS: u32 = 2_000;
const WORD: &str = "terug";
/// The row of the store that holds the address of the card while the phone is handed over.
const HANDED_OVER: &str = "handed over";

/// The card that was there when the app was closed.
pub async fn handed_over(session: Session) -> Option<Screen> {
    let path = session.side(HANDED_OVER).await?;
    Some(Screen::of_path(std::str::from_utf8(&path).ok()?))
}

async fn remember(session: Session, screen: Option<Screen>) {
    let path = screen.map(Screen::path);
    // When the store refuses, the lock holds as long as the app runs.
    let _ = session.keep_side(HANDED_OVER, path.as_ref().map(|path| path.as_bytes())).await;
}

/// `screen` is the card; `back` is where its lock leads.
#[component]
pub fn Lock(screen: Screen, back: Screen) -> impl IntoView {
    let Kit { session, router, .. } = kit();
    spawn_local(remember(session, Some(screen)));
    let held = RwSignal::new(false);
    let asked = RwSignal::new(false);
    let timer = StoredValue::new_local(Debounce::default());
    // Forgotten first: a phone that is closed right after opens where the volunteer was.
    let leave = move || {
        spawn_local(async move {
            remember(session, None).await;
            router.swap(back);
        });
    };
    let hold = move || {
        if !held.get_untracked() {
            held.set(true);
            timer.with_value(|timer| timer.plan(HOLD_MS, leave));
        }
    };
    // The finger or the focus may leave the button after the button is gone.
    let release = move || {
        held.try_set(false);
        timer.try_with_value(Debounce::cancel);
    };
    on_cleanup(release);
    let key_down = move |event: KeyboardEvent| {
        if is_press(&event) {
            // Otherwise each repeat of a held key would press the button.
            event.prevent_default();
            hold();
        }
    };
    let key_up = move |event: KeyboardEvent| {
        if is_press(&event) && held.get_untracked() {
            event.prevent_default();
            release();
            asked.set(true);
        }
    };
    view! {
        <aside class="lock" aria-label="Voor de vrijwilliger" lang="nl">
            {move || asked.get().then(|| view! { <Word leave=Callback::new(move |()| leave()) /> })}
            <button type="button" class="lock__button" class:lock__button--held=move || held.get()
                aria-label="Terug naar Aanbel" aria-expanded=move || asked.get().to_string()
                on:pointerdown=handle(move |_| hold()) on:pointerup=handle(move |_| release())
                on:pointerleave=handle(move |_| release()) on:pointercancel=handle(move |_| release())
                on:contextmenu=handle(|event: leptos::ev::MouseEvent| event.prevent_default())
                on:keydown=handle(key_down) on:keyup=handle(key_up) on:blur=handle(move |_| release())
                on:click=handle(move |_| asked.set(true))>
                <Symbol icon=Icon::Lock />
            </button>
        </aside>
    }
}

fn is_press(event: &KeyboardEvent) -> bool {
    matches!(event.key().as_str(), "Enter" | " ")
}

/// The other way out, for who cannot hold a button.
#[component]
fn Word(leave: Callback<()>) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        if typed.trim().eq_ignore_ascii_case(WORD) {
            leave.run(());
        }
    };
    view! {
        <form class="lock__form" on:submit=handle(submit)>
            <label for="slot-woord">
                "Voor de vrijwilliger: houd het slot 2 tellen ingedrukt. Of typ het woord " <strong>{WORD}</strong> "."
            </label>
            <input class="input" id="slot-woord" node_ref=field autocomplete="off" autocapitalize="none" />
            <button type="submit" class="button">"Terug naar Aanbel"</button>
        </form>
    }
}
