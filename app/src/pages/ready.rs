//! The bar at the bottom of a screen on which everything is kept already: one way on.

use crate::route::Screen;
use crate::ui::icon::{Icon, Symbol};
use crate::ui::prelude::*;

/// Leads to `to`; nothing is saved by it.
#[component]
pub fn ReadyBar(to: Screen, words: &'static str) -> impl IntoView {
    view! {
        <nav class="bottom-bar" aria-label="Verder">
            <a class="button button--primary button--wide" href=to.path()>
                <Symbol icon=Icon::Check />
                {words}
            </a>
        </nav>
    }
}
