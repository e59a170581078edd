//! The last resort: when the program itself breaks, the person reads a sentence and a way on. What
//! was called kept is in the store, and starting anew reads it from there.

use super::window;
use wasm_bindgen::JsValue;

const SENTENCE: &str = "Er ging iets mis in Aanbel. Wat bewaard is, staat veilig op dit toestel.";

/// Shows the sentence from now on, and tells the browser's console where it broke.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&info.to_string()));
        // Nothing is left to fall back on when even this fails.
        let _ = show();
    }));
}

fn show() -> Option<()> {
    let document = window().document()?;
    let body = document.body()?;
    let bar = document.create_element("div").ok()?;
    bar.set_class_name("banner banner--bad broken");
    bar.set_attribute("role", "alert").ok()?;
    let text = document.create_element("p").ok()?;
    text.set_text_content(Some(SENTENCE));
    let link = document.create_element("a").ok()?;
    link.set_text_content(Some("Open Aanbel opnieuw"));
    link.set_class_name("button");
    // A page that was left by the program is not ours to route: the browser starts it anew.
    link.set_attribute("href", "/app/?opnieuw").ok()?;
    bar.append_child(&text).ok()?;
    bar.append_child(&link).ok()?;
    body.append_child(&bar).ok()?;
    Some(())
}
