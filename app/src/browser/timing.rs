//! The browser's own timeline: how long a piece of work took, for whoever opens the developer tools
//! and for `cargo xtask bench`. Nothing is sent anywhere.

use super::{js, window};
use wasm_bindgen::JsValue;

/// Milliseconds since the page was asked for; 0 when the browser does not tell.
pub fn now_ms() -> f64 {
    let timeline = js::get(&window(), "performance");
    let now = timeline.and_then(|timeline| js::call(&timeline, "now", &[]));
    now.and_then(|now| now.as_f64()).unwrap_or_default()
}

/// Leaves a moment on the timeline.
pub fn mark(name: &str) {
    if let Some(timeline) = js::get(&window(), "performance") {
        js::call(&timeline, "mark", &[&JsValue::from_str(name)]);
    }
}

/// Does the work and leaves its time as a measure of this name; only the last one stays.
pub fn measure<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let timeline = js::get(&window(), "performance");
    let now = || js::call(timeline.as_ref()?, "now", &[]);
    let start = now();
    let done = work();
    if let (Some(timeline), Some(start), Some(end)) = (&timeline, start, now()) {
        let name = JsValue::from_str(name);
        js::call(timeline, "clearMeasures", &[&name]);
        js::call(timeline, "measure", &[&name, &js::object(&[("start", start), ("end", end)])]);
    }
    done
}
