//! What the program says when it breaks, for the browser's console. The person reads `public/page.js`;
//! the release is built without words about panics at all.

use wasm_bindgen::JsValue;

/// From now on the console tells where it broke.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&info.to_string()));
    }));
}
