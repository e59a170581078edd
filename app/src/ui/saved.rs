//! Says beside a field what became of the last change: kept on this phone, or why not.

use super::icon::{Icon, Symbol};
use crate::ui::prelude::*;

/// What became of the last change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saved {
    #[default]
    Idle,
    Busy,
    /// The store called it complete.
    Kept,
    /// The sentence for the person. What was typed is still there.
    Failed(String),
}

/// `state` is read out by a screen reader when it changes.
#[component]
pub fn SavedMark(state: RwSignal<Saved>) -> impl IntoView {
    let words = move || match state.get() {
        Saved::Idle | Saved::Busy => None,
        Saved::Kept => Some(view! {
            <span class="saved saved--kept"><Symbol icon=Icon::Check />"Bewaard op dit toestel"</span>
        }),
        Saved::Failed(sentence) => Some(
            view! { <span class="saved saved--failed"><Symbol icon=Icon::Warning />{sentence}</span> },
        ),
    };
    view! { <span class="saved-line" role="status">{move || words()}</span> }
}
