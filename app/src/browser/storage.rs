//! What the browser says about its storage: how full, and whether it may clear it by itself.

use super::{js, window};
use wasm_bindgen_futures::JsFuture;

/// Bytes in use and bytes that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    pub used: u64,
    pub quota: u64,
}

fn manager() -> Option<web_sys::StorageManager> {
    // Absent outside a secure context; `web-sys` would hand out `undefined`.
    js::get(&window().navigator(), "storage")?;
    Some(window().navigator().storage())
}

/// None when the browser does not tell.
pub async fn gauge() -> Option<Gauge> {
    let told = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    // Whole bytes: printing fractions would bring four kilobytes of program along.
    let number = |name| js::get(&told, name)?.as_f64().map(|bytes| bytes as u64);
    Some(Gauge { used: number("usage")?, quota: number("quota")? })
}

/// Whether the browser promises not to clear this by itself; none when it does not tell.
pub async fn is_persistent() -> Option<bool> {
    JsFuture::from(manager()?.persisted().ok()?).await.ok()?.as_bool()
}

/// Asks for that promise, and gives the answer.
pub async fn ask_persistent() -> Option<bool> {
    JsFuture::from(manager()?.persist().ok()?).await.ok()?.as_bool()
}

/// The version of the cached build, as the service worker named its cache.
pub async fn build() -> Option<String> {
    let caches = window().caches().ok()?;
    let names = JsFuture::from(caches.keys()).await.ok()?;
    js_sys::Array::from(&names)
        .iter()
        .filter_map(|name| name.as_string())
        .find_map(|name| name.strip_prefix("aanbel-").map(|rest| rest.chars().take(8).collect()))
}

/// The browser's small notes: they lie outside the room that can be full. For nothing that tells of a
/// resident.
fn notes() -> Option<wasm_bindgen::JsValue> {
    js::get(&window(), "localStorage")
}

/// A small note, when there is one.
pub fn note(name: &str) -> Option<String> {
    js::call(&notes()?, "getItem", &[&name.into()])?.as_string()
}

/// Keeps a small note, or removes it; tells whether the browser did.
pub fn keep_note(name: &str, text: Option<&str>) -> bool {
    let Some(notes) = notes() else { return false };
    match text {
        Some(text) => js::call(&notes, "setItem", &[&name.into(), &text.into()]).is_some(),
        None => js::call(&notes, "removeItem", &[&name.into()]).is_some(),
    }
}
