//! Six digits with cold thumbs: one field and ten big keys.

use crate::browser::js;
use crate::store::tries::PIN_LEN;
use crate::ui::prelude::*;
use leptos::html::Input;

/// Tells `done` as soon as all digits are there, and is empty again.
#[component]
pub fn PinPad(
    id: &'static str,
    #[prop(into)] label: Signal<&'static str>,
    busy: RwSignal<bool>,
    done: Callback<String>,
    /// What was typed before this stood there.
    #[prop(optional)]
    before: String,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let field = NodeRef::<Input>::new();
    let take = move |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).take(PIN_LEN);
        let digits: String = if busy.get_untracked() { String::new() } else { digits.collect() };
        let is_whole = digits.len() == PIN_LEN;
        let left = if is_whole { "" } else { &digits };
        if let Some(field) = field.get_untracked() {
            field.set_value(left);
        }
        typed.set(left.to_owned());
        if is_whole {
            done.run(digits);
        }
    };
    // Its own keys are below, so that no keyboard slides over them; a real keyboard works too.
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // What stands above it, and is to be read first, stays in sight.
            js::call(&field, "focus", &[&js::object(&[("preventScroll", true.into())])]);
            if !before.is_empty() {
                take(&before);
            }
        }
    });
    let key = move |digit: char| {
        view! {
            <button type="button" class="pin__key" on:click=handle(move |_| {
                take(&format!("{}{digit}", typed.get_untracked()));
            })>{digit.to_string()}</button>
        }
    };
    view! {
        <div class="pin" aria-busy=move || busy.get().to_string()>
            <label class="question" for=id>{move || label.get()}</label>
            <input class="input pin__field" id=id node_ref=field type="password" inputmode="none"
                autocomplete="off" maxlength=PIN_LEN.to_string()
                on:input=handle(move |event| take(&event_target_value(&event))) />
            <div class="pin__keys">
                {('1'..='9').map(key).collect_view()}
                <button type="button" class="pin__key pin__key--word" on:click=handle(move |_| {
                    let mut text = typed.get_untracked();
                    text.pop();
                    take(&text);
                })>"Wis"</button>
                {key('0')}
            </div>
        </div>
    }
}
