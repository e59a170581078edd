//! Says a phrase of the card in the chosen language, with the Dutch beside it when nobody who speaks
//! that language checked it.

use crate::browser::{clock, js};
use aanbel_shared::card::{CardFile, Language, Phrase, Square};
use js_sys::{Array, Date, Intl};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;

/// The card's file and the place of the chosen language in it.
#[derive(Clone, Copy)]
pub struct Speaker {
    pub card: StoredValue<CardFile>,
    pub language: usize,
}

impl Speaker {
    /// Something of the chosen language.
    pub fn of<T>(self, read: impl FnOnce(&Language) -> T) -> T {
        self.card.with_value(|card| read(&card.languages[self.language]))
    }

    pub fn text(self, phrase: Phrase) -> String {
        self.of(|language| language.says(phrase).to_owned())
    }

    pub fn is_checked(self) -> bool {
        self.of(|language| language.is_checked)
    }

    /// The phrase, with the Dutch under it where that is needed.
    pub fn say(self, phrase: Phrase) -> AnyView {
        self.both(self.text(phrase), Speaker { language: 0, ..self }.text(phrase))
    }

    /// A sign, and the phrase.
    pub fn sign_and_say(self, phrase: Phrase) -> AnyView {
        view! { {self.sign(phrase)}<span>{self.say(phrase)}</span> }.into_any()
    }

    /// A day in the words of the language, when the browser knows them.
    pub fn day(self, day: i32) -> AnyView {
        self.both(self.of(|language| day_in(&language.code, day)), clock::day_nl(day))
    }

    fn both(self, own: String, dutch: String) -> AnyView {
        let dutch = (!self.is_checked() && own != dutch)
            .then(|| view! { <span class="rcard__dutch" lang="nl" dir="ltr">{dutch}</span> });
        view! { <span>{own}</span>{dutch} }.into_any()
    }

    fn sign(self, phrase: Phrase) -> Option<AnyView> {
        let path = self.card.with_value(|card| card.pictogram(phrase).map(str::to_owned))?;
        let sign = view! {
            <svg class="icon rcard__sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path d=path />
            </svg>
        };
        Some(sign.into_any())
    }

    /// The QR code of a public site.
    pub fn square(self, site: &str) -> Option<AnyView> {
        let (width, path) = self
            .card
            .with_value(|card| card.square(site).map(|square| (square.width, square.path())))?;
        let edge = Square::EDGE;
        let side = width + 2 * edge;
        let view_box = format!("-{edge} -{edge} {side} {side}");
        let square = view! {
            <svg class="rcard__square" viewBox=view_box role="img" aria-label=format!("QR: {site}")>
                <path d=path />
            </svg>
        };
        Some(square.into_any())
    }
}

/// Dutch when the browser does not know the language. Western digits, as on Dutch letters.
fn day_in(code: &str, day: i32) -> String {
    let wanted = Array::of1(&JsValue::from_str(code));
    let known = Intl::DateTimeFormat::supported_locales_of(&wanted, &js_sys::Object::new());
    if known.length() == 0 {
        return clock::day_nl(day);
    }
    let long = || JsValue::from_str("long");
    let numeric = || JsValue::from_str("numeric");
    let options = js::object(&[
        ("weekday", long()),
        ("day", numeric()),
        ("month", long()),
        ("year", numeric()),
        ("timeZone", JsValue::from_str("UTC")),
    ]);
    let date = Date::new(&JsValue::from_f64(f64::from(day) * DAY_MS));
    let locale = format!("{code}-u-ca-gregory-nu-latn");
    date.to_locale_date_string(&locale, &options).into()
}
