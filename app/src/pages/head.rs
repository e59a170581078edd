//! The top of a screen: the way back and the heading that gets the focus.

use crate::route::Screen;
use crate::ui::banner::{Banner, Tone};
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;

/// `back` is where the arrow leads, with its words.
#[component]
pub fn Head(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] under: Signal<String>,
    back: Screen,
    #[prop(into)] back_words: Signal<String>,
) -> impl IntoView {
    view! {
        <header class="head">
            <a class="head__back" href=back.path()>
                <Symbol icon=Icon::Back />
                <span>{back_words}</span>
            </a>
            <h1 tabindex="-1">{title}</h1>
            {move || {
                let under = under.get();
                (!under.is_empty()).then(|| view! { <p class="head__under">{under}</p> })
            }}
        </header>
    }
}

/// A street without the day of its letter. It does not stand in the way of the work.
#[component]
pub fn NoLetter(is_so: Signal<bool>) -> impl IntoView {
    drawn(move || {
        is_so.get().then(|| view! {
            <Banner tone=Tone::Warn>
                <p>"Voor deze straat is nog geen datum van de brief ingevuld. Vraag het kantoor of u al mag aanbellen."</p>
            </Banner>
        })
    })
}

/// A screen whose record is not on this phone (any more).
#[component]
pub fn NotHere() -> impl IntoView {
    view! {
        <main class="page" id="inhoud">
            <Head title="Dit staat niet op uw telefoon" back=Screen::Today back_words="Vandaag" />
            <p>"Misschien is deze straat nu van iemand anders. Ga terug naar het begin."</p>
        </main>
    }
}
