//! Our own line icons. They only accompany a word, so a screen reader passes them by.

use crate::ui::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Icon {
    Back,
    Next,
    Bell,
    Card,
    Check,
    Clock,
    Cross,
    Flag,
    Lock,
    Minus,
    Moon,
    Note,
    Phone,
    Question,
    Refresh,
    Speech,
    Undo,
    Warning,
}

impl Icon {
    /// Lines in a square of 24 by 24.
    fn path(self) -> &'static str {
        match self {
            Icon::Back => "M15 5l-7 7 7 7",
            Icon::Next => "M9 5l7 7-7 7",
            Icon::Bell => "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4M12 3v2",
            Icon::Card => "M4 5h16v14H4zM7.5 9h9M7.5 12h9M7.5 15h5",
            Icon::Check => "M5 12.5l5 5L19 7.5",
            Icon::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 7v5l3.5 2",
            Icon::Cross => "M6 6l12 12M18 6L6 18",
            Icon::Flag => "M6 21V4h11l-2 4 2 4H6",
            Icon::Lock => "M5 10.5h14v10H5zM8 10.5v-3a4 4 0 0 1 8 0v3M12 14.5V17",
            Icon::Minus => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12h8",
            Icon::Note => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.3",
            Icon::Moon => "M19 14.5A8 8 0 1 1 9.5 5a6.5 6.5 0 0 0 9.5 9.5z",
            Icon::Phone => "M7 2.5h10v19H7zM11 18.5h2",
            Icon::Question => {
                "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.5M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 0 0 0-19z"
            }
            Icon::Refresh => {
                "M19.5 11A8 8 0 0 0 5 8M4.5 4v4.5H9M4.5 13A8 8 0 0 0 19 16M19.5 20v-4.5H15"
            }
            Icon::Speech => "M4 5h16v11H11l-5 4v-4H4z",
            Icon::Undo => "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9",
            Icon::Warning => "M12 4L2.5 20h19zM12 10v4.5M12 17.2v.3",
        }
    }
}

#[component]
pub fn Symbol(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
