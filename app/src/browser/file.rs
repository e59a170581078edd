//! A file of the app's own folder, read as text; without signal the service worker gives it.

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
