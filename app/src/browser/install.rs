//! Putting the app on the home screen: whether it is there, and whether the browser can do it.

use super::{js, window};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// How this browser puts an app on the home screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It runs from the home screen already.
    Installed,
    /// iPhone and iPad: by hand, from the share menu. Tab and app keep separate data there.
    ShareMenu,
    /// Elsewhere: by hand from the browser's menu, or by its own question.
    Menu,
}

pub fn way() -> Way {
    let standalone = window()
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    let navigator = window().navigator();
    let ios_app = js::get(&navigator, "standalone").and_then(|value| value.as_bool());
    if standalone || ios_app == Some(true) {
        return Way::Installed;
    }
    let agent = navigator.user_agent().unwrap_or_default();
    if agent.contains("iPhone") || agent.contains("iPad") { Way::ShareMenu } else { Way::Menu }
}

/// The browser's own question, kept until the person wants it.
#[derive(Clone, Copy)]
pub struct Offer(RwSignal<Option<JsValue>, LocalStorage>);

impl Offer {
    /// Starts to listen; the browser offers once, early.
    pub fn listen() -> Offer {
        let offer = RwSignal::new_local(None);
        let handle = window_event_listener_untyped("beforeinstallprompt", move |event| {
            event.prevent_default();
            offer.set(Some(event.into()));
        });
        // Listens as long as the app runs.
        std::mem::forget(handle);
        Offer(offer)
    }

    pub fn is_there(self) -> bool {
        self.0.with(Option::is_some)
    }

    /// Shows the browser's question; it can be shown once.
    pub fn ask(self) {
        if let Some(event) = self.0.get_untracked() {
            js::call(&event, "prompt", &[]);
            self.0.set(None);
        }
    }
}
