//! Choosing a PIN, twice the same, and why.

use super::pad::PinPad;
use crate::store::tries::is_easy;
use crate::ui::banner::{Banner, Tone};
use crate::ui::prelude::*;

/// Tells `done` the PIN that was typed twice.
#[component]
pub fn ChoosePin(busy: RwSignal<bool>, done: Callback<String>) -> impl IntoView {
    let first = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<&'static str>);
    let typed = move |pin: String| match first.get_untracked() {
        None if is_easy(&pin) => {
            problem.set(Some("Deze pincode is te makkelijk te raden. Kies een andere."));
        }
        None => {
            problem.set(None);
            first.set(Some(pin));
        }
        Some(before) => {
            first.set(None);
            let same = before == pin;
            problem
                .set((!same).then_some("Dat was niet twee keer dezelfde pincode. Begin opnieuw."));
            if same {
                done.run(pin);
            }
        }
    };
    let label = Signal::derive(move || match first.with(Option::is_some) {
        false => "Kies een pincode van 6 cijfers",
        true => "Vul de pincode nog een keer in",
    });
    view! {
        {move || problem.get().map(|sentence| view! {
            <Banner tone=Tone::Bad><p>{sentence}</p></Banner>
        })}
        <PinPad id="nieuwe-pin" label busy done=Callback::new(typed) />
        {move || busy.get().then(|| view! { <p role="status">"Even geduld. Wij maken het slot."</p> })}
    }
}

/// What a PIN is for.
#[component]
pub fn WhyPin() -> impl IntoView {
    view! {
        <p>"Met een pincode kan niemand anders lezen wat er op dit toestel staat. Ook niet als u het verliest."</p>
        <p>"Kies geen geboortedatum. Niemand kent uw pincode, ook het kantoor niet. Bent u hem vergeten? Dan begint u opnieuw met een nieuwe code van het kantoor."</p>
    }
}
