//! Which screen, from the address and back. Addresses hold ids only, never a name or a street.

use crate::browser::window;
use crate::ui::prelude::*;
use aanbel_shared::record::{RecordId, WorklistId};
use std::collections::HashMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MouseEvent};

const BASE: &str = "/app/";

/// A screen of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Today,
    Street(WorklistId),
    Door(RecordId),
    Talk(RecordId),
    /// What a caretaker offers a tenant, also before it is a record.
    Offer(RecordId),
    /// An adviser's case.
    Case(RecordId),
    /// A joint visit, also before it is planned.
    Joint(RecordId),
    /// The card for the resident, about a talk or an address.
    Card(RecordId),
    ThisPhone,
}

impl Screen {
    pub fn path(self) -> String {
        match self {
            Screen::Today => BASE.to_owned(),
            Screen::Street(id) => format!("{BASE}straat/{id}"),
            Screen::Door(id) => format!("{BASE}deur/{id}"),
            Screen::Talk(id) => format!("{BASE}gesprek/{id}"),
            Screen::Offer(id) => format!("{BASE}aanbod/{id}"),
            Screen::Case(id) => format!("{BASE}dossier/{id}"),
            Screen::Joint(id) => format!("{BASE}samen/{id}"),
            Screen::Card(id) => format!("{BASE}kaart/{id}"),
            Screen::ThisPhone => format!("{BASE}toestel"),
        }
    }

    /// What the browser's history shows: the kind of screen, never whose.
    fn title_nl(self) -> &'static str {
        match self {
            Screen::Today => "Vandaag · Aanbel",
            Screen::Street(_) => "Straat · Aanbel",
            Screen::Door(_) => "Deur · Aanbel",
            Screen::Talk(_) => "Gesprek · Aanbel",
            Screen::Offer(_) => "Nieuwe huurder · Aanbel",
            Screen::Case(_) => "Dossier · Aanbel",
            Screen::Joint(_) => "Samen op bezoek · Aanbel",
            Screen::Card(_) => "Kaart · Aanbel",
            Screen::ThisPhone => "Dit toestel · Aanbel",
        }
    }

    /// What is no address of ours is the first screen.
    pub fn of_path(path: &str) -> Screen {
        let rest = path.strip_prefix(BASE).unwrap_or_default();
        let (kind, id) = rest.split_once('/').unwrap_or((rest, ""));
        let screen = match kind {
            "straat" => id.parse().ok().map(Screen::Street),
            "deur" => id.parse().ok().map(Screen::Door),
            "gesprek" => id.parse().ok().map(Screen::Talk),
            "aanbod" => id.parse().ok().map(Screen::Offer),
            "dossier" => id.parse().ok().map(Screen::Case),
            "samen" => id.parse().ok().map(Screen::Joint),
            "kaart" => id.parse().ok().map(Screen::Card),
            "toestel" => Some(Screen::ThisPhone),
            _ => None,
        };
        screen.unwrap_or(Screen::Today)
    }
}

/// Where the person is, and how far each screen was scrolled.
#[derive(Clone, Copy)]
pub struct Router {
    pub screen: RwSignal<Screen>,
    scrolled: StoredValue<HashMap<String, f64>>,
}

fn here() -> String {
    window().location().pathname().unwrap_or_default()
}

fn replace_address(screen: Screen) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&screen.path()));
    }
}

impl Router {
    /// Follows links and the back button as long as the app runs. Begins where the address leads, or
    /// at `first`.
    pub fn start(first: Option<Screen>) -> Router {
        if let Some(screen) = first {
            replace_address(screen);
        }
        let router = Router {
            screen: RwSignal::new(Screen::of_path(&here())),
            scrolled: StoredValue::new(HashMap::new()),
        };
        if let Ok(history) = window().history() {
            // The screen is drawn after the step back, so the browser cannot know where it was.
            let _ = history.set_scroll_restoration(web_sys::ScrollRestoration::Manual);
        }
        document().set_title(router.screen.get_untracked().title_nl());
        let back = window_event_listener_untyped("popstate", move |_| router.arrive());
        let click = window_event_listener(leptos::ev::click, move |event| router.click(&event));
        std::mem::forget((back, click));
        router
    }

    /// Goes to a screen, as a step that "back" undoes.
    pub fn go(self, screen: Screen) {
        self.remember();
        let path = screen.path();
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&path));
        }
        self.scrolled.update_value(|map| {
            map.remove(&path);
        });
        self.show(screen, 0.0);
    }

    /// As `go`, for who is still at `here`. Somebody may be elsewhere when what she asked for was kept, and
    /// the phone in the hands of a resident.
    pub fn go_on(self, here: Screen, screen: Screen) {
        if self.screen.get_untracked() == here {
            self.go(screen);
        }
    }

    /// Goes to a screen in the place of this one, so that "back" never returns here.
    pub fn swap(self, screen: Screen) {
        replace_address(screen);
        self.show(screen, 0.0);
    }

    fn remember(self) {
        let y = window().scroll_y().unwrap_or_default();
        let path = self.screen.get_untracked().path();
        self.scrolled.update_value(|map| {
            map.insert(path, y);
        });
    }

    fn arrive(self) {
        let screen = Screen::of_path(&here());
        if screen == self.screen.get_untracked() {
            return; // A jump within the page.
        }
        if let Screen::Card(_) = self.screen.get_untracked()
            && let Ok(history) = window().history()
        {
            // The phone is in the resident's hands: every step back is undone.
            let _ = history.forward();
            return;
        }
        let y = self.scrolled.with_value(|map| map.get(&here()).copied().unwrap_or_default());
        self.show(screen, y);
    }

    /// Shows a screen, scrolled as far as it was.
    fn show(self, screen: Screen, y: f64) {
        self.screen.set(screen);
        document().set_title(screen.title_nl());
        self.to_heading();
        request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, y));
    }

    /// After the next drawing, gives the heading the focus, for who does not see the screen.
    pub fn to_heading(self) {
        request_animation_frame(|| {
            if let Ok(Some(heading)) = document().query_selector("main h1")
                && let Ok(heading) = heading.dyn_into::<HtmlElement>()
            {
                let _ = heading.focus();
            }
        });
    }

    /// Plain clicks on our own links stay within the app.
    fn click(self, event: &MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(path) = link.and_then(|link| link.get_attribute("href")) else { return };
        if path.starts_with(BASE) && !path.contains('?') {
            event.prevent_default();
            self.go(Screen::of_path(&path));
        }
    }
}
