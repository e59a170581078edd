//! Files: one of the app's own folder, read as text (without signal the service worker gives it), and
//! one that the person takes along.

use super::{js, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

/// The whole file; none when it is not there.
pub async fn text(path: &str) -> Option<String> {
    let answer = js::settle(Some(window().fetch_with_str(path).into())).await?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    js::settle(answer.text().ok().map(JsValue::from)).await?.as_string()
}

/// Gives the person a file: shared where the phone can, else saved. False when neither works.
pub async fn give(name: &str, bytes: &[u8]) -> bool {
    let parts: js_sys::Array = [JsValue::from(js_sys::Uint8Array::from(bytes))].iter().collect();
    let kind = js::object(&[("type", "application/octet-stream".into())]);
    let Some(file) = js::construct("File", &[&parts, &name.into(), &kind]) else { return false };
    let navigator = window().navigator();
    let files: js_sys::Array = [&file].into_iter().collect();
    let shared = js::object(&[("files", files.into())]);
    let can = js::call(&navigator, "canShare", &[&shared]).and_then(|can| can.as_bool());
    if can == Some(true) {
        return js::settle(js::call(&navigator, "share", &[&shared])).await.is_some();
    }
    save(name, &file).is_some()
}

fn save(name: &str, file: &JsValue) -> Option<()> {
    let urls = js::get(&window(), "URL")?;
    let url = js::call(&urls, "createObjectURL", &[file])?;
    let link = window().document()?.create_element("a").ok()?;
    link.set_attribute("href", &url.as_string()?).ok()?;
    link.set_attribute("download", name).ok()?;
    js::call(&link, "click", &[]);
    Some(())
}
