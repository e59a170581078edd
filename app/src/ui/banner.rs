//! A message across the screen that stays until its cause is gone.

use super::icon::{Icon, Symbol};
use crate::ui::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Info,
    Warn,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Info => "banner banner--info",
            Tone::Warn => "banner banner--warn",
            Tone::Bad => "banner banner--bad",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Tone::Info => Icon::Question,
            Tone::Warn | Tone::Bad => Icon::Warning,
        }
    }
}

/// Children are sentences and perhaps a button.
#[component]
pub fn Banner(tone: Tone, children: Children) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! {
        <div class=tone.class() role=role>
            <Symbol icon=tone.icon() />
            <div class="banner__text">{children()}</div>
        </div>
    }
}
