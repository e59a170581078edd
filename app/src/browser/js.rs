//! Reaching parts of the browser for which `web-sys` has no stable binding. Every step may be
//! missing on an older phone, so every step gives an `Option`.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property; none when missing, `undefined` or `null`.
pub fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Calls a method; none when there is no such method or it throws.
pub fn call(of: &JsValue, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let function: Function = get(of, method)?.dyn_into().ok()?;
    let list: Array = arguments.iter().copied().collect();
    function.apply(of, &list).ok()
}

/// `new Name(arguments)` of a global class; none when the browser does not have it.
pub fn construct(class: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let constructor: Function = get(&js_sys::global(), class)?.dyn_into().ok()?;
    let list: Array = arguments.iter().copied().collect();
    Reflect::construct(&constructor, &list).ok()
}

/// An object with these properties.
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new().into();
    for (name, value) in properties {
        set(&object, name, value.clone());
    }
    object
}

/// Gives a plain object of ours a property.
pub fn set(object: &JsValue, name: &str, value: JsValue) {
    // That cannot fail for a plain object.
    let _ = Reflect::set(object, &JsValue::from_str(name), &value);
}

/// The object that this JSON says.
pub fn parse(json: &str) -> Option<JsValue> {
    call(&get(&js_sys::global(), "JSON")?, "parse", &[&json.into()])
}

/// Waits for a promise; none when it was no promise or was rejected.
pub async fn settle(value: Option<JsValue>) -> Option<JsValue> {
    let promise: Promise = value?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
