//! Thin shapes around what the browser offers: clock, chance, timers, storage facts, installing.
//! Nothing of the domain lives here.

pub mod clock;
pub mod crypto;
pub mod early;
pub mod file;
pub mod install;
pub mod js;
pub mod panic;
pub mod passkey;
pub mod random;
pub mod storage;
pub mod timer;
pub mod timing;
pub mod worker;

/// The window; the field app runs nowhere else.
pub fn window() -> web_sys::Window {
    leptos::prelude::window()
}

/// Starts the app anew.
pub fn reload() {
    // Fails for no page that is shown.
    let _ = window().location().reload();
}

/// Whether the browser believes it has a connection. `true` may be wrong, `false` is right.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether this tab is the one that the person looks at.
pub fn is_visible() -> bool {
    leptos::prelude::document().visibility_state() == web_sys::VisibilityState::Visible
}

/// System and browser in two words, for the office's list of phones.
pub fn label() -> String {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let first = |names: &[(&str, &str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map_or("Onbekend", |(_, name)| *name)
            .to_owned()
    };
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    let browser = first(&[
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    format!("{system}, {browser}")
}
