//! The lock that the page itself shows before the program has come (`app/index.html`, `public/page.js`):
//! whether the next start shows it, and what was typed on it.

use super::{storage, window};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// The note that the page looks for. It says that there is a lock, and nothing of what is behind it.
const NOTE: &str = "lock";

/// Tells the page of the next start whether this phone is found locked.
pub fn expect(locked: bool) {
    if storage::note(NOTE).is_some() != locked {
        // Without the note the lock stands a moment later, when the program draws it.
        storage::keep_note(NOTE, locked.then_some("pin"));
    }
}

/// Takes it off the page; gives the digits that were typed on it.
pub fn take() -> String {
    let page = window().document().and_then(|document| document.get_element_by_id("early"));
    let Some(page) = page else { return String::new() };
    let field = page.query_selector("input").ok().flatten();
    page.remove();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}
