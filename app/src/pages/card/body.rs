//! The card on the screen: the chooser of languages, the page itself, and the button that prints it.

use super::given::Given;
use crate::browser::{js, window};
use crate::ui::prelude::*;
use aanbel_shared::card::{CardFile, Phrase};
use js_sys::{Array, Date, Intl};
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;

#[component]
pub fn Body(card: CardFile, given: Given) -> impl IntoView {
    let language = RwSignal::new(card.place_of(&given.language));
    drawn(move || {
        let place = language.get();
        let chosen = &card.languages[place];
        let names = card.languages.iter().enumerate().map(|(other, one)| {
            view! {
                <button type="button" class="rcard__language" lang=one.code.clone() dir=one.direction.clone()
                    aria-pressed=(other == place).to_string() on:click=handle(move |_| language.set(other))>
                    {one.name.clone()}
                </button>
            }
        });
        view! {
            <main class="rcard" id="inhoud" lang=chosen.code.clone() dir=chosen.direction.clone()>
                <div class="rcard__languages" role="group" aria-label=chosen.says(Phrase::Language).to_owned()>
                    {names.collect_view()}
                </div>
                <div class="rcard__paper" inner_html=card.paper(place, &given.paper, &day_in)></div>
                <button type="button" class="button rcard__print" inner_html=card.label(place, Phrase::Print)
                    on:click=handle(move |_| {
                        // A browser that cannot print has no other way to say so.
                        let _ = window().print();
                    })></button>
            </main>
        }
    })
}

/// A day in the words of a language; Dutch when the browser does not know it. Western digits, as on
/// Dutch letters.
fn day_in(code: &str, day: i32) -> String {
    let wanted = Array::of1(&JsValue::from_str(code));
    let known = Intl::DateTimeFormat::supported_locales_of(&wanted, &js_sys::Object::new());
    let code = if known.length() == 0 { "nl" } else { code };
    let [long, numeric, utc] = ["long", "numeric", "UTC"].map(JsValue::from_str);
    let options = js::object(&[
        ("weekday", long.clone()),
        ("day", numeric.clone()),
        ("month", long),
        ("year", numeric),
        ("timeZone", utc),
    ]);
    let date = Date::new(&JsValue::from_f64(f64::from(day) * DAY_MS));
    let locale = format!("{code}-u-ca-gregory-nu-latn");
    date.to_locale_date_string(&locale, &options).into()
}
