//! A refusal leaves no control that looks answered: what is kept stands in it again. A browser tells nothing
//! of who chooses once more what stands there already. Only words that somebody typed stay.

use crate::ui::prelude::*;
use crate::ui::saved::Saved;
use leptos::html::{Input, Select};

fn is_refused(saved: RwSignal<Saved>) -> bool {
    saved.with_untracked(|saved| matches!(saved, Saved::Failed(_)))
}

/// A box to tick, or one of several.
pub fn tick_as_kept(drawn: NodeRef<Input>, checked: Memo<bool>, saved: RwSignal<Saved>) {
    let put_back = move || {
        if let Some(drawn) = drawn.get_untracked().filter(|_| is_refused(saved)) {
            drawn.set_checked(checked.get_untracked());
        }
    };
    when(move || _ = saved.get(), put_back);
}

/// A list that opens. What is not in it looks as nothing chosen, which stands first.
pub fn select_as_kept(drawn: NodeRef<Select>, kept: Memo<String>, saved: RwSignal<Saved>) {
    let put_back = move || {
        if let Some(drawn) = drawn.get_untracked().filter(|_| is_refused(saved)) {
            drawn.set_value(&kept.get_untracked());
            if drawn.selected_index() < 0 {
                drawn.set_selected_index(0);
            }
        }
    };
    when(move || _ = saved.get(), put_back);
}

/// A day or a moment, on leaving it: who types one passes days that are refused on the way to hers.
pub fn day_as_kept(drawn: NodeRef<Input>, kept: Memo<String>, saved: RwSignal<Saved>) {
    if let Some(drawn) = drawn.get_untracked().filter(|_| is_refused(saved)) {
        drawn.set_value(&kept.get_untracked());
    }
}
